"""Faults at random, one after the other, for as long as told: ``make soak MINUTES=60``.

Each is met as a person would meet it: what is said is one line, the record stays whole, the
fault is taken away, and the chain goes on to where an undisturbed one would be.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from scraper.archive import Archive, Writer
from scraper.specimens import serve
from tests.slow.chain import COMMANDS, Board, Chain, kill
from tests.typed import Done

FUTURE = "2999-01-01T00:00:00.000000Z"


def killed(chain: Chain, proxy: str, random: Random) -> None:
    """A command is killed somewhere on its way."""
    pid = chain.start(random.choice(COMMANDS), http_proxy=proxy)
    time.sleep(random.random() * 15)
    kill(pid, children=random.random() < 0.5)
    chain.ended(pid)


def full_disk(chain: Chain, proxy: str, random: Random) -> None:
    """No file may grow over a size, as where the disk is full."""
    done = chain.type(random.choice(COMMANDS), room=random.randrange(1, 200_000), http_proxy=proxy)
    _said(done, 0, 1, 2)


def second_run(chain: Chain, proxy: str, random: Random) -> None:
    """Two commands at once."""
    pid = chain.start(random.choice(COMMANDS), http_proxy=proxy)
    time.sleep(random.random())
    _said(chain.type(random.choice(COMMANDS), http_proxy=proxy), 0, 3)
    _said(chain.ended(pid), 0, 3)


def cut_off(chain: Chain, proxy: str, random: Random) -> None:
    """A file lost its end; it is named, left as it is, and put back."""
    names = ("*.csv", "*.toml", "archive/*.warc.gz", "archive/index.cdxj", "posts/*.gz")
    path = random.choice([path for name in names for path in chain.data.glob(name)])
    whole = path.read_bytes()
    path.write_bytes(cut := whole[: random.randrange(len(whole) or 1)])
    try:
        for command in random.sample(COMMANDS[:2], 2):
            _said(chain.type(command, http_proxy=proxy), 0, 1, 2, 4)
            if path.read_bytes() != cut:
                return  # it was of no use to anybody, and is made anew
    finally:
        path.write_bytes(whole)


def wrong_clock(chain: Chain, proxy: str, random: Random) -> None:
    """A run by a clock that is ahead left a capture; the next one names it."""
    folder = chain.data / "archive"
    index = (folder / "index.cdxj").read_bytes()
    writer = Writer(Archive(folder), "specimen-phpbb")
    writer.write("http://phpbb.specimens.example/viewtopic.php?t=0", 404, (), b"", FUTURE)
    writer.close()
    try:
        done = chain.type("collect", http_proxy=proxy)
        assert "set the clock right" in done.err, done
    finally:
        max(folder.glob("*.warc.gz")).unlink()
        (folder / "index.cdxj").write_bytes(index)


def _said(done: Done, *statuses: int) -> None:
    assert done.status in statuses, done
    assert len(done.err.splitlines()) == (done.status > 1), done


FAULTS: tuple[Callable[[Chain, str, Random], None], ...] = (
    *(killed, killed, full_disk),
    *(second_run, cut_off, wrong_clock),
)


def soak(folder: Path, minutes: float, random: Random) -> Counter[str]:
    """How often each fault was met; every fifth round the board grows."""
    board, done = Board(folder / "board"), Counter[str]()
    chain, end = Chain.begin(folder / "project"), time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        with serve(board.folder) as web:
            for command in COMMANDS:
                chain.do(command, web.proxy)
            for _ in range(5):
                _once(chain, web.proxy, random, done)
        board.grow()
        print(dict(done), flush=True)
    return done


def _once(chain: Chain, proxy: str, random: Random, done: Counter[str]) -> None:
    """One fault; and a copy of the record from before it, collected and coded without one."""
    fault = random.choice(FAULTS)
    with TemporaryDirectory() as folder:
        shutil.copytree(chain.folder, f"{folder}/project")
        other = Chain(Path(folder) / "project", chain.environment)
        fault(chain, proxy, random)
        chain.check()
        for each in (chain, other):
            for command in COMMANDS[:2]:
                each.do(command, proxy)
        assert chain.parts()[0] == other.parts()[0], fault
        assert chain.posts() == other.posts(), fault
    done[fault.__name__] += 1


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(10**9)
    print(f"SEED={seed}", flush=True)
    with TemporaryDirectory() as place:
        print(dict(soak(Path(place), float(sys.argv[1]), Random(seed))), "faults met")
