"""Whatever a page holds, an engine reads it or raises EngineError."""

# ruff: noqa: E501 (a line of an answer stays one line)

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from scraper.post import EngineError, Message, Page
from scraper.sources import READABLE, Source

JSON: dict[str, tuple[str, Any]] = {
    "discourse": (
        "/t/7.json",
        {"id": 7, "title": "t", "slug": "t", "post_stream": {"stream": [1], "posts": [
            {"id": 1, "post_number": 1, "cooked": "<p>a</p>", "created_at": "2020-01-01"}]}},
    ),
    "flarum": (
        "/api/posts",
        {"links": {}, "included": [
            {"type": "users", "id": "1", "attributes": {"username": "x"}, "relationships": {"groups": {"data": [{"type": "groups", "id": "4"}]}}},
            {"type": "discussions", "id": "7", "attributes": {"title": "t", "slug": "7-t"}}],
         "data": [{"type": "posts", "id": "1", "attributes": {"number": 1, "contentType": "comment", "contentHtml": "<p>a"},
           "relationships": {"user": {"data": {"type": "users", "id": "1"}}, "discussion": {"data": {"type": "discussions", "id": "7"}}}}]},
    ),
    "forem": (
        "/api/articles/1",
        {"id": 1, "title": "t", "url": "https://any.example/a", "body_html": "<p>a</p>", "user": {"username": "x"}},
    ),
    "hackernews": (
        "/api/v1/items/1",
        {"id": 1, "created_at": "2020-01-01", "type": "story", "text": "<p>a", "children": [
            {"id": 2, "created_at": "2020-01-02", "type": "comment", "text": "b", "children": []}]},
    ),
    "lemmy": (
        "/api/v3/comment/list?post_id=7&page=x",
        {"next_page": "a", "comments": [{"comment": {"id": 1, "content": "> a", "published": "2023-01-01T00:00:00"}, "creator": {"name": "x"},
          "post": {"id": 7, "name": "t", "published": "2023-01-01T00:00:00"}}]},
    ),
    "nodebb": (
        "/api/topic/7/t?page=x",
        {"tid": 7, "slug": "7/t", "title": "t", "pagination": {"next": {"page": 2, "active": True}}, "posts": [
            {"pid": 1, "index": 0, "content": "<p>a", "timestampISO": "2020-01-01", "user": {"username": "x", "selectedGroups": [{"name": "a"}]}}]},
    ),
    "reddit": (
        "/comments/a.json",
        [{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {
            "name": "t3_a", "permalink": "/r/a", "title": "t", "created_utc": 1.0, "selftext": "a"}}]}},
         {"kind": "Listing", "data": {"children": []}}],
    ),
    "stackexchange": (
        "/2.3/questions?site=a.example",
        {"has_more": True, "items": [
            {"question_id": 1, "title": "t", "body": "<p>a", "creation_date": 1, "answer_count": 2}]},
    ),
    "wordpress": (
        "/wp-json/wp/v2/posts?page=1",
        [{"id": 1, "link": "https://any.example/a", "date_gmt": "2020-01-01T00:00:00",
          "title": {"rendered": "t"}, "content": {"rendered": "<p>a</p>"}}],
    ),
}  # fmt: skip
PAGES: dict[str, tuple[str, str]] = {
    "reddit": ("/r/a/comments/b/", '<div class="thing link" data-fullname="t3_b" data-permalink="/r/a/comments/b/"><div class="entry"><p class="tagline"><time datetime="2020-01-01T00:00:00Z"></p><div class="usertext-body"><div class="md">a</div></div></div></div>'),
    "discourse": ("/t/a/7", '<div id="post_1" class="crawler-post"><time datetime="x"></time><div class="post">a</div></div><div id="data-preloaded" data-preloaded="{}"></div>'),
    "article": ("/a", "<html><article><h1>t</h1><p>They closed it.</p></article></html>"),
    "habr": ("/q/7", '<div class="question_full"><a class="user-summary__name">x</a><h1 class="question__title">t</h1><div class="question__text">a</div></div><li id="answer_item_1"><a class="user-summary__name">y</a><div class="answer__text">b</div></li>'),
    "generic": ("/topic/7/?page=2", '<h1>t</h1><div id="p1" class="post"><a href="/user/1/">x</a> <time datetime="2020-01-01T00:00:00Z">1</time><div class="post-content">a <blockquote>b</blockquote></div></div><a href="?page=3">3</a><li><h3><a href="/topic/8/">other</a></h3></li>'),
    "structured": ("/topic/7/", '<script type="application/ld+json">{"@type": "DiscussionForumPosting", "headline": "t", "text": "a", "comment": [{"@type": "Comment", "text": "b"}]}</script><div itemscope itemtype="https://schema.org/Question"><p itemprop="text">a</p><div itemprop="answer" itemscope itemtype="https://schema.org/Answer"><p itemprop="text">b</p></div></div>'),
    "feed": ("/f", '<rss version="2.0"><channel><item><title>t</title><link>/a</link><description>a</description></item></channel></rss>'),
    "blogger": ("/feeds/posts/default", '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>t</title><link href="/a"/><content type="html">a</content></entry></feed>'),
    "ghost": ("/rss/", '<rss version="2.0"><channel><item><title>t</title><link>/a</link><description>a</description></item></channel></rss>'),
    "medium": ("/feed/tag/a", '<rss version="2.0"><channel><item><title>t</title><link>/a</link><description>a</description></item></channel></rss>'),
    "auto": ("/topic/1", '<meta name="generator" content="phpBB"><div id="phpbb"><div id="p1" class="post"><div class="postbody"><div class="content">a</div></div></div></div>'),
    "phpbb": ("/viewtopic.php?t=1", '<div id="p1" class="post"><div class="postbody"><p class="author">x</p><div class="content">a</div></div></div>'),
    "wordpress": ("/a/", '<body class="postid-1"><h1>t</h1><div class="entry-content">a</div><li class="comment" id="comment-1"><p class="comment-content">b</li>'),
    "invision": ("/topic/1-a/", """<h1 class="ipsType_pageTitle">t</h1><article class="cPost"><div id="comment-1_wrap" data-quotedata='{"username":"x","timestamp":1}'><time datetime="2020-01-01T00:00:00Z">1</time><div data-role="commentContent"><blockquote class="ipsQuote">a</blockquote>b</div></div></article><div data-ipspagination-perpage="9"></div>"""),
    "khoros": ("/t5/a/b/td-p/1", """<script type="application/ld+json">{"url":"/1","datePublished":"2020-01-01"}</script><div class="lia-thread-topic" data-lia-message-uid="1"><span class="lia-message-posted-on">01-02-2020 1:00 PM</span><div class="lia-message-body-content"><blockquote><a href="/user/viewprofilepage/1">x</a> wrote:<br>a</blockquote>b</div></div>"""),
    "vbulletin": ("/showthread.php?t=1&page=2", """<div class="smallfont">All times are GMT +5.5.</div><li class="postcontainer" id="post_1"><span class="postdate"><span class="date">01-02-2020, 1:00 PM</span></span><a class="postcounter">#1</a><div id="post_message_1"><blockquote class="postcontent"><div class="bbcode_quote">a</div>b</blockquote></div></li>"""),
    "xenforo": ("/threads/a.1/page-2", """<h1 class="p-title-value">t</h1><li id="post-1"><a class="datePermalink" href="#"><abbr class="DateTime" data-time="1576845638" title="Jan 2, 2020 at 1:00 PM">x</abbr></a><blockquote class="messageText">a<blockquote>b</blockquote></blockquote></li><div class="PageNav" data-page="2" data-last="3"></div>"""),
}  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    {"": None},
    "\ud800",
)
JUNK = (
    b"", b"\x00", b"\xff\xfe\x00\xd8", b"null", b"{}", b"[]", b"[" * 5000, b"<" * 5000, b"<div>" * 3000,
    b"<a href='http://['>x</a>", b"/etc/hostname", b"<?xml version='1.0' encoding='none'?><rss>",
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><item><title>&a;</title><link>/a</link><description>&a; end</description></item></channel></rss>',
    "\u202e\U0001f600".encode("utf-16"), b"<html><meta charset=utf-7><p>+ADw-", b"\x1f\x8b\x08\x00",
)  # fmt: skip


