"""Collecting from a real server on loopback: what is asked, kept, read and told."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import pytest

from scraper.post import POSTS
from scraper.rules import DataError

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place


def rows(folder: Path, name: str = "forum") -> list[dict[str, Any]]:
    text = gzip.decompress((folder / "posts" / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def forum(place: Place) -> Place:
    """Two topics with three posts, and a robots.txt that allows them."""
    place.put("/robots.txt", place.answer(b"User-agent: *\nDisallow: /private/\n"))
    place.listing(1, 2)
    place.thread_page(1, "They closed my account in March.", "Mine was closed in May\u2028too.")
    place.thread_page(2, "What does a fee of 20 percent mean?")
    return place


def test_posts_hold_what_was_written_and_no_name(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    [count] = collected(forum.source())
    posts = rows(tmp_path)
    assert (count.posts, count.new_posts, count.fetched, count.reached) == (3, 3, 4, True)
    assert [post["post_id"] for post in posts] == ["forum:101", "forum:102", "forum:201"]
    assert all(tuple(post) == POSTS for post in posts)
    assert posts[0]["text"] == "They closed my account in March."
    assert posts[0]["author_key"] == posts[2]["author_key"] != posts[1]["author_key"]
    assert len(posts[0]["author_key"]) == 16
    assert "Teller Number" not in json.dumps(posts)


def test_second_collect_fetches_only_what_changed(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    source = forum.source()
    collected(source)
    before = (tmp_path / "posts" / "forum.jsonl.gz").read_bytes()
    forum.visits.clear()
    [again] = collected(source)
    assert (again.fetched, again.cached, again.posts, again.new_posts) == (0, 4, 3, 0)
    assert {status for _, status in forum.visits} == {304}
    assert (tmp_path / "posts" / "forum.jsonl.gz").read_bytes() == before
    assert len(list((tmp_path / "archive").glob("*.warc.gz"))) == 1

    forum.thread_page(2, "What does a fee of 20 percent mean?", "It is what they keep.")
    [changed] = collected(source)
    assert (changed.fetched, changed.cached, changed.posts, changed.new_posts) == (1, 3, 4, 1)
    assert len(list((tmp_path / "archive").glob("*.warc.gz"))) == 2


def test_replay_with_the_server_down_gives_the_same_bytes(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    source = forum.source()
    collected(source)
    forum.thread_page(1, "They closed my account in March, I meant April.")
    collected(source)
    forum.server.shutdown()
    posts = tmp_path / "posts" / "forum.jsonl.gz"
    before = posts.read_bytes()
    collected(source, replay=True)
    assert posts.read_bytes() == before
    shutil.rmtree(posts.parent)
    [count] = collected(source, replay=True)
    assert posts.read_bytes() == before
    assert (count.fetched, count.posts, count.failed) == (0, 3, 0)
    assert rows(tmp_path)[1]["text"].startswith("Mine was closed")


def test_a_corner_that_robots_txt_forbids_stays_unvisited(forum: Place, collected: Collect) -> None:
    forum.put("/robots.txt", forum.answer(b"User-agent: *\nDisallow: /t/2.json\n"))
    [count] = collected(forum.source())
    assert (count.refused, count.failed, count.posts) == (1, 0, 2)
    assert "/t/2.json" not in [path for path, _ in forum.visits]


def test_a_failing_robots_txt_forbids_all(forum: Place, collected: Collect) -> None:
    forum.put("/robots.txt", forum.answer(b"", 500))
    [count] = collected(forum.source())
    assert (count.refused, count.posts, count.reached) == (1, 0, False)
    assert "source[forum].start" in count.errors[0]
    assert "robots.txt" in count.errors[0]
    assert {path for path, _ in forum.visits} == {"/robots.txt"}


@pytest.mark.parametrize("when", ["seconds", "date"])
def test_a_busy_source_is_asked_again_when_it_says(
    forum: Place, collected: Collect, when: str
) -> None:
    asked = "1" if when == "seconds" else formatdate(time() + 2, usegmt=True)
    [listing] = forum.pages["/latest.json"]
    forum.put("/latest.json", forum.answer(b"", 429, {"Retry-After": asked}), listing)
    [count] = collected(forum.source())
    assert (count.posts, count.failed, count.refused, count.errors) == (3, 0, 0, [])
    assert [status for path, status in forum.visits if path == "/latest.json"] == [429, 200]


def test_a_source_that_asks_for_hours_is_left(forum: Place, collected: Collect) -> None:
    forum.put("/t/1.json", forum.answer(b"", 503, {"Retry-After": "7200"}))
    [count] = collected(forum.source())
    assert len([path for path, _ in forum.visits if path == "/t/1.json"]) == 1
    assert any("asks to wait 7200 s" in error for error in count.errors)


def test_redirects_are_followed_and_dead_links_told(forum: Place, collected: Collect) -> None:
    [topic] = forum.pages["/t/1.json"]
    forum.put("/t/1.json", forum.answer(b"", 301, {"Location": "/t/my-account/1.json"}))
    forum.put("/t/my-account/1.json", topic)
    forum.listing(1, 2, 3)
    [count] = collected(forum.source())
    assert (count.posts, count.failed) == (3, 1)
    assert len(count.errors) == 1
    assert "/t/3.json cannot be read (404 Not Found)" in count.errors[0]


def test_links_and_redirects_to_other_hosts_are_left(forum: Place, collected: Collect) -> None:
    elsewhere = f"http://localhost:{forum.server.server_port}/t/2.json"
    forum.put("/t/2.json", forum.answer(b"", 302, {"Location": elsewhere}))
    [count] = collected(forum.source())
    assert (count.posts, count.failed) == (2, 1)
    assert "localhost" in count.errors[0]
    assert [status for path, status in forum.visits if path == "/t/2.json"] == [302]


def test_no_more_pages_than_the_source_allows(forum: Place, collected: Collect) -> None:
    [count] = collected(forum.source(max_pages=2))
    assert (count.posts, count.skipped) == (2, 1)


def test_an_unreachable_source_is_one_line_and_harms_no_other(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    there, gone = collected(
        forum.source(), forum.source("gone", start=[dead]), file=Path("data/sources.toml")
    )
    assert (there.posts, there.reached, there.errors) == (3, True, [])
    assert not gone.reached
    assert gone.errors == [
        f"data/sources.toml: source[gone].start: {dead}/latest.json cannot be reached "
        "(the connection was refused)"
    ]
    assert not (tmp_path / "posts" / "gone.jsonl.gz").exists()


def test_a_source_that_went_down_is_not_hidden_by_the_archive(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    source = forum.source()
    collected(source)
    before = (tmp_path / "posts" / "forum.jsonl.gz").read_bytes()
    forum.server.shutdown()
    forum.server.server_close()
    [count] = collected(source)
    assert (count.reached, count.failed) == (False, 1)
    assert (tmp_path / "posts" / "forum.jsonl.gz").read_bytes() == before


def test_a_page_that_the_engine_cannot_read_is_told_by_its_address(
    forum: Place, collected: Collect
) -> None:
    forum.put("/t/1.json", forum.answer(b"<html>Just a moment</html>"))
    [count] = collected(forum.source())
    assert (count.posts, count.failed) == (1, 1)
    assert f"source[forum]: {forum.url}/t/1.json cannot be read" in count.errors[0]


def test_sources_on_one_host_are_visited_in_turn_and_kept_apart(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    forum.listing(1)
    one, two = collected(forum.source("one", "/latest"), forum.source("two", "/t/2"))
    assert (one.posts, two.posts) == (2, 1)
    asked = [path for path, _ in forum.visits]
    assert asked.index("/t/1.json") < asked.index("/t/2.json")
    assert [post["source"] for post in rows(tmp_path, "two")] == ["two"]


def test_who_asks_is_said_and_nothing_else(forum: Place, collected: Collect) -> None:
    collected(forum.source(langs=["de", "en"]))
    assert {headers["User-Agent"] for headers in forum.asked} == {"Test/1 (nobody)"}
    assert {headers["Accept-Language"] for headers in forum.asked} == {"de, en"}
    assert not any("Cookie" in headers or "Referer" in headers for headers in forum.asked)


def test_a_damaged_posts_file_is_named_and_left(
    forum: Place, collected: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "posts" / "forum.jsonl.gz"
    path.parent.mkdir()
    path.write_bytes(b"no gzip")
    [count] = collected(forum.source())
    assert str(path) in count.errors[0]
    assert path.read_bytes() == b"no gzip"
    with pytest.raises(DataError, match=r"forum\.jsonl\.gz"):
        collected(forum.source(), replay=True)
