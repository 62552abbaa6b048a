"""vBulletin 3, 4 and 5: forums, searches and threads, in the markup of its default styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.answers import ask, count, query
from scraper.engines.forum import is_staff, written, zone
from scraper.engines.html import absolute, canonical, document, lang, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

PASSING = frozenset(
    {"s", "highlight", "goto", "mode", "styleid", "pp", "viewfull", "view", "nojs", "langid"}
)
"""Parameters that change who looks at a page and how, not which page it is."""

_POSTS = CSSSelector("table[id^=post], li[id^=post_], li.b-post[data-node-id]")
_CONTENT = CSSSelector("div[id^=post_message_], div.js-post__content-text")
_INNER = CSSSelector("blockquote.postcontent, blockquote.restore")
_QUOTED = etree.XPath(
    ".//div[contains(concat(' ', @class, ' '), ' bbcode_quote ')]"
    " | .//div[@class = 'smallfont']/following-sibling::table[1]//td[@class = 'alt2']"
)
_TITLE = CSSSelector(
    "span.threadtitle, h1.main-title, .b-media__body h2, td.navbar strong, div.navbar strong"
)
_HEADING = CSSSelector("h1")
_OWN = CSSSelector("span.threadtitle a, td.navbar > a[href*=showthread]")
_AUTHOR = CSSSelector("a.bigusername, a.username, span.username, div.author a, div.author span")
_USERTITLES = CSSSelector("span.usertitle, div.usertitle, div[id^=postmenu_] + div.smallfont")
_COUNTER = CSSSelector("a[id^=postcount], a.postcounter, a.b-post__count")
_DATE = CSSSelector("span.postdate span.date, td.thead:first-of-type, time[itemprop=dateCreated]")
_ZONE = etree.XPath(
    "//div[(contains(@class, 'smallfont') or contains(@class, 'footer') or contains(@id, 'footer'))"
    " and contains(text(), 'GMT')] | //li[contains(text(), 'GMT')]"
)
_LISTED = CSSSelector(
    "a[id^=thread_title_], h3.threadtitle a.title, h3.searchtitle a.title, a.topic-title, "
    "h2.forumtitle a, td.alt1Active a[href*=forumdisplay], a.forum-title"
)
"""Threads, as forums and searches list them, and forums."""

_NEXT = CSSSelector("a[rel=next], link[rel=next], a.js-pagenav-next-button[href]")
_SHOWN = etree.XPath(
    "string((//form[contains(@class, 'pagination')] | //div[contains(@class, 'pagenav')])[1])"
)
_NOISE = etree.XPath(
    ".//div[contains(@class, 'bbcode_postedby') or contains(@class, 'bbcode_description')"
    " or contains(@class, 'smallfont') or contains(@class, 'bbcode_quote_container')]"
    " | .//quote/div[strong][following-sibling::div] | .//fieldset"
    " | .//*[contains(@class, 'lastedited') or contains(@class, 'signature')"
    " or contains(@class, 'post-edit-info')]"
)


def read(page: Page, source: Source) -> Reading:
    """The posts of a thread's page, or what a forum or a search lists, and the next page.

    A post's position is the number that it shows. Its time is the written one, in the zone
    that the foot of the page names.

    Raises:
        EngineError: the page shows neither posts nor threads.
    """
    tree = document(page)
    here = _here(page.url, tree)
    following = tuple(_plain(url) for url in _next(here, tree))
    posts = [post for post in _POSTS(tree) if _number(post)]
    if not posts:
        listed = (absolute(here, link.get("href")) for link in _LISTED(tree))
        links = tuple(dict.fromkeys(_thread(url, 1) for url in listed if url))
        if not links:
            raise EngineError("shows neither posts nor threads of a vBulletin board")
        return Reading(links=(*links, *following))
    number = _page(here, tree)
    thread = _thread(here, number)
    title = words(next(iter(_TITLE(tree) or _HEADING(tree)), None))
    times = _times(posts, tree)
    messages = (
        _message(post, thread, title, place, time)
        for place, (post, time) in enumerate(zip(posts, times, strict=True), 1)
    )
    read = tuple(message for message in messages if message)
    return Reading(read, following if number == 1 else (thread, *following))


def _here(url: str, tree: HtmlElement) -> str:
    """The page's own address; of a thread that was asked for by one of its posts, its first."""
    here = canonical(url, tree)
    if "p" in query(here) and "t" not in query(here):
        return next((own for a in _OWN(tree) if (own := absolute(here, a.get("href")))), here)
    return here


