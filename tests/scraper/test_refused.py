"""What a source does not give out, or its owner wants left out, is not taken, and is counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scraper import reading
from scraper.archive import Archive
from scraper.excluded import Excluded
from scraper.excluded import Place as Excluding
from scraper.foreign import import_warc
from scraper.refusals import Refused
from scraper.removed import Removed

if TYPE_CHECKING:
    from scraper.sources import Source
    from tests.scraper.conftest import Collect, Place

HTML = {"Content-Type": "text/html; charset=utf-8"}
PASSWORD = "<form action='/in'><input type='password' name='p'></form>"


def topic(number: int, head: str = "", text: str = "They closed my account.") -> bytes:
    return (
        f'<html><head><title>My account - A board</title>{head}</head><body><div id="p{number}" '
        f'class="post"><div class="postbody"><p class="author"><strong>x</strong></p>'
        f'<div class="content">{text}</div></div></div>{PASSWORD}</body></html>'
    ).encode()


def board(place: Place, *pages: tuple[bytes, dict[str, str]]) -> Source:
    """A phpBB board that lists *pages*, each a body and its headers, as topics from 1 on."""
    links = "".join(
        f'<a class="topictitle" href="viewtopic.php?t={number}">Topic</a>'
        for number in range(1, len(pages) + 1)
    )
    place.put("/viewforum.php?f=1", place.answer(links.encode(), headers=HTML))
    for number, (body, headers) in enumerate(pages, 1):
        place.put(f"/viewtopic.php?t={number}", place.answer(body, headers={**HTML, **headers}))
    return place.source("board", "/viewforum.php?f=1", engine="phpbb", access="page")


def texts(folder: Path, name: str = "board") -> list[str]:
    path = folder / "posts" / f"{name}.jsonl.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines() if path.exists() else []
    return [json.loads(line)["text"] for line in lines]


def kept(folder: Path) -> set[str]:
    """What the archive holds, as path and query."""
    archive = Archive(folder / "archive")
    urls = (line.url for name in archive.names for line in archive.lines(name))
    return {url.split("/", 3)[3] for url in urls} - {"robots.txt"}


def test_a_page_that_asks_to_be_in_no_index_is_neither_kept_nor_read(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = board(
        place,
        (topic(1, '<meta name="robots" content="noindex, follow">'), {}),
        (topic(2, "<META content=NONE name=Robots>"), {}),
        (topic(3), {"X-Robots-Tag": "noindex"}),
        (topic(4), {"X-Robots-Tag": "none"}),
        (topic(5, '<meta name="SuspensionRecord" content="noindex">'), {}),
        (topic(6, text="Read: the others are not."), {"X-Robots-Tag": "googlebot: noindex"}),
        (topic(7, '<!-- <meta name="robots" content="noindex"> -->', "Read: a comment."), {}),
        (topic(8, text='Read: &lt;meta name="robots" content="noindex"&gt; is text.'), {}),
    )
    [count] = collected(source)
    assert len(texts(tmp_path)) == count.posts == 3
    assert all(text.startswith("Read: ") for text in texts(tmp_path))
    assert (count.refused, count.causes, count.failed) == (5, {"noindex": 5}, 0)
    listed = {f"viewtopic.php?t={number}" for number in (6, 7, 8)}
    assert kept(tmp_path) == {"viewforum.php?f=1", *listed}


def test_a_page_that_asks_not_to_be_archived_is_read_and_not_kept(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    head = '<meta name="robots" content="noarchive">'
    source = board(place, (topic(1, head), {}), (topic(2), {"X-Robots-Tag": "noarchive"}))
    [count] = collected(source)
    assert (count.posts, count.refused) == (2, 0)
    assert kept(tmp_path) == {"viewforum.php?f=1"}


def test_a_page_that_turns_to_noindex_is_read_no_more(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    [before] = collected(board(place, (topic(1), {})))
    [after] = collected(board(place, (topic(1), {"X-Robots-Tag": "noindex"})))
    assert (before.posts, after.posts, after.causes) == (1, 0, {"noindex": 1})


def test_links_that_are_not_to_be_followed_are_not(place: Place, collected: Collect) -> None:
    source = board(place, (topic(1), {}))
    [listing] = place.pages["/viewforum.php?f=1"]
    listing.headers = {**HTML, "X-Robots-Tag": "nofollow"}
    [count] = collected(source)
    assert (count.posts, "/viewtopic.php?t=1" in place.paths()) == (0, False)


def test_noindex_that_wordpress_says_of_itself_forbids_nothing(place: Place) -> None:
    text = {"title": {"rendered": "t"}, "content": {"rendered": "<p>They closed it.</p>"}}
    told = {"id": 1, "link": f"{place.url}/a", "date_gmt": "2026-03-01T00:00:00", **text}
    body = json.dumps([told])
    source = place.source(engine="wordpress")
    headers = {"X-Robots-Tag": "noindex", "Content-Type": "application/json"}
    api = reading.read(f"{place.url}/wp-json/wp/v2/posts", body.encode(), headers, 200, source)
    assert api
    assert len(api.messages) == 1


WALLS: dict[str, list[tuple[str, bytes, dict[str, str]]]] = {
    "login": [
        ("/viewtopic.php?t=1", b"<title>Log in - A board</title>" + PASSWORD.encode(), {}),
        ("/viewtopic.php?t=1", "<title>A board • Вход</title>".encode() + PASSWORD.encode(), {}),
        ("/ucp.php?mode=login&redirect=x", b"<p>Members only", {}),
        ("/users/sign_in", b"", {}),
        ("/t/9", b"<form action='/account/login?x=1'><input name=u><input type=password>", {}),
    ],
    "captcha": [
        ("/t/9", b"<html><title>Just a moment...</title>", {}),
        ("/t/9", b"<html><title>\n Attention Required! | Cloudflare </title>", {}),
        ("/t/9", b"{}", {"cf-mitigated": "challenge"}),
        ("/t/9", b"<html><body><div class='g-recaptcha' data-sitekey=x></div>", {}),
    ],
    "consent": [
        ("/t/9", b"<html><title>Before you continue to A Board</title>", {}),
        ("/cookie-wall?to=t", b"<html>", {}),
        ("/t/9", b"<html><form method=post action='https://a.example/save-consent'>", {}),
    ],
}


@pytest.mark.parametrize(
    ("kind", "path", "body", "headers"),
    [(kind, *wall) for kind, walls in WALLS.items() for wall in walls],
)
def test_a_page_that_stands_before_another_is_known(
    place: Place, kind: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(f"https://a.example{path}", body, headers, 200, place.source(engine="phpbb"))
    assert refusal.value.cause == kind


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_test_for_humans_is_known_whatever_its_status(place: Place, status: int) -> None:
    body, source = b"<title>Just a moment...</title>", place.source(engine="phpbb")
    with pytest.raises(Refused, match="proof that a human is there"):
        reading.read("https://a.example/t/9", body, HTML, status, source)


@pytest.mark.parametrize(
    "title",
    ["Login problems after my ban", "Just a moment please, my account", "Consent of the client"],
)
def test_an_open_page_with_a_form_a_test_or_a_banner_is_read(place: Place, title: str) -> None:
    more = "<div class='g-recaptcha'></div><div id='cookie-wall'></div>"
    body = topic(1).replace(b"My account - A board", title.encode()) + more.encode()
    page = reading.read(
        "https://a.example/viewtopic.php?t=1", body, HTML, 200, place.source(engine="phpbb")
    )
    assert page
    assert len(page.messages) == 1


def test_walls_are_counted_told_and_never_gone_past(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = board(place, (b"<title>Just a moment...</title>", {}), (topic(2), {}), (b"", {}))
    answer = place.answer
    challenge = {**HTML, "cf-mitigated": "challenge"}
    place.put("/viewtopic.php?t=2", answer(b"<html>wait", 503, challenge), answer(topic(2)))
    place.put("/viewtopic.php?t=3", answer(b"", 302, {"Location": "/ucp.php?mode=login"}))
    place.put("/ucp.php?mode=login", answer(PASSWORD.encode(), headers=HTML))
    [count] = collected(source)
    assert count.causes == {"captcha": 2, "login": 1}
    assert (count.refused, count.failed, count.posts) == (3, 0, 0)
    told = "\n".join(count.errors)
    assert told.count("is refused (it asks for proof that a human is there)") == 2
    assert "is refused (it asks for a login)" in told
    assert "/ucp.php?mode=login" not in {path for path, _ in place.visits}
    assert [path for path, _ in place.visits].count("/viewtopic.php?t=2") == 1
    assert kept(tmp_path) == {"viewforum.php?f=1", "viewtopic.php?t=3"}


def excluding(*places: str) -> Removed:
    listed = (Excluding(place=each, date="2026-03-01", why="its owner asked") for each in places)
    return Removed(excluded=Excluded(excluded=tuple(listed)))


@pytest.mark.parametrize(
    ("place", "url", "is_in"),
    [
        ("a.example", "https://a.example/x", True),
        ("a.example", "https://www.a.example/", True),
        ("a.example", "https://b.a.example/", False),
        ("*.a.example", "https://b.a.example/", True),
        ("a.example/private/", "https://a.example/private/1?x", True),
        ("a.example/private/", "https://A.EXAMPLE/pri%76ate/1", True),
        ("a.example/private/", "https://a.example/public/private/", False),
        ("a.example", "http://[broken", False),
    ],
)
def test_places_that_owners_exclude(place: str, url: str, is_in: bool) -> None:
    assert excluding(place).excluded.has(url) == is_in


@pytest.mark.parametrize("place", ["https://a.example", "example", "a.*.example", "*"])
def test_a_place_that_is_none_is_a_mistake(place: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        excluding(place)


def test_an_excluded_page_is_not_asked_for_and_what_was_kept_of_it_goes(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = board(place, (topic(1, text="First."), {}), (topic(2, text="Second."), {}))
    collected(source)
    assert texts(tmp_path) == ["First.", "Second."]
    place.put("/viewtopic.php?t=1", place.answer(b"", 301, {"Location": "/viewtopic.php?t=3"}))
    place.visits.clear()
    removed = excluding("127.0.0.1/viewtopic.php")
    [count] = collected(source, removed=removed)
    assert {path for path, _ in place.visits} == {"/robots.txt", "/viewforum.php?f=1"}
    assert (count.skipped, count.causes) == (2, {"excluded": 2})
    assert texts(tmp_path) == []
    assert kept(tmp_path) == {"viewforum.php?f=1"}


def test_an_excluded_page_is_not_read_from_an_archive(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = board(place, (topic(1), {}))
    collected(source)
    [file] = (tmp_path / "archive").glob("*.warc.gz")
    taken = import_warc(file, tmp_path / "other", [source], excluding("127.0.0.1/viewtopic.php"))
    assert taken == 2  # robots.txt and the list
    [count] = collected(source, removed=excluding("127.0.0.1"), replay=True)
    assert (count.posts, texts(tmp_path)) == (0, [])


def test_the_list_of_excluded_places_is_obeyed_by_itself(
    place: Place, collected: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "data" / "excluded_sources.toml"
    rules.parent.mkdir()
    rules.write_text(
        '[[excluded]]\nplace = "127.0.0.1/viewtopic.php"\ndate = "2026-03-01"\nwhy = "x"\n'
    )
    monkeypatch.chdir(tmp_path)
    [count] = collected(board(place, (topic(1), {})))
    assert (count.posts, count.causes) == (0, {"excluded": 1})


def test_a_host_that_keeps_failing_is_left_for_the_run(place: Place, collected: Collect) -> None:
    source = board(place, *((topic(number), {}) for number in range(1, 6)))
    for number in range(1, 6):
        place.put(f"/viewtopic.php?t={number}", place.answer(b"", 500))
    other = place.source("other", "/viewtopic.php?t=9", engine="phpbb")
    first, second = collected(source, other)
    tried = [path for path, status in place.visits if status == 500]
    assert len(tried) == 5
    assert (first.failed, first.causes) == (1, {"failing host": 4})
    assert first.errors[-1].endswith("its host failed 5 times in a row and is left for this run")
    assert (second.reached, second.causes) == (False, {"failing host": 1})
    assert "/viewtopic.php?t=9" not in [path for path, _ in place.visits]


def test_a_failing_page_is_asked_for_again_after_longer_and_longer(
    place: Place, collected: Collect
) -> None:
    source = board(place, (topic(1), {})).model_copy(update={"delay": 0.3})
    failing = place.answer(b"", 500)
    place.put("/viewtopic.php?t=1", failing, failing, place.answer(topic(1), headers=HTML))
    [count] = collected(source)
    times = [
        moment
        for (path, _), moment in zip(place.visits, place.times, strict=True)
        if path == "/viewtopic.php?t=1"
    ]
    assert (count.posts, count.failed, len(times)) == (1, 0, 3)
    assert times[1] - times[0] >= 0.3
    assert times[2] - times[1] >= 0.6
