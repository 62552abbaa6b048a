"""Articles of any site: main text, quotes, dates; listings and feeds that lead to them."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json

import pytest

from scraper.engines import article
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

SITE = "https://news.example"
SOURCE = Source(
    name="news", title="News", engine="article", access="page", start=(SITE,),
    source_kind="news", robots="", terms="", checked="2026-01-01",
)  # fmt: skip

STORY = """
<h1>How I lost my account</h1>
<p>On a Tuesday in May the marketplace closed the account that I had kept for six years.
I had four open contracts and $1,240 that was due to be paid out on the Friday.</p>
<p>This is the message, as it came:<br>no greeting, no name.</p>
<blockquote><p>We have completed a review of your account and found activity that does not follow our terms.</p>
<p>This decision is final.</p></blockquote>
<p>I asked three times which activity was meant. Each answer was the same text, and after the third
one they told me that they would not write again.</p>
<ul><li>no warning came before</li><li>no clause was named</li></ul>
<h2>What I do now</h2><p>I work for two of the old clients directly, with a contract.</p>"""


def html(body: str, head: str = "", lang: str = "en") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>How I lost my account | News</title>{head}</head><body>'
        '<header><nav><a href="/">Home</a> <a href="/about">About</a></nav></header>'
        f"<main>{body}</main><aside><h3><a href='/other'>Read next: ten tips</a></h3></aside>"
        "<footer>Copyright News 2026. All rights reserved.</footer></body></html>"
    ).encode()


def read(url: str, body: bytes) -> Reading:
    return article.read(Page(url, body, {"content-type": "text/html; charset=utf-8"}), SOURCE)


def one(url: str, body: bytes) -> Message:
    (message,) = read(url, body).messages
    return message


def test_an_article_gives_its_main_text_and_nothing_around_it() -> None:
    message = one(f"{SITE}/lost", html(f"<article>{STORY}</article>"))
    assert message.text.startswith("On a Tuesday in May")
    assert "\nno greeting, no name." in message.text
    assert message.text.endswith("I work for two of the old clients directly, with a contract.")
    for around in ("Home", "Read next", "Copyright", "How I lost my account"):
        assert around not in message.text
    assert len(message.text.splitlines()) == 10
    assert (message.position, message.lang) == (1, "en")
    assert message.thread_url == message.url == f"{SITE}/lost"


def test_its_quotes_are_marked() -> None:
    message = one(f"{SITE}/lost", html(f"<article>{STORY}</article>"))
    ((start, end),) = message.quotes
    quoted = message.text[start:end]
    assert quoted.startswith("We have completed a review")
    assert quoted.endswith("\nThis decision is final.")


def test_what_the_page_says_of_itself_is_taken() -> None:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "How I lost my account",
        "datePublished": "2019-05-21T08:00:00+02:00",
        "author": {"@type": "Person", "name": "A Writer"},
    }
    head = f'<link rel="canonical" href="/lost"><script type="application/ld+json">{json.dumps(said)}</script>'
    message = one(f"{SITE}/lost?utm_source=x", html(f"<article>{STORY}</article>", head, "es-MX"))
    assert message.url == f"{SITE}/lost"
    assert message.published == "2019-05-21T08:00:00+02:00"
    assert message.title == "How I lost my account"
    assert message.author == "A Writer"
    assert message.lang == "es"


def test_a_published_time_in_the_head_is_taken() -> None:
    head = '<meta property="article:published_time" content="2019-05-21T06:00:00.000Z">'
    assert one(f"{SITE}/lost", html(STORY, head)).published == "2019-05-21T06:00:00.000Z"


def test_no_date_is_guessed() -> None:
    assert one(f"{SITE}/lost", html(STORY)).published == ""


def test_an_article_keeps_its_number_when_its_words_change() -> None:
    numbers = {
        one(f"{SITE}/{path}-0123456789ab", html(STORY)).engine_id
        for path in ("@x/old-title", "@x/new")
    }
    assert numbers == {"0123456789ab"}
    first, second = (one(f"{SITE}/{path}", html(STORY)).engine_id for path in ("a", "b"))
    assert first != second


def test_a_short_telling_is_read_too() -> None:
    body = html(
        "<article><h1>Banned</h1><p>Banned yesterday, no reason given, $80 frozen.</p></article>"
    )
    assert one(f"{SITE}/short", body).text == "Banned yesterday, no reason given, $80 frozen."


def test_a_listing_leads_to_its_articles_and_on() -> None:
    cards = "".join(
        f'<article><h2><a href="/{name}">{name}</a></h2><p>Teaser…</p></article>' for name in "abc"
    )
    card = '<a href="/d"><h3>d</h3></a><a href="/a">again</a>'
    page = read(
        f"{SITE}/tag/accounts", html(f'{cards}{card}<a rel="next" href="?page=2">Older</a>')
    )
    assert page == Reading(
        links=(*(f"{SITE}/{name}" for name in "abcd"), f"{SITE}/tag/accounts?page=2")
    )


def test_an_article_with_headlines_below_is_still_one_article() -> None:
    head = '<meta property="article:published_time" content="2019-05-21">'
    more = "".join(f'<h3><a href="/{name}">{name}</a></h3>' for name in "abcd")
    page = read(f"{SITE}/lost", html(f"<article>{STORY}</article><div>{more}</div>", head))
    assert len(page.messages) == 1
    assert page.links == ()


def test_a_feed_leads_to_its_articles() -> None:
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
        f"<item><link>{SITE}/a</link></item><item><link>{SITE}/b</link></item></channel></rss>"
    )
    assert read(f"{SITE}/feed", feed.encode()).links == (f"{SITE}/a", f"{SITE}/b")


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html></html>", html(""), b"<?xml version='1.0'?><x/>"]
)
def test_pages_without_text_are_refused(body: bytes) -> None:
    with pytest.raises(EngineError):
        read(f"{SITE}/empty", body)
