"""phpBB: forums, topics over pages, old and new markup, quotes, signatures."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import phpbb
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://board.example/forum/"
SOURCE = Source(
    name="board", title="Board", engine="phpbb", access="page", start=(BASE,),
    source_kind="forum", robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, body: str, lang: str = "en-gb") -> Reading:
    page = f'<!DOCTYPE html><html dir="ltr" lang="{lang}"><head></head><body id="phpbb">{body}</body></html>'
    return phpbb.read(
        Page(BASE + path, page.encode(), {"content-type": "text/html; charset=UTF-8"}), SOURCE
    )


def post(
    number: int, content: str = "Text.", rank: str = "", time: str = "", extra: str = ""
) -> str:
    time = time or '<time datetime="2021-04-05T06:07:08+00:00">Mon Apr 05, 2021 6:07 am</time>'
    return f"""
    <div id="p{number}" class="post has-profile bg2 {extra}"><div class="inner">
      <dl class="postprofile" id="profile{number}">
        <dt class="no-profile-rank"><a href="./memberlist.php?mode=viewprofile&u=4" class="username">Lantern</a></dt>
        {f'<dd class="profile-rank">{rank}</dd>' if rank else ""}
        <dd class="profile-posts"><strong>Posts:</strong> 12</dd>
      </dl>
      <div class="postbody"><div id="post_content{number}">
        <h3><a href="./viewtopic.php?p={number}#p{number}">Re: Closed</a></h3>
        <ul class="post-buttons"><li><a href="#" title="Reply with quote">Quote</a></li></ul>
        <p class="author"><a href="./viewtopic.php?p={number}#p{number}">Post</a>
          <span class="responsive-hide">by <strong><a class="username">Lantern</a></strong> » </span>{time}</p>
        <div class="content">{content}</div>
        <div class="notice">Last edited by Lantern, edited 2 times.</div>
        <div id="sig{number}" class="signature">Cheap logos, ask me</div>
      </div></div>
    </div></div><hr class="divider">"""


def topic(*posts: str, pages: str = "") -> str:
    return (
        '<h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t=9&amp;sid=abc">Closed &amp; gone</a></h2>'
        f'<div class="action-bar"><div class="pagination">12 posts {pages}</div></div>{"".join(posts)}'
    )


def test_a_topic_gives_its_posts() -> None:
    page = read("viewtopic.php?f=2&t=9&sid=abc", topic(post(31), post(32, rank="Site Admin")))
    opening, reply = page.messages
    assert opening.engine_id == "31"
    assert opening.thread_url == f"{BASE}viewtopic.php?t=9"
    assert opening.url == f"{BASE}viewtopic.php?p=31#p31"
    assert (opening.position, reply.position) == (1, 2)
    assert opening.author == "Lantern"
    assert opening.published == "2021-04-05T06:07:08+00:00"
    assert opening.title == "Closed & gone"
    assert opening.text == "Text."
    assert opening.lang == ""  # the board's language is not the post's
    assert (opening.staff, reply.staff) == (False, True)
    assert page.links == ()


def test_positions_go_on_where_the_page_starts() -> None:
    pages = '<ul><li class="arrow next"><a class="button" href="./viewtopic.php?f=2&t=9&sid=x&start=20" rel="next">›</a></li></ul>'
    page = read("viewtopic.php?t=9&start=10", topic(post(41), post(42), pages=pages))
    assert [message.position for message in page.messages] == [11, 12]
    assert {message.thread_url for message in page.messages} == {f"{BASE}viewtopic.php?t=9"}
    assert page.links == (f"{BASE}viewtopic.php?t=9&start=20",)


def test_a_post_in_the_middle_finds_its_place_by_the_canonical_address() -> None:
    canonical = f'<link rel="canonical" href="{BASE}viewtopic.php?t=9&amp;start=10">'
    body = f"<html><head>{canonical}</head><body>{topic(post(41))}</body></html>"
    (message,) = phpbb.read(Page(f"{BASE}viewtopic.php?p=41", body.encode()), SOURCE).messages
    assert (message.position, message.thread_url) == (11, f"{BASE}viewtopic.php?t=9")


def test_where_no_link_is_marked_as_next_the_nearest_later_page_is() -> None:
    pages = "".join(
        f'<a href="./viewtopic.php?f=2&amp;t=9&amp;start={start}">n</a>'
        for start in (30, 0, 10, 20)
    )
    assert read("viewtopic.php?f=2&t=9&start=10", topic(post(1), pages=pages)).links == (
        f"{BASE}viewtopic.php?t=9&start=20",
    )


def test_quotes_are_marked_and_signatures_and_names_left_out() -> None:
    content = (
        '<blockquote cite="./viewtopic.php?p=31#p31"><div><cite><a href="./memberlist.php">Somebody</a> wrote: '
        "<a>↑</a></cite>Account closed,<br>no reason.</div></blockquote>"
        "Same here.<br><br>They kept my $40."
        '<div class="codebox"><p>Code: <a href="#">Select all</a></p><pre><code>Dear user</code></pre></div>'
        '<div class="inline-attachment">shot.png (12 KiB) Viewed 9 times</div>'
    )
    (message,) = read("viewtopic.php?t=9", topic(post(32, content))).messages
    assert message.text == "Account closed,\nno reason.\nSame here.\n\nThey kept my $40.\nDear user"
    assert [message.text[start:end] for start, end in message.quotes] == [
        "Account closed,\nno reason."
    ]


@pytest.mark.parametrize(
    ("written", "lang", "published"),
    [
        ("Sat Feb 03, 2018 3:14 pm", "en-us", "2018-02-03T15:14:00"),
        ("03 фев 2018, 15:14", "ru", "2018-02-03T15:14:00"),
        ("Sa 3. Feb 2018, 15:14", "de", "2018-02-03T15:14:00"),
        ("Today, 3:14 pm", "en", ""),
        ("Feb 2018", "en", ""),
        ("some day in 2018", "en", ""),
        ("Sat Feb 03, 2018 3:14 pm", "zz", ""),
    ],
)
def test_written_dates_count_where_they_are_whole(written: str, lang: str, published: str) -> None:
    (message,) = read("viewtopic.php?t=9", topic(post(1, time=written)), lang).messages
    assert message.published == published


def test_a_deleted_post_keeps_its_place() -> None:
    messages = read("viewtopic.php?t=9", topic(post(1), post(2, extra="deleted"), post(3))).messages
    assert [message.position for message in messages] == [1, 3]


def test_a_forum_leads_to_its_topics_and_its_next_page() -> None:
    body = """
    <div class="action-bar"><div class="pagination"><ul>
      <li class="arrow next"><a class="button" href="./viewforum.php?f=2&amp;sid=x&amp;start=25" rel="next">Next</a></li>
    </ul></div></div>
    <ul class="topiclist topics"><li class="row"><dl><dt><div class="list-inner">
      <a href="./viewtopic.php?f=2&amp;t=9&amp;sid=x" class="topictitle">Closed</a>
      <div class="pagination"><ul><li><a class="button" href="./viewtopic.php?f=2&amp;t=9&amp;start=10">2</a></li></ul></div>
      <div class="topic-poster">by <a href="./memberlist.php?mode=viewprofile&amp;u=4">Lantern</a></div>
    </div></dt></dl></li>
    <li class="row"><a href="./viewtopic.php?t=8" class="topictitle">Other</a></li></ul>"""
    page = read("viewforum.php?f=2", body)
    assert not page.messages
    assert page.links == (
        f"{BASE}viewtopic.php?t=9",
        f"{BASE}viewtopic.php?t=8",
        f"{BASE}viewforum.php?f=2&start=25",
    )


def test_another_page_is_refused() -> None:
    with pytest.raises(EngineError, match="neither posts nor topics"):
        read("ucp.php?mode=login", "<form><h2>Login</h2></form>")


def test_addresses_rewritten_for_search_engines_are_understood() -> None:
    body = (
        f'<html><head><base href="{BASE}"></head><body><h2><a href="closed-t9-10.html">Closed</a></h2>'
        '<div class="pagination"><a href="closed-t9-20.html" rel="next">3</a></div>'
        '<div id="p41" class="post"><div class="postbody"><p class="author"><a href="post41.html#p41">#</a></p>'
        '<div class="content">Text.</div></div></div></body></html>'
    )
    page = phpbb.read(Page(f"{BASE}closed-t9-10.html", body.encode()), SOURCE)
    (message,) = page.messages
    assert (message.position, message.thread_url) == (11, f"{BASE}closed-t9.html")
    assert message.url == f"{BASE}post41.html#p41"
    assert page.links == (f"{BASE}closed-t9-20.html",)
