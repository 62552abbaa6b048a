"""The chain killed at random moments, beside one that was not: ``make test-kills``."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path
from random import Random, SystemRandom

from scraper.specimens import serve
from tests.slow.chain import COMMANDS, Board, Chain, kill

ROUNDS = 3
"""The board grows so often; each time all commands run, killed and then to their end."""


def test_a_chain_that_is_killed_ends_as_one_that_was_not(tmp_path: Path) -> None:
    kills = int(os.environ.get("KILLS") or 30)
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**9))
    print(f"\nKILLS={kills} SEED={seed}")
    random = Random(seed)
    plan = Counter(
        random.choice([(n, c) for n in range(ROUNDS) for c in COMMANDS]) for _ in range(kills)
    )
    board = Board(tmp_path / "board")
    whole, killed = (Chain.begin(tmp_path / name / "project") for name in ("whole", "killed"))
    done: Counter[str] = Counter()
    for number in range(ROUNDS):
        with serve(board.folder) as web:
            for command in COMMANDS:
                begun = time.monotonic()
                whole.do(command, web.proxy)
                lasts = time.monotonic() - begun
                done += _killed(killed, command, web.proxy, plan[number, command], lasts, random)
        board.grow()
    with serve(board.folder) as web:  # what a run says of itself is its own: both run once more
        for chain in (whole, killed):
            for command in COMMANDS:
                chain.do(command, web.proxy)
    assert killed.parts() == whole.parts()
    assert killed.posts() == whole.posts()
    assert killed.captured() == whole.captured()
    print(dict(done))


def _killed(
    chain: Chain, command: str, proxy: str, kills: int, lasts: float, random: Random
) -> Counter[str]:
    """Kill *command* so often and let it end: it leaves what was before, or what comes after."""
    before, seen = chain.parts(), []
    done: Counter[str] = Counter()
    for _ in range(kills):
        pid = chain.start(command, http_proxy=proxy)
        time.sleep(random.random() * lasts)
        kill(pid, children=random.random() < 0.5)
        done[f"{command} {'killed' if chain.ended(pid).status < 0 else 'had ended'}"] += 1
        chain.check()
        seen.append(chain.parts())
    chain.do(command, proxy)
    for parts in seen:
        for was, now, after in zip(before, parts, chain.parts(), strict=True):
            assert now in (was, after), command
    return done
