"""Archives as sources: the same thread from the live web and from an archive, the same posts."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from lxml import html
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from scraper.addresses import Addresses
from scraper.archive import Archive
from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.removed import Removed
from scraper.sources import Source, load_sources
from scraper.specimens import FOLDER, serve
from scraper.specimens import commoncrawl as crawl
from scraper.specimens.cdx import Kept
from scraper.specimens.corner import Query, Reply, redirect
from scraper.specimens.corners import open_corners
from scraper.specimens.server import Host, Specimens
from scraper.specimens.wayback import WaybackMachine

KEY = b"invented authors need no secret key"
MONTH = timedelta(days=30)
THREE = datetime(2019, 3, 3, 3, 3, 3, tzinfo=UTC)
SOURCES = load_sources(FOLDER / "sources.toml")
LIVE = SOURCES["specimen-phpbb"].model_copy(update={"max_pages": 24})
API = SOURCES["specimen-discourse"].model_copy(update={"max_pages": 20})
TOPICS = "phpbb.specimens.example/viewtopic.php*"
STARTS = {
    "commoncrawl": ["http://index.commoncrawl.org/collinfo.json", "http://data.commoncrawl.org/"],
    "wayback": ["http://web.archive.org/cdx/search/cdx", "http://web.archive.org/web/"],
}


def archive_of(engine: str, captures: Sequence[Kept]) -> tuple[Host, ...]:
    """A replica that keeps *captures*; Common Crawl's in a crawl for each month."""
    if engine == "wayback":
        return (WaybackMachine(captures),)
    months: dict[str, list[Kept]] = {}
    for kept in captures:
        months.setdefault(f"CC-MAIN-{kept.moment:%Y-%m}", []).append(kept)
    index = crawl.Index(months)
    return index, index.files


def source(engine: str, pages: Sequence[str] = (TOPICS,), **more: Any) -> Source:
    known = {"name": "old", "title": "Old", "engine": engine, "access": "archive", "delay": 0}
    known |= {"source_kind": "forum", "robots": "", "terms": "", "checked": "2026-01-01"}
    known |= {"start": STARTS.get(engine, []), "pages": pages, "served_by": "phpbb"}
    return Source.model_validate(known | {"of": LIVE.name} | more)


def visit(folder: Path, web: Specimens | None, *sources: Source, **more: Any) -> list[SourceCount]:
    proxy = web.proxy if web else None
    archive, posts = folder / "archive", folder / "posts"
    return collect(sources, archive, posts, key=KEY, agent="Test/1", proxy=proxy, **more)


