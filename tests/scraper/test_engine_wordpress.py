"""WordPress: the REST API, and the feed and pages where it is closed."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import wordpress
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BLOG = "https://blog.example"
API = f"{BLOG}/wp-json/wp/v2"
POST_LINK = f"{BLOG}/2022/03/closed/"


def source(*start: str) -> Source:
    return Source(
        name="blog", title="Blog", engine="wordpress", access="api", start=start or (BLOG,),
        source_kind="blog", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(url: str, body: object, status: int = 200, pages: str = "") -> Reading:
    headers = {"x-wp-totalpages": pages} if pages else {}
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return wordpress.read(Page(url, raw, headers, status), source())


def post(number: int, content: str = "<p>They closed it.</p>", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "date": "2022-03-04T07:06:07", "date_gmt": "2022-03-04T05:06:07",
        "link": POST_LINK, "author": 2, "title": {"rendered": "Closed &#038; gone"},
        "content": {"rendered": content, "protected": False}, **more,
    }  # fmt: skip


def comment(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "post": 12, "parent": 0, "author": 0, "author_name": "A guest",
        "date_gmt": "2022-03-05T05:06:07", "content": {"rendered": "<p>Me too.</p>"},
        "link": f"{POST_LINK}comment-page-2/#comment-{number}", "type": "comment", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        (BLOG, f"{API}/posts?per_page=20&page=1&_embed=replies"),
        (f"{BLOG}/", f"{API}/posts?per_page=20&page=1&_embed=replies"),
        (
            f"{BLOG}/?s=account+closed",
            f"{API}/posts?search=account+closed&per_page=20&page=1&_embed=replies",
        ),
        (f"{BLOG}/category/jobs/gigs/", f"{API}/categories?slug=gigs"),
        (f"{BLOG}/blog/tag/upwork/", f"{BLOG}/blog/wp-json/wp/v2/tags?slug=upwork"),
        (POST_LINK.rstrip("/"), POST_LINK.rstrip("/")),
        (f"{BLOG}/feed/?paged=1", f"{BLOG}/feed/?paged=1"),
        (f"{API}/posts?categories=4", f"{API}/posts?categories=4"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert wordpress.first(source(start)) == (asked,)


def test_the_api_gives_articles_and_leads_to_their_comments_and_on() -> None:
    page = read(f"{API}/posts?per_page=20&page=1", [post(12), post(13)], pages="3")
    message = page.messages[0]
    assert [each.engine_id for each in page.messages] == ["post-12", "post-13"]
    assert message.thread_url == message.url == POST_LINK
    assert message.position == 1
    assert message.title == "Closed & gone"
    assert message.published == "2022-03-04T05:06:07+00:00"
    assert page.links == (
        f"{API}/comments?post=12&order=asc&per_page=100&page=1&_embed=up",
        f"{API}/comments?post=13&order=asc&per_page=100&page=1&_embed=up",
        f"{API}/posts?per_page=20&page=2",
    )
    assert (
        f"{API}/posts?per_page=20&page=4"
        not in read(f"{API}/posts?page=3", [post(1)], pages="3").links
    )


def test_comments_are_asked_for_only_where_there_are_any() -> None:
    answered: dict[str, Any] = {"_embedded": {"replies": [[comment(71)]]}}
    page = read(f"{API}/posts?_embed=replies", [post(12), post(13, **answered)])
    assert page.links == (f"{API}/comments?post=13&order=asc&per_page=100&page=1&_embed=up",)


def test_one_article_asked_for_by_number_is_read_too() -> None:
    assert read(f"{API}/posts/12", post(12)).messages[0].engine_id == "post-12"


def test_an_article_behind_a_password_is_left_out() -> None:
    hidden = post(12)
    hidden["content"] = {"rendered": "", "protected": True}
    page = read(f"{API}/posts", [hidden])
    assert page == Reading()


def test_quotes_are_marked_and_plugins_left_out() -> None:
    content = (
        "<p>It said:</p><blockquote class='wp-block-quote'><p>Dear user,</p></blockquote>"
        "<div class='sharedaddy sd-sharing-enabled'><h3>Share this:</h3></div>"
        "<div id='jp-relatedposts' class='jp-relatedposts'>Related</div>"
    )
    (message,) = read(f"{API}/posts", [post(12, content)]).messages
    assert message.text == "It said:\nDear user,"
    assert [message.text[start:end] for start, end in message.quotes] == ["Dear user,"]


def test_comments_follow_the_article_in_order_over_pages() -> None:
    embedded = {"up": [{"title": {"rendered": "Closed &#038; gone"}}]}
    asked = f"{API}/comments?post=12&order=asc&per_page=100&page=1&_embed=up"
    page = read(
        asked,
        [comment(71), comment(72, author=2, author_name="Owner", _embedded=embedded)],
        pages="2",
    )
    guest, owner = page.messages
    assert (guest.engine_id, guest.position, owner.position) == ("comment-71", 2, 3)
    assert guest.thread_url == POST_LINK
    assert guest.url == f"{POST_LINK}comment-page-2/#comment-71"
    assert guest.author == "A guest"
    assert owner.author == read(f"{API}/posts", [post(12)]).messages[0].author
    assert owner.title == "Closed & gone"
    assert page.links == (asked.replace("page=1&_", "page=2&_"),)
    assert read(page.links[0], [comment(73)], pages="2").messages[0].position == 102


def test_a_category_leads_to_its_articles() -> None:
    page = read(f"{API}/categories?slug=gigs", [{"id": 4, "slug": "gigs", "taxonomy": "category"}])
    assert page.links == (f"{API}/posts?categories=4&per_page=20&page=1&_embed=replies",)
    with pytest.raises(EngineError, match="no category"):
        read(f"{API}/categories?slug=gigs", [])


@pytest.mark.parametrize(
    ("status", "body"), [(401, {"code": "rest_forbidden"}), (404, "gone"), (200, "<html>")]
)
@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("/posts?per_page=20&page=1", "/feed/?paged=1"),
        ("/posts?search=closed&page=1", "/feed/?s=closed&paged=1"),
        ("/posts?categories=4&page=1", "/feed/?cat=4&paged=1"),
        ("/categories?slug=gigs", "/feed/?category_name=gigs&paged=1"),
        ("/tags?slug=upwork", "/feed/?tag=upwork&paged=1"),
        ("/comments?post=12&page=1", "/?feed=rss2&p=12"),
    ],
)
def test_a_closed_api_leads_to_the_feed(
    status: int, body: object, asked: str, instead: str
) -> None:
    assert read(API + asked, body, status) == Reading(links=(BLOG + instead,))


FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Blog</title><link>{BLOG}</link>
<item><title>Closed</title><link>{POST_LINK}</link><guid isPermaLink="false">{BLOG}/?p=12</guid></item>
<item><title>Open</title><link>{BLOG}/2022/04/open/</link></item></channel></rss>"""


