"""Where each post was last found, and which posts their pages do not hold any more.

``<source>.seen.json`` stands beside the archive: by ``post_id`` the page that held the post
when it was last found, its thread, and when that page was found without it, else "".
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scraper.archive import now
from scraper.files import write_whole
from scraper.health import load_bounds
from scraper.post import Message
from scraper.removed import Removed
from scraper.rules import DataError

ENDING = ".seen.json"


class Place(NamedTuple):
    """Where one post is: ``page`` and ``thread`` are addresses, ``lost`` a WARC-Date or ""."""

    page: str
    thread: str
    lost: str = ""


def read(folder: Path, source: str) -> dict[str, Place]:
    """Where the posts of *source* are, as the archive in *folder* knows it.

    Raises:
        DataError: the file is damaged.
    """
    path = _path(folder, source)
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return {post_id: Place(*place) for post_id, place in known.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        problem = f"cannot be read ({error}); delete it, the next runs make it again"
        raise DataError(path, "", problem) from error


def pages(known: dict[str, Place], posts: Collection[str]) -> list[str]:
    """The pages of the threads that some *posts* stand in."""
    threads = {place.thread for post_id, place in known.items() if post_id in posts}
    return sorted({place.page for place in known.values() if place.thread in threads})


class Seen:
    """What one run saw of the pages of a source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: dict[str, Place] = {}
        self._held: dict[str, set[str]] = {}

    def page(self, url: str, messages: Iterable[Message]) -> None:
        """The page at *url* holds *messages*; none where it is there no more."""
        held = [message for message in messages if message.text.strip()]
        self._held[url] = {message.thread_url for message in held}
        for message in held:
            place = Place(url, message.thread_url)
            self._found[f"{self._source}:{message.engine_id}"] = place

    def save(self, folder: Path, *, is_sound: bool) -> None:
        """Enter what was seen; what is missing counts as lost where the run *is_sound*.

        A post is lost when all known pages of its thread answered, the one that held it is
        that thread's alone, and it stands nowhere: a feed lets go of what is old. Where more
        are lost at once than ``data/health.toml`` takes for likely, none is.

        Raises:
            DataError: the file is damaged, or the folder cannot be written.
        """
        before = read(folder, self._source)
        known = before | self._found
        lost = set(self._lost(before)) if is_sound else set()
        bounds = load_bounds()
        if len(lost) >= bounds.pages and len(lost) > bounds.lost * len(before):
            lost = set()
        moment = now()
        known |= {post_id: known[post_id]._replace(lost=moment) for post_id in lost}
        write_whole(_path(folder, self._source), json.dumps(known).encode())

    def _lost(self, before: dict[str, Place]) -> Iterator[str]:
        pages, threads = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for place in before.values():
            pages[place.thread].add(place.page)
            threads[place.page].add(place.thread)
        for post_id, place in before.items():
            if post_id in self._found or place.lost or pages[place.thread] - self._held.keys():
                continue
            if threads[place.page] | self._held[place.page] == {place.thread}:
                yield post_id


def forget(folder: Path, removed: Removed) -> None:
    """Take the pages that were *removed* or excluded out of every file in *folder*.

    Raises:
        DataError: a file is damaged, or cannot be written.
    """
    for path in sorted(folder.glob(f"*{ENDING}")):
        known = read(folder, path.name.removesuffix(ENDING))
        kept = {
            post_id: place
            for post_id, place in known.items()
            if not (removed.leaves_out(place.page) or removed.leaves_out(place.thread))
        }
        if len(kept) < len(known):
            write_whole(path, json.dumps(kept).encode())


def _path(folder: Path, source: str) -> Path:
    return folder / f"{source}{ENDING}"