def others(value: object) -> Iterator[object]:
    """*value* with each of its parts replaced by each of OTHERS, one at a time."""
    yield from OTHERS
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: kept for name, kept in value.items() if name != key}
            yield from ({**value, key: other} for other in others(part))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in others(part))


def read(engine: str, path: str, body: bytes) -> None:
    source = Source(
        name="any", title="Any", engine=engine, access="page", start=("https://any.example/",),
        source_kind="forum", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip
    engine_module = import_module(f"scraper.engines.{engine}")
    try:
        reading = engine_module.read(Page("https://any.example" + path, body), source)
    except EngineError:
        return
    assert all(isinstance(message, Message) for message in reading.messages)
    for message in reading.messages:
        assert all(0 <= start < end <= len(message.text) for start, end in message.quotes)
    addresses = [*reading.links, *(message.url for message in reading.messages)]
    addresses += [message.thread_url for message in reading.messages]
    assert all(address.startswith(("https://", "http://")) for address in addresses)


@pytest.mark.parametrize("engine", READABLE)
@pytest.mark.parametrize(
    "path", ["/", "/feed/?paged=x", "/wp-json/wp/v2/comments?page=x", "/t/1.json?page=-1"]
)
def test_junk_is_read_or_refused(engine: str, path: str) -> None:
    for body in JUNK:
        read(engine, path, body)


def test_every_engine_is_tried() -> None:
    assert {*JSON, *PAGES} == {*READABLE}


@pytest.mark.parametrize("engine", JSON)
def test_answers_with_wrong_parts_are_read_or_refused(engine: str) -> None:
    path, answer = JSON[engine]
    for other in others(answer):
        read(engine, path, json.dumps(other).encode())


@pytest.mark.parametrize(
    ("engine", "path", "page"),
    [(engine, *page) for kind in (JSON, PAGES) for engine, page in kind.items()],
)
def test_damaged_pages_are_read_or_refused(engine: str, path: str, page: Any) -> None:
    luck = random.Random(7)
    whole = page.encode() if isinstance(page, str) else json.dumps(page).encode()
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(luck.randint(1, 6)):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        read(engine, path, bytes(damaged[: luck.randint(1, len(damaged))]))
