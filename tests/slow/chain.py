"""The record beside a board that grows, and what must hold of it at any time."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from pipeline.record import read_record
from pipeline.tables import read_posts
from pipeline.workspace import Workspace
from scraper.specimens import FOLDER
from tests.typed import Done, Project, copied

COMMANDS = ("collect", "normalise", "publish")
STORIES = (
    "My Upwork account was suspended in May 2021, after three years there. There was no warning. "
    "The e-mail said that I had asked a client to pay outside of Upwork, which I never did.",
    "Fiverr banned me yesterday. No warning, no reason given, and they keep 300 dollars that I "
    "earned last month. I wrote to support twice and they never replied to any of it.",
    "Freelancer.com closed my account in March. I appealed, and after two weeks they gave it back.",
)
TALK = "How do you all write a proposal these days? I am new here and would like some tips."

State = dict[str, str]
"""A SHA-256 of every file's bytes."""


class Board:
    """A board that is served as the specimens are; each round has two topics more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "engines").symlink_to(FOLDER / "engines")
        self.size = 0
        self.grow()

    def grow(self) -> None:
        """Add a topic that reports and one that does not; to an older one, a reply."""
        for text in (STORIES[self.size // 2 % len(STORIES)], TALK):
            self.size += 1
            self._topic(self.size, f"{text} It was job {self.size}.")
        self._topic(1, f"{STORIES[0]} It was job 1.", *["Me too."] * (self.size // 2))

    def _topic(self, number: int, *texts: str) -> None:
        lines = [f"id = {number}", f'title = "My account, topic {number}"', 'why = "talk"']
        for place, text in enumerate(texts, 1):
            day = f"2021-06-{1 + number % 28:02}T{place % 24:02}:00:00Z"
            lines += ["[[post]]", f'author = "Member {number}{place}"', f'text = "{text}"']
            lines += [f"time = {day}"]
        folder = self.folder / "threads" / "phpbb"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"topic-{number}.toml").write_text("\n".join(lines) + "\n")


class Chain(Project):
    """A project with the record as it stands; what it collects is a board."""

    @classmethod
    def begin(cls, folder: Path) -> Chain:
        """One in *folder*, whose only source is the board."""
        copied(folder)
        text = (FOLDER / "sources.toml").read_text()
        board = next(part for part in text.split("[[source]]") if '"specimen-phpbb"' in part)
        (folder / "data" / "sources.toml").write_text(f"[[source]]{board}")
        return cls(folder, {"SUSPENSIONS_CONTACT": "tests@record.example", "no_proxy": ""})

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.data, self.data)

    def do(self, command: str, proxy: str) -> Done:
        """Run *command* to its end, in which it must succeed."""
        done = self.type(command, http_proxy=proxy)
        assert done.status == 0, (command, done)
        return done

    def parts(self) -> tuple[State, ...]:
        """What changes at once: the record; then its figures, the site, what was published.

        How the source was in a run (``health.csv``) is that run's own.
        """
        data, site = self.data, self.folder / "public"
        tables = {*data.glob("*.csv"), *data.glob("ids.toml")} - {data / "health.csv"}
        later = [data / "figures.csv"], [data / "published.csv"]
        record = tables.difference(*later)
        pages = (path for path in site.rglob("*") if path.is_file())
        return tuple(map(self._hashed, (record, *later, pages)))

    def _hashed(self, paths: Iterable[Path]) -> State:
        hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        return {str(path.relative_to(self.folder)): found for path, found in hashes.items()}

    def posts(self) -> list[dict[str, object]]:
        """The posts but for when they were captured."""
        return [{**post, "captured_at": ""} for post in read_posts(self.data / "posts")]

    def captured(self) -> set[tuple[str, str, str]]:
        """What the archive holds of each address, but for when it came."""
        index = self.data / "archive" / "index.cdxj"
        lines = index.read_text().splitlines() if index.exists() else []
        cells = (json.loads(line.split(" ", 2)[2]) for line in lines)
        return {(cell["url"], cell["status"], cell["digest"]) for cell in cells}

    def check(self) -> None:
        """The record can be read and is one whole; so can the posts and every WARC record."""
        record = read_record(self.workspace)
        reports, cases = record.reports, record.cases
        assert {r for ids in cases["reports"] for r in ids.split("|")} == set(reports["report_id"])
        assert set(reports["case_id"]) == set(cases["case_id"])
        assert set(record.evidence["report_id"]) <= set(reports["report_id"])
        self.posts()
        for path in (self.data / "archive").glob("*.warc.gz"):
            gzip.decompress(path.read_bytes())
        assert not (self.data / ".pending").exists()


def kill(pid: int, *, children: bool) -> None:
    """SIGKILL to a command, and to what it started, or leave that to end by itself."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    started = [int(number) for number in found.stdout.split()]
    for each in (pid, *(started if children else ())):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue
    end = time.monotonic() + 20
    while any(Path(f"/proc/{each}").exists() for each in started) and time.monotonic() < end:
        time.sleep(0.05)
    left = [each for each in started if Path(f"/proc/{each}").exists()]
    assert not left, f"what {pid} started does not end: {left}"
