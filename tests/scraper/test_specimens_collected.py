"""The specimen web collected by the real spiders, again, and replayed with the web gone."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest

from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.sources import load_sources
from scraper.specimens import FOLDER, serve
from scraper.specimens.corners import open_corners

SOURCES = FOLDER / "sources.toml"


@dataclass
class Run:
    """What one collect gave: counts, posts files by name, visits (host, path, status)."""

    counts: list[SourceCount]
    posts: dict[str, bytes]
    visits: list[tuple[str, str, int]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run, Run]:
    """Collected, collected again, and replayed after the web is gone."""
    folder = tmp_path_factory.mktemp("specimens")

    def visit(proxy: str | None, *, replay: bool = False) -> list[SourceCount]:
        return collect(
            list(load_sources(SOURCES).values()),
            folder / "archive",
            folder / "posts",
            key=b"invented authors need no secret key",
            agent="SuspensionRecord/test",
            file=SOURCES,
            proxy=proxy,
            replay=replay,
        )

    def posts() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((folder / "posts").iterdir())}

    with serve() as web:
        first = Run(visit(web.proxy), posts(), list(web.visits))
        again = Run(visit(web.proxy), posts(), web.visits[len(first.visits) :])
    for path in (folder / "posts").iterdir():
        path.unlink()
    return first, again, Run(visit(None, replay=True), posts(), [])


def by_thread(run: Run) -> dict[str, list[dict[str, Any]]]:
    threads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for content in run.posts.values():
        for line in gzip.decompress(content).decode().splitlines():
            post = json.loads(line)
            threads[post["thread_url"]].append(post)
    return {url: sorted(posts, key=lambda p: p["position"]) for url, posts in threads.items()}


def words(text: str) -> list[str]:
    """The words alone, without the marks by which a thread's file says that they are quoted."""
    return re.sub(r"(?m)^> ?(@.*:$)?", "", text).split()


def test_every_word_that_a_reader_sees_becomes_a_post(runs: tuple[Run, Run, Run]) -> None:
    threads = by_thread(runs[0])
    for corner in open_corners(FOLDER):
        for thread in corner.threads:
            if thread.state not in ("gone", "forbidden"):
                told = [post for post in thread.post if not post.deleted]
                read = threads.pop(corner.address(thread))
                assert [words(post["text"]) for post in read] == [words(p.text) for p in told]
                marked = [any(line.startswith(">") for line in p.text.splitlines()) for p in told]
                assert [bool(post["quotes"]) for post in read] == marked
                days = [f"{p.time:%Y-%m-%dT%H:%M}" for p in told]
                assert [post["published"][:16] for post in read] == days
    assert not threads


def test_what_robots_rule_out_is_not_visited(runs: tuple[Run, Run, Run]) -> None:
    visited = {path for run in runs[:2] for _, path, _ in run.visits}
    for corner in open_corners(FOLDER):
        for thread in corner.threads:
            if thread.state == "forbidden":
                ruled_out = corner.ruled_out(thread)
                assert not [path for path in visited if path.startswith(ruled_out)]


def test_the_first_visit_meets_every_mishap(runs: tuple[Run, Run, Run]) -> None:
    statuses = [status for _, _, status in runs[0].visits]
    assert {status: statuses.count(status) for status in (301, 404, 429)} == {
        301: 1,
        404: 2,
        429: 1,
    }


def test_a_second_collect_is_sent_nothing_again(runs: tuple[Run, Run, Run]) -> None:
    first, again, _ = runs
    assert again.visits
    assert 200 not in {status for _, _, status in again.visits}
    assert again.posts == first.posts


def test_replay_gives_the_same_posts_byte_for_byte(runs: tuple[Run, Run, Run]) -> None:
    assert runs[2].posts == runs[0].posts