def _plain(url: str, *more: str) -> str:
    """*url* without what passes, however its parameters are written."""
    raw = urlsplit(url).query
    if "=" not in raw.partition("&")[0]:  # showthread.php?12-title&s=...
        return url.partition("#")[0].partition("&")[0]
    asked = {name: value for name, value in query(url).items() if name not in {*PASSING, *more}}
    return ask(url, **asked)


def _thread(url: str, page: int) -> str:
    """The address of the first page of the thread or forum of which *url* is a *page*."""
    named = "t" in query(url) or not urlsplit(url).path.endswith("/showthread.php")
    url = re.sub(r"/page\d+(?=$|[/?#])", "", _plain(url, "page", *(("p",) if named else ())))
    return re.sub(rf"-{page}(?=(?:\.html|/)$)", "", url) if page > 1 else url


def _page(here: str, tree: HtmlElement) -> int:
    found = re.search(r"/page(\d+)(?=$|[/?&#])", here)
    if stated := (found[1] if found else query(here).get("page", "")):
        return count(stated, otherwise=1)
    shown = re.search(r"(\d{1,6})\D{1,12}\d", str(_SHOWN(tree))[:200])
    return max(1, count(shown[1], otherwise=1)) if shown else 1


def _next(here: str, tree: HtmlElement) -> tuple[str, ...]:
    links = (absolute(here, link.get("href")) for link in _NEXT(tree))
    return tuple(filter(None, links))[:1]


def _number(post: etree._Element) -> str:
    number = post.get("data-node-id") or re.sub(r"^post_?", "", post.get("id") or "")
    return number if re.fullmatch(r"[0-9]+", number) else ""


def _times(posts: Sequence[etree._Element], tree: HtmlElement) -> tuple[str, ...]:
    at = next((named for note in _ZONE(tree) if (named := zone(words(note)))), None)
    shown = [next((d.get("datetime") or words(d) for d in _DATE(post)), "") for post in posts]
    return written(shown, lang(tree), at)


def _permalink(thread: str, number: str, shown: str) -> str:
    """The lasting address of a post; where addresses are rewritten, the one that is *shown*."""
    path = urlsplit(thread).path
    if path.endswith("/showthread.php"):
        return f"{ask(thread, p=number)}#post{number}"
    if path.endswith((".html", "/")):
        return f"{_plain(shown if number in shown else thread)}#post{number}"
    return f"{thread}?p={number}#post{number}"


def _message(
    post: etree._Element, thread: str, title: str, place: int, time: str
) -> Message | None:
    content = next(iter(_CONTENT(post)), None)
    if content is None or "deleted" in (post.get("class") or ""):
        return None
    for inner in _INNER(content):  # vBulletin 4 holds in a blockquote what the author wrote
        inner.tag = "div"
    for quoted in _QUOTED(content):
        quoted.tag = "quote"
    text, quotes = to_text(content, _NOISE)
    counter = next(iter(_COUNTER(post)), None)
    position = re.search(r"[0-9]+", words(counter))
    shown = absolute(thread, counter.get("href")) if counter is not None else ""
    return Message(
        engine_id=_number(post),
        thread_url=thread,
        url=_permalink(thread, _number(post), shown),
        position=count(position[0], otherwise=place) if position else place,
        author=words(next(iter(_AUTHOR(post)), None)),
        published=time,
        title=title,
        text=text,
        quotes=quotes,
        staff=is_staff(words(shown) for shown in _USERTITLES(post)),
    )
