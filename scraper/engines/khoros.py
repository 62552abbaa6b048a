"""Khoros Communities, once Lithium: boards, searches and threads, classic and Aurora."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines import khoros_aurora
from scraper.engines.answers import count, number_after
from scraper.engines.forum import exact, is_staff, written
from scraper.engines.html import absolute, canonical, document, lang, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

POSTS_PER_PAGE = 10
"""As Khoros is delivered; only asked where a message does not say which of how many it is."""

_ADDRESS = re.compile(r"(https?://[^?#]*/t5/[^?#]*?)/(td|m|bd|ct|ba|tkb|idi|qaq)-p/([\w-]+)")
"""Of a board, a thread or a message: the way there, what it is, and its number or name."""

_MESSAGES = CSSSelector("[data-lia-message-uid], [data-message-id].lia-message-view-wrapper")
_CONTENT = CSSSelector("div.lia-message-body-content")
_TITLE = CSSSelector("h1.lia-message-subject-banner")
_SUBJECT = CSSSelector("div.lia-message-subject")
_AUTHOR = etree.XPath(
    ".//a[contains(@class, 'lia-user-name-link')]"
    "[not(ancestor::*[contains(@class, 'lia-message-body')])]"
)
_RANK = CSSSelector("div.lia-message-author-rank")
_NAME = CSSSelector("span.lia-user-name")
_TIME = CSSSelector("span.lia-message-posted-on")
_DATE = CSSSelector("time[datetime], .local-friendly-date[title], .local-date")
_ROOT = CSSSelector(
    "[data-lia-message-uid].lia-thread-topic, [data-lia-message-uid].lia-panel-message-root"
)
_POSITION = CSSSelector(".lia-message-position-in-thread")
_LISTED = CSSSelector(
    ".message-subject a[href*='-p/'], a.page-link[href*='-p/'], .lia-list-row a[href*='/td-p/']"
)
_BOARDS = CSSSelector(".board-title a[href*='-p/'], a.lia-board-title-link, .NodeTitle a")
_NEXT = CSSSelector("link[rel=next], a[rel=next], .lia-paging-page-next a[href]")
_PAGER = CSSSelector(".lia-paging-pager a[href*='/td-p/'], .lia-breadcrumb a[href*='/td-p/']")
_FACTS = CSSSelector("script[type='application/ld+json']")
_CITED = etree.XPath(".//blockquote//a[contains(@href, '/user/viewprofilepage')]")
_NOISE = CSSSelector(
    ".lia-message-signature, .lia-spoiler-link, .lia-message-edited-on, .lia-attachments, "
    ".lia-inline-image-caption-hidden, .lia-video-caption, a.cited"
)


def read(page: Page, source: Source) -> Reading:
    """The posts of a thread's page, or what a board or a search lists, and the next page.

    A post's position is the one that it says, else counted from the page's number. Its time
    is what the page states for machines, with its zone, else the written one without.

    Raises:
        EngineError: the page shows neither messages nor threads.
    """
    tree = document(page)
    if (data := khoros_aurora.data(tree)) is not None:
        return khoros_aurora.read(page.url, tree, data)
    here = canonical(page.url, tree)
    asked = _ADDRESS.match(here) or _ADDRESS.match(page.url)
    following = _following(here, tree)
    messages = _messages(tree) if asked and asked[2] not in ("bd", "ct") else {}
    if not asked or not messages:
        links = _listed(here, tree)
        if not links:
            raise EngineError("shows neither messages nor threads of a Khoros community")
        return Reading(links=(*links, *following))
    number, page_number = _thread_number(asked, tree), _page(here)
    thread = f"{asked[1]}/{'td' if asked[2] == 'm' else asked[2]}-p/{number}"
    title = words(next(iter(_TITLE(tree) or _SUBJECT(tree)), None))
    times = _times(messages, tree)
    offset = (page_number - 1) * POSTS_PER_PAGE
    read = tuple(
        _message(node, uid, thread, title, 1 if uid == number else offset + place, times[uid])
        for place, (uid, node) in enumerate(messages.items(), 1)
    )
    is_first = page_number == 1 and asked[3] == number
    return Reading(read, following if is_first else (thread, *following))


def _messages(tree: HtmlElement) -> dict[str, etree._Element]:
    """The page's messages by their numbers; marks stand on several elements of each."""
    found: dict[str, etree._Element] = {}
    for node in _MESSAGES(tree):
        uid = node.get("data-lia-message-uid") or node.get("data-message-id") or ""
        if uid.isdecimal() and uid not in found and _CONTENT(node):
            found[uid] = node
    return found


