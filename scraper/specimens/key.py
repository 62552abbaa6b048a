"""The answer key beside the threads: ``answers.csv`` and ``negatives.csv``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from scraper.files import write_whole
from scraper.specimens.corner import Corner
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import Facts, Post, Thread

HEAD = ("url", "position", "source_kind", "engine", "lang", "platform", "published")
TAIL = ("edition", "coders", "contested")
EDITION = "3"

_KIND = {"reddit": "reddit", "articles": "blog", "wordpress": "blog"}
_ENGINE = {"articles": "other"}


def columns() -> tuple[str, ...]:
    """The columns of ``answers.csv``: the codebook's but ``events``, then how a row was coded."""
    facts = [name for name in Facts.model_fields if name not in (*HEAD, "spans")]
    return (*HEAD, *facts, *TAIL)


def answers(folder: Path) -> str:
    """``answers.csv``: a row is one telling in the threads below *folder*.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    rows = [
        _row(corner, thread, position, post, facts)
        for corner in open_corners(folder)
        for thread in _by_id(corner)
        for position, (post, facts) in enumerate(thread.reports, 1)
    ]
    return _csv(columns(), rows)


def negatives(folder: Path) -> str:
    """``negatives.csv``: a row is one thread without a report, and what it is instead.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    corners = open_corners(folder)
    pages = ((corner, thread) for corner in corners for thread in _by_id(corner) if thread.why)
    rows = [{"url": corner.address(thread), "why": thread.why} for corner, thread in pages]
    return _csv(("url", "why"), rows)


def write_key(folder: Path) -> None:
    """Write both files anew.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    for name, text in (("answers", answers(folder)), ("negatives", negatives(folder))):
        write_whole(folder / f"{name}.csv", text.encode())


def _by_id(corner: Corner) -> list[Thread]:
    return sorted(corner.threads, key=lambda thread: thread.id)


def _row(corner: Corner, thread: Thread, position: int, post: Post, facts: Facts) -> dict[str, str]:
    return {
        "url": corner.address(thread),
        "position": str(position),
        "source_kind": _KIND.get(corner.engine, "forum"),
        "engine": _ENGINE.get(corner.engine, corner.engine),
        "lang": thread.lang,
        "published": f"{post.time:%Y-%m-%d}",
        **facts.model_dump(exclude={"spans"}),
        **{"edition": EDITION, "coders": "1", "contested": ""},
    }


def _csv(header: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
