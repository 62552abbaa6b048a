"""What unknown forum programs list, and how their pages follow one another."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import generic
from scraper.engines.paging import place
from scraper.post import EngineError, Page
from scraper.sources import Source

BASE = "https://board.example"
SOURCE = Source(
    name="board", title="Board", engine="generic", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def links(path: str, body: str) -> list[str]:
    page = f"<!DOCTYPE html><html><head><title>Markets - Board</title></head><body>{body}</body></html>"
    kind = {"content-type": "text/html; charset=utf-8"}
    return [
        url.removeprefix(BASE)
        for url in generic.read(Page(BASE + path, page.encode(), kind), SOURCE).links
    ]


SPIRIT = """<div class="layout__menu"><ul class="menu_list"><li><a class="menu_list__link" href="/category/3/markets/">Markets</a></li><li><a href="/topic/active/">All</a></li></ul><a class="button" href="/topic/publish/">Create Topic</a></div>
  <div class="layout__topics">{rows}</div><ul class="paginator"><li><span>1</span></li><li><a href="?page=2">2</a></li><li><a href="?page=9">9</a></li><li><a href="?page=2"><i class="fa"></i></a></li></ul>"""
SPIRIT_ROW = """<div class="layout__topics__topic js-clickable-area"><div class="topic__title"><a class="topic__link" href="/topic/{n}/what-is-about-to-close/">What is about to close</a></div><div class="topic__category"><a href="/category/3/markets/">Markets</a></div>
  <div class="topic__comments"><i></i> 4</div><div class="topic__date" title="March 7, 2021, noon"><i></i> 7 Mar '21</div></div>"""
MYBB_ROW = """<tr class="inline_row"><td><span class="thread_status"></span></td><td><div><span class="subject_new" id="tid_{n}"><a href="showthread.php?tid={n}">Payout frozen</a></span> <span class="smalltext">(Pages: <a href="showthread.php?tid={n}">1</a> <a href="showthread.php?tid={n}&page=2">2</a>)</span>
  <div><span class="author smalltext"><a href="member.php?action=profile&uid=4">Lantern</a>, </span><span class="thread_start_datetime smalltext">03-01-2021, 05:06 PM</span></div></div></td><td><a href="misc.php?action=whoposted&tid={n}">4</a></td>
  <td><span class="lastpost smalltext">03-02-2021, 05:06 PM<br><a href="showthread.php?tid={n}&action=lastpost">Last Post</a>: <a href="member.php?action=profile&uid=5">Keeper</a></span></td></tr>"""
SMF_ROW = """<div class="windowbg"><div class="board_icon"></div><div class="info"><div class="message_index_title"><span class="preview" title=""><span id="msg_{n}"><a href="https://board.example/index.php?topic={n}.0">Payout frozen</a></span></span></div><p class="floatleft">Started by <a href="https://board.example/index.php?action=profile;u=4">Lantern</a></p></div>
  <div class="board_stats"><p>Replies: 4</p></div><div class="lastpost"><p><a href="https://board.example/index.php?topic={n}.msg44#new">March 02, 2021, 05:06:00 PM</a><br>by <a href="https://board.example/index.php?action=profile;u=5">Keeper</a></p></div></div>"""
PUNBB_ROW = """<tr class="rowodd"><td class="tcl"><div class="icon"></div><div class="tclcon"><div><a href="viewtopic.php?id={n}">Payout frozen</a> <span class="byuser">by Lantern</span></div></div></td><td class="tc2">4</td>
  <td class="tcr"><a href="viewtopic.php?pid=44#p44">2021-03-02 17:06:00</a> <span class="byuser">by Keeper</span></td></tr>"""
PUNBB_BOARD = """<tr class="rowodd"><td class="tcl"><div class="tclcon"><div><h3><a href="viewforum.php?id={n}">Markets</a></h3><div class="forumdesc">Where we talk.</div></div></div></td><td class="tc2">9</td>
  <td class="tcr"><a href="viewtopic.php?pid=44#p44">2021-03-02 17:06:00</a> <span class="byuser">by Keeper</span></td></tr>"""
VANILLA_ROW = """<li id="Discussion_{n}" class="Item ItemDiscussion"><a title="Lantern" href="/profile/Lantern" class="PhotoWrap"><img src="a.png"></a><div class="ItemContent Discussion"><div class="Title"><a href="/discussion/{n}/payout-frozen">Payout frozen</a></div>
  <div class="Meta"><span class="MItem">4 comments</span> <span class="MItem LastCommentBy">Most recent by <a href="/profile/Keeper">Keeper</a></span> <span class="MItem LastCommentDate"><time datetime="2021-03-02T17:06:00+00:00">March 2021</time></span> <span class="MItem Category"><a href="/categories/markets">Markets</a></span></div></div></li>"""
