"""From a page to posts and links, by the engine that a source names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import urlsplit

from scraper import refusals
from scraper.post import EngineError, Page, Reading
from scraper.refusals import Refused
from scraper.sources import ARCHIVES, Source


def first(source: Source) -> tuple[str, ...]:
    """The addresses that the walk of *source* begins at."""
    if source.engine in ARCHIVES:
        return source.start
    engine = _engine(source)
    return tuple(engine.first(source)) if hasattr(engine, "first") else source.start


def hosts(source: Source) -> frozenset[str]:
    """The hosts that the walk of *source* may visit: its own, and those of its API."""
    if source.engine in ARCHIVES:
        return frozenset(source.hosts)
    asked = (urlsplit(url).hostname or "" for url in first(source))
    return frozenset({*source.hosts, *asked, *getattr(_engine(source), "HOSTS", ())})


def read(
    url: str, body: bytes, headers: Mapping[str, str], status: int, source: Source
) -> Reading | None:
    """What the page at *url* gives; nothing where its status leaves nothing to read.

    Of a page that asks to be in no index (``noindex``) the messages are left out, of one
    whose links are not to be followed (``nofollow``) the links.

    Raises:
        Refused: it is a page that stands before the one asked for.
        EngineError: the engine of *source* cannot read the page, or fails on it.
    """
    engine = _engine(source)
    page = Page(url, body, {name.lower(): value for name, value in headers.items()}, status)
    if kind := refusals.wall(page):
        raise Refused(kind)
    if status != 200 and status not in getattr(engine, "REFUSALS", ()):
        return None
    try:
        reading = _read(engine, page, source)
    except EngineError:
        if kind := refusals.wall(page, unread=True):
            raise Refused(kind) from None
        raise
    if not reading.messages and not reading.links and (kind := refusals.wall(page, unread=True)):
        raise Refused(kind)
    return _allowed(reading, refusals.asked(page))


def _allowed(reading: Reading, asked: frozenset[str]) -> Reading:
    """What the page, which *asked* this of robots, leaves to be kept and followed."""
    if "nofollow" in asked:
        reading = replace(reading, links=())
    if "noindex" in asked and reading.messages:
        reading = replace(reading, messages=(), withheld=True)
    return reading


def _read(engine: Any, page: Page, source: Source) -> Reading:
    try:
        reading = engine.read(page, source)
    except EngineError:
        raise
    except Exception as error:  # its own words could be a member's, so its place is told
        place = extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        raise EngineError(f"{type(error).__name__} in {where}") from None
    assert isinstance(reading, Reading)  # noqa: S101
    return reading


def _engine(source: Source) -> Any:
    return import_module(f"scraper.engines.{source.engine}")
