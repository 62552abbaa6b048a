"""Lemmy: lists, searches, posts and their comments, in both versions of its API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import lemmy
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://lemmy.example"
SOURCE = Source(
    name="lemmy", title="Lemmy", engine="lemmy", access="api", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip
COMMENTS = f"{BASE}/api/v3/comment/list?post_id=9&type_=All&sort=Old&limit=50&page=1"


def read(path: str, answer: dict[str, Any]) -> Reading:
    return lemmy.read(Page(BASE + path, json.dumps(answer).encode()), SOURCE)


def post(number: int = 9, comments: int = 0, **more: Any) -> dict[str, Any]:
    said = {"id": number, "name": "Closed", "body": "They **closed** it.\n\n> Why?\n\nNo idea."}
    said |= {"published": "2023-04-05T06:07:08.123456Z", "deleted": False, "removed": False}
    counts = {"post_id": number, "comments": comments}
    return {"post": {**said, **more}, "creator": {"id": 1, "name": "Lantern"}, "counts": counts}


def comment(number: int, **more: Any) -> dict[str, Any]:
    said = {"id": number, "content": f"Reply {number}", "path": f"0.{number}", "deleted": False}
    said |= {"published": "2023-04-06T06:07:08.123", "removed": False}
    view = {"comment": {**said, **more}, "creator": {"id": 2, "name": "Keeper"}}
    return {**view, "post": post()["post"], "creator_is_admin": number == 12}


def test_a_list_gives_posts_and_leads_to_their_comments() -> None:
    page = read("/api/v3/post/list?limit=2&page=1", {"posts": [post(9, 3), post(8)]})
    opening = page.messages[0]
    assert (opening.engine_id, opening.position) == ("post-9", 1)
    assert opening.url == opening.thread_url == f"{BASE}/post/9"
    assert opening.author == "Lantern"
    assert opening.published == "2023-04-05T06:07:08.123456Z"
    assert opening.text == "They closed it.\nWhy?\nNo idea."
    assert [opening.text[start:end] for start, end in opening.quotes] == ["Why?"]
    assert page.links == (COMMENTS, f"{BASE}/api/v3/post/list?limit=2&page=2")


def test_a_post_leads_to_its_comments() -> None:
    page = read("/api/v3/post?id=9", {"post_view": post(9, 3), "moderators": []})
    assert [message.engine_id for message in page.messages] == ["post-9"]
    assert page.links == (COMMENTS,)


def test_comments_follow_in_order_and_deleted_ones_keep_their_place() -> None:
    views = [comment(11), comment(12), comment(13, deleted=True), comment(14)]
    page = read("/api/v3/comment/list?post_id=9&limit=4&page=2", {"comments": views})
    assert [(m.engine_id, m.position) for m in page.messages] == [
        ("comment-11", 6),
        ("comment-12", 7),
        ("comment-14", 9),
    ]
    first = page.messages[0]
    assert first.url == f"{BASE}/comment/11"
    assert (first.thread_url, first.title) == (f"{BASE}/post/9", "Closed")
    assert first.published == "2023-04-06T06:07:08.123Z"
    assert [message.staff for message in page.messages] == [False, True, False]
    assert page.links == (f"{BASE}/api/v3/comment/list?post_id=9&limit=4&page=3",)


def test_a_removed_post_gives_no_message() -> None:
    assert read("/api/v3/post?id=9", {"post_view": post(removed=True)}).messages == ()


def test_the_last_page_of_comments_ends_the_walk() -> None:
    assert read("/api/v3/comment/list?post_id=9&page=3", {"comments": []}) == Reading()


def test_version_four_names_times_and_pages_otherwise() -> None:
    said = {"id": 9, "name": "Closed", "published_at": "2026-04-05T06:07:08Z", "comments": 2}
    view = {"post": said, "creator": {"name": "Lantern"}}
    page = read("/api/v4/post/list?limit=50", {"items": [view], "next_page": "P7"})
    assert page.messages[0].published == "2026-04-05T06:07:08Z"
    assert page.messages[0].text == "Closed"
    assert page.links == (
        f"{BASE}/api/v4/comment/list?post_id=9&type_=All&sort=Old&limit=50&page=1",
        f"{BASE}/api/v4/post/list?limit=50&page_cursor=P7&page=2",
    )


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/", "/api/v3/post/list?type_=All&sort=New&limit=50&page=1"),
        ("/c/gigs", "/api/v3/post/list?community_name=gigs&type_=All&sort=New&limit=50&page=1"),
        ("/post/9", "/api/v3/post?id=9"),
        (
            "/search?q=closed",
            "/api/v3/search?q=closed&type_=Posts&listing_type=All&sort=New&limit=50&page=1",
        ),
    ],
)
def test_start_addresses_become_those_of_the_api(start: str, asked: str) -> None:
    assert lemmy.first(SOURCE.model_copy(update={"start": (BASE + start,)})) == (BASE + asked,)


def test_markup_in_markdown_stays_text() -> None:
    view = post(body="a <b>tag</b>")
    assert read("/api/v3/post?id=9", {"post_view": view}).messages[0].text == "a <b>tag</b>"


def test_another_answer_is_refused() -> None:
    with pytest.raises(EngineError):
        read("/api/v3/site", {"site_view": {}})
