"""Flarum: discussions, posts over pages, tags, searches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import flarum
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example"
SOURCE = Source(
    name="board", title="Board", engine="flarum", access="api", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip
POSTS = (
    f"{BASE}/api/posts?filter%5Bdiscussion%5D=9&sort=number&include=user%2Cuser.groups%2Cdiscussion"
    "&page%5Boffset%5D=0&page%5Blimit%5D=50"
)


def read(path: str, answer: dict[str, Any]) -> Reading:
    kind = {"content-type": "application/vnd.api+json"}
    return flarum.read(Page(BASE + path, json.dumps(answer).encode(), kind), SOURCE)


def post(number: int, markup: str = "<p>Text.</p>", user: str = "3", **more: Any) -> dict[str, Any]:
    said = {"number": number, "createdAt": "2021-04-05T06:07:08+00:00", "contentType": "comment"}
    related = {
        "user": {"data": {"type": "users", "id": user}},
        "discussion": {"data": {"type": "discussions", "id": "9"}},
    }
    attributes = {**said, "contentHtml": markup, "canEdit": False, **more}
    return {
        "type": "posts",
        "id": str(30 + number),
        "attributes": attributes,
        "relationships": related,
    }


def user(number: str, name: str, *groups: str) -> dict[str, Any]:
    linked = [{"type": "groups", "id": group} for group in groups]
    related = {"groups": {"data": linked}}
    said = {"username": name, "displayName": name, "slug": name}
    return {"type": "users", "id": number, "attributes": said, "relationships": related}


def answer(*posts: dict[str, Any], following: str = "") -> dict[str, Any]:
    about = {"title": "Closed & gone", "slug": "9-closed-gone"}
    included = [
        {"type": "discussions", "id": "9", "attributes": about},
        user("3", "Lantern"),
        user("1", "Keeper", "1"),
        {"type": "groups", "id": "1", "attributes": {"nameSingular": "Admin"}},
    ]
    links = {"next": following} if following else {}
    return {"links": links, "data": list(posts), "included": included}


def test_a_discussion_gives_its_posts() -> None:
    quoted = "<blockquote class='uncited'><div><p>Why?</p></div></blockquote><p>It closed.</p>"
    page = read("/api/posts?filter[discussion]=9", answer(post(1), post(2, quoted, user="1")))
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}/d/9-closed-gone"
    assert opening.url == f"{BASE}/d/9-closed-gone/1"
    assert (opening.position, reply.position) == (1, 2)
    assert opening.author == "Lantern"
    assert opening.published == "2021-04-05T06:07:08+00:00"
    assert opening.title == "Closed & gone"
    assert (opening.staff, reply.staff) == (False, True)
    assert [reply.text[start:end] for start, end in reply.quotes] == ["Why?"]


def test_hidden_posts_and_notes_of_the_software_give_no_message() -> None:
    note = post(2, contentType="discussionRenamed", content=["Old", "New"])
    del note["attributes"]["contentHtml"]
    page = read("/api/posts", answer(post(1), note, post(3, isHidden=True), post(4)))
    assert [message.position for message in page.messages] == [1, 4]


def test_a_post_by_a_member_who_left_has_no_author() -> None:
    left = post(1)
    left["relationships"]["user"] = {"data": None}
    assert read("/api/posts", answer(left)).messages[0].author == ""


def test_a_list_leads_to_discussions_and_on() -> None:
    listed = {"type": "discussions", "id": "9", "attributes": {"title": "t", "slug": "9-t"}}
    following = f"{BASE}/api/discussions?page%5Boffset%5D=50"
    page = read("/api/discussions", {"links": {"next": following}, "data": [listed]})
    assert page.links == (POSTS, following)


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/", "sort=-createdAt"),
        ("/t/payouts", "filter%5Btag%5D=payouts&sort=-createdAt"),
        ("/?q=closed", "filter%5Bq%5D=closed&sort=-createdAt"),
        ("/all", "sort=-createdAt"),
    ],
)
def test_start_addresses_become_those_of_the_api(start: str, asked: str) -> None:
    limits = "page%5Boffset%5D=0&page%5Blimit%5D=50"
    [url] = flarum.first(SOURCE.model_copy(update={"start": (BASE + start,)}))
    assert url == f"{BASE}/api/discussions?{asked}&{limits}"


def test_a_discussion_as_start_leads_to_its_posts() -> None:
    start = f"{BASE}/d/9-closed-gone/4"
    assert flarum.first(SOURCE.model_copy(update={"start": (start,)})) == (POSTS,)


def test_another_answer_is_refused() -> None:
    with pytest.raises(EngineError):
        read("/api", {"data": {"type": "forums", "id": "1", "attributes": {"title": "Board"}}})