def _listed(here: str, tree: HtmlElement) -> tuple[str, ...]:
    links = (absolute(here, link.get("href")) for link in (*_LISTED(tree), *_BOARDS(tree)))
    found = (_ADDRESS.match(url) for url in links)
    return tuple(dict.fromkeys(f"{m[1]}/{m[2]}-p/{m[3]}" for m in found if m))


def _thread_number(asked: re.Match[str], tree: HtmlElement) -> str:
    """The number of the opening message, also where the page was asked for by a reply."""
    if asked[2] != "m":
        return asked[3]
    for link in _PAGER(tree):
        if found := _ADDRESS.match(absolute(asked[0], link.get("href"))):
            return found[3]
    root = next(iter(_ROOT(tree)), None)
    return str(root.get("data-lia-message-uid") or asked[3]) if root is not None else asked[3]


def _page(here: str) -> int:
    return max(1, count(number_after("/page/", here), otherwise=1))


def _following(here: str, tree: HtmlElement) -> tuple[str, ...]:
    links = (absolute(here, link.get("href")) for link in _NEXT(tree))
    return tuple(url.partition("#")[0] for url in links if url)[:1]


def _times(messages: Mapping[str, etree._Element], tree: HtmlElement) -> dict[str, str]:
    stated = _stated(tree)
    shown = [_shown(node) for node in messages.values()]
    told = written(shown, lang(tree))
    return {
        uid: stated.get(uid) or exact(time) or said
        for uid, time, said in zip(messages, shown, told, strict=True)
    }


def _stated(tree: HtmlElement) -> dict[str, str]:
    """The times that the page states in JSON-LD, by the number that ends a message's address."""
    times: dict[str, str] = {}
    for script in _FACTS(tree):
        try:
            left = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while left:
            fact = left.pop()
            if isinstance(fact, dict):
                left.extend(fact.values())
                uid = re.search(r"[/#](\d+)$", str(fact.get("url") or fact.get("@id") or ""))
                time = exact(str(fact.get("datePublished") or fact.get("dateCreated") or ""))
                if uid and time:
                    times.setdefault(uid[1], time)
            elif isinstance(fact, list):
                left.extend(fact)
    return times


def _shown(node: etree._Element) -> str:
    posted = next(iter(_TIME(node)), None)
    if posted is None:
        return ""
    marked = (date.get("datetime") or date.get("title") for date in _DATE(posted))
    return next(filter(None, marked), None) or words(posted)


def _message(
    node: etree._Element, uid: str, thread: str, title: str, position: int, time: str
) -> Message:
    content = _CONTENT(node)[0]
    for cited in _CITED(content):
        if re.fullmatch(r"[^.!?]{1,40}:\s*", cited.tail or ""):  # whom the quote is of
            cited.tail = ""
            cited.set("class", "cited")
    text, quotes = to_text(content, _NOISE)
    said = re.search(r"[0-9]+", words(next(iter(_POSITION(node)), None)))
    ranks = [words(rank) for rank in _RANK(node)]
    ranks += [(name.get("class") or "").replace("-", " ") for name in _NAME(node)[:1]]
    return Message(
        engine_id=uid,
        thread_url=thread,
        url=f"{thread.rpartition('/')[0].rpartition('/')[0]}/m-p/{uid}",
        position=count(said[0], otherwise=position) if said else position,
        author=words(next(iter(_AUTHOR(node)), None)),
        published=time,
        title=title,
        text=text,
        quotes=quotes,
        staff=is_staff(ranks),
    )
