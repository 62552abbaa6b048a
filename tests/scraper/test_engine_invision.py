"""Invision Community 4 and 5: topics over pages, forums, searches, quotes, edits."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

from html import escape

import pytest

from scraper.engines import invision
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example/community/"
SOURCE = Source(
    name="board", title="Board", engine="invision", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, body: str, head: str = "") -> Reading:
    page = f'<!DOCTYPE html><html lang="en-US"><head>{head}</head><body>{body}</body></html>'
    return invision.read(
        Page(BASE + path, page.encode(), {"content-type": "text/html; charset=utf-8"}), SOURCE
    )


def told(number: int) -> str:
    return escape(
        f'{{"userid":4,"username":"Lantern","timestamp":1520000000,"contentcommentid":{number}}}'
    )


def fourth(
    number: int, content: str = "<p>Text.</p>", group: str = "Members", extra: str = ""
) -> str:
    """A post of Invision Community 4."""
    return f"""
    <article id='elComment_{number}' class='cPost ipsBox ipsComment {extra}'>
      <aside class='ipsComment_author cAuthorPane'><h3 class='cAuthorPane_author'><strong><a href='{BASE}profile/4-x/'>Lantern</a></strong></h3>
        <ul class='cAuthorPane_info'><li data-role='group'><span>{group}</span></li></ul></aside>
      <div id='comment-{number}_wrap' data-commentID="{number}" class='ipsComment_content' data-quoteData='{told(number)}'>
        <p class='ipsComment_meta'><a href='{BASE}topic/9-closed/?do=findComment&amp;comment={number}'>Posted <time datetime='2018-03-02T14:13:20Z' title=''>March 2</time></a></p>
        <div data-role='commentContent' class='ipsType_richText'>{content}
          <span class='ipsType_light' data-excludequote><strong>Edited <time datetime='2019-01-01T00:00:00Z'>January 1</time> by Lantern</strong></span></div>
        <div class='ipsReact'><span>4</span></div>
        <div data-role="memberSignature"><p>Cheap logos, ask me</p></div>
      </div></article>"""


def fifth(number: int, content: str = "<p>Text.</p>", more: str = "") -> str:
    """A post of Invision Community 5."""
    return f"""
    <article data-ips-hook="postWrapper" id="elComment_{number}" class="ipsEntry js-ipsEntry ipsEntry--post">
      <aside class="ipsEntry__author-column"><h3 class="ipsEntry__username"><a href="{BASE}profile/4-x/">Lantern</a></h3><ul><li data-role="group">Staff</li></ul></aside>
      <div id="comment-{number}_wrap" data-commentid="{number}" class="ipsEntry__content js-ipsEntry__content" {more}>
        <div class="ipsEntry__post"><div class="ipsEntry__meta"><a class="ipsEntry__date" href="{BASE}topic/9-closed/#comment-{number}"><time datetime="2025-03-02T14:13:20Z">March 2</time></a>
          <ul class="ipsBadges"><li><span class="ipsBadge ipsBadge--author">Author</span></li></ul></div>
        <div data-ips-hook="postContent" class="ipsRichText ipsRichText--user" data-role="commentContent">{content}</div></div>
        <div class="ipsEntry__footer"><menu><li>Quote</li></menu></div></div></article>"""


TITLE = "<h1 class='ipsType_pageTitle ipsContained_container'><span class='ipsType_break'><span>Closed &amp; gone</span></span></h1>"
PAGER = f"""
<ul class='ipsPagination' data-ipsPagination-perPage='10' data-pages='3'>
  <li class='ipsPagination_prev'><a href='{BASE}topic/9-closed/' rel='prev'>Prev</a></li>
  <li class='ipsPagination_next'><a href='{BASE}topic/9-closed/page/3/' rel='next'>Next</a></li></ul>"""  # fmt: skip


def test_a_topic_of_the_fourth_gives_its_posts() -> None:
    page = read("topic/9-closed/", TITLE + fourth(31) + fourth(32, group="Moderators"))
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}topic/9-closed/"
    assert opening.url == f"{BASE}topic/9-closed/?do=findComment&comment=31"
    assert (opening.position, reply.position) == (1, 2)
    assert (opening.author, opening.title, opening.text) == ("Lantern", "Closed & gone", "Text.")
    assert opening.published == "2018-03-02T14:13:20+00:00"
    assert (opening.staff, reply.staff) == (False, True)
    assert opening.lang == ""
    assert page.links == ()


def test_a_topic_of_the_fifth_gives_its_posts() -> None:
    heading = '<h1 class="ipsPageHeader__title">Closed</h1>'
    (message,) = read("topic/9-closed/", heading + fifth(31)).messages
    assert (message.author, message.title, message.text) == ("Lantern", "Closed", "Text.")
    assert (message.published, message.staff) == ("2025-03-02T14:13:20+00:00", True)


def test_an_opening_post_that_every_page_repeats_is_read_once() -> None:
    body = fifth(31, more='data-first-post="true" data-first-page="false"') + fifth(55) + PAGER
    page = read("topic/9-closed/page/2/", body)
    (message,) = page.messages
    assert (message.engine_id, message.position) == ("55", 11)


@pytest.mark.parametrize("path", ["topic/9-closed/page/2/", "topic/9-closed/?page=2"])
def test_a_later_page_leads_on_and_back_to_the_opening(path: str) -> None:
    page = read(path, fourth(41) + fourth(42) + PAGER)
    assert [message.position for message in page.messages] == [11, 12]
    assert {message.thread_url for message in page.messages} == {f"{BASE}topic/9-closed/"}
    assert page.links == (f"{BASE}topic/9-closed/", f"{BASE}topic/9-closed/page/3/")


def test_the_last_page_has_no_next_one() -> None:
    last = f"<ul class='ipsPagination' data-ipsPagination-perPage='10'><li class='ipsPagination_next ipsPagination_inactive'><a href='{BASE}topic/9-closed/page/2/' rel='next'>Next</a></li></ul>"
    assert read("topic/9-closed/", fourth(1) + last).links == ()


def test_quotes_are_marked_and_names_left_out() -> None:
    content = (
        '<blockquote class="ipsQuote" data-ipsquote="" data-ipsquote-username="Somebody"><div class="ipsQuote_citation">On 3/1/2018 at 3:00 PM, Somebody said:</div>'
        '<div class="ipsQuote_contents"><p>Account closed,<br>no reason.</p></div></blockquote><p>Same here.</p><p>They kept my $40.</p>'
    )
    (message,) = read("topic/9-closed/", fourth(31, content)).messages
    assert message.text == "Account closed,\nno reason.\nSame here.\nThey kept my $40."
    assert [message.text[start:end] for start, end in message.quotes] == [
        "Account closed,\nno reason."
    ]


def test_a_hidden_post_gives_no_message() -> None:
    messages = read("topic/9-closed/", fourth(1) + fourth(2, extra="ipsModerated")).messages
    assert [message.engine_id for message in messages] == ["1"]


def test_a_time_that_the_page_does_not_show_is_the_one_for_quoting() -> None:
    body = fourth(31).replace("<time datetime='2018-03-02T14:13:20Z' title=''>March 2</time>", "")
    body = body.replace("2019-01-01T00:00:00Z", "")
    assert read("topic/9-closed/", body).messages[0].published == "2018-03-02T14:13:20+00:00"


def test_forums_and_searches_lead_to_topics_and_on() -> None:
    body = f"""
    <li class="cForumRow ipsDataItem"><h4 class="ipsDataItem_title"><a href="{BASE}forum/3-below/">Below</a></h4></li>
    <li class="ipsDataItem" data-rowID='9'><h4 class='ipsDataItem_title'><a href='{BASE}topic/9-closed/'>Closed</a></h4>
      <ul><li><a href='{BASE}topic/9-closed/?do=getLastComment'>now</a></li></ul></li>
    <li class="ipsData__item"><h4 class="ipsData__title"><a href="{BASE}topic/8-other/">Other</a></h4></li>
    <li class="ipsStreamItem"><h2 class="ipsStreamItem_title"><a href="{BASE}topic/7-found/?do=findComment&amp;comment=70" data-linkType="link">Found</a></h2></li>
    <aside class="ipsWidget"><a href="{BASE}topic/1-popular/">Popular</a></aside>"""
    page = read("forum/2-work/", body, f'<link rel="next" href="{BASE}forum/2-work/page/2/">')
    assert not page.messages
    assert page.links == (
        f"{BASE}forum/3-below/",
        f"{BASE}topic/9-closed/",
        f"{BASE}topic/8-other/",
        f"{BASE}topic/7-found/",
        f"{BASE}forum/2-work/page/2/",
    )


def test_addresses_without_rewriting_are_understood() -> None:
    page = read("index.php?/topic/9-closed/page/2/", fourth(41))
    assert page.messages[0].thread_url == f"{BASE}index.php?/topic/9-closed/"


def test_another_page_is_refused() -> None:
    with pytest.raises(EngineError, match="neither posts nor topics"):
        read("login/", "<form><h1 class='ipsType_pageTitle'>Sign In</h1></form>")
