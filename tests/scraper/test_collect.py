"""Collecting from real servers on loopback: what is asked, kept, read and told."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from time import sleep, time
from typing import TYPE_CHECKING, Any

import pytest

from scraper.limits import load_limits
from scraper.post import POSTS, Page
from scraper.replay import AT_ONCE
from scraper.rules import DataError
from scraper.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from scraper.counts import SourceCount
    from tests.scraper.conftest import Collect, Place


def rows(folder: Path, name: str = "forum") -> list[dict[str, Any]]:
    text = gzip.decompress((folder / "posts" / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


@dataclass
class Walked:
    """One collect of several forums, each with a trouble of its own."""

    folder: Path
    places: dict[str, Place]
    counts: dict[str, SourceCount]
    dead: str

    def visits(self, name: str, path: str) -> list[int]:
        return [status for asked, status in self.places[name].visits if asked == path]


@pytest.fixture(scope="module")
def walked(
    new_place: Callable[[], Place], collect_into: Collect, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    names = ("forum", "closed", "seconds", "date", "hours", "slow", "long", "strange")
    places = {name: new_place().small() for name in names}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    _trouble(places)
    sources = [place.source(name, langs=["de", "en"]) for name, place in places.items()]
    sources[names.index("long")] = places["long"].source("long", max_pages=2)
    sources.append(places["forum"].source("dead", start=[dead]))
    folder = tmp_path_factory.mktemp("walked")
    counts = collect_into(folder, *sources, file=Path("data/sources.toml"))
    return Walked(folder, places, {count.source: count for count in counts}, dead)


def _trouble(places: dict[str, Place]) -> None:
    answer = places["forum"].answer
    places["closed"].put("/robots.txt", answer(b"", 500))
    for name, when in (("seconds", "1"), ("date", formatdate(time() + 4, usegmt=True))):
        [listing] = places[name].pages["/latest.json"]
        places[name].put("/latest.json", answer(b"", 429, {"Retry-After": when}), listing)
    places["hours"].put("/t/1.json", answer(b"", 503, {"Retry-After": "7200"}))
    places["slow"].put("/robots.txt", answer(b"User-agent: *\nCrawl-delay: 1\n"))
    strange = places["strange"]
    [topic] = strange.pages["/t/1.json"]
    away = f"http://localhost:{strange.server.server_port}/t/2.json"
    strange.put("/robots.txt", answer(b"User-agent: *\nDisallow: /t/3.json\n"))
    strange.listing(1, 2, 3, 4, 5)
    strange.put("/t/1.json", answer(b"", 301, {"Location": "/t/my-account/1.json"}))
    strange.put("/t/my-account/1.json", topic)
    strange.put("/t/2.json", answer(b"", 302, {"Location": away}))
    strange.put("/t/5.json", answer(b"<html>Just a moment</html>"))


def test_posts_hold_what_was_written_and_no_name(walked: Walked) -> None:
    count, posts = walked.counts["forum"], rows(walked.folder)
    assert (count.posts, count.new_posts, count.fetched, count.reached) == (3, 3, 4, True)
    assert [post["post_id"] for post in posts] == ["forum:1-1", "forum:1-2", "forum:2-1"]
    assert all(tuple(post) == POSTS for post in posts)
    assert posts[0]["text"] == "They closed my account in March."
    assert posts[0]["author_key"] == posts[2]["author_key"] != posts[1]["author_key"]
    assert len(posts[0]["author_key"]) == 16
    assert "Teller Number" not in json.dumps(posts)


def test_who_asks_is_said_and_nothing_else(walked: Walked) -> None:
    asked = walked.places["forum"].asked
    assert {headers["User-Agent"] for headers in asked} == {"Test/1 (nobody)"}
    assert {headers["Accept-Language"] for headers in asked} == {"de, en"}
    assert not any("Cookie" in headers or "Referer" in headers for headers in asked)


def test_a_corner_that_robots_txt_forbids_stays_unvisited(walked: Walked) -> None:
    assert walked.counts["strange"].refused == 1
    assert walked.visits("strange", "/t/3.json") == []


def test_redirects_are_followed_on_the_sources_own_hosts_alone(walked: Walked) -> None:
    count = walked.counts["strange"]
    assert (count.posts, walked.visits("strange", "/t/2.json")) == (2, [302])
    assert any("leads to another host)" in error for error in count.errors)


def test_dead_links_and_unreadable_pages_are_told_by_their_address(walked: Walked) -> None:
    count, url = walked.counts["strange"], walked.places["strange"].url
    assert count.failed == len(count.errors) == 3
    place = f"data/sources.toml: source[strange]: {url}"
    assert f"{place}/t/4.json cannot be read (404 Not Found)" in count.errors
    assert any(error.startswith(f"{place}/t/5.json cannot be read") for error in count.errors)


def test_a_failing_robots_txt_forbids_all(walked: Walked) -> None:
    count = walked.counts["closed"]
    assert (count.refused, count.posts, count.reached) == (1, 0, False)
    assert "source[closed].start" in count.errors[0]
    assert "robots.txt" in count.errors[0]
    assert {path for path, _ in walked.places["closed"].visits} == {"/robots.txt"}


@pytest.mark.parametrize("when", ["seconds", "date"])
def test_a_busy_source_is_asked_again_when_it_says(walked: Walked, when: str) -> None:
    count = walked.counts[when]
    assert (count.posts, count.failed, count.refused, count.errors) == (3, 0, 0, [])
    assert walked.visits(when, "/latest.json") == [429, 200]
    place = walked.places[when]
    busy = [status for _, status in place.visits].index(429)
    if when == "seconds":
        assert place.times[busy + 1] - place.times[busy] >= 1


def test_crawl_delay_of_robots_txt_is_kept(walked: Walked) -> None:
    times = walked.places["slow"].times
    assert len(times) == 4
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.9


def test_a_source_that_asks_for_hours_is_left(walked: Walked) -> None:
    assert walked.visits("hours", "/t/1.json") == [503]
    assert walked.visits("hours", "/t/2.json") == []
    assert any("asks to wait 7200 s" in error for error in walked.counts["hours"].errors)


def test_no_more_pages_than_the_source_allows(walked: Walked) -> None:
    assert (walked.counts["long"].posts, walked.counts["long"].skipped) == (2, 1)


def test_an_unreachable_source_is_one_line_and_harms_no_other(walked: Walked) -> None:
    count = walked.counts["dead"]
    assert not count.reached
    assert count.errors == [
        f"data/sources.toml: source[dead].start: {walked.dead}/latest.json cannot be reached "
        "(the connection was refused)"
    ]
    assert not (walked.folder / "posts" / "dead.jsonl.gz").exists()


def test_only_what_changed_is_fetched_and_replay_gives_the_same_bytes(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source, posts = place.small().source(), tmp_path / "posts" / "forum.jsonl.gz"
    collected(source)
    before = posts.read_bytes()
    place.visits.clear()
    [again] = collected(source)
    assert (again.fetched, again.cached, again.posts, again.new_posts) == (0, 4, 3, 0)
    assert {status for _, status in place.visits} == {304}
    assert posts.read_bytes() == before
    assert len(list((tmp_path / "archive").glob("*.warc.gz"))) == 1

    place.thread_page(1, "They closed my account in March, I meant April.")
    [changed] = collected(source)
    assert (changed.fetched, changed.cached, changed.posts, changed.new_posts) == (1, 3, 2, 0)
    assert [post["text"][:20] for post in rows(tmp_path)[:2]] == [
        *("They closed my accou", "Mine closed in May\u2028t")
    ]
    assert len(list((tmp_path / "archive").glob("*.warc.gz"))) == 2

    place.server.shutdown()
    place.visits.clear()
    before = posts.read_bytes()
    collected(source, replay=True)
    assert posts.read_bytes() == before
    shutil.rmtree(posts.parent)
    [count] = collected(source, replay=True)
    assert posts.read_bytes() == before
    assert (count.fetched, count.cached, count.posts, count.failed) == (0, 5, 3, 0)
    assert place.visits == []


def test_a_source_that_went_down_is_not_hidden_by_the_archive(
    new_place: Callable[[], Place],
    collected: Collect,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    place = new_place().small()
    collected(place.source())
    before = (tmp_path / "posts" / "forum.jsonl.gz").read_bytes()
    place.server.server_close()
    [count] = collected(place.source())
    assert (count.reached, count.failed, len(count.errors)) == (False, 1, 1)
    assert (tmp_path / "posts" / "forum.jsonl.gz").read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_sources_on_one_host_are_visited_in_turn_and_kept_apart(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    place.small().listing(1)
    one, two = collected(place.source("one", "/latest"), place.source("two", "/t/2"))
    assert (one.posts, two.posts) == (2, 1)
    asked = [path for path, _ in place.visits]
    assert asked.index("/t/1.json") < asked.index("/t/2.json")
    assert [post["source"] for post in rows(tmp_path, "two")] == ["two"]


def test_a_damaged_posts_file_is_named_and_left(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "posts" / "forum.jsonl.gz"
    path.parent.mkdir()
    path.write_bytes(b"no gzip")
    [count] = collected(place.small().source())
    assert str(path) in count.errors[0]
    assert path.read_bytes() == b"no gzip"
    with pytest.raises(DataError, match=r"forum\.jsonl\.gz"):
        collected(place.source(), replay=True)


def test_a_source_that_is_off_is_not_asked(place: Place, collected: Collect) -> None:
    with pytest.raises(DataError, match=re.escape("source[forum].enabled: is false")):
        collected(place.small().source(enabled=False))
    assert place.visits == []


def test_replay_of_an_empty_archive_says_so(place: Place, collected: Collect) -> None:
    [count] = collected(place.source(), replay=True)
    assert (count.reached, len(count.errors)) == (False, 1)
    assert "source[forum]: the archive has nothing of it" in count.errors[0]


def test_an_interrupted_collect_keeps_what_it_has(place: Place, tmp_path: Path) -> None:
    source = place.small().source(delay=0.5)
    place.listing(*range(1, 9))
    for number in range(3, 9):
        place.thread_page(number, "One more.")
    code = (
        "import sys; from pathlib import Path; from scraper.collect import collect;"
        "from scraper.sources import Source; folder = Path(sys.argv[1]);"
        "collect([Source.model_validate_json(sys.argv[2])], folder / 'archive', folder / 'posts',"
        f"key=b'{'k' * 32}', agent='Test/1')"
    )
    program = [sys.executable, "-c", code, str(tmp_path), source.model_dump_json()]
    with subprocess.Popen(program, start_new_session=True, stderr=subprocess.PIPE) as run:
        while "/t/1.json" not in place.paths():
            sleep(0.05)
            assert run.poll() is None
        os.killpg(run.pid, signal.SIGINT)
        run.communicate()
    assert run.returncode
    found = {post["post_id"] for post in rows(tmp_path)}
    assert {"forum:1-1", "forum:1-2"} <= found
    assert "forum:8-1" not in found
    assert not list((tmp_path / "archive").glob("*.open"))
    assert f"{place.url}/t/1.json" in (tmp_path / "archive" / "index.cdxj").read_text()


def test_an_engine_that_fails_on_a_page_is_named_without_the_pages_words(
    place: Place, collected: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(page: Page, source: Source) -> None:
        raise KeyError("Somebody's words")

    collected(place.small().source())
    monkeypatch.setattr("scraper.engines.discourse.read", fail)
    [count] = collected(place.source(), replay=True)
    assert (count.posts, count.failed) == (0, 3)
    assert all("cannot be read (KeyError in test_collect.py, line" in e for e in count.errors)
    assert "words" not in str(count.errors)


def test_threads_in_which_nothing_stands_do_not_hide_the_others(
    place: Place, collected: Collect
) -> None:
    empty = load_limits().trap.barren + 1
    place.small().listing(*range(1, empty + 3))
    for number in range(1, empty + 1):
        place.thread_page(number)
    place.thread_page(empty + 1, "They closed my account.")
    place.thread_page(empty + 2, "They closed mine too.")
    (count,) = collected(place.source())
    assert (count.posts, count.causes) == (2, {})


def test_a_long_replay_reads_on_all_cores_what_the_walk_read(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    place.small().listing(*range(1, 2 * AT_ONCE))
    for number in range(1, 2 * AT_ONCE):
        place.thread_page(number, f"They closed my account {number} times.")
    place.put("/t/7.json", place.answer(b"{no JSON"))
    (walked,) = collected(place.source())
    posts = tmp_path / "posts" / "forum.jsonl.gz"
    before = posts.read_bytes()
    posts.unlink()
    (replayed,) = collected(place.source(), replay=True)
    assert posts.read_bytes() == before
    assert (
        (replayed.posts, replayed.failed) == (walked.posts, walked.failed) == (2 * AT_ONCE - 2, 1)
    )
    assert replayed.cached == walked.fetched > AT_ONCE
    assert len(replayed.errors) == 1
