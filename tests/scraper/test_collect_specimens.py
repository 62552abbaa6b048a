"""The whole specimen web, collected by the real walk through every engine it has."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.robotparser import RobotFileParser

from scraper.foreign import import_warc
from scraper.sources import load_sources
from scraper.specimens import FOLDER, serve
from scraper.specimens.corners import open_corners

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect


def posts(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "posts").glob("*.jsonl.gz"))
    return [json.loads(line) for file in files for line in gzip.open(file, "rt")]


def test_specimens_are_collected_again_and_replayed(collected: Collect, tmp_path: Path) -> None:
    file = FOLDER / "sources.toml"
    sources = load_sources(file).values()
    with serve() as web:
        first = collected(*sources, proxy=web.proxy, file=file)
        once = posts(tmp_path)
        new = len(web.visits)
        again = collected(*sources, proxy=web.proxy, file=file)
    assert all(count.reached and count.fetched for count in first)
    assert {count.fetched for count in again} == {0}
    assert not [visit for visit in web.visits[new:] if visit[2] == 200]
    assert posts(tmp_path) == once

    for corner in open_corners(FOLDER):
        rules = RobotFileParser()
        body = corner.answer("/robots.txt", {}).body
        rules.parse(
            str(body, "utf-8").splitlines() if isinstance(body, bytes) else body.splitlines()
        )
        asked = [path for host, path, _ in web.visits if host == corner.host]
        assert asked
        assert not [path for path in asked if not rules.can_fetch("Test", path)]

    threads = [(corner, thread) for corner in open_corners(FOLDER) for thread in corner.threads]
    found = {post["thread_url"] for post in once}
    there = {
        corner.address(thread)
        for corner, thread in threads
        if thread.state in ("open", "busy", "moved")
    }
    assert there
    assert there <= found

    archive = tmp_path / "archive"
    captures = sorted(archive.glob("*.warc.gz"))
    assert captures
    assert {import_warc(path, archive, list(sources)) for path in captures} == {0}

    for path in (tmp_path / "posts").iterdir():
        path.unlink()
    collected(*sources, replay=True, file=file)
    assert posts(tmp_path) == once
    assert [len(posts(tmp_path)), len({post["post_id"] for post in once})] == [len(once)] * 2
