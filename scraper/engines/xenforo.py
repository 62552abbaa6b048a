"""XenForo 1 and 2: forums, searches and threads, in the markup of its default styles."""

from __future__ import annotations

import re

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.answers import count, moment
from scraper.engines.forum import exact, is_staff, written
from scraper.engines.html import absolute, canonical, document, lang, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

POSTS_PER_PAGE = 20
"""As XenForo is delivered; only asked where a post does not show its number."""

_ADDRESS = re.compile(r"(https?://[^/]+/(?:[^#]*?[./?])?(\d+)/)(?:page-(\d+)|[\w-]+)?(?:[/?#]|$)")
"""A thread, and which page of it."""

_THREAD_POSTS = CSSSelector("article[id^=js-post-], div[id^=js-post-], li[id^=post-]")
_TITLE = CSSSelector("h1.p-title-value, div.titleBar h1")
_LABEL = CSSSelector(".label, .label-append, .prefix")
_CONTENT = CSSSelector("article.message-body, div.message-body, blockquote.messageText")
_NUMBER = CSSSelector(
    "ul.message-attribution-opposite a, a.message-attribution-gadget, div.publicControls a, "
    "a.postNumber"
)
_AUTHOR = CSSSelector(".message-name .username, .message-name, h3.userText .username")
_PERMALINK = CSSSelector("ul.message-attribution-main a[href*=post], a.datePermalink[href]")
_TITLES = CSSSelector("h5.userTitle, div.userBanner, em.userTitle, em.userBanner")
_TIME = CSSSelector("header time[datetime], a.datePermalink abbr, a.datePermalink span")
_LISTED = CSSSelector(
    "div.structItem-title a[href], li.discussionListItem h3.title a[href], "
    "h3.contentRow-title a[href], div.titleText h3.title a[href], "
    "h3.node-title a[href], h3.nodeTitle a[href]"
)
"""Threads, as forums and searches list them, and forums."""

_NEXT = CSSSelector("link[rel=next], a.pageNav-jump--next")
_PAGER = CSSSelector("div.PageNav[data-page][data-last]")
_NOISE = CSSSelector(
    ".bbCodeBlock-title, .bbCodeBlock-expandLink, .bbCodeBlock--unfurl, .attribution, "
    ".quoteExpand, .messageTextEndMarker, .js-selectToQuoteEnd, .bbCodeSpoiler-button, "
    ".bbCodeBlock .type"
)
_DELETED = re.compile(r"(?:^|\s)(?:message--deleted|deleted|placeholder)(?:\s|$)")


def read(page: Page, source: Source) -> Reading:
    """The posts of a thread's page, or what a forum or a search lists, and the next page.

    A post's position is the number that it shows. XenForo 2 tells times with their zone;
    XenForo 1 does so of the last days, and writes older ones as its readers see them.

    Raises:
        EngineError: the page shows neither posts nor threads.
    """
    tree = document(page)
    here = canonical(page.url, tree)
    following = _following(here, tree)
    posts = _THREAD_POSTS(tree)
    if not posts:
        listed = (absolute(here, link.get("href")) for link in _LISTED(tree))
        links = tuple(dict.fromkeys(first for url in listed if (first := _first_page(url))))
        if not links:
            raise EngineError("shows neither posts nor threads of a XenForo board")
        return Reading(links=(*links, *following))
    thread, title = _first_page(here) or here, _title(tree)
    offset = (_page(here) - 1) * POSTS_PER_PAGE
    told = written([_shown(post) for post in posts], lang(tree))
    messages = (
        _message(post, thread, title, offset + place, time)
        for place, (post, time) in enumerate(zip(posts, told, strict=True), 1)
    )
    read = tuple(message for message in messages if message)
    return Reading(read, following if _page(here) == 1 else (thread, *following))


def _first_page(url: str) -> str:
    found = _ADDRESS.match(url)
    return found[1] if found else ""


def _page(url: str) -> int:
    found = _ADDRESS.match(url)
    return count(found[3] or "", otherwise=1) if found else 1


def _following(here: str, tree: HtmlElement) -> tuple[str, ...]:
    for link in _NEXT(tree):
        if url := absolute(here, link.get("href")):
            return (url,)
    for pager in _PAGER(tree):
        page = count(pager.get("data-page") or "", otherwise=0)
        if 0 < page < count(pager.get("data-last") or "", otherwise=0) and _first_page(here):
            return (f"{_first_page(here)}page-{page + 1}",)
    return ()


def _title(tree: HtmlElement) -> str:
    heading = next(iter(_TITLE(tree)), None)
    return " ".join(to_text(heading, _LABEL)[0].split()) if heading is not None else ""


def _message(
    post: etree._Element, thread: str, title: str, position: int, time: str
) -> Message | None:
    number = (post.get("id") or "").rpartition("post-")[2]
    content = next(iter(_CONTENT(post)), None)
    if content is None or not number.isdecimal() or _DELETED.search(post.get("class") or ""):
        return None
    if content.tag == "blockquote":  # XenForo 1 holds in one what the author wrote
        content.tag = "div"
    text, quotes = to_text(content, _NOISE)
    shown = (words(link) for link in _NUMBER(post))
    counted = next((said for said in shown if said.startswith("#")), "")
    links = (absolute(thread, link.get("href")) for link in _PERMALINK(post))
    return Message(
        engine_id=number,
        thread_url=thread,
        url=next(filter(None, links), f"{thread}post-{number}"),
        position=count(re.sub(r"\D", "", counted), otherwise=position),
        author=post.get("data-author") or words(next(iter(_AUTHOR(post)), None)),
        published=_stamp(post) or time,
        title=title,
        text=text,
        quotes=quotes,
        staff=is_staff(_title_of(shown) for shown in _TITLES(post)),
    )


def _title_of(banner: etree._Element) -> str:
    """An author's title or banner; staff has a class of its own in every language."""
    return f"{words(banner)} {(banner.get('class') or '').replace('bannerStaff', 'staff')}"


def _stamp(post: etree._Element) -> str:
    """The time that the post gives to programs."""
    for time in _TIME(post):
        if stamp := exact(time.get("datetime") or ""):
            return stamp
        if re.fullmatch(r"[0-9]{9,10}", time.get("data-time") or ""):
            return moment(int(time.get("data-time") or ""))
    return ""


def _shown(post: etree._Element) -> str:
    """The time that the post shows to readers, where it gives none to programs."""
    time = next(iter(_TIME(post)), None)
    if time is None or time.get("datetime") or time.get("data-time"):
        return ""
    return time.get("title") or words(time)
