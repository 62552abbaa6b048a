"""Invision Community 4 and 5: forums, searches and topics, in the markup of its own themes."""

from __future__ import annotations

import re

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from pydantic import Field, ValidationError

from scraper.engines.answers import Shape, count, moment
from scraper.engines.forum import exact, is_staff
from scraper.engines.html import absolute, canonical, document, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

POSTS_PER_PAGE = 25
"""As Invision Community is delivered; only asked where the pager does not say it."""

_ADDRESS = re.compile(
    r"(https?://[^#]*?/(?:topic|forum)/\d+[^/?#&]*/?)(?:(?:page/|[?&]page=)(\d+))?"
)
"""A topic or a forum, and which page of it."""

_POSTS = CSSSelector("div[id^=comment-][id$=_wrap]")
_CONTENT = CSSSelector("[data-role=commentContent]")
_ENTRY = etree.XPath("ancestor::article[1] | ancestor::li[1]")
_TITLE = CSSSelector(
    "h1.ipsType_pageTitle .ipsType_break, h1.ipsType_pageTitle, h1.ipsPageHeader__title"
)
_NAME = CSSSelector(".cAuthorPane_author, .ipsComment_author h3, .ipsEntry__username")
_GROUP = CSSSelector("[data-role=group], span.ipsBadge--highlightedGroup")
_TIME = CSSSelector("time[datetime]")
_LISTED = CSSSelector(
    "[data-rowid] a[href*='/topic/'], .ipsDataItem_title a[href*='/topic/'], "
    ".ipsData__title a[href*='/topic/'], .ipsStreamItem_title a[href*='/topic/'], "
    ".ipsStreamItem__title a[href*='/topic/'], "
    ".ipsDataItem_title a[href*='/forum/'], .ipsData__title a[href*='/forum/']"
)
"""Topics, as forums and searches list them, and forums."""

_NEXT = CSSSelector(
    "link[rel=next], li.ipsPagination_next:not(.ipsPagination_inactive) a[href], "
    "li.ipsPagination__next:not(.ipsPagination__inactive) a[href]"
)
_PER_PAGE = CSSSelector("[data-ipspagination-perpage]")
_NOISE = CSSSelector(
    ".ipsQuote_citation, .ipsEmbedded, [data-excludequote], .ipsEdited, .ipsEntry__hiddenMessage, "
    "[data-role=memberSignature], .ipsSpoiler_header"
)


class _Told(Shape):
    username: str = ""
    timestamp: int = Field(0, ge=0, le=4_000_000_000)


def read(page: Page, source: Source) -> Reading:
    """The posts of a topic's page, or what a forum or a search lists, and the next page.

    A post's position is its place in the topic, counted by how many posts a page holds. The
    opening post, which some boards repeat on every page, is read on the first one.

    Raises:
        EngineError: the page shows neither posts nor topics.
    """
    tree = document(page)
    here = canonical(page.url, tree)
    following = _following(here, tree)
    posts = [post for post in _POSTS(tree) if post.get("data-first-page") != "false"]
    if not posts:
        listed = (absolute(here, link.get("href")) for link in _LISTED(tree))
        links = tuple(dict.fromkeys(first for url in listed if (first := _first_page(url))))
        if not links:
            raise EngineError("shows neither posts nor topics of an Invision Community")
        return Reading(links=(*links, *following))
    thread, number = _first_page(here) or here, _page(here)
    title = words(next(iter(_TITLE(tree)), None))
    offset = (number - 1) * _per_page(tree)
    messages = (
        _message(post, thread, title, offset + place) for place, post in enumerate(posts, 1)
    )
    read = tuple(message for message in messages if message)
    return Reading(read, following if number == 1 else (thread, *following))


def _first_page(url: str) -> str:
    found = _ADDRESS.match(url)
    return f"{found[1].rstrip('/')}/" if found else ""


def _page(url: str) -> int:
    found = _ADDRESS.match(url)
    return max(1, count(found[2] or "", otherwise=1)) if found else 1


def _per_page(tree: HtmlElement) -> int:
    stated = (pager.get("data-ipspagination-perpage") or "" for pager in _PER_PAGE(tree))
    return count(next(stated, ""), otherwise=POSTS_PER_PAGE)


def _following(here: str, tree: HtmlElement) -> tuple[str, ...]:
    links = (absolute(here, link.get("href")) for link in _NEXT(tree))
    return tuple(url.partition("#")[0] for url in links if url)[:1]


def _message(post: etree._Element, thread: str, title: str, position: int) -> Message | None:
    number = (post.get("id") or "")[len("comment-") : -len("_wrap")]
    content = next(iter(_CONTENT(post)), None)
    entry = next(iter(_ENTRY(post)), post)
    if content is None or not number.isdecimal() or "ipsModerated" in (entry.get("class") or ""):
        return None
    text, quotes = to_text(content, _NOISE)
    told = _told(post.get("data-quotedata") or "")
    return Message(
        engine_id=number,
        thread_url=thread,
        url=f"{thread}?do=findComment&comment={number}",
        position=position,
        author=told.username or words(next(iter(_NAME(entry)), None)),
        published=_published(post) or (moment(told.timestamp) if told.timestamp else ""),
        title=title,
        text=text,
        quotes=quotes,
        staff=is_staff(words(group) for group in _GROUP(entry)),
    )


def _told(attribute: str) -> _Told:
    """Who wrote the post and when, as its own page tells the editor for quoting."""
    try:
        return _Told.model_validate_json(attribute)
    except ValidationError:
        return _Told()


def _published(post: etree._Element) -> str:
    return next((exact(time.get("datetime") or "") for time in _TIME(post)), "")
