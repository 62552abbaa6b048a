"""Habr Q&A (qna.habr.com, once toster.ru): lists of questions, and questions with answers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.answers import ask, number_after
from scraper.engines.html import absolute, document, to_text, words
from scraper.engines.paging import following
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

ZONE = "+03:00"
"""The zone of times that do not name one: the site's own, that of Moscow."""

_QUESTIONS = CSSSelector("a.question__title-link[href]")
_PAGES = CSSSelector(".paginator a[href], a[rel=next], link[rel=next]")
_TITLE = CSSSelector("h1.question__title")
_TEXTS = CSSSelector("div.question__text, div.answer__text, div.comment__text")
_NAME = CSSSelector("a.user-summary__name")
_NICK = CSSSelector(".user-summary__nickname meta[itemprop=alternateName]")
_TIME = CSSSelector("time[datetime]")
_NOISE = CSSSelector("div.comment__date, div.answer__date, div.spoiler__title, .buttons-group")
_NUMBER = re.compile(r"(?:answer|comment)\D*(\d+)$")


def read(page: Page, source: Source) -> Reading:
    """The question on the page with comments and answers, or the questions of a list.

    The question stands at position 1; its comments, the answers marked as solutions, the
    other answers and what is said of each follow as the page has them. The answers are on
    one page, however many.

    Raises:
        EngineError: the page shows neither a question nor a list of them.
    """
    tree = document(page)
    title = next(iter(_TITLE(tree)), None)
    texts = _TEXTS(tree)
    number = number_after("/q/", urlsplit(page.url).path)
    if title is not None and texts and number:
        return Reading(_messages(ask(page.url, f"/q/{number}"), words(title), texts))
    listed = [absolute(page.url, link.get("href")) for link in _QUESTIONS(tree)]
    links = [ask(url, urlsplit(url).path) for url in listed if url]
    if not links:
        raise EngineError("shows neither a question nor a list of questions")
    return Reading(links=tuple(dict.fromkeys((*links, *following(page.url, _PAGES(tree))))))


def _messages(thread: str, title: str, texts: list[HtmlElement]) -> tuple[Message, ...]:
    given = []
    for position, node in enumerate(texts, 1):
        kind = "question" if position == 1 else _kind(node)
        number = _number(node) if position > 1 else thread.rpartition("/")[2]
        mark = f"{kind}_{number or position}"
        block = _around(node)
        text, quotes = to_text(node, _NOISE)
        nick = next((meta.get("content") or "" for meta in _NICK(block)), "")
        given.append(
            Message(
                engine_id=mark if number else f"{thread.rpartition('/')[2]}-{mark}",
                thread_url=thread,
                url=thread if position == 1 else f"{thread}#{mark}",
                position=position,
                author=nick or words(next(iter(_NAME(block)), None)),
                published=_published(block),
                title=title,
                text=text,
                quotes=quotes,
                lang="ru",
            )
        )
    return tuple(given)


def _kind(text: etree._Element) -> str:
    return "answer" if "answer__text" in (text.get("class") or "").split() else "comment"


def _number(text: etree._Element) -> str:
    """The number of the answer or comment, by the nearest element that carries it."""
    found = (_NUMBER.search(node.get("id") or "") for node in text.iterancestors())
    return next((number[1] for number in found if number), "")


def _around(text: etree._Element) -> etree._Element:
    """The element that holds one message: the nearest that names an author."""
    return next((node for node in text.iterancestors() if _NAME(node)), text)


def _published(block: etree._Element) -> str:
    for time in _TIME(block):
        told = (time.get("datetime") or "").strip().replace(" ", "T")
        return told if re.search(r"(Z|[+-]\d\d:?\d\d)$", told) or "T" not in told else told + ZONE
    return ""
