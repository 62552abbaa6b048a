"""Hacker News: searches, stories with their comments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper import reading
from scraper.engines import hackernews
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

API = "https://hn.algolia.com/api/v1"


def source(*start: str) -> Source:
    return Source(
        name="hn", title="HN", engine="hackernews", access="api", start=start,
        source_kind="forum", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(url: str, answer: object) -> Reading:
    return hackernews.read(Page(url, json.dumps(answer).encode()), source(API))


def item(number: int, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": number, "created_at": f"2020-01-02T03:04:{number:02}.000Z", "author": f"m{number}",
        "type": "comment", "title": None, "url": None, "text": "<p>Me too.", "parent_id": 1,
        "story_id": 1, "children": list(children), **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        (
            "https://hn.algolia.com/?q=account+closed",
            f"{API}/search_by_date?query=account+closed&hitsPerPage=100&page=0",
        ),
        ("https://news.ycombinator.com/item?id=1", f"{API}/items/1"),
        (f"{API}/search?query=upwork&tags=story", f"{API}/search?query=upwork&tags=story"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert hackernews.first(source(start)) == (asked,)


def test_a_search_leads_to_whole_stories_and_on() -> None:
    hits = [{"objectID": "1"}, {"objectID": "9", "story_id": 1}, {"objectID": "8", "story_id": 2}]
    url = f"{API}/search_by_date?query=x&page=0"
    page = read(url, {"hits": hits, "page": 0, "nbPages": 2})
    assert page.links == (
        *(f"{API}/items/{number}" for number in (1, 2)),
        f"{API}/search_by_date?query=x&page=1",
    )
    assert read(url, {"hits": [], "page": 1, "nbPages": 2}).links == ()


def test_a_story_gives_itself_and_its_comments_by_time() -> None:
    deleted = item(4, author=None, text=None)
    tree = (item(3, item(6)), deleted, item(5))
    story = item(1, *tree, type="story", title="Ask HN: closed?", text="They closed it.")
    page = read(f"{API}/items/1", story)
    assert [(each.engine_id, each.position) for each in page.messages] == [
        ("1", 1), ("3", 2), ("5", 4), ("6", 5),
    ]  # fmt: skip
    opening, reply = page.messages[:2]
    assert opening.thread_url == reply.thread_url == "https://news.ycombinator.com/item?id=1"
    assert reply.url == "https://news.ycombinator.com/item?id=3"
    assert (opening.author, opening.text, reply.text) == ("m1", "They closed it.", "Me too.")
    assert reply.title == "Ask HN: closed?"
    assert reply.published == "2020-01-02T03:04:03.000Z"


def test_a_story_that_is_a_link_says_nothing_itself() -> None:
    page = read(f"{API}/items/1", item(1, item(2), type="story", title="News", text=None))
    assert [each.position for each in page.messages] == [2]


def test_a_comment_leads_to_its_story() -> None:
    assert read(f"{API}/items/3", item(3)).links == (f"{API}/items/1",)


@pytest.mark.parametrize("answer", [{"status": 404, "error": "Not Found"}, [], {"hits": [{}]}])
def test_other_answers_are_refused(answer: object) -> None:
    with pytest.raises(EngineError):
        read(f"{API}/items/1", answer)


OWN = "https://hacker-news.firebaseio.com/v0"


@pytest.mark.parametrize(
    ("path", "answer", "links"),
    [
        ("askstories.json", [9, 7], (f"{API}/items/9", f"{API}/items/7")),
        ("item/9.json", {"id": 9, "type": "story", "time": 1, "kids": [10]}, (f"{API}/items/9",)),
        ("item/10.json", {"id": 10, "type": "comment", "parent": 9}, (f"{OWN}/item/9.json",)),
        ("item/11.json", {"id": 11, "type": "story", "deleted": True}, (f"{API}/items/11",)),
        ("item/12.json", None, ()),
    ],
)
def test_the_sites_own_api_leads_to_whole_threads(
    path: str, answer: object, links: tuple[str, ...]
) -> None:
    assert read(f"{OWN}/{path}", answer) == Reading((), links)


def test_a_list_of_the_sites_own_api_is_walked_into_the_search() -> None:
    start = source(f"{OWN}/askstories.json")
    assert hackernews.first(start) == start.start
    assert reading.hosts(start) == {"hacker-news.firebaseio.com", "hn.algolia.com"}
