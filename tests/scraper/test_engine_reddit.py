"""Reddit: listings, comment trees, what was taken away, the public addresses."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from scraper.engines import reddit
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

WWW = "https://www.reddit.com"


def source(*start: str) -> Source:
    return Source(
        name="gigs", title="Gigs", engine="reddit", access="api", start=start or (WWW,),
        source_kind="reddit", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(url: str, answer: object) -> Reading:
    return reddit.read(Page(url, json.dumps(answer).encode()), source())


def listing(*things: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {
        "kind": "Listing",
        "data": {"after": after, "dist": len(things), "children": list(things)},
    }


def submission(number: str = "abc", **more: Any) -> dict[str, Any]:
    data = {
        "id": number, "name": f"t3_{number}", "author": "lantern", "title": "Closed &amp; gone",
        "permalink": f"/r/gigs/comments/{number}/closed_gone/", "created_utc": 1700000000.0,
        "is_self": True, "selftext": "They closed it.", "num_comments": 1, "distinguished": None,
        "selftext_html": "<!-- SC_OFF --><div class=\"md\"><p>They closed it.</p></div><!-- SC_ON -->",
        "removed_by_category": None, **more,
    }  # fmt: skip
    return {"kind": "t3", "data": data}


def comment(number: str, seconds: float, *replies: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = {
        "id": number, "name": f"t1_{number}", "author": f"member_{number}", "body": "Me too.",
        "body_html": '<div class="md"><p>Me too.</p></div>', "created_utc": seconds,
        "permalink": f"/r/gigs/comments/abc/closed_gone/{number}/", "parent_id": "t3_abc",
        "distinguished": None, "replies": listing(*replies) if replies else "", **more,
    }  # fmt: skip
    return {"kind": "t1", "data": data}


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/r/gigs/", "/r/gigs/new.json?limit=100&raw_json=1"),
        ("/r/gigs/top?t=year", "/r/gigs/top.json?t=year&limit=100&raw_json=1"),
        ("/r/gigs/new.json", "/r/gigs/new.json?limit=100&raw_json=1"),
        (
            "/r/gigs/search?q=account%20closed",
            "/r/gigs/search.json?restrict_sr=1&sort=new&q=account+closed&limit=100&raw_json=1",
        ),
        ("/r/gigs/comments/abc/closed_gone/", "/comments/abc.json?limit=500&raw_json=1"),
        ("/comments/abc", "/comments/abc.json?limit=500&raw_json=1"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert reddit.first(source(WWW + start)) == (WWW + asked,)


def test_a_listing_leads_to_threads_and_on_and_reads_what_has_no_replies() -> None:
    things = (submission("abc"), submission("abd", num_comments=0), {"kind": "t5", "data": {}})
    page = read(f"{WWW}/r/gigs/new.json?limit=100&raw_json=1", listing(*things, after="t3_abd"))
    assert [message.engine_id for message in page.messages] == ["t3_abd"]
    assert page.links == (
        f"{WWW}/comments/abc.json?limit=500&raw_json=1",
        f"{WWW}/r/gigs/new.json?limit=100&raw_json=1&after=t3_abd",
    )
    assert read(f"{WWW}/r/gigs/new.json?after=t3_abd", listing()).links == ()


def test_a_thread_gives_its_submission_and_its_comments_by_time() -> None:
    tree = listing(comment("c3", 1700000300, comment("c4", 1700000900)), comment("c2", 1700000600))
    page = read(f"{WWW}/comments/abc.json", [listing(submission()), tree])
    assert [(message.engine_id, message.position) for message in page.messages] == [
        ("t3_abc", 1), ("t1_c3", 2), ("t1_c2", 3), ("t1_c4", 4),
    ]  # fmt: skip
    opening, reply = page.messages[:2]
    assert opening.thread_url == opening.url == f"{WWW}/r/gigs/comments/abc/closed_gone/"
    assert reply.thread_url == opening.url
    assert reply.url == f"{WWW}/r/gigs/comments/abc/closed_gone/c3/"
    assert (opening.author, reply.author) == ("lantern", "member_c3")
    assert opening.published == "2023-11-14T22:13:20+00:00"
    assert opening.title == reply.title == "Closed & gone"
    assert opening.text == "They closed it."
    assert page.links == ()


def test_the_api_host_names_the_public_address() -> None:
    page = read("https://oauth.reddit.com/comments/abc.json", [listing(submission()), listing()])
    assert page.messages[0].url == f"{WWW}/r/gigs/comments/abc/closed_gone/"


@pytest.mark.parametrize("escaped", [False, True])
def test_markdown_quotes_are_marked(escaped: bool) -> None:
    markup = '<div class="md"><blockquote><p>Dear user &amp; friend</p></blockquote><p>said they.</p></div>'
    if escaped:
        markup = markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    thread = [listing(submission(selftext_html=markup)), listing()]
    (message,) = read(f"{WWW}/comments/abc.json", thread).messages
    assert message.text == "Dear user & friend\nsaid they."
    assert [message.text[start:end] for start, end in message.quotes] == ["Dear user & friend"]


@pytest.mark.parametrize(
    "gone", [{"selftext": "[removed]"}, {"removed_by_category": "moderator"}, {"is_self": False}]
)
def test_a_submission_without_its_text_gives_no_message(gone: dict[str, Any]) -> None:
    page = read(
        f"{WWW}/comments/abc.json", [listing(submission(**gone)), listing(comment("c2", 1.0))]
    )
    assert [message.engine_id for message in page.messages] == ["t1_c2"]


def test_a_comment_taken_away_keeps_its_place() -> None:
    tree = listing(
        comment("c2", 1, body="[removed]"), comment("c3", 2), {"kind": "more", "data": {"count": 4}}
    )
    messages = read(f"{WWW}/comments/abc.json", [listing(submission()), tree]).messages
    assert [(message.engine_id, message.position) for message in messages] == [
        ("t3_abc", 1),
        ("t1_c3", 3),
    ]


def test_a_deleted_account_is_nobody_and_its_text_stays() -> None:
    (message,) = read(
        f"{WWW}/comments/abc.json", [listing(submission(author="[deleted]")), listing()]
    ).messages
    assert (message.author, message.text) == ("", "They closed it.")


def test_moderators_are_staff() -> None:
    tree = listing(comment("c2", 1, distinguished="moderator"))
    assert [
        message.staff
        for message in read(f"{WWW}/comments/abc.json", [listing(submission()), tree]).messages
    ] == [False, True]


@pytest.mark.parametrize(
    "answer",
    [
        {"error": 404}, [], [listing(), listing()], {"kind": "t3", "data": {}}, None,
        [listing(submission(created_utc=1e300)), listing()], listing({"kind": "t3", "data": {"name": 3}}),
    ],
)  # fmt: skip
def test_other_answers_are_refused(answer: object) -> None:
    with pytest.raises(EngineError):
        read(f"{WWW}/comments/abc.json", answer)


def old_thing(name: str, author: str, day: str, markup: str, inside: str = "") -> str:
    """A message as old pages have it, with the replies *inside* it."""
    kind = "link self" if name.startswith("t3") else "comment"
    place = "" if kind == "link self" else f"{name[3:]}/"
    title = '<p class="title"><a class="title" href="/r/gigs/">Closed &amp; gone</a></p>'
    return f"""<div class="thing id-{name} {kind}" id="thing_{name}" data-fullname="{name}" data-author="{author}">
    <p class="parent"></p><div class="midcol unvoted"><div class="score">7</div></div>
    <div class="entry unvoted">{title if kind == "link self" else ""}<p class="tagline">
    <a class="author {"moderator" if author == "keeper" else ""}" href="/user/{author}">{author}</a>
    <span class="score unvoted">7 points</span> <time title="{day}" datetime="{day}T00:00:00+00:00">3 years ago</time></p>
    <form class="usertext"><div class="usertext-body"><div class="md">{markup}</div></div></form>
    <ul class="flat-list buttons"><li><a class="bylink" href="https://old.reddit.com/r/gigs/comments/abc/closed_gone/{place}">permalink</a></li></ul>
    </div><div class="child">{inside}</div></div>"""


def new_thing(name: str, author: str, day: str, markup: str, inside: str = "") -> str:
    """The same with the elements of the new pages."""
    when = f"{day}T00:00:00.000000+0000"
    link = f'author="{author}" permalink="/r/gigs/comments/abc/closed_gone/'
    if name.startswith("t3"):
        return f"""<shreddit-post id="{name}" {link}" post-title="Closed &amp; gone" created-timestamp="{when}">
        <h1 slot="title">Closed &amp; gone</h1><div slot="text-body"><div class="md">{markup}</div></div></shreddit-post>"""
    return f"""<shreddit-comment thingid="{name}" {link}{name[3:]}/" created="{when}"><div slot="commentMeta">{author}</div>
    <div slot="comment"><div>{markup}</div></div><div slot="children">{inside}</div></shreddit-comment>"""


@pytest.mark.parametrize("thing", [old_thing, new_thing])
def test_a_page_gives_the_messages_of_the_api(thing: Callable[..., str]) -> None:
    days = ["2023-11-14", "2023-11-15", "2023-11-16", "2023-11-17"]
    seconds = [datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() for day in days]
    quoted = "<blockquote><p>They closed it.</p></blockquote><p>Mine too.</p>"
    api = read(
        f"{WWW}/comments/abc.json",
        [
            listing(submission(created_utc=seconds[0])),
            listing(
                comment("c1", seconds[1], comment("c3", seconds[3], body_html=f'<div class="md">{quoted}</div>')),
                comment("c2", seconds[2], body="[removed]"),
            ),
        ],
    )  # fmt: skip
    inner = thing("t1_c3", "member_c3", days[3], quoted)
    shown = (
        thing("t3_abc", "lantern", days[0], "<p>They closed it.</p>"),
        thing("t1_c1", "member_c1", days[1], "<p>Me too.</p>", inner),
        thing("t1_c2", "[deleted]", days[2], "<p>[removed]</p>"),
    )
    body = f"<!doctype html><html><body>{''.join(shown)}</body></html>".encode()
    url = "https://old.reddit.com/r/gigs/comments/abc/closed_gone/"
    page = reddit.read(Page(url, body), source())
    assert page == api
    assert [message.position for message in page.messages] == [1, 2, 4]
    assert reddit.read(Page(f"{url}c1/", body), source()) == Reading()


def test_old_pages_mark_who_speaks_for_the_place() -> None:
    body = old_thing("t3_abc", "keeper", "2016-01-02", "<p>Rules.</p>").encode()
    [message] = reddit.read(
        Page(f"{WWW}/r/gigs/comments/abc/closed_gone/", body), source()
    ).messages
    assert message.staff


@pytest.mark.parametrize(
    "body", [b"<html><p>Whoa there, pardner!</p></html>", b"<shreddit-comment>"]
)
def test_other_pages_are_refused(body: bytes) -> None:
    with pytest.raises(EngineError):
        reddit.read(Page(f"{WWW}/r/gigs/comments/abc/", body), source())
