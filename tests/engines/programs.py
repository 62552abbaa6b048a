"""Programs that serve a place on a loopback port, and what our spiders read there."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.posts import author_key
from scraper.sources import Source

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "engines"
"""Where ``tests/engines/install`` puts what comes from PyPI."""

KEY = b"a key that only these tests know, 32 bytes and more"
PATIENCE = 60.0
"""Seconds until a program that does not answer is given up."""

Post = dict[str, Any]


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def do(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What *command* prints, run in *folder*; what it says where it fails is shown."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    port: int,
    *,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """*command*, once it listens on *port*, until the block ends."""
    log = folder / f"{port}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as program,
    ):
        try:
            _await(program, port, log)
            yield
        finally:
            program.terminate()


def _await(program: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end and program.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.1)
    raise AssertionError(f"{program.args!r} does not listen: {log.read_text()[-2000:]}")


def source(start: str, engine: str, **more: Any) -> Source:
    """The place at *start* as a source that is asked without delay."""
    known: dict[str, Any] = {"name": "real", "title": "A real place", "access": "page"}
    known |= {"source_kind": "forum", "robots": "allows all", "terms": "ours"}
    known |= {"start": [start], "engine": engine, "checked": "2026-11-24", "delay": 0}
    return Source.model_validate(known | more)


def collected(folder: Path, *sources: Source) -> tuple[list[SourceCount], list[Post]]:
    """The counts of *sources*, and their posts in the order of threads and positions."""
    counts = collect(
        sources, folder / "archive", folder / "posts", key=KEY, agent="Test/1 (nobody)"
    )
    posts = []
    for path in sorted((folder / "posts").glob("*.jsonl.gz")):
        posts += [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return counts, sorted(posts, key=lambda post: (post["thread_url"], post["position"]))


@dataclass
class Place:
    """A running place: its address, and author and text of what stands there, by title."""

    url: str
    threads: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, list[tuple[str, str]]]:
        """What :func:`told` gives where everything came back."""
        return {
            title: [(author_key(author, "real", KEY), text) for author, text in posts]
            for title, posts in self.threads.items()
        }


def told(posts: Sequence[Post]) -> dict[str, list[tuple[str, str]]]:
    """Author's key and text of each post in the order of positions, by its thread's title."""
    threads: dict[str, list[tuple[str, str]]] = {}
    for post in posts:
        threads.setdefault(post["title"], []).append((post["author_key"], post["text"]))
    return threads


def positions(posts: Sequence[Post], title: str) -> list[int]:
    """The positions of the posts of the thread called *title*."""
    return [post["position"] for post in posts if post["title"] == title]