def rows(folder: Path, name: str = LIVE.name) -> list[dict[str, Any]]:
    text = gzip.decompress((folder / "posts" / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def captured(folder: Path) -> list[str]:
    """The moments of the board's captures, oldest first."""
    return [line.timestamp for line in Archive(folder / "archive").lines(LIVE.name)]


def told(folder: Path) -> list[dict[str, Any]]:
    """The posts but for when they were captured."""
    return [{**row, "captured_at": ""} for row in rows(folder)]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the live board was collected into."""
    folder = tmp_path_factory.mktemp("live")
    with serve() as web:
        visit(folder, web, LIVE)
    return folder


@pytest.fixture(scope="module")
def kept(live: Path) -> list[Kept]:
    """What a crawler elsewhere kept of the board: all that the live walk received."""
    archive = Archive(live / "archive")
    captures = map(archive.read, archive.lines(LIVE.name))
    moments = (THREE + timedelta(seconds=7 * number) for number in range(1000))
    return [
        Kept(c.url, moment, c.payload, dict(c.headers).get("Content-Type", ""), c.status)
        for c, moment in zip(captures, moments, strict=False)
    ]


@pytest.fixture(params=["commoncrawl", "wayback"], scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Serve = Callable[[Sequence[Kept]], Specimens]


@pytest.fixture
def keeping(engine: str) -> Iterator[Serve]:
    """Serves an archive of the given captures until the test ends."""
    opened = []

    def open_web(captures: Sequence[Kept]) -> Specimens:
        opened.append(serve(more=archive_of(engine, captures)))
        return opened[-1].__enter__()

    yield open_web
    for web in opened:
        web.__exit__(None, None, None)


def all_tools_read(folder: Path, engine: str, kept: list[Kept]) -> None:
    """Every topic's capture says when and whence, and is what was kept."""
    [path] = (folder / "archive").glob(f"{LIVE.name}-*.warc.gz")
    checked = [sys.executable, "-m", "warcio.cli", "check", str(path)]
    subprocess.run(checked, check=True)
    topics = {(k.url, k.moment): k.body for k in kept if "viewtopic" in k.url and k.status == 200}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            header = record.rec_headers.get_header
            if record.rec_type != "response":
                continue
            moment = datetime.fromisoformat(header("WARC-Date"))
            assert topics.pop((header("WARC-Target-URI"), moment)) == record.content_stream().read()
            whence = header("WARC-Source-URI")
            assert whence.startswith(STARTS[engine][1])
            assert record.http_headers.get_header("Set-Cookie") is None
            if engine == "commoncrawl":
                assert header("WARC-Source-Range").startswith("bytes=")
    assert not topics


def test_posts_from_an_archive_are_those_of_the_live_web(
    engine: str, keeping: Serve, kept: list[Kept], live: Path, tmp_path: Path
) -> None:
    web = keeping(kept)
    [count] = visit(tmp_path, web, source(engine))
    assert (count.errors, count.reached, count.failed) == ([], True, 0)
    all_tools_read(tmp_path, engine, kept)
    assert told(tmp_path) == told(live)
    assert len(told(live)) > 20
    assert {row["captured_at"][:8] for row in rows(tmp_path)} == {"2019-03-"}
    assert not [visit for visit in web.visits if "specimens.example" in visit[0]]
    assert {status for *_, status in web.visits} & {429, 503}, "it asked to wait, and was heard"

    before = rows(tmp_path)
    asked = len(web.visits)
    [again] = visit(tmp_path, web, source(engine))
    assert (again.fetched, again.new_posts, again.posts) == (0, 0, count.posts)
    assert not [path for _, path, _ in web.visits[asked:] if "id_" in path or "crawl-data" in path]
    (tmp_path / "posts" / f"{LIVE.name}.jsonl.gz").unlink()
    for chosen in (source(engine), LIVE):
        [replayed] = visit(tmp_path, None, chosen, replay=True)
        assert replayed.failed == 0
        assert rows(tmp_path) == before


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that topics of a Discourse forum were collected into by its API."""
    folder = tmp_path_factory.mktemp("topics")
    with serve() as web:
        visit(folder, web, API)
    return folder


def test_pages_of_a_forum_give_the_posts_that_its_api_gives_live(
    engine: str, topics: Path, tmp_path: Path
) -> None:
    live = [{**row, "captured_at": "", "staff": False} for row in rows(topics, API.name)]
    read = {row["thread_url"] for row in live}
    [forum] = [corner for corner in open_corners(FOLDER) if corner.engine == "discourse"]
    threads = [thread for thread in forum.threads if forum.address(thread) in read]
    captures = [
        Kept(forum.address(thread), THREE, forum.answer(forum.path(thread), {}).content)
        for thread in threads
    ]
    pages = source(engine, [f"{forum.host}/t/*"], of=API.name, served_by="discourse")
    with serve(more=archive_of(engine, captures)) as web:
        [count] = visit(tmp_path, web, pages)
    assert count.errors == []
    # whose posts are the staff's, a page for crawlers does not say
    assert [{**row, "captured_at": ""} for row in rows(tmp_path, API.name)] == live
    assert len(live) > len(threads) > 8


def test_pages_of_unknown_engines_are_recognised(kept: list[Kept], tmp_path: Path) -> None:
    forum = next(corner for corner in open_corners(FOLDER) if corner.engine == "discourse")
    [topic] = [t for t in forum.threads if len(t.post) > 2 and t.state == "open"][:1]
    topic_page = forum.answer(forum.path(topic), {}).content
    board_page = next(k for k in kept if "viewtopic" in k.url and k.status == 200)
    captures = [board_page, Kept(forum.address(topic), THREE, topic_page)]
    sought = source("wayback", ["*.specimens.example"], of="", served_by="auto")
    with serve(more=archive_of("wayback", captures)) as web:
        [count] = visit(tmp_path, web, sought)
    assert count.errors == []
    told = rows(tmp_path, "old")
    threads = {row["thread_url"] for row in told}
    assert threads == {board_page.url.partition("&")[0], forum.address(topic)}
    assert [row["position"] for row in told if row["thread_url"] == forum.address(topic)] == [
        place for place, post in enumerate(topic.post, 1) if not post.deleted
    ]


def test_the_live_web_and_an_archive_fill_one_file(
    kept: list[Kept], live: Path, tmp_path: Path
) -> None:
    pages = [k for k in kept if "viewtopic" in k.url and k.status == 200][:3]
    with serve(more=[WaybackMachine(pages)]) as web:
        both = visit(tmp_path, web, LIVE, source("wayback"))
    assert [count.posts > 0 for count in both] == [True, True]
    assert told(tmp_path) == told(live)
    assert {row["captured_at"][:4] for row in rows(tmp_path)} == {f"{datetime.now(UTC):%Y}"}
    assert [moment[:4] for moment in captured(tmp_path)][:3] == ["2019"] * 3


def without_last_post(page: Kept) -> Kept:
    tree = html.fromstring(page.body)
    last = tree.cssselect("div.post")[-1]
    last.drop_tree()
    return replace(page, body=html.tostring(tree, encoding="utf-8"))


def test_the_newest_capture_wins_and_a_post_of_an_older_one_is_kept(
    engine: str, keeping: Serve, kept: list[Kept], live: Path, tmp_path: Path
) -> None:
    posts = told(live)
    [old] = [k for k in kept if k.url == posts[1]["thread_url"]]
    first, last = posts[0], [p for p in posts if p["thread_url"] == old.url][-1]
    words = first["text"].split("\n")[0].split()[0].encode()
    new = without_last_post(replace(old, body=old.body.replace(words, b"Edited", 2)))
    gone = replace(old, moment=THREE + 2 * MONTH, status=404, body=b"gone")
    captures = [old, replace(new, moment=THREE + MONTH), gone]
    web = keeping(captures)
    [count] = visit(tmp_path, web, source(engine))
    assert (len(captured(tmp_path)), count.errors) == (2, [])
    found = {row["post_id"]: row for row in rows(tmp_path)}
    assert found[last["post_id"]]["text"] == last["text"]
    assert found[last["post_id"]]["captured_at"] == f"{old.moment:%Y-%m-%dT%H:%M:%SZ}"
    assert found[first["post_id"]]["captured_at"][:7] == "2019-04"
    assert "Edited" in found[first["post_id"]]["text"]


def test_the_newest_of_each_page_comes_first_where_not_all_may_be_fetched(
    kept: list[Kept], tmp_path: Path
) -> None:
    pages = [k for k in kept if "viewtopic" in k.url and k.status == 200][:3]
    older = [replace(page, moment=page.moment - MONTH, body=page.body + b"\n") for page in pages]
    with serve(more=archive_of("commoncrawl", [*older, *pages])) as web:
        [count] = visit(tmp_path, web, source("commoncrawl", max_pages=4))
    assert count.skipped == 2
    months = [moment[:6] for moment in captured(tmp_path)]
    assert months == ["201902", "201903", "201903", "201903"]


def test_what_is_not_sought_is_not_fetched(
    engine: str, keeping: Serve, kept: list[Kept], tmp_path: Path
) -> None:
    kept = [k for k in kept if "viewtopic" in k.url and k.status == 200][:5]
    topics = sorted({k.url for k in kept})
    elsewhere = replace(kept[0], url="http://other.example/viewtopic.php?t=1")
    picture = Kept(f"{topics[0]}&img=1", THREE, b"\x89PNG", "image/png")
    early = replace(kept[0], url=topics[0], moment=THREE - 24 * MONTH, body=b"early")
    web = keeping([*kept, elsewhere, picture, early])
    secret = Removed(secret="s", addresses=Addresses())
    removed = secret.model_copy(update={"keys": frozenset({secret.hash(topics[-1])})})
    sought = source(engine, since="2018-06", until="2019-12-31")
    [count] = visit(tmp_path, web, sought, removed=removed)
    assert count.errors == []
    fetched = {line.url for line in Archive(tmp_path / "archive").lines(LIVE.name)}
    assert fetched == set(topics) - {topics[-1]}
    assert topics[-1] not in {row["thread_url"] for row in rows(tmp_path)}
    assert count.skipped >= 1


class Elsewhere(WaybackMachine):
    """Sends those who ask for a capture to another one."""

    ways: ClassVar[dict[str, str]] = {}

    def answer(self, path: str, query: Query) -> Reply:
        """What the host answers."""
        way = next((way for start, way in self.ways.items() if path.startswith(start)), None)
        return redirect(f"http://{self.host}{way}") if way else super().answer(path, query)


def test_a_capture_that_is_elsewhere_is_kept_as_what_it_is(
    kept: list[Kept], tmp_path: Path
) -> None:
    one, two, three = [k for k in kept if "viewtopic" in k.url and k.status == 200][:3]
    near = replace(one, moment=one.moment - MONTH, body=one.body + b"\n")
    ways = {
        f"/web/{one.timestamp}": f"/web/{near.timestamp}id_/{near.url}",
        f"/web/{two.timestamp}": f"/web/{three.timestamp}id_/{three.url}",
    }
    archive = type("Lost", (Elsewhere,), {"ways": ways})([near, one, two, three])
    with serve(more=[archive]) as web:
        [count] = visit(tmp_path, web, source("wayback"))
    assert set(captured(tmp_path)) == {near.timestamp, three.timestamp}
    [error] = count.errors
    assert f" of {two.timestamp} cannot be read (leads to another page)" in error


def test_an_archives_robots_txt_is_obeyed(kept: list[Kept], tmp_path: Path) -> None:
    with serve(more=[WaybackMachine(kept, forbidden="/web/")]) as web:
        [count] = visit(tmp_path, web, source("wayback"))
    assert count.refused > 5
    assert not [path for _, path, _ in web.visits if path.startswith("/web/")]


def test_an_archive_that_is_down_is_told_in_one_line(tmp_path: Path) -> None:
    with serve() as web:
        [count] = visit(tmp_path, web, source("wayback"))
    assert (count.reached, count.posts) == (False, 0)
    assert len(count.errors) == 1
    assert f"source[old].start: {STARTS['wayback'][0]}" in count.errors[0]


@pytest.mark.parametrize("asked", [["CC-MAIN-2019-04"], ["CC-MAIN-1999"]])
def test_crawls_are_chosen_by_how_their_names_begin(
    kept: list[Kept], tmp_path: Path, asked: list[str]
) -> None:
    page = next(k for k in kept if "viewtopic" in k.url and k.status == 200)
    months = [page, replace(page, moment=page.moment + MONTH, body=page.body + b"\n")]
    with serve(more=archive_of("commoncrawl", months)) as web:
        [count] = visit(tmp_path, web, source("commoncrawl", crawls=asked))
    named = asked == ["CC-MAIN-2019-04"]
    assert len(captured(tmp_path)) == named
    assert [path for _, path, _ in web.visits if "2019-03" in path] == []
    assert any("names no crawl" in error for error in count.errors) != named


def test_files_of_ones_own_are_a_source(live: Path, tmp_path: Path) -> None:
    for number, path in enumerate((live / "archive").glob("*.warc.gz")):
        (tmp_path / f"old-{number}.warc.gz").write_bytes(path.read_bytes())
    (tmp_path / "old-broken.warc.gz").write_bytes(b"no WARC")
    start = [str(tmp_path / "old-*.warc.gz"), str(tmp_path / "absent.warc")]
    files = source("warc", start=start)
    [count] = visit(tmp_path, None, files)
    assert told(tmp_path) == told(live)
    assert count.fetched > 5
    assert any("old-broken.warc.gz: is no WARC" in error for error in count.errors)
    assert any("there is no file" in error for error in count.errors)
    taken = Archive(tmp_path / "archive").lines(LIVE.name)
    assert {line.url.partition("?")[0] for line in taken} == {
        "http://phpbb.specimens.example/viewtopic.php"
    }
    [again] = visit(tmp_path, None, files)
    assert (again.fetched, again.cached, again.new_posts) == (0, count.fetched, 0)
