"""Forem: tags, articles; and the engines that read as another does."""

from __future__ import annotations

import json

import pytest

from scraper.engines import article, blogger, feed, forem, ghost, medium
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

SITE = "https://devs.example"


def source(start: str = SITE, engine: str = "forem") -> Source:
    return Source(
        name="devs", title="Devs", engine=engine, access="api", start=(start,),
        source_kind="blog", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(path: str, answer: object) -> Reading:
    return forem.read(Page(SITE + path, json.dumps(answer).encode()), source())


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/t/upwork", "/api/articles?tag=upwork&per_page=30&page=1"),
        ("/lantern/closed-3abc", "/api/articles/lantern/closed-3abc"),
        ("/api/articles?tag=upwork", "/api/articles?tag=upwork"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert forem.first(source(SITE + start)) == (SITE + asked,)


def test_a_list_leads_to_its_articles_and_on_while_pages_are_full() -> None:
    path = "/api/articles?tag=upwork&per_page=2&page=1"
    assert read(path, [{"id": 5, "title": "a"}, {"id": 6}]).links == (
        f"{SITE}/api/articles/5",
        f"{SITE}/api/articles/6",
        f"{SITE}/api/articles?tag=upwork&per_page=2&page=2",
    )
    assert read(path, [{"id": 5}]).links == (f"{SITE}/api/articles/5",)


def test_an_article_is_one_message() -> None:
    answer = {
        "id": 5,
        "title": "Closed",
        "url": f"{SITE}/lantern/closed-3abc",
        "body_html": "<p>It said:</p><blockquote><p>Dear user</p></blockquote>",
        "published_timestamp": "2021-02-03T04:05:06Z",
        "comments_count": 3,
        "user": {"name": "A Name", "username": "lantern"},
    }
    (message,) = read("/api/articles/5", answer).messages
    assert (message.engine_id, message.url) == ("5", f"{SITE}/lantern/closed-3abc")
    assert message.text == "It said:\nDear user"
    assert [message.text[start:end] for start, end in message.quotes] == ["Dear user"]
    assert (message.published, message.author) == ("2021-02-03T04:05:06Z", "lantern")
    with pytest.raises(EngineError):
        read("/api/articles/5", {"error": "not found", "status": 404})


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("https://blog.example/", "https://blog.example/feeds/posts/default"),
        (
            "https://blog.example/search/label/upwork",
            "https://blog.example/feeds/posts/default/-/upwork",
        ),
        (
            "https://blog.example/search?q=closed",
            "https://blog.example/feeds/posts/default?q=closed",
        ),
        ("https://blog.example/feeds/posts/default", "https://blog.example/feeds/posts/default"),
    ],
)
def test_a_blog_at_blogger_is_read_by_its_feed(start: str, asked: str) -> None:
    assert blogger.first(source(start, "blogger")) == (asked,)
    assert blogger.read is feed.read


def test_medium_and_ghost_are_read_as_articles() -> None:
    assert medium.read is ghost.read is article.read
