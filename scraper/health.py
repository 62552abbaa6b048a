"""How the sources are: what each run gave, beside the runs before it.

``health.jsonl`` stands beside the archive, a line per source and run. The bounds are those of
``data/health.toml``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from statistics import median

from pydantic import Field

from scraper.archive import now
from scraper.counts import SourceCount
from scraper.files import unwritable
from scraper.rules import Rule, load_rules, rules_file

FILE = "health.jsonl"
LACKING = ("author", "date", "text")
STATES = {
    "healthy": "healthy",
    "changed": "changed its shape",
    "moved": "moved",
    "gone": "gone",
    "refused": "refuses",
    "down": "could not be reached",
}
"""What is said of a source, in words; ``down`` may be for now alone."""


class Bounds(Rule):
    """``data/health.toml``: how far a run may be from those before it.

    ``runs`` are compared, each of at least ``pages``. After ``silent`` runs in a row that
    could not reach it a source is gone. The others are shares between 0 and 1.
    """

    runs: int = Field(ge=1)
    pages: int = Field(ge=1)
    misses: float = Field(ge=0, le=1)
    without: float = Field(ge=0, le=1)
    posts: float = Field(ge=0, le=1)
    silent: int = Field(ge=2)
    lost: float = Field(ge=0, le=1)

    def are_missed(self, count: SourceCount) -> bool:
        """Whether too much of what *count* tells of could not be read."""
        return count.misses > self.misses * count.pages


@cache
def load_bounds() -> Bounds:
    """What ``health.toml`` says, read once.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules_file("health.toml"), Bounds)


@dataclass(frozen=True)
class Health:
    """How one source was in one run.

    Attributes:
        source: its name.
        moment: when the run ended, a WARC-Date.
        state: one of ``STATES``.
        why: what makes it so, where it is not healthy.
        pages: pages that answered and were to be read.
        posts: posts found, ``new_posts`` those that no earlier run found.
        misses: share of the pages in which the engine found nothing.
        without: shares of the messages that lack ``author``, ``date`` and ``text``.
    """

    source: str
    moment: str
    state: str
    why: str
    pages: int
    posts: int
    new_posts: int
    misses: float
    without: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.source} {STATES[self.state]}" + (self.why and f" ({self.why})")


def note(folder: Path, counts: Iterable[SourceCount]) -> list[Health]:
    """How the sources of *counts* were in a run that just ended, entered beside the archive.

    Raises:
        DataError: the bounds cannot be used, or the *folder* cannot be written.
    """
    before, moment = read(folder), now()
    found = [_judged(count, before.get(count.source, []), moment) for count in counts]
    if len(found) > 1 and all(health.state in ("gone", "down") for health in found):
        why = "nor could any other source: it may be this machine's own connection"
        found = [replace(health, state="down", why=why) for health in found]
    lines = "".join(json.dumps(asdict(health)) + "\n" for health in found)
    try:
        with (folder / FILE).open("ab", buffering=0) as file:
            file.write(lines.encode())
    except OSError as error:
        raise unwritable(folder / FILE, error) from error
    return found


def read(folder: Path) -> dict[str, list[Health]]:
    """What is known of each source from the runs into the archive in *folder*, oldest first."""
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    known: dict[str, list[Health]] = {}
    for line in lines:
        try:
            health = Health(**json.loads(line))
        except (ValueError, TypeError):  # a line that was not written whole
            continue
        known.setdefault(health.source, []).append(health)
    return known


def last(folder: Path) -> dict[str, Health]:
    """How each source was in its last run into the archive in *folder*."""
    return {source: runs[-1] for source, runs in read(folder).items()}


def _judged(count: SourceCount, before: Sequence[Health], moment: str) -> Health:
    pages, messages = max(count.pages, 1), max(count.messages, 1)
    run = Health(
        count.source,
        moment,
        *_reached(count),
        count.pages,
        count.posts,
        count.new_posts,
        round(count.misses / pages, 4),
        {name: round(count.without.get(name, 0) / messages, 4) for name in LACKING},
    )
    if run.state == "healthy" and (change := _change(run, count.messages, before)):
        return replace(run, state="changed", why=change)
    if run.state == "down" and _is_silent(before):
        return replace(run, state="gone", why=f"no answer in {load_bounds().silent} runs or more")
    return run


def _is_silent(before: Sequence[Health]) -> bool:
    """Whether a source that could not be reached now was so for long *before*."""
    runs = load_bounds().silent - 1
    return len(before) >= runs and all(run.state in ("down", "gone") for run in before[-runs:])


def _reached(count: SourceCount) -> tuple[str, str]:
    """The state of a source as its start addresses tell it, and why."""
    starts = count.starts
    if count.reached:
        return "healthy", ""
    if "moved" in starts:
        return "moved", f"to {count.moved or 'another host'}"
    if set(starts) == {"gone"}:
        return "gone", "its start addresses are there no more"
    if "refused" in starts:
        return "refused", ""
    if "unread" in starts:
        return "changed", "no start address can be read"
    return "down", ""


def _change(run: Health, messages: int, before: Sequence[Health]) -> str:
    """What shows that the shape of a source is another than it was; "" where nothing does."""
    bounds = load_bounds()
    if run.pages < bounds.pages:
        return ""
    usual = [each for each in before if each.state == "healthy" and each.pages >= bounds.pages]
    usual = usual[-bounds.runs :]
    if run.misses > bounds.misses + (median(each.misses for each in usual) if usual else 0):
        return f"nothing found in {run.misses:.0%} of the pages"
    if not usual:
        return ""
    for name in LACKING if messages else ():
        if run.without[name] > bounds.without + median(each.without[name] for each in usual):
            return f"{run.without[name]:.0%} of the posts without {name}"
    per_page = median(each.posts / each.pages for each in usual)
    if run.posts / run.pages < bounds.posts * per_page:
        return f"{run.posts} posts in {run.pages} pages, usual are {per_page:.1f} a page"
    return ""
