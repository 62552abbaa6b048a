"""Discourse as its pages show it, for what archives hold: the page itself, not its JSON.

A page for browsers carries the answer that its script would ask for; one for crawlers shows
the posts, each with its number in the topic and without the number that the API gives it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.html import absolute, words
from scraper.post import EngineError

_PRELOADED = CSSSelector("#data-preloaded")
_POSTS = etree.XPath("//div[contains(concat(' ', @class, ' '), ' crawler-post ')]")
_TITLE = CSSSelector("#topic-title h1, h1")
_CONTENT = etree.XPath(".//div[@class='post']")
_AUTHOR = etree.XPath("string(.//*[@itemprop='author']//*[@itemprop='name'])")
_CREATOR = etree.XPath("string(.//*[@class='creator']//a)")
_POSITION = etree.XPath("string(.//*[@itemprop='position'])")
_TIME = etree.XPath("string(.//time/@datetime)")
_TOPICS = CSSSelector(".topic-list-item a.title, .topic-list a.raw-topic-link, .topic-list a.title")
_NEXT = CSSSelector("link[rel=next], a[rel=next]")
_ANSWERS = re.compile(r"topic_\d+|topic_list\w*|search")


@dataclass(frozen=True)
class Shown:
    """One post as a page for crawlers shows it; ``number`` is its place in the topic."""

    number: int
    author: str
    published: str
    content: etree._Element


def answer(tree: HtmlElement) -> bytes | None:
    """The answer of the API that the page *tree* carries, if any.

    Raises:
        EngineError: what it carries is no JSON.
    """
    for node in _PRELOADED(tree):
        carried = node.get("data-preloaded") or node.text or ""
        try:
            answers = json.loads(carried)
        except ValueError as error:
            raise EngineError("the data that the page carries is no JSON") from error
        for name, value in answers.items() if isinstance(answers, dict) else ():
            if _ANSWERS.fullmatch(name) and isinstance(value, str):
                return value.encode("utf-8", "replace")
    return None


def title(tree: HtmlElement) -> str:
    """The topic's title."""
    return words(next(iter(_TITLE(tree)), None))


def posts(tree: HtmlElement) -> Iterator[Shown]:
    """The posts that the page shows, in order."""
    for place, post in enumerate(_POSTS(tree), 1):
        content = next(iter(_CONTENT(post)), None)
        if content is None:
            continue
        yield Shown(
            number=_number(post) or place,
            author=(_AUTHOR(post) or _CREATOR(post)).strip(),
            published=_TIME(post),
            content=content,
        )


def topics(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """The addresses of the topics that a list shows."""
    found = (absolute(url, link.get("href")) for link in _TOPICS(tree))
    return tuple(dict.fromkeys(filter(None, found)))


def following(tree: HtmlElement, url: str) -> str:
    """The address of the next page, else ""."""
    return next(filter(None, (absolute(url, link.get("href")) for link in _NEXT(tree))), "")


def _number(post: etree._Element) -> int:
    marked = (_POSITION(post).strip(), (post.get("id") or "")[5:])
    return next((int(text) for text in marked if re.fullmatch(r"[0-9]{1,7}", text)), 0)
