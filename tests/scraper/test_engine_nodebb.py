"""NodeBB: topics over pages, categories with boards below them, tags, searches."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import nodebb
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example"
SOURCE = Source(
    name="board", title="Board", engine="nodebb", access="api", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, answer: dict[str, Any]) -> Reading:
    return nodebb.read(Page(BASE + path, json.dumps(answer).encode()), SOURCE)


def post(number: int, content: str = "<p>Text.</p>", **more: Any) -> dict[str, Any]:
    user = {"username": "Lantern", "displayname": "Lantern", "signature": "Cheap logos"}
    known = {"pid": number, "index": number - 30, "content": content, "user": user, "edited": 0}
    return {**known, "timestampISO": "2021-04-05T06:07:08.000Z", "deleted": False, **more}


def topic(*posts: dict[str, Any], following: int | None = None) -> dict[str, Any]:
    to = {"page": following or 1, "active": bool(following)}
    head = {"tid": 9, "slug": "9/closed-gone", "title": "Closed &amp; gone", "postcount": 40}
    return {**head, "posts": list(posts), "pagination": {"next": to}, "mainPid": 30}


def test_a_topic_gives_its_posts() -> None:
    staff = {"username": "Keeper", "selectedGroups": [{"name": "administrators"}]}
    quoted = '<p><a href="/user/l">@Lantern</a> <a href="/post/30">said</a>:</p><blockquote><p>Why?</p></blockquote><p>It closed.</p>'
    page = read("/api/topic/9/closed-gone", topic(post(30), post(31, quoted, user=staff)))
    opening, reply = page.messages
    assert opening.engine_id == "30"
    assert opening.thread_url == f"{BASE}/topic/9/closed-gone"
    assert opening.url == f"{BASE}/post/30"
    assert (opening.position, reply.position) == (1, 2)
    assert opening.author == "Lantern"
    assert opening.published == "2021-04-05T06:07:08.000Z"
    assert opening.title == "Closed & gone"
    assert opening.text == "Text."
    assert (opening.staff, reply.staff) == (False, True)
    assert reply.text == "Why?\nIt closed."
    assert [reply.text[start:end] for start, end in reply.quotes] == ["Why?"]
    assert page.links == ()


def test_a_deleted_post_keeps_its_place() -> None:
    page = read("/api/topic/9/closed-gone", topic(post(30), post(31, deleted=True), post(32)))
    assert [message.position for message in page.messages] == [1, 3]


def test_a_deleted_topic_gives_nothing() -> None:
    assert read("/api/topic/9/x", {**topic(post(30)), "deleted": True}).messages == ()


def test_a_topic_leads_to_its_next_page() -> None:
    page = read("/api/topic/9/closed-gone?page=2", topic(post(50), following=3))
    assert page.links == (f"{BASE}/api/topic/9/closed-gone?page=3",)


def test_a_category_leads_to_topics_boards_and_its_next_page() -> None:
    answer = {
        "cid": 4,
        "topics": [{"tid": 9, "slug": "9/a"}, {"tid": 8, "slug": "8/b", "deleted": True}],
        "children": [{"cid": 5, "slug": "5/payouts"}],
        "pagination": {"next": {"page": 2, "active": True}},
    }
    assert read("/api/category/4/talk", answer).links == (
        f"{BASE}/api/topic/9/a",
        f"{BASE}/api/category/5/payouts",
        f"{BASE}/api/category/4/talk?page=2",
    )


def test_a_search_leads_to_each_topic_once() -> None:
    hit = {"tid": 9, "topic": {"tid": 9, "slug": "9/a"}}
    page = read("/api/search?term=x", {"posts": [hit, hit, {"tid": 7}], "matchCount": 3})
    assert page.links == (f"{BASE}/api/topic/9/a", f"{BASE}/api/topic/7")


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/", "/api/recent"),
        ("/category/4/talk", "/api/category/4/talk"),
        ("/category/4/talk/20?page=2", "/api/category/4/talk?page=2"),
        ("/forum/topic/9/closed-gone/3", "/forum/api/topic/9/closed-gone"),
        ("/tags/upwork", "/api/tags/upwork"),
        ("/search?term=closed", "/api/search?in=titlesposts&term=closed"),
        ("/api/recent", "/api/recent"),
    ],
)
def test_start_addresses_become_those_of_the_api(start: str, asked: str) -> None:
    assert nodebb.first(SOURCE.model_copy(update={"start": (BASE + start,)})) == (BASE + asked,)


def test_another_answer_is_refused() -> None:
    with pytest.raises(EngineError):
        read("/api/config", {"version": "4.0.0"})
