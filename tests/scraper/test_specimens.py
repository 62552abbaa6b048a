"""The specimen web as a visitor meets it, and its answer key."""

from __future__ import annotations

import csv
import gzip
import http.client
import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.platforms import load_platforms
from pipeline.tables import NUMBER
from scraper.rules import DataError
from scraper.sources import load_sources
from scraper.specimens import FOLDER, Specimens, serve
from scraper.specimens.corners import open_corners
from scraper.specimens.key import answers, columns, negatives
from scraper.specimens.threads import Thread, load_threads

ENGINES = ("articles", "discourse", "phpbb", "reddit", "wordpress")
LANGS = ("en", "es", "ru", "de", "pt", "ja", "fr", "pl", "zh", "id", "hi")


class Answer:
    """A response, its body unpacked."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        body = response.read()
        packed = response.headers.get("Content-Encoding") == "gzip"
        self.body = gzip.decompress(body) if packed else body
        self.text = self.body.decode()


def ask(web: Specimens, url: str, **headers: str) -> Answer:
    """What the web answers to *url*, asked as a client asks its proxy."""
    connection = http.client.HTTPConnection(urlsplit(web.proxy).netloc, timeout=10)
    try:
        connection.request("GET", url, headers=headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def url(engine: str, path: str) -> str:
    return f"http://{engine}.specimens.example{path}"


@pytest.fixture(scope="module")
def web() -> Iterator[Specimens]:
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(FOLDER.parent / "codebook")


NEXT = {
    "articles": r'rel="next" href="([^"]+)',
    "discourse": r'rel="next" href="([^"]+)',
    "phpbb": r'href="\.([^"]+)" rel="next"',
    "reddit": r'href="http://reddit\.specimens\.example([^"]+)" rel="nofollow next"',
    "wordpress": r'href="http://wordpress\.specimens\.example([^"]+)" class="[^"]*-next"',
}


def listed(web: Specimens, engine: str) -> str:
    """All listing pages of an engine, found by following the link to the next one."""
    path = {"phpbb": "/viewforum.php?f=7", "reddit": "/r/gigdesk/"}.get(engine, "/")
    pages = []
    while path:
        pages.append(ask(web, url(engine, path)).text)
        following = re.search(NEXT[engine], pages[-1])
        path = unescape(following[1]) if following else ""
    assert len(pages) >= 2
    return "".join(pages)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_thread() -> list[Thread]:
    return [thread for corner in open_corners(FOLDER) for thread in corner.threads]


def test_every_address_of_the_key_answers_and_shows_its_title(web: Specimens) -> None:
    for corner in open_corners(FOLDER):
        for thread in corner.threads:
            if thread.why or thread.reports:
                answer = ask(web, corner.address(thread))
                if answer.status == 429:
                    answer = ask(web, corner.address(thread))
                assert answer.status == 200, corner.address(thread)
                assert thread.title in unescape(answer.text)


def test_the_key_names_exactly_the_threads_that_are_there() -> None:
    keyed = {row["url"] for name in ("answers.csv", "negatives.csv") for row in rows(name)}
    read = {
        corner.address(thread)
        for corner in open_corners(FOLDER)
        for thread in corner.threads
        if thread.state not in ("gone", "forbidden")
    }
    assert keyed == read


def test_the_committed_key_fits_the_threads() -> None:
    assert (FOLDER / "answers.csv").read_text(encoding="utf-8") == answers(FOLDER)
    assert (FOLDER / "negatives.csv").read_text(encoding="utf-8") == negatives(FOLDER)


def test_the_key_has_the_columns_of_the_codebook(codebook: Codebook) -> None:
    facts = [name for name in codebook.columns if name != "events"]
    assert columns() == (*facts, "edition", "coders", "contested")


def test_the_key_holds_known_codes_only(codebook: Codebook) -> None:
    platforms = load_platforms(FOLDER.parent / "platforms.toml")
    for row in rows("answers.csv"):
        assert row["platform"] in platforms or re.fullmatch(r"other:\w+", row["platform"])
        for name in row.keys() & codebook.columns.keys():
            column = codebook.columns[name]
            where = f"{row['url']} {row['position']} {name}"
            if column.kind in ("code", "codes"):
                codes = row[name].split("|") if row[name] else []
                assert set(codes) <= set(codebook.allowed(name)), where
                assert len(codes) < 2 or column.kind == "codes", where
                if column.order == "list":
                    assert codes == [c for c in codebook.allowed(name) if c in codes], where
            elif column.kind == "number":
                assert re.fullmatch(NUMBER, row[name]), where


def test_what_the_key_covers(codebook: Codebook) -> None:
    told = rows("answers.csv")
    used = {
        name: {code for row in told for code in row[name].split("|")}
        for name in ("reasons", "responses", "action", "notice", "outcome", "teller", "lang")
    }
    assert len(told) >= 120
    assert len(rows("negatives.csv")) >= 120
    assert len(used["reasons"] - {"unknown", "none_stated"}) >= 20
    for name in ("responses", "action", "notice", "outcome", "teller"):
        assert used[name] - {""} == set(codebook.allowed(name)), name
    assert used["lang"] == set(LANGS)
    assert {row["why"] for row in rows("negatives.csv")} == {
        *("advice", "help_page", "marketing", "general_question", "news_general", "other")
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_has_reports_and_as_many_pages_without(engine: str) -> None:
    threads = load_threads(FOLDER, engine)
    telling = sum(bool(thread.reports) for thread in threads)
    silent = sum(bool(thread.why) for thread in threads)
    assert telling >= 5
    assert silent >= 5


def test_some_threads_hold_several_tellings() -> None:
    pages = Counter(row["url"] for row in rows("answers.csv"))
    assert sorted(set(pages.values())) == [1, 2, 3]
    twice = {urlsplit(page).hostname for page, tellings in pages.items() if tellings >= 2}
    assert len(twice) >= 3


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (url("articles", "/"), "/?page=2"),
        (url("discourse", "/latest.json"), "/latest?no_definitions=true&page=1"),
        (url("phpbb", "/viewforum.php?f=7"), "./viewforum.php?f=7&amp;start=6"),
        (url("reddit", "/r/gigdesk/new.json"), '"after":"t3_'),
        (url("wordpress", "/"), url("wordpress", "/page/2/")),
        (url("wordpress", "/feed/"), "<item>"),
        (url("phpbb", "/viewtopic.php?t=203"), "./viewtopic.php?t=203&amp;start=10"),
    ],
)
def test_listings_and_long_threads_lead_on(web: Specimens, first: str, more: str) -> None:
    answer = ask(web, first)
    assert answer.status == 200
    assert more in answer.text


def test_a_long_topic_names_posts_that_its_first_page_leaves_out(web: Specimens) -> None:
    stream = json.loads(ask(web, url("discourse", "/t/102.json")).text)["post_stream"]
    left = stream["stream"][len(stream["posts"]) :]
    assert left
    asked = "&".join(f"post_ids[]={number}" for number in left)
    more = json.loads(ask(web, url("discourse", f"/t/102/posts.json?{asked}")).text)
    assert [post["id"] for post in more["post_stream"]["posts"]] == left


def test_the_blog_api_pages_as_wordpress_does(web: Specimens) -> None:
    api = url("wordpress", "/wp-json/wp/v2/posts?per_page=5")
    first = ask(web, api)
    pages = int(first.headers["X-WP-TotalPages"])
    assert 'rel="next"' in first.headers["Link"]
    last = ask(web, f"{api}&page={pages}")
    assert 'rel="next"' not in last.headers["Link"]
    beyond = ask(web, f"{api}&page={pages + 1}")
    assert beyond.status == 400
    assert json.loads(beyond.text)["code"] == "rest_post_invalid_page_number"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_did_not_change_is_not_sent_again(web: Specimens, engine: str) -> None:
    thread = next(t for t in load_threads(FOLDER, engine) if t.state == "open")
    corner = next(c for c in open_corners(FOLDER) if c.engine == engine)
    address = corner.address(thread)
    first = ask(web, address)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = ask(web, address, **headers)
        assert (again.status, again.body) == (304, b"")
    other = ask(web, address, **{"If-None-Match": 'W/"another"'})
    assert (other.status, other.body) == (200, first.body)


def test_bodies_are_packed_for_whoever_takes_that(web: Specimens) -> None:
    plain = ask(web, url("discourse", "/latest.json"))
    packed = ask(web, url("discourse", "/latest.json"), **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.body == plain.body


def test_the_same_bytes_each_time() -> None:
    pages = [url(engine, "/") for engine in ENGINES if engine != "reddit"]
    pages.append(url("reddit", "/r/gigdesk/new.json"))
    with serve() as one, serve() as other:
        for page in pages:
            first, second = ask(one, page), ask(other, page)
            assert first.body == second.body
            assert first.headers.items() == second.headers.items()


def test_a_busy_page_puts_off_once() -> None:
    with serve() as web:
        topic = url("discourse", "/t/116.json")
        first, second = ask(web, topic), ask(web, topic)
        assert (first.status, first.headers["Retry-After"]) == (429, "1")
        assert second.status == 200
        assert [visit[2] for visit in web.visits] == [429, 200]


def test_a_moved_article_is_listed_under_its_old_address(web: Specimens) -> None:
    thread = next(t for t in load_threads(FOLDER, "articles") if t.state == "moved")
    corner = next(c for c in open_corners(FOLDER) if c.engine == "articles")
    listing = listed(web, "articles")
    old = re.search(r"/p/[0-9a-f]{12}", listing)
    assert old
    assert corner.path(thread) not in listing
    answer = ask(web, url("articles", old[0]))
    assert (answer.status, answer.headers["Location"]) == (301, corner.address(thread))


@pytest.mark.parametrize("engine", ["articles", "discourse"])
def test_a_dead_link_is_listed_and_not_there(web: Specimens, engine: str) -> None:
    corner = next(c for c in open_corners(FOLDER) if c.engine == engine)
    gone = next(thread for thread in corner.threads if thread.state == "gone")
    assert corner.path(gone) in listed(web, engine)
    assert ask(web, corner.address(gone)).status == 404


@pytest.mark.parametrize("engine", ENGINES)
def test_a_forbidden_corner_is_linked_and_ruled_out(web: Specimens, engine: str) -> None:
    corner = next(c for c in open_corners(FOLDER) if c.engine == engine)
    robots = RobotFileParser()
    robots.parse(ask(web, url(engine, "/robots.txt")).text.splitlines())
    for thread in corner.threads:
        allowed = robots.can_fetch("SuspensionRecord", corner.address(thread))
        assert allowed == (thread.state != "forbidden"), corner.address(thread)
    forbidden = next(thread for thread in corner.threads if thread.state == "forbidden")
    assert corner.path(forbidden) in unescape(listed(web, engine))


def test_an_unknown_host_is_refused(web: Specimens) -> None:
    assert ask(web, "http://elsewhere.example/").status == 502


def test_the_sources_begin_at_listings_that_answer(web: Specimens) -> None:
    sources = load_sources(FOLDER / "sources.toml")
    hosts = {host for source in sources.values() for host in source.hosts}
    assert hosts == {corner.host for corner in open_corners(FOLDER)}
    for source in sources.values():
        assert [ask(web, start).status for start in source.start] == [200] * len(source.start)


def test_nobody_is_named_who_could_be_reached() -> None:
    contact = re.compile(
        r"[\w.+-]+@[\w-]+\.\w+"  # a mail address
        r"|\+?\d[\d ()/-]{8,}\d"  # a telephone number
        r"|https?://|www\."
        r"|(upwork|fiverr|freelancer|guru|peopleperhour|reddit)\.com/\S+",
        re.IGNORECASE,
    )
    for thread in every_thread():
        for post in thread.post:
            assert not contact.search(f"{thread.title} {post.author} {post.text}"), thread.slug


def test_a_mistake_in_a_thread_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "threads" / "phpbb"
    folder.mkdir(parents=True)
    file = folder / "no-answer.toml"
    file.write_text(
        'id = 1\ntitle = "T"\n[[post]]\nauthor = "A"\ntime = 2020-01-01T00:00:00Z\ntext = "x"\n'
    )
    with pytest.raises(DataError, match=r"no-answer\.toml: .*either why"):
        load_threads(tmp_path, "phpbb")
    file.write_text(file.read_text().replace("00:00Z", "00:00") + '[post.report]\naction = "x"\n')
    with pytest.raises(DataError, match=r"post\[1\]\.(time|report)"):
        load_threads(tmp_path, "phpbb")


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ('action = "threw me out"', "spans.action: 'threw me out' is not in the teller's posts"),
        ('outcome = "Guru"', "spans.outcome is of no column with a value"),
        ('colour = "Guru"', "spans.colour is of no column with a value"),
    ],
)
def test_words_that_are_not_there_are_refused(tmp_path: Path, spans: str, problem: str) -> None:
    folder = tmp_path / "threads" / "phpbb"
    folder.mkdir(parents=True)
    file = folder / "two-lines.toml"
    told = """
        id = 1
        title = "T"
        [[post]]
        author = "A"
        time = 2020-01-01T00:00:00Z
        text = "Guru let\\nme go"
        [post.report]
        platform = "guru"
        action = "closed"
        [post.report.spans]
        action = "let me go"
    """
    file.write_text(told)
    (thread,) = load_threads(tmp_path, "phpbb")
    assert thread.reports[0][1].named == (("action", "let me go"),)
    file.write_text(told.replace('action = "let me go"', spans))
    with pytest.raises(DataError, match=problem):
        load_threads(tmp_path, "phpbb")
