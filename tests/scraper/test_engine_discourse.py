"""Discourse: listings, searches, topics over several pages, posts that are not there."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
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
    assert opening.engine_id == "901"
    assert opening.thread_url == f"{HOST}/t/locked-out/7"
    assert (opening.url, reply.url) == (f"{HOST}/t/locked-out/7/1", f"{HOST}/t/locked-out/7/2")
    assert (opening.position, reply.position) == (1, 2)
    assert opening.author == "member1"
    assert opening.published == "2024-03-05T06:07:08.901Z"
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
