"""XenForo 1 and 2: threads over pages, forums, searches, quotes, what is not the author's."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import xenforo
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example/community/"
SOURCE = Source(
    name="board", title="Board", engine="xenforo", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, body: str, head: str = "", lang: str = "en-US") -> Reading:
    page = (
        f'<!DOCTYPE html><html id="XF" lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    )
    return xenforo.read(
        Page(BASE + path, page.encode(), {"content-type": "text/html; charset=utf-8"}), SOURCE
    )


def second(number: int, content: str = "Text.", extra: str = "", banner: str = "") -> str:
    """A post of XenForo 2."""
    return f"""
    <article class="message message--post js-post js-inlineModContainer {extra}" data-author="Lantern" data-content="post-{number}" id="js-post-{number}">
      <span class="u-anchorTarget" id="post-{number}"></span>
      <div class="message-inner"><div class="message-cell message-cell--user"><section class="message-user">
        <h4 class="message-name"><a href="/community/members/lantern.4/" class="username" data-user-id="4">Lantern</a></h4>
        <h5 class="userTitle message-userTitle">Well-known member</h5>{banner}</section></div>
      <div class="message-cell message-cell--main"><header class="message-attribution">
        <ul class="message-attribution-main"><li><a href="/community/threads/closed.9/post-{number}"><time class="u-dt" datetime="2020-01-02T03:04:05+0100" data-timestamp="1577930645">Jan 2, 2020</time></a></li></ul>
        <ul class="message-attribution-opposite"><li><a href="/community/threads/closed.9/post-{number}">#1,{number}</a></li></ul></header>
        <div class="message-content"><div class="message-userContent"><article class="message-body js-selectToQuote">
          <div class="bbWrapper">{content}</div><div class="js-selectToQuoteEnd">&nbsp;</div></article></div>
          <div class="message-lastEdit">Last edited: <time datetime="2020-02-02T00:00:00+0100">Feb 2</time></div>
          <aside class="message-signature"><div class="bbWrapper">Cheap logos, ask me</div></aside></div>
        <footer class="message-footer"><a class="reactionsBar-link"><bdi>Somebody</bdi> and 4 others</a></footer>
      </div></div>
    </article>"""


def first(
    number: int, content: str = "Text.", extra: str = "", date: str = "", banner: str = ""
) -> str:
    """A post of XenForo 1."""
    date = date or '<span class="DateTime" title="Jan 2, 2013 at 3:12 PM">Jan 2, 2013</span>'
    return f"""
    <li id="post-{number}" class="message {extra}" data-author="Lantern">
      <div class="messageUserInfo"><h3 class="userText"><a href="members/lantern.4/" class="username">Lantern</a>
        <em class="userTitle">Active Member</em></h3>{banner}</div>
      <div class="messageInfo primaryContent"><div class="messageContent"><article>
        <blockquote class="messageText SelectQuoteContainer ugc baseHtml">{content}<div class="messageTextEndMarker">&nbsp;</div></blockquote></article></div>
        <div class="editDate">Last edited: <span class="DateTime" title="Feb 2, 2013 at 1:00 PM">Feb 2, 2013</span></div>
        <div class="baseHtml signature messageText ugc"><aside>Cheap logos, ask me</aside></div>
        <div class="messageMeta"><div class="privateControls"><span class="item muted"><span class="authorEnd"><a class="username author">Lantern</a>,</span>
          <a href="threads/closed.9/#post-{number}" title="Permalink" class="datePermalink">{date}</a></span></div>
          <div class="publicControls"><a href="threads/closed.9/#post-{number}" title="Permalink" class="item muted postNumber hashPermalink">#{number}</a></div></div>
      </div>
    </li>"""


def test_a_thread_of_the_second_xenforo_gives_its_posts() -> None:
    title = '<h1 class="p-title-value"><a class="labelLink"><span class="label label--red">Upset</span></a><span class="label-append">&nbsp;</span>Closed &amp; gone</h1>'
    banner = '<div class="userBanner userBanner--staff message-userBanner"><strong>Staff member</strong></div>'
    page = read("threads/closed.9/", title + second(31) + second(32, banner=banner))
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}threads/closed.9/"
    assert opening.url == f"{BASE}threads/closed.9/post-31"
    assert (opening.position, reply.position) == (131, 132)
    assert opening.author == "Lantern"
    assert opening.published == "2020-01-02T03:04:05+01:00"
    assert opening.title == "Closed & gone"
    assert opening.text == "Text."
    assert opening.lang == ""
    assert (opening.staff, reply.staff) == (False, True)
    assert page.links == ()


def test_a_thread_of_the_first_xenforo_gives_its_posts() -> None:
    recent = '<abbr class="DateTime" data-time="1576845638" title="Dec 20, 2019 at 12:40 PM">35 minutes ago</abbr>'
    banner = '<em class="userBanner bannerStaff wrapped"><strong>Teammitglied</strong></em>'
    body = (
        '<div class="titleBar"><h1>Closed</h1></div><ol class="messageList">'
        + first(3)
        + first(4, date=recent, banner=banner)
        + "</ol>"
    )
    opening, reply = read("threads/closed.9/", body, f'<base href="{BASE}">').messages
    assert (opening.title, opening.text, opening.quotes) == ("Closed", "Text.", ())
    assert (opening.position, opening.published) == (3, "2013-01-02T15:12:00")
    assert opening.url == f"{BASE}threads/closed.9/#post-3"
    assert reply.published == "2019-12-20T12:40:38+00:00"
    assert (opening.staff, reply.staff) == (False, True)


def test_quotes_are_marked_in_both() -> None:
    newer = (
        '<blockquote data-quote="Somebody" class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote">'
        '<div class="bbCodeBlock-title"><a class="bbCodeBlock-sourceJump">Somebody said:</a></div><div class="bbCodeBlock-content">'
        '<div class="bbCodeBlock-expandContent">Account closed,<br>no reason.</div><div class="bbCodeBlock-expandLink"><a>Click to expand...</a></div></div></blockquote>'
        'Same here. <div class="bbCodeBlock bbCodeBlock--unfurl"><a>A page elsewhere</a></div>'
    )
    older = (
        '<div class="bbCodeBlock bbCodeQuote" data-author="Somebody"><aside><div class="attribution type">Somebody said: <a class="AttributionLink">↑</a></div>'
        '<blockquote class="quoteContainer"><div class="quote">Account closed,<br>no reason.</div><div class="quoteExpand">Click to expand...</div></blockquote></aside></div>Same here.'
    )
    for body in (second(1, newer), first(1, older)):
        (message,) = read("threads/closed.9/", body).messages
        assert message.text == "Account closed,\nno reason.\nSame here."
        assert [message.text[start:end] for start, end in message.quotes] == [
            "Account closed,\nno reason."
        ]


def test_deleted_posts_give_no_message() -> None:
    gone = '<div class="message message--simple message--deleted js-post" id="js-post-2"><div class="messageNotice messageNotice--deleted">Deleted member</div></div>'
    placeholder = '<li id="post-5" class="messageSimple deleted placeholder"><div class="messageText">gone</div></li>'
    messages = read("threads/closed.9/", second(1) + gone + placeholder + second(3)).messages
    assert [message.engine_id for message in messages] == ["1", "3"]


@pytest.mark.parametrize(
    ("head", "pager"),
    [
        ('<link rel="next" href="/community/threads/closed.9/page-3">', ""),
        ("", '<a href="/community/threads/closed.9/page-3" class="pageNav-jump pageNav-jump--next">Next</a>'),
        ("", '<div class="PageNav" data-page="2" data-last="3"><nav><a class="text">Next &gt;</a></nav></div>'),
    ],
)  # fmt: skip
def test_a_later_page_leads_on_and_back_to_the_opening(head: str, pager: str) -> None:
    page = read("threads/closed.9/page-2", second(1) + pager, head)
    assert page.links == (f"{BASE}threads/closed.9/", f"{BASE}threads/closed.9/page-3")
    assert page.messages[0].thread_url == f"{BASE}threads/closed.9/"


def test_posts_without_a_number_are_counted_from_their_page() -> None:
    bare = '<article class="message message--post" id="js-post-8"><div class="message-body"><div class="bbWrapper">Text.</div></div></article>'
    (message,) = read("threads/closed.9/page-3", bare).messages
    assert (message.position, message.published) == (41, "")
    assert message.url == f"{BASE}threads/closed.9/post-8"


def test_forums_and_searches_lead_to_threads() -> None:
    newer = """
    <div class="structItem structItem--thread js-threadListItem-9"><div class="structItem-title">
      <a href="/community/threads/closed.9/" data-tp-primary="on" data-xf-init="preview-tooltip">Closed</a></div>
      <div class="structItem-cell--latest"><a href="/community/threads/closed.9/latest">now</a></div></div>"""
    older = '<li id="thread-8" class="discussionListItem visible"><h3 class="title"><a href="threads/other.8/" class="PreviewTooltip">Other</a></h3></li>'
    found = '<li class="block-row"><div class="contentRow"><h3 class="contentRow-title"><a href="/community/threads/found.7/post-70">Found</a></h3></div></li>'
    page = read(
        "forums/work.2/",
        newer + older + found,
        f'<base href="{BASE}"><link rel="next" href="/community/forums/work.2/page-2">',
    )
    assert not page.messages
    assert page.links == (
        f"{BASE}threads/closed.9/",
        f"{BASE}threads/other.8/",
        f"{BASE}threads/found.7/",
        f"{BASE}forums/work.2/page-2",
    )


def test_addresses_without_rewriting_are_understood() -> None:
    page = read("index.php?threads/closed.9/page-2", second(1))
    assert page.links == (f"{BASE}index.php?threads/closed.9/",)


def test_another_page_is_refused() -> None:
    with pytest.raises(EngineError, match="neither posts nor threads"):
        read("login/", '<form><h1 class="p-title-value">Log in</h1></form>')
