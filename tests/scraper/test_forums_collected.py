"""The specimen boards of four forum programs, from HTTP to posts."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scraper.sources import load_sources
from scraper.specimens import FOLDER, serve
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import Post, Thread

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect

ENGINES = ("invision", "khoros", "vbulletin", "xenforo")
SHOWS_DELETED = ("vbulletin",)
"""Engines that keep the number of a deleted post and say that it was deleted."""


def posts(folder: Path, source: str) -> list[dict[str, Any]]:
    with gzip.open(folder / "posts" / f"{source}.jsonl.gz", "rt") as file:
        return sorted(map(json.loads, file), key=lambda p: (p["thread_url"], p["position"]))


def words(text: str) -> list[str]:
    return re.sub(r"(?m)^> ?(@.*:$)?", "", text).split()


def quoted(post: Post) -> list[str]:
    """The words of *post* that are not its author's."""
    lines = [line for line in post.text.splitlines() if line.startswith(">")]
    return words("\n".join(lines))


def places(engine: str, thread: Thread) -> list[tuple[int, Post]]:
    """The posts that are there, each with its place as *engine* counts."""
    counted = [post for post in thread.post if engine in SHOWS_DELETED or not post.deleted]
    return [(place, post) for place, post in enumerate(counted, 1) if not post.deleted]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_board_gives_its_posts(engine: str, collected: Collect, tmp_path: Path) -> None:
    file = FOLDER / "sources.toml"
    source = load_sources(file)[f"specimen-{engine}"]
    corner = next(corner for corner in open_corners(FOLDER) if corner.engine == engine)
    with serve() as web:
        (count,) = collected(source, proxy=web.proxy, file=file)
        asked = [path for _, path, _ in web.visits]
    assert not count.errors
    assert len(asked) == len(set(asked))
    found = posts(tmp_path, source.name)
    assert len({post["post_id"] for post in found}) == len(found)
    assert len({post["url"] for post in found}) == len(found)
    for thread in corner.threads:
        told = places(engine, thread)
        read = [post for post in found if post["thread_url"] == corner.address(thread)]
        assert [words(post["text"]) for post in read] == [words(post.text) for _, post in told]
        assert [post["position"] for post in read] == [place for place, _ in told]
        assert {post["title"] for post in read} == {thread.title}
        assert [post["staff"] for post in read] == [post.staff for _, post in told]
        assert [
            words(" ".join(post["text"][start:end] for start, end in post["quotes"]))
            for post in read
        ] == [quoted(post) for _, post in told]
        hours = [post["published"][:16] for post in read]
        assert hours == [f"{post.time:%Y-%m-%dT%H:%M}" for _, post in told]
        zoned = [post["published"].endswith("+00:00") for post in read]
        assert set(zoned) == {engine != "khoros"}
        authors = [post.author for _, post in told]
        keys = [post["author_key"] for post in read]
        assert all(keys)
        assert len(set(keys)) == len(set(authors))
    assert len(found) == sum(len(places(engine, thread)) for thread in corner.threads)
    assert max(len(thread.post) for thread in corner.threads) > 10


@pytest.mark.parametrize("engine", ENGINES)
def test_a_board_begun_at_its_index_gives_the_same(
    engine: str, collected: Collect, tmp_path: Path
) -> None:
    file = FOLDER / "sources.toml"
    source = load_sources(file)[f"specimen-{engine}"]
    with serve() as web:
        collected(source, proxy=web.proxy, file=file)
        whole = posts(tmp_path, source.name)
        index = source.model_copy(update={"start": (f"http://{source.hosts[0]}/",)})
        for kept in (tmp_path / "posts").iterdir():
            kept.unlink()
        collected(index, proxy=web.proxy, file=file)
    assert [post["url"] for post in posts(tmp_path, source.name)] == [p["url"] for p in whole]