def test_the_feed_leads_to_the_articles_and_to_its_next_page() -> None:
    page = read(f"{BLOG}/feed/?cat=4&paged=2", FEED)
    assert not page.messages
    assert page.links == (POST_LINK, f"{BLOG}/2022/04/open/", f"{BLOG}/feed/?cat=4&paged=3")


def test_the_feed_ends_where_it_answers_no_more() -> None:
    assert read(f"{BLOG}/feed/?paged=3", "", 404) == Reading()


def test_a_closed_feed_leads_to_the_home_page() -> None:
    assert read(f"{BLOG}/feed/?s=closed&paged=1", "", 403).links == (f"{BLOG}/?s=closed",)
    assert read(f"{BLOG}/feed/?paged=1", "", 404).links == (f"{BLOG}/",)


def test_a_feed_of_comments_gives_them() -> None:
    def item(number: int, day: int) -> str:
        return (
            f"<item><title>By: A guest</title><link>{POST_LINK}#comment-{number}</link>"
            f"<dc:creator>A guest</dc:creator><pubDate>Sun, {day:02} Mar 2022 10:00:00 +0000</pubDate>"
            f"<description>Me t…</description><content:encoded><![CDATA[<p>Me too, {number}.</p>]]></content:encoded></item>"
        )

    head, _, _ = FEED.partition("<item>")
    page = read(f"{BLOG}/?feed=rss2&p=12", f"{head}{item(72, 13)}{item(71, 6)}</channel></rss>")
    assert [(each.engine_id, each.position, each.text) for each in page.messages] == [
        ("comment-71", 2, "Me too, 71."), ("comment-72", 3, "Me too, 72."),
    ]  # fmt: skip
    assert page.messages[0].thread_url == POST_LINK
    assert page.messages[0].author == "A guest"
    assert page.messages[0].published == "2022-03-06T10:00:00+00:00"


