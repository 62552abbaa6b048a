"""phpBB 3: the pages of its default style, which most styles keep to (prosilver)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import dateparser
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.answers import ask, count, query
from scraper.engines.html import absolute, canonical, document, lang, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

PASSING = frozenset({"sid", "hilit", "view", "sk", "st", "sd"})
"""Parameters that change who looks at a page and how, not which page it is."""

LONGEST_DATE = 60
"""Characters; what is longer is no date, and would take long to find that out."""

_POSTS = CSSSelector("div.post[id^=p]")
_LINK = CSSSelector("div.postbody h3 a, div.postbody p.author > a")
_TITLE = CSSSelector("h2.topic-title a, #page-body > h2:first-of-type a")
_CONTENT = CSSSelector("div.postbody div.content")
_AUTHOR_LINE = CSSSelector("div.postbody p.author")
_RANK = CSSSelector("dl.postprofile dd.profile-rank, dl.postprofile dt + dd")
_TOPICS = CSSSelector("a.topictitle")
_NEXT = CSSSelector("div.pagination a[rel=next], div.pagination li.next a")
_PAGES = CSSSelector("div.pagination a[href*='start=']")
_NOISE = CSSSelector(
    "blockquote cite, div.codebox > p, dl.codebox > dt, dl.attachbox, "
    "div.inline-attachment, div.notice, div.signature"
)
_REWRITTEN = re.compile(r"((?:-t|topic)\d+)-(\d+)(?=\.html$)")
"""A topic's address as boards rewrite it for search engines, with where its page starts."""

_STAFF = re.compile(r"\badmin|\bmoderator|\bstaff\b|админ|модератор", re.IGNORECASE)


def read(page: Page, source: Source) -> Reading:
    """The posts of a topic's page, or the topics of a forum's, and the next page.

    A post's position is its place in the topic, counted from the page's ``start``. Its time
    is what the ``time`` element says, else the written date, without a zone, where that
    names day, month and year.

    Raises:
        EngineError: the page shows neither posts nor topics.
    """
    tree = document(page)
    here = canonical(page.url, tree)
    following = _following(here, tree)
    topics = {
        _plain(url): words(link)
        for link in _TOPICS(tree)
        if (url := absolute(page.url, link.get("href")))
    }
    posts = _POSTS(tree)
    if not posts and not topics:
        raise EngineError("shows neither posts nor topics of a phpBB board")
    if not posts:
        return Reading(links=(*topics, *following), titles=topics)
    thread = _first_page(here)
    title, language = words(next(iter(_TITLE(tree)), None)), lang(tree)
    offset = _offset(here)
    messages = (
        _message(post, thread, title, offset + place, language)
        for place, post in enumerate(posts, 1)
    )
    return Reading(tuple(message for message in messages if message), following)


def _plain(url: str, *more: str) -> str:
    """*url* without what passes, and without the forum's number where the topic's is there."""
    asked = {name: value for name, value in query(url).items() if name not in {*PASSING, *more}}
    if "t" in asked:
        asked.pop("f", None)
    return ask(url, **asked)


def _first_page(url: str) -> str:
    return _plain(ask(url, _REWRITTEN.sub(r"\1", urlsplit(url).path), **query(url)), "start")


def _offset(url: str) -> int:
    rewritten = _REWRITTEN.search(urlsplit(url).path)
    return count(rewritten[2] if rewritten else query(url).get("start", ""), otherwise=0)


def _following(here: str, tree: HtmlElement) -> tuple[str, ...]:
    """The next page; where nothing is marked as that, the nearest one that starts later."""
    marked = [absolute(here, link.get("href")) for link in _NEXT(tree)]
    if any(marked):
        return (_plain(next(filter(None, marked))),)
    offset = _offset(here)
    listed = {_plain(absolute(here, link.get("href"))) for link in _PAGES(tree)}
    same = [url for url in listed if _first_page(url) == _first_page(here)]
    later = [url for url in same if _offset(url) > offset]
    return tuple(sorted(later, key=_offset)[:1])


def _message(
    post: etree._Element, thread: str, title: str, position: int, language: str
) -> Message | None:
    number = (post.get("id") or "").removeprefix("p")
    content = next(iter(_CONTENT(post)), None)
    if content is None or not number.isdecimal() or "deleted" in (post.get("class") or "").split():
        return None
    text, quotes = to_text(content, _NOISE)
    line = next(iter(_AUTHOR_LINE(post)), None)
    author = line.find(".//strong") if line is not None else None
    return Message(
        engine_id=number,
        thread_url=thread,
        url=_permalink(post, thread, number),
        position=position,
        author=words(author),
        published=_published(line, language),
        title=title,
        text=text,
        quotes=quotes,
        staff=any(_STAFF.search(words(rank)) for rank in _RANK(post)),
    )


def _permalink(post: etree._Element, thread: str, number: str) -> str:
    links = (absolute(thread, link.get("href")) for link in _LINK(post))
    url = next(filter(None, links), thread)
    plain = urlsplit(url).path.endswith("/viewtopic.php")
    return (ask(url, p=number) if plain else _plain(url)) + f"#p{number}"


def _published(line: etree._Element | None, language: str) -> str:
    if line is None:
        return ""
    for time in line.iterfind(".//time[@datetime]"):
        return time.get("datetime") or ""
    written = words(line).rpartition("»")[2].strip()
    if len(written) > LONGEST_DATE or not re.search(r"\b(19|20)\d\d\b", written):
        return ""
    settings = {"REQUIRE_PARTS": ["day", "month", "year"]}
    try:
        found = dateparser.parse(written, languages=[language or "en"], settings=settings)
    except ValueError:  # a language that dateparser does not know
        return ""
    return found.isoformat() if found else ""
