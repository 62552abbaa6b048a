"""Khoros: classic threads, boards and searches, and the data that Aurora's pages carry."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import khoros
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

HOST = "https://board.example"
BASE = f"{HOST}/t5/Work/Closed/"
SOURCE = Source(
    name="board", title="Board", engine="khoros", access="page", start=(HOST,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(url: str, body: str, head: str = "", lang: str = "en") -> Reading:
    page = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return khoros.read(
        Page(url, page.encode(), {"content-type": "text/html;charset=UTF-8"}), SOURCE
    )


def message(
    number: int, content: str = "<p>Text.</p>", place: str = "", rank: str = "New Member",
    date: str = "<span class='local-date'>\u200e01-24-2019</span> <span class='local-time'>03:12 AM</span>",
) -> str:  # fmt: skip
    at = f'<div class="lia-message-position-in-thread">Message <a href="#">{place}</a> of 40</div>'
    return f"""
    <div class="MessageView lia-message-view-forum-message lia-thread-{"topic" if number == 31 else "reply"} lia-message-view-wrapper" data-lia-message-uid="{number}">
      <div class="lia-user-avatar" data-lia-message-uid="{number}"><a href="/t5/user/viewprofilepage/user-id/4"><img alt="Lantern"></a></div>
      <span class="UserName lia-user-name lia-user-rank-{rank.replace(" ", "-")}"><a class="lia-link-navigation lia-page-link lia-user-name-link" href="/t5/user/viewprofilepage/user-id/4"><span>Lantern</span></a></span>
      <div class="lia-message-author-rank">{rank}</div>
      <span class="DateTime lia-message-posted-on">{date}</span> - edited <span class="DateTime lia-message-edited-on">{date}</span>{at if place else ""}
      <div class="lia-message-body"><div class="lia-message-body-content">{content}</div><div class="lia-message-signature">Cheap logos, ask me</div></div>
      <span class="MessageKudosCount">4</span> Kudos
    </div>"""


TITLE = '<h1 class="lia-message-subject-banner">Closed &amp; gone</h1>'
PAGER = f"""
<div class="lia-paging-pager"><a href="{BASE}td-p/31">1</a><a href="{BASE}td-p/31/page/3">3</a>
<li class="lia-paging-page-next lia-component-next"><a class="lia-link-navigation" href="{BASE}td-p/31/page/3">Next</a></li></div>"""


def test_a_thread_gives_its_messages() -> None:
    page = read(f"{BASE}td-p/31", TITLE + message(31) + message(32, rank="Community Manager"))
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}td-p/31"
    assert opening.url == f"{BASE}m-p/31"
    assert (opening.position, reply.position) == (1, 2)
    assert (opening.author, opening.title, opening.text) == ("Lantern", "Closed & gone", "Text.")
    assert opening.published == "2019-01-24T03:12:00"
    assert (opening.staff, reply.staff) == (False, True)
    assert opening.lang == ""
    assert page.links == ()


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<span class='local-friendly-date' title='\u200e01-24-2019 03:12 AM'>2 weeks ago</span>", "2019-01-24T03:12:00"),
        ("<span class='local-date'>\u200eMar 16, 2019</span> <span class='local-time'>03:12:45 PM</span>", "2019-03-16T15:12:45"),
        ("<span class='local-date'>\u200e2019-01-24</span> <span class='local-time'>15:12</span>", "2019-01-24T15:12:00"),
        ("<time datetime='2019-01-24T03:12:00-08:00'>long ago</time>", "2019-01-24T03:12:00-08:00"),
        ("2 weeks ago", ""),
    ],
)  # fmt: skip
def test_times_are_read_as_the_community_writes_them(date: str, published: str) -> None:
    assert read(f"{BASE}td-p/31", message(31, date=date)).messages[0].published == published


def test_a_time_that_is_stated_for_machines_goes_first() -> None:
    facts = {"@context": "https://schema.org", "@type": "DiscussionForumPosting", "url": f"{BASE}td-p/31",
             "datePublished": "2019-01-24T11:12:34.000Z",
             "comment": [{"@type": "Comment", "url": f"{BASE}m-p/32", "datePublished": "2019-01-25T00:00:00+01:00"}]}  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(facts)}</script><script type="application/ld+json">{{</script>'
    times = [m.published for m in read(f"{BASE}td-p/31", message(31) + message(32), head).messages]
    assert times == ["2019-01-24T11:12:34+00:00", "2019-01-25T00:00:00+01:00"]


def test_a_later_page_leads_on_and_back_to_the_opening() -> None:
    body = message(31) + message(51, place="21") + message(52) + PAGER
    page = read(f"{BASE}td-p/31/page/2", body)
    assert [message.position for message in page.messages] == [1, 21, 13]
    assert {message.thread_url for message in page.messages} == {f"{BASE}td-p/31"}
    assert page.links == (f"{BASE}td-p/31", f"{BASE}td-p/31/page/3")


def test_a_thread_asked_for_by_a_reply_is_found_by_its_pager() -> None:
    page = read(f"{BASE}m-p/51?search-result-uid=51", message(51, place="21") + PAGER)
    (reply,) = page.messages
    assert (reply.thread_url, reply.url) == (f"{BASE}td-p/31", f"{BASE}m-p/51")
    assert f"{BASE}td-p/31" in page.links


def test_quotes_are_marked_and_names_left_out() -> None:
    content = (
        '<BLOCKQUOTE><HR /><A href="/t5/user/viewprofilepage/user-id/5" target="_blank">@Somebody</A>&nbsp;wrote:<BR /><P>Account closed,<BR />no reason.</P><HR /></BLOCKQUOTE>'
        '<P>Same here, <A href="/t5/user/viewprofilepage/user-id/5">@Somebody</A>.</P>'
    )
    (found,) = read(f"{BASE}td-p/31", message(31, content)).messages
    assert found.text == "Account closed,\nno reason.\nSame here, @Somebody."
    assert [found.text[start:end] for start, end in found.quotes] == ["Account closed,\nno reason."]


def test_boards_and_searches_lead_to_threads_and_on() -> None:
    body = """
    <tr class="lia-list-row lia-js-data-messageUid-31"><td><h2 class="message-subject"><a class="page-link lia-link-navigation" href="/t5/Work/Closed/td-p/31?x=1">Closed</a></h2></td></tr>
    <div class="lia-message-view-message-search-item" data-lia-message-uid="70"><h2 class="message-subject"><a class="page-link" href="/t5/Work/Found/m-p/70#M4">Found</a></h2>
      <div class="lia-message-body-content">I ordered <span class="lia-search-match-lithium">a</span>...</div></div>
    <li class="lia-paging-page-next lia-component-next"><a class="lia-link-navigation" href="/t5/Jobs/bd-p/jobs/page/2">Next</a></li>"""
    for path in ("/t5/Jobs/bd-p/jobs", "/t5/forums/searchpage/tab/message?q=closed"):
        page = read(HOST + path, body)
        assert not page.messages
        assert page.links == (
            f"{HOST}/t5/Work/Closed/td-p/31",
            f"{HOST}/t5/Work/Found/m-p/70",
            f"{HOST}/t5/Jobs/bd-p/jobs/page/2",
        )


def test_another_page_is_refused() -> None:
    for url in (f"{HOST}/plugins/common/feature/sso", f"{BASE}td-p/31", f"{HOST}/t5/Work/bd-p/w"):
        with pytest.raises(EngineError, match="neither messages nor threads"):
            read(url, "<form><h2>Sign In</h2></form>")


def aurora(state: dict[str, Any], body: str = "") -> str:
    data = json.dumps({"props": {"pageProps": {"apolloState": state}}})
    return f'{body}<script id="__NEXT_DATA__" type="application/json">{data}</script>'


STATE: dict[str, Any] = {
    "Theme:x": {"__typename": "Theme"},
    "User:user:4": {"__typename": "User", "uid": 4, "login": "Lantern", "rank": {"__ref": "Rank:rank:1"}},
    "Rank:rank:1": {"__typename": "Rank", "name": "Community Manager"},
    "ForumReplyMessage:message:33": {
        "__typename": "ForumReplyMessage", "uid": 33, "subject": "Re: Closed", "postTime": "2025-04-14T09:00:00.000-07:00",
        "body": "<blockquote><p>Text.</p></blockquote><p>Same.</p>", "author": {"__ref": "User:user:5"}},
    "ForumReplyMessage:message:32": {
        "__typename": "ForumReplyMessage", "uid": 32, "postTime": "2025-04-14T08:00:00.000-07:00", "body": "<p>Ok.</p>", "author": {"__ref": "User:user:4"}},
    "ForumTopicMessage:message:31": {
        "__typename": "ForumTopicMessage", "uid": 31, "subject": "Closed", "postTime": "2025-04-14T07:18:13.878-07:00", "body": "<p>Text.</p>", "author": {"__ref": "User:user:5"}},
    "ForumTopicMessage:message:7": {
        "__typename": "ForumTopicMessage", "uid": 7, "subject": "Related", "postTime": "2025-01-01T00:00:00.000-07:00", "body": "<p>Else.</p>"},
}  # fmt: skip


def test_an_aurora_page_gives_its_messages() -> None:
    url = f"{HOST}/discussions/jobs/closed/31"
    following = '<a rel="next" href="?after=abc">More</a>'
    page = read(url, aurora(STATE, following))
    opening, first, second = page.messages
    assert (opening.engine_id, opening.thread_url, opening.url) == ("31", url, url)
    assert (opening.title, opening.text, opening.position) == ("Closed", "Text.", 1)
    assert opening.published == "2025-04-14T07:18:13-07:00"
    assert (first.url, first.position) == (f"{url}/replies/32", 2)
    assert (first.author, first.staff) == ("Lantern", True)
    assert (second.text, second.quotes, second.position) == ("Text.\nSame.", ((0, 5),), 3)
    assert page.links == (f"{url}?after=abc",)


def test_an_aurora_board_leads_to_its_threads() -> None:
    body = '<h4 data-testid="MessageSubject"><a data-testid="MessageLink" href="/discussions/jobs/closed/31">Closed</a></h4>'
    page = read(f"{HOST}/category/jobs/discussions/jobs", aurora(STATE, body))
    assert not page.messages
    assert page.links == (f"{HOST}/discussions/jobs/closed/31",)


def test_an_aurora_page_without_messages_is_refused() -> None:
    with pytest.raises(EngineError, match="neither messages nor threads"):
        read(f"{HOST}/discussions/jobs/closed/99", aurora({}))
    with pytest.raises(EngineError, match="carries no data"):
        read(f"{HOST}/x/1", '<script id="__NEXT_DATA__" type="application/json">[]</script>')


def test_aurora_data_with_wrong_parts_is_read_or_refused() -> None:
    url = f"{HOST}/discussions/jobs/closed/31"
    others: tuple[Any, ...] = (None, True, -1, 10**30, "", "\ud800", [], [[]], {}, {"__ref": []})
    for name, entry in STATE.items():
        for other in others:
            changed = [{**STATE, name: other}]
            changed += [{**STATE, name: {**entry, key: other}} for key in entry]
            for state in changed:
                try:
                    page = read(url, aurora(state))
                except EngineError:
                    continue
                assert all(found.thread_url == url for found in page.messages)
