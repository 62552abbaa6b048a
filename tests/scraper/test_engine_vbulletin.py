"""vBulletin 3, 4 and 5: threads over pages, forums, zones, quotes, rewritten addresses."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import vbulletin
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example/forum/"
SOURCE = Source(
    name="board", title="Board", engine="vbulletin", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, body: str, head: str = "", lang: str = "en") -> Reading:
    page = f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return vbulletin.read(
        Page(BASE + path, page.encode(), {"content-type": "text/html; charset=utf-8"}), SOURCE
    )


def third(
    number: int, content: str = "Text.", place: int = 1, date: str = "", title: str = "Member"
) -> str:
    """A post of vBulletin 3."""
    return f"""
    <table id="post{number}" class="tborder" cellpadding="6"><tr>
      <td class="thead" style="font-weight:normal"><a name="post{number}"><img class="inlineimg" alt="Old"></a> {date or "02-03-2008, 03:12 PM"} </td>
      <td class="thead" align="right">#<a href="showpost.php?p={number}&amp;postcount={place}" id="postcount{number}" name="{place}"><strong>{place}</strong></a></td></tr>
      <tr><td class="alt2"><div id="postmenu_{number}"><a class="bigusername" href="member.php?u=4">Lantern</a></div>
        <div class="smallfont">{title}</div><div class="smallfont"><div>Join Date: Jan 2005</div></div></td></tr>
      <tr><td class="alt1" id="td_post_{number}"><div class="smallfont"><strong>Closed</strong></div>
        <div id="post_message_{number}">{content}</div>
        <div>__________________<br>Cheap logos, ask me</div>
        <div class="smallfont"><em>Last edited by Lantern; 02-04-2008 at 01:00 AM.</em></div></td></tr></table>"""


def fourth(number: int, content: str = "Text.", place: int = 1) -> str:
    """A post of vBulletin 4."""
    return f"""
    <li class="postbitlegacy postbitim postcontainer old" id="post_{number}"><div class="posthead">
      <span class="postdate old"><span class="date">02-03-2012,&nbsp;<span class="time">03:12 PM</span></span></span>
      <span class="nodecontrols"><a name="post{number}" href="#" class="postcounter">#{place}</a></span></div>
      <div class="username_container"><a class="username offline popupctrl" href="member.php?4-x"><strong>Lantern</strong></a></div><span class="usertitle">Senior Member</span>
      <div id="post_message_{number}"><blockquote class="postcontent restore ">{content}</blockquote></div></li>"""


def fifth(number: int, content: str = "Text.", place: int = 1, title: str = "Member") -> str:
    """A post of vBulletin 5."""
    return f"""
    <li data-node-id="{number}" data-node-publishdate="1427965200" class="b-post js-post js-comment-entry__parent" itemscope itemtype="http://schema.org/Comment">
      <div class="b-post__userinfo"><div class="b-userinfo__details"><div class="author h-text-size--14"><strong><a href="/forum/member/4-x" data-vbnamecard="4">Lantern</a></strong></div><div class="usertitle">{title}</div></div></div>
      <div class="b-post__body"><div class="b-post__timestamp"><time itemprop="dateCreated" datetime="2015-04-02T09:00:00">04-02-2015, 09:00 AM</time></div>
      <a href="https://board.example/forum/jobs/9-closed?p={number}#post{number}" class="b-post__count js-show-post-link">#{place}</a>
      <div class="js-post__content-text restore h-wordwrap" itemprop="text">{content}</div>
      <div class="post-signature restore">Cheap logos, ask me</div></div></li>"""


NAV = '<td class="navbar"><a href="showthread.php?t=9"><img alt="Reload this Page"></a> <strong>Closed</strong></td>'
ZONE = '<div class="smallfont" align="center">All times are GMT -5. The time now is <span class="time">12:00 PM</span>.</div>'


def test_a_thread_of_the_third_vbulletin_gives_its_posts() -> None:
    body = (
        f"<table><tr>{NAV}</tr></table>" + third(31) + third(32, "Ok.", 2, title="Moderator") + ZONE
    )
    page = read("showthread.php?t=9&s=abc", body)
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}showthread.php?t=9"
    assert opening.url == f"{BASE}showthread.php?p=31#post31"
    assert (opening.position, reply.position) == (1, 2)
    assert (opening.author, opening.title, opening.text) == ("Lantern", "Closed", "Text.")
    assert opening.published == "2008-02-03T15:12:00-05:00"
    assert (opening.staff, reply.staff) == (False, True)
    assert page.links == ()


def test_a_thread_of_the_fourth_vbulletin_gives_its_posts() -> None:
    head = f'<link rel="canonical" href="{BASE}showthread.php?9-Closed">'
    body = '<h1>Thread: <span class="threadtitle"><a href="x">Closed</a></span></h1>' + fourth(31)
    body += '<div class="shade footer_time">All times are GMT. The time now is 1 PM.</div>'
    (message,) = read("showthread.php?9-Closed&s=abc", body, head).messages
    assert message.thread_url == f"{BASE}showthread.php?9-Closed"
    assert message.url == f"{BASE}showthread.php?p=31#post31"
    assert (message.text, message.quotes) == ("Text.", ())
    assert message.published == "2012-02-03T15:12:00+00:00"


def test_a_thread_of_the_fifth_vbulletin_gives_its_posts() -> None:
    head = f'<link rel="canonical" href="{BASE}jobs/9-closed">'
    body = '<h1 class="main-title">Closed</h1><ul class="conversation-list">'
    body += fifth(31) + fifth(32, "Ok.", 2, "Administrator") + "</ul>"
    body += (
        '<div id="footer-current-datetime">All times are GMT+1. This page was generated now.</div>'
    )
    body += '<a class="js-pagenav-next-button right-arrow" rel="next" href="/forum/jobs/9-closed/page2">n</a>'
    page = read("jobs/9-closed?p=32#post32", body, head)
    opening, reply = page.messages
    assert opening.thread_url == f"{BASE}jobs/9-closed"
    assert opening.url == f"{BASE}jobs/9-closed?p=31#post31"
    assert (opening.author, opening.text) == ("Lantern", "Text.")
    assert opening.published == "2015-04-02T09:00:00+01:00"
    assert (reply.position, reply.staff) == (2, True)
    assert page.links == (f"{BASE}jobs/9-closed/page2",)


QUOTES = (
    third(1, '<div style="margin:20px; margin-top:5px; "><div class="smallfont" style="margin-bottom:2px">Quote:</div>'
             '<table cellpadding="6"><tr><td class="alt2" style="border:1px inset"><div>Originally Posted by <strong>Somebody</strong> <a href="#"><img alt="View Post"></a></div>'
             '<div style="font-style:italic">Account closed,<br>no reason.</div></td></tr></table></div>Same here.'),
    third(1, '<div><div class="smallfont">Quote:</div><table><tr><td class="alt2">Account closed,<br>no reason.</td></tr></table></div>Same here.'),
    fourth(1, '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container"></div>'
              '<div class="bbcode_postedby"><img alt="Quote"> Originally Posted by <strong>Somebody</strong></div><div class="message">Account closed,<br>no reason.</div></div></div></div>Same here.'),
    fifth(1, '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container b-icon"></div>'
             'Account closed,<br>no reason.</div></div></div>Same here.'),
)  # fmt: skip


@pytest.mark.parametrize("body", QUOTES)
def test_quotes_are_marked_and_names_left_out(body: str) -> None:
    (message,) = read("showthread.php?t=9", body).messages
    assert message.text == "Account closed,\nno reason.\nSame here."
    assert [message.text[start:end] for start, end in message.quotes] == [
        "Account closed,\nno reason."
    ]


def test_a_code_box_is_no_quote() -> None:
    content = 'So: <div style="margin:20px"><div class="smallfont">Code:</div><pre class="alt2">Dear user\n  bye</pre></div>'
    (message,) = read("showthread.php?t=9", third(1, content)).messages
    assert (message.text, message.quotes) == ("So:\nDear user\nbye", ())


def test_a_deleted_post_keeps_its_number() -> None:
    gone = '<li class="postbitdeleted" id="post_32"><div class="deletedpost"><a class="postcounter">#2</a>This message has been deleted by Lantern.</div></li>'
    messages = read("showthread.php?t=9", fourth(31) + gone + fourth(33, place=3)).messages
    assert [(message.engine_id, message.position) for message in messages] == [("31", 1), ("33", 3)]


@pytest.mark.parametrize(
    ("dates", "lang", "published"),
    [
        (("02-03-2008, 03:12 PM", "02-24-2008, 03:12 PM"), "en", "2008-02-03T15:12:00"),
        (("02-03-2008, 15:12", "24-03-2008, 15:12"), "en", "2008-03-02T15:12:00"),
        (("02.03.2008, 15:12", "03.03.2008, 15:12"), "de", "2008-03-02T15:12:00"),
        (("2nd March 2008, 15:12", "Today, 15:12"), "en", "2008-03-02T15:12:00"),
        (("2 марта 2008, 15:12", "Вчера, 15:12"), "ru", "2008-03-02T15:12:00"),
        (("Yesterday, 15:12", "02-24-2008"), "en", ""),
        (("31-31-2008, 15:12", "02-24-2008"), "en", ""),
    ],
)
def test_dates_are_read_as_the_page_writes_them(
    dates: tuple[str, str], lang: str, published: str
) -> None:
    body = third(1, date=dates[0]) + third(2, place=2, date=dates[1])
    assert read("showthread.php?t=9", body, lang=lang).messages[0].published == published


@pytest.mark.parametrize(
    ("path", "thread"),
    [
        ("showthread.php?t=9&page=2&pp=10&highlight=ban", "showthread.php?t=9"),
        ("showthread.php?9-Closed/page2&s=abc", "showthread.php?9-Closed"),
        ("threads/9-Closed/page2?s=abc", "threads/9-Closed"),
        ("jobs/closed-top-10-9-2.html", "jobs/closed-top-10-9.html"),
        ("jobs/9-closed/page2", "jobs/9-closed"),
    ],
)
def test_the_first_page_is_known_from_the_second(path: str, thread: str) -> None:
    pager = '<div class="pagenav"><table><tr><td class="vbmenu_control">Page 2 of 5</td></tr></table></div>'
    page = read(path, pager + third(31, place=11))
    assert page.messages[0].thread_url == BASE + thread
    assert page.links == (BASE + thread,)


def test_a_thread_asked_for_by_a_post_is_found_by_its_own_links() -> None:
    page = read("showthread.php?p=31", f"<table><tr>{NAV}</tr></table>" + third(31))
    assert page.messages[0].thread_url == f"{BASE}showthread.php?t=9"


def test_forums_and_searches_lead_to_threads_and_on() -> None:
    body = """
    <a href="showthread.php?t=9&amp;s=abc" id="thread_title_9">Closed</a>
    <h3 class="threadtitle"><a class="title" href="showthread.php?8-Other&amp;s=abc" id="thread_title_8">Other</a></h3>
    <h3 class="searchtitle"><a class="title" href="showthread.php?p=70&amp;s=abc#post70">Found</a></h3>
    <a href="/forum/jobs/6-fifth" class="topic-title js-topic-title">Fifth</a>
    <a rel="next" href="forumdisplay.php?f=2&amp;s=abc&amp;order=desc&amp;page=2">&gt;</a>"""
    page = read("forumdisplay.php?f=2", body)
    assert not page.messages
    assert page.links == (
        f"{BASE}showthread.php?t=9",
        f"{BASE}showthread.php?8-Other",
        f"{BASE}showthread.php?p=70",
        f"{BASE}jobs/6-fifth",
        f"{BASE}forumdisplay.php?f=2&order=desc&page=2",
    )


def test_another_page_is_refused() -> None:
    with pytest.raises(EngineError, match="neither posts nor threads"):
        read("login.php", "<form><h2>Log in</h2></form>")


def test_a_rewritten_address_of_a_post_is_the_one_that_the_board_shows() -> None:
    shown = fourth(31).replace('href="#"', 'href="/forum/jobs/9-closed-post31.html?s=abc#post31"')
    (message,) = read("jobs/9-closed.html", "<h1><a>Closed</a></h1>" + shown).messages
    assert message.url == f"{BASE}jobs/9-closed-post31.html#post31"
    assert message.title == "Closed"
    (message,) = read("jobs/9-closed.html", fourth(31)).messages
    assert message.url == f"{BASE}jobs/9-closed.html#post31"