MACHINA_BOARD = """<div class="row forum-row"><div class="col"><table><tr><td class="forum-name"><a href="/forum/markets-{n}/" class="forum-name-link">Markets</a><div class="forum-description">Where we talk of payouts and how they are held.</div></td></tr></table></div><div class="forum-count">9</div>
  <div class="forum-last-post"><a href="/forum/markets-{n}/topic/frozen-7/?post=44#44">Payout frozen</a><br>By: <a href="/member/profile/5/">Keeper</a><br><small>March 2, 2021, 5:06 p.m.</small></div></div>"""


@pytest.mark.parametrize(
    ("path", "row", "around", "expected"),
    [
        ("/", SPIRIT_ROW, SPIRIT, ["/topic/{n}/what-is-about-to-close/", "/?page=2"]),
        (
            "/forumdisplay.php?fid=2",
            MYBB_ROW,
            '<div class="pagination"><span class="pagination_current">1</span> <a href="forumdisplay.php?fid=2&page=2" class="pagination_page">2</a></div><table>{rows}</table>',
            ["/showthread.php?tid={n}", "/forumdisplay.php?fid=2&page=2"],
        ),
        (
            "/index.php?board=2.20",
            SMF_ROW,
            '<div class="pagelinks"><a class="nav_page" href="https://board.example/index.php?board=2.0">1</a> <span class="current_page">2</span> <a class="nav_page" href="https://board.example/index.php?board=2.40">3</a></div><div id="topic_container">{rows}</div>',
            ["/index.php?topic={n}.0", "/index.php?board=2.40"],
        ),
        (
            "/viewforum.php?id=2",
            PUNBB_ROW,
            '<p class="pagelink"><strong>1</strong> <a href="viewforum.php?id=2&p=2">2</a></p><table><tbody>{rows}</tbody></table>',
            ["/viewtopic.php?id={n}", "/viewforum.php?id=2&p=2"],
        ),
        (
            "/index.php",
            PUNBB_BOARD,
            "<table><tbody>{rows}</tbody></table>",
            ["/viewforum.php?id={n}"],
        ),
        (
            "/categories/markets",
            VANILLA_ROW,
            '<ul class="DataList Discussions">{rows}</ul><div class="Pager"><span>1</span><a href="/categories/markets/p2" rel="next">›</a></div>',
            ["/discussion/{n}/payout-frozen", "/categories/markets/p2"],
        ),
        ("/forum/", MACHINA_BOARD, '<div class="card">{rows}</div>', ["/forum/markets-{n}/"]),
    ],
    ids=["spirit", "mybb", "smf", "punbb", "punbb-index", "vanilla", "machina-index"],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_leads_to_its_threads_or_boards(
    path: str, row: str, around: str, expected: list[str], rows: int
) -> None:
    numbers = range(31, 31 + rows)
    body = around.replace("{rows}", "".join(row.replace("{n}", str(n)) for n in numbers))
    title, *following = expected
    assert links(path, body) == [*(title.replace("{n}", str(n)) for n in numbers), *following]


@pytest.mark.parametrize(
    "title",
    ["Suspended 2 years ago", "Closed yesterday", "Banned on March 4, 2021", "May 2021: closed"],
)
def test_a_title_with_a_time_in_it_is_a_title(title: str) -> None:
    rows = "".join(f'<li><a href="/topic/{n}/x/">{title}</a></li>' for n in (1, 2))
    times = (
        '<li><a href="/topic/1/x/">3 hours ago</a> <a href="/topic/2/x/">Yesterday, 17:06</a></li>'
    )
    assert links("/board/", f"<ul>{rows}{times}</ul>") == ["/topic/1/x/", "/topic/2/x/"]
    with pytest.raises(EngineError):
        links("/board/", f"<ul>{times}</ul>")


POST = """<div class="post" id="p{n}"><a class="username" href="/users/4/">Lantern</a> <time datetime="2021-03-01T17:06:00+00:00">1 Mar</time><div class="post-content">They closed it. See <a href="/topic/77/other/?page=5">this one</a>.</div></div>"""


@pytest.mark.parametrize(
    ("path", "pager", "expected"),
    [
        ("/topic/9/x/", '<a href="?page=2">2</a><a href="?page=9">Last</a>', ["/topic/9/x/?page=2"]),
        ("/topic/9/x/?page=9", '<a href="?page=8">8</a><a href="/topic/9/x/">1</a>', []),
        ("/t/closed/9/", '<a href="/t/closed/9/2/">2</a>', ["/t/closed/9/2/"]),
        ("/t/closed/9/2/", '<a href="/t/closed/9/">1</a><a href="/t/closed/9/3/">3</a>', ["/t/closed/9/3/"]),
        ("/thread/9?after=aa", '<a rel="next" href="/thread/9?after=bb">Older</a>', ["/thread/9?after=bb"]),
        ("/thread/9", '<a rel="next" href="/thread/10">Next thread</a>', []),
        ("/thread/9", '<a href="/thread/9?start=15" aria-label="Next page"></a>', ["/thread/9?start=15"]),
    ],
)  # fmt: skip
def test_a_thread_leads_to_its_next_page_alone(path: str, pager: str, expected: list[str]) -> None:
    posts = "".join(POST.replace("{n}", str(n)) for n in (1, 2))
    assert links(path, f"{posts}<div>{pager}</div>") == expected


@pytest.mark.parametrize(
    ("url", "base", "page", "offset"),
    [
        ("/topic/9/x/?page=3#c41", "/topic/9/x/", 3, 0),
        ("/viewtopic.php?id=9&p=3", "/viewtopic.php?id=9", 3, 0),
        ("/viewtopic.php?t=9&start=40&sid=ab", "/viewtopic.php?t=9", 1, 40),
        ("/index.php?topic=9.40", "/index.php?topic=9.0", 1, 40),
        ("/index.php?topic=9.msg44#msg44", "/index.php?topic=9.0", 1, 0),
        ("/index.php/topic,9.40.html", "/index.php/topic,9.0.html", 1, 40),
        ("/discussion/9/x/p3", "/discussion/9/x", 3, 0),
        ("/thread-9-page-3.html", "/thread-9.html", 3, 0),
        ("/questions/scope:all/page:3/", "/questions/scope:all/", 3, 0),
        ("/threads/x.9/page-3", "/threads/x.9", 3, 0),
        ("/t/closed/9/3/", "/t/closed/9/", 3, 0),
        ("/2021/05/", "/2021/05/", 1, 0),
        ("/?p=44", "/?p=44", 1, 0),
        ("/show?post=9", "/show?post=9", 1, 0),
        ("/forum/a-1/topic/b-9/?post=44#44", "/forum/a-1/topic/b-9/", 1, 0),
    ],
)
def test_an_address_names_a_page_of_something(url: str, base: str, page: int, offset: int) -> None:
    found = place(BASE + url)
    assert (found.base, found.page, found.offset) == (BASE + base, page, offset)


def test_later_pages_keep_the_order_where_no_post_is_numbered() -> None:
    def positions(path: str) -> list[int]:
        posts = "".join(POST.replace("{n}", str(n)) for n in (1, 2))
        page = Page(BASE + path, f"<html><body>{posts}</body></html>".encode(), {})
        return [message.position for message in generic.read(page, SOURCE).messages]

    assert positions("/topic/9/x/") == [1, 2]
    assert positions("/topic/9/x/?page=2") == [101, 102]
    assert positions("/topic/9/x/?start=20") == [21, 22]


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("Yesterday, 17:06", "2026-11-23T17:06:00"),
        ("3 hours ago", "2026-11-24T09:00:00"),
        ("2 years ago", ""),
        ("24 ноября 2020, 17:06", "2020-11-24T17:06:00"),
        ("Nov. 24, 2020, noon", "2020-11-24T12:00:00"),
        ("Nov. 24, 2020, midnight", "2020-11-24T00:00:00"),
        ("Nov. 24, 2020, 5 p.m.", "2020-11-24T17:00:00"),
    ],
)
def test_times_are_read_as_people_are_shown_them(shown: str, published: str) -> None:
    post = f'<div class="post" id="p1"><a class="username" href="/users/4/">Lantern</a> <span class="date">{shown}</span><div class="post-content">They closed it.</div></div>'
    lang = "ru" if "ноября" in shown else "en"
    body = f'<html lang="{lang}"><meta charset="utf-8"><body>{post}{post.replace("p1", "p2")}</body></html>'
    page = Page(BASE + "/topic/9/", body.encode(), {"date": "Tue, 24 Nov 2026 12:00:00 GMT"})
    assert generic.read(page, SOURCE).messages[0].published == published


def test_a_page_of_words_alone_is_refused() -> None:
    with pytest.raises(EngineError):
        links("/about", "<h1>About</h1><p>We are a board of people who draw.</p>")
