"""Discourse: listings, searches, topics over several pages, posts that are not there."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

import pytest

from scraper.engines import discourse
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

HOST = "https://talk.example"


def source(*start: str) -> Source:
    return Source(
        name="talk", title="Talk", engine="discourse", access="api", start=start or (HOST,),
        source_kind="forum", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(path: str, answer: object) -> Reading:
    return discourse.read(Page(HOST + path, json.dumps(answer).encode()), source())


def post(number: int, cooked: str = "<p>Text.</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": 900 + number, "post_number": number, "post_type": 1, "cooked": cooked,
        "username": f"member{number}", "name": "A Name", "created_at": "2024-03-05T06:07:08.901Z",
        "topic_id": 7, "topic_slug": "locked-out", "moderator": False, "admin": False,
        "staff": False, "hidden": False, "user_deleted": False, "deleted_at": None, **more,
    }  # fmt: skip


def topic(*posts: dict[str, Any], total: int = 1, **more: Any) -> dict[str, Any]:
    stream = {"posts": list(posts), "stream": list(range(901, 901 + total))}
    return {
        "id": 7,
        "title": "Locked out & angry",
        "slug": "locked-out",
        "post_stream": stream,
        "chunk_size": 20,
        **more,
    }


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/", "/latest.json"),
        ("", "/latest.json"),
        ("/c/jobs/5", "/c/jobs/5.json"),
        ("/c/jobs/5/l/latest?order=created", "/c/jobs/5/l/latest.json?order=created"),
        ("/tag/upwork", "/tag/upwork.json"),
        ("/search?q=account%20closed", "/search.json?q=account+closed"),
        ("/t/locked-out/7", "/t/7.json"),
        ("/t/locked-out/7/12", "/t/7.json"),
        ("/t/2024-was-bad/7", "/t/7.json"),
        ("/forum/t/locked-out/7", "/forum/t/7.json"),
        ("/forum/", "/forum/latest.json"),
        ("/latest.json?page=3", "/latest.json?page=3"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert discourse.first(source(HOST + start)) == (HOST + asked,)


@pytest.mark.parametrize("more", ["/c/jobs/5/l/latest?page=1", "/c/jobs/5/l/latest.json?page=1"])
def test_a_listing_leads_to_its_topics_and_its_next_page(more: str) -> None:
    listing = {
        "topic_list": {"topics": [{"id": 7, "slug": "a"}, {"id": 8}], "more_topics_url": more}
    }
    reading = read("/c/jobs/5.json", listing)
    assert not reading.messages
    assert reading.links == (
        f"{HOST}/t/7.json",
        f"{HOST}/t/8.json",
        f"{HOST}/c/jobs/5/l/latest.json?page=1",
    )


def test_the_last_listing_page_leads_to_topics_only() -> None:
    assert read("/forum/latest.json", {"topic_list": {"topics": [{"id": 7}]}}).links == (
        f"{HOST}/forum/t/7.json",
    )


def test_a_search_leads_on_while_there_is_more() -> None:
    found = {
        "topics": [{"id": 7}],
        "posts": [],
        "grouped_search_result": {"more_full_page_results": True},
    }
    links = read("/search.json?q=closed", found).links
    assert links == (f"{HOST}/t/7.json", f"{HOST}/search.json?q=closed&page=2")
    found["grouped_search_result"] = {"more_full_page_results": None}
    assert read("/search.json?q=closed&page=2", found).links == (f"{HOST}/t/7.json",)


def test_a_topic_gives_its_posts() -> None:
    opening, reply = read(
        "/t/7.json", topic(post(1), post(2, staff=True, admin=True), total=2)
    ).messages
    assert opening.engine_id == "7-1"
    assert opening.thread_url == f"{HOST}/t/locked-out/7"
    assert (opening.url, reply.url) == (f"{HOST}/t/locked-out/7/1", f"{HOST}/t/locked-out/7/2")
    assert (opening.position, reply.position) == (1, 2)
    assert opening.author == "member1"
    assert opening.published == "2024-03-05T06:07:08Z"
    assert opening.title == reply.title == "Locked out & angry"
    assert (opening.staff, reply.staff) == (False, True)


def test_quotes_of_members_are_marked_and_name_nobody() -> None:
    cooked = (
        '<aside class="quote no-group" data-username="somebody" data-post="1" data-topic="7">'
        '<div class="title"><div class="quote-controls"></div><img class="avatar" src="a.png"> somebody:</div>'
        "<blockquote><p>They closed it.</p></blockquote></aside><p>Mine too.</p>"
        '<aside class="onebox"><header>elsewhere.example</header><p>Some other page</p></aside>'
        '<div class="lightbox-wrapper"><a href="b.png"><img src="b.png"><div class="meta">shot 12 KB</div></a></div>'
        '<p>See <a href="https://a.example">this</a><span class="badge badge-notification">7</span></p>'
    )
    (message,) = read("/t/7.json", topic(post(1, cooked))).messages
    assert message.text == "They closed it.\nMine too.\nSee this"
    assert [message.text[start:end] for start, end in message.quotes] == ["They closed it."]


@pytest.mark.parametrize(
    "gone",
    [
        {"user_deleted": True}, {"hidden": True}, {"deleted_at": "2024-03-06T00:00:00.000Z"},
        {"post_type": 3, "action_code": "closed.enabled"}, {"post_type": 4},
    ],
)  # fmt: skip
def test_posts_that_are_not_there_give_no_message_and_keep_their_number(
    gone: dict[str, Any],
) -> None:
    messages = read("/t/7.json", topic(post(1), post(2, **gone), post(3), total=3)).messages
    assert [message.position for message in messages] == [1, 3]


def test_a_long_topic_goes_on_page_by_page() -> None:
    first = read("/t/7.json", topic(*(post(number) for number in range(1, 21)), total=41))
    assert first.links == (f"{HOST}/t/7.json?page=2",)
    second = read("/t/7.json?page=2", topic(*(post(number) for number in range(21, 41)), total=41))
    assert second.links == (f"{HOST}/t/7.json?page=3",)
    assert [message.position for message in second.messages] == list(range(21, 41))
    assert read("/t/7.json?page=3", topic(post(41), total=41)).links == ()


def test_single_posts_asked_for_by_number_are_read_too() -> None:
    reading = read(
        "/t/7/posts.json?post_ids[]=921", {"id": 7, "post_stream": {"posts": [post(21)]}}
    )
    assert reading.messages[0].thread_url == f"{HOST}/t/locked-out/7"
    assert reading.links == ()


@pytest.mark.parametrize(
    "answer", [{"errors": ["no"]}, [], "text", topic(), {"topic_list": {"topics": [{}]}}]
)
def test_other_answers_are_refused(answer: object) -> None:
    with pytest.raises(EngineError):
        read("/t/7.json", answer)


def page(path: str, body: str) -> Reading:
    return discourse.read(Page(HOST + path, f"<!DOCTYPE html>{body}".encode()), source())


CRAWLED = """<html lang="en"><head><link rel="canonical" href="https://talk.example/t/locked-out/7">
<link rel="next" href="/t/locked-out/7?page=2"></head><body class="crawler">
<div id="topic-title"><h1><a href="/t/locked-out/7">Locked out &amp; angry</a></h1></div>
<div itemscope itemtype="http://schema.org/DiscussionForumPosting">%s</div></body></html>"""


def crawled(number: int, cooked: str) -> str:
    """One post as pages for crawlers have it since 2022."""
    return f"""<div id="post_{number}" itemprop="comment" class="topic-body crawler-post">
    <div class="crawler-post-meta"><span class="creator" itemprop="author" itemscope>
    <a itemprop="url" href="/u/member{number}"><span itemprop="name">member{number}</span></a> (A Name)</span>
    <link itemprop="mainEntityOfPage" href="/t/locked-out/7"><span class="crawler-post-infos">
    <time itemprop="datePublished" datetime="2024-03-05T06:07:08Z" class="post-time">March 5, 2024</time>
    <meta itemprop="dateModified" content="2024-03-06T06:07:08Z"><span itemprop="position">{number}</span>
    </span></div><div class="post" itemprop="text">{cooked}</div>
    <div itemprop="interactionStatistic"><span class="post-likes">3 Likes</span></div></div>"""


def before_2022(number: int, cooked: str) -> str:
    """The same as they had it before: each post a posting of its own, without a number."""
    return f"""<div itemscope itemtype="http://schema.org/DiscussionForumPosting" class="topic-body crawler-post">
    <div class="crawler-post-meta"><span itemprop="author"><a itemprop="url" href="/u/member{number}">
    <span itemprop="name">member{number}</span></a></span><time itemprop="datePublished"
    datetime="2024-03-05T06:07:08Z" class="post-time">March 5, 2024</time><span itemprop="position">{number}</span></div>
    <div class="post" itemprop="articleBody">{cooked}</div></div>"""


QUOTED = (
    '<aside class="quote no-group" data-post="1"><div class="title">somebody:</div><blockquote>'
    "<p>They closed it.</p></blockquote></aside><p>Mine too.</p>"
)
WITHDRAWN = "<p>(post deleted by author)</p>"


@pytest.mark.parametrize("shown", [crawled, before_2022])
def test_a_page_for_crawlers_gives_the_posts_of_the_api(shown: Callable[[int, str], str]) -> None:
    cooked = ["<p>They closed it.</p>", QUOTED, WITHDRAWN, "<p>And mine.</p>"]
    told = [post(number, text) for number, text in enumerate(cooked, 1)]
    told[2]["user_deleted"] = True
    posts = "".join(shown(number, text) for number, text in enumerate(cooked, 1))
    api = read("/t/7.json", topic(*told, total=40))
    assert page("/t/locked-out/7", CRAWLED % posts) == api
    assert [message.position for message in api.messages] == [1, 2, 4]


@pytest.mark.parametrize("element", ["div", "script"])
def test_a_page_for_browsers_carries_the_answer_of_the_api(element: str) -> None:
    answer = topic(
        post(1, "<p>\u201cClosed\u201d &quot;&lt;now&gt;&quot;</p>"), post(2, QUOTED), total=21
    )
    carried = json.dumps({"site": "{}", "topic_7": json.dumps(answer)})
    inside = {
        "div": f'<div class="hidden" id="data-preloaded" data-preloaded="{escape(carried)}"></div>',
        "script": f'<script type="application/json" id="data-preloaded">{carried}</script>',
    }
    reading = page("/t/locked-out/7", f"<html><body>{inside[element]}</body></html>")
    assert reading == read("/t/7.json", answer)


def test_a_list_for_crawlers_leads_to_the_api() -> None:
    rows = "".join(
        f'<tr class="topic-list-item"><td><a itemprop="url" href="/t/a-{n}/{n}" class="title raw-link raw-topic-link">a</a></td></tr>'
        for n in (7, 8)
    )
    body = f'<html><table class="topic-list">{rows}</table><a rel="next" href="/latest?page=1">next</a></html>'
    links = (f"{HOST}/t/7.json", f"{HOST}/t/8.json", f"{HOST}/latest.json?page=1")
    assert page("/latest", body).links == links


@pytest.mark.parametrize(
    "body",
    ["<html><p>Nothing here.</p></html>", '<html><div id="data-preloaded" data-preloaded="{"></div></html>'],
)  # fmt: skip
def test_other_pages_are_refused(body: str) -> None:
    with pytest.raises(EngineError):
        page("/t/locked-out/7", body)