ARTICLE = f"""<!DOCTYPE html><html lang="pt-BR"><head><link rel="canonical" href="{POST_LINK}">
<meta property="article:published_time" content="2022-03-04T05:06:07+00:00"></head>
<body class="post-template-default single single-post postid-12 single-format-standard">
<article id="post-12" class="post-12 post"><header class="entry-header"><h1 class="entry-title">Closed &amp; gone</h1>
<span class="byline">by <span class="author vcard"><a class="url fn n">Owner</a></span></span></header>
<div class="entry-content"><p>They closed it.</p><blockquote><p>Dear user,</p></blockquote>
<div class="sharedaddy">Share this</div></div></article>
<aside><h2>Recent</h2><a href="/x">x</a></aside>
<ol class="comment-list">
<li id="comment-72" class="comment even depth-1"><article id="div-comment-72" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">A guest</b> <span class="says">says:</span></div>
<div class="comment-metadata"><a href="{POST_LINK}#comment-72"><time datetime="2022-03-06T05:06:07+00:00">6 March</time></a></div></footer>
<div class="comment-content"><p>Me too.</p></div><div class="reply"><a href="#">Reply</a></div></article>
<ol class="children"><li id="comment-73" class="comment odd depth-2"><article class="comment-body">
<footer><b class="fn">Owner</b><time datetime="2022-03-05T05:06:07+00:00">5 March</time></footer>
<div class="comment-content"><p>Sorry to hear.</p></div></article></li></ol></li>
<li id="comment-74" class="pingback"><div class="comment-body">Pingback: elsewhere</div></li></ol></body></html>"""


def test_a_page_gives_its_article_and_the_comments_below() -> None:
    article, earlier, later = read(POST_LINK, ARTICLE).messages
    assert (article.engine_id, article.title, article.author) == (
        "post-12",
        "Closed & gone",
        "Owner",
    )
    assert article.text == "They closed it.\nDear user,"
    assert [article.text[start:end] for start, end in article.quotes] == ["Dear user,"]
    assert (article.published, article.lang) == ("2022-03-04T05:06:07+00:00", "pt")
    assert (earlier.engine_id, earlier.position, earlier.text) == (
        "comment-73",
        2,
        "Sorry to hear.",
    )
    assert (later.engine_id, later.position, later.author) == ("comment-72", 3, "A guest")
    assert later.url == f"{POST_LINK}#comment-72"


def test_a_list_of_articles_leads_to_them_and_on() -> None:
    body = (
        '<body class="home blog"><article id="post-12"><h2 class="entry-title"><a href="/2022/03/closed/" rel="bookmark">'
        'Closed</a></h2></article><a class="next page-numbers" href="/page/2/">Older</a></body>'
    )
    assert read(f"{BLOG}/", body) == Reading(links=(POST_LINK, f"{BLOG}/page/2/"))


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(EngineError, match="404"):
        read(POST_LINK, "<h1>Not found</h1>", 404)
    with pytest.raises(EngineError, match="neither an article nor a list"):
        read(f"{BLOG}/about", "<h1>About</h1>")
    with pytest.raises(EngineError, match="not marked"):
        read(POST_LINK, "<body class='single postid-12'><p>They closed it.</p>")
    with pytest.raises(EngineError):
        read(f"{API}/posts", [{"id": "many"}])


@pytest.mark.parametrize(
    ("path", "earlier", "positions"),
    [
        ("", "", [2, 3]),
        ("comment-page-1/", "", [2, 3]),
        ("comment-page-2/", "", [52, 53]),
        ("", "2", [102, 103]),
    ],
)
def test_comments_on_further_pages_are_found_and_keep_their_order(
    path: str, earlier: str, positions: list[int]
) -> None:
    pages = f'<a class="next" href="{POST_LINK}comment-page-3/#comments">More</a>'
    if earlier:
        pages = f'<div class="nav-previous"><a href="{POST_LINK}comment-page-{earlier}/#comments">Older</a></div>'
    body = ARTICLE.replace(
        "</body>", f'<nav class="comment-navigation">{pages}</nav></body>'
    ).replace(f'<link rel="canonical" href="{POST_LINK}">', "")
    page = read(POST_LINK + path, body)
    assert [message.position for message in page.messages] == [1, *positions]
    assert {message.thread_url for message in page.messages} == {POST_LINK}
    assert page.links == (f"{POST_LINK}comment-page-{earlier or 3}/",)


def test_an_article_is_known_by_its_own_class_where_the_body_has_none() -> None:
    marked = 'class="post-template-default single single-post postid-12 single-format-standard"'
    assert read(POST_LINK, ARTICLE.replace(marked, "")).messages[0].engine_id == "post-12"
    with pytest.raises(EngineError, match="neither"):
        read(POST_LINK, ARTICLE.replace(marked, 'class="archive category"'))


def test_comments_of_one_moment_stand_in_the_order_of_their_numbers() -> None:
    shown = "".join(
        f"<li class='comment' id='comment-{number}'><b class='fn'>A</b>"
        f"<time datetime='2022-03-05T05:06:07+00:00'></time>"
        f"<div class='comment-content'><p>No. {number}</p></div></li>"
        for number in (9, 10, 11)
    )
    body = f"<body class='single postid-12'><div class='entry-content'>Closed.</div>{shown}</body>"
    page = read(POST_LINK, f"<html>{body}</html>")
    assert [each.text for each in page.messages[1:]] == ["No. 9", "No. 10", "No. 11"]
