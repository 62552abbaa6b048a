"""What a page says of itself in JSON-LD or microdata (https://schema.org): threads and answers.

Read by extruct. A thread is a ``DiscussionForumPosting`` or another posting with comments,
or a ``QAPage`` with its question and answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, TypeGuard
from urllib.parse import urldefrag

from extruct.jsonld import JsonLdExtractor  # type: ignore[import-untyped]
from extruct.w3cmicrodata import MicrodataExtractor  # type: ignore[import-untyped]
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.html import (
    Spans,
    absolute,
    canonical,
    code,
    document,
    fragment,
    lang,
    to_text,
    words,
)
from scraper.engines.paging import following, place
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

POSTINGS = frozenset(("DiscussionForumPosting", "SocialMediaPosting", "Question"))
"""Types of schema.org that open a thread."""

SIZE = 100
"""Posts that a page holds at the most, where nothing says how many stand before it."""

REPLIES = ("comment", "suggestedAnswer", "acceptedAnswer", "answer")
"""Properties that hold what follows it."""

DEEPEST = 50
"""Replies to replies; nothing that people wrote goes deeper."""

_SCRIPTS = CSSSelector("script[type='application/ld+json']")
_LINKS = etree.XPath("//a[@href] | //link[@href]")

_MARKUP = re.compile(r"<(?:p|br|div|blockquote|ul|ol)\b")
"""What shows that a text is markup, with lines of its own."""

Thing = dict[str, Any]


def read(page: Page, source: Source) -> Reading:
    """The posts that the page describes, and the page that follows.

    Raises:
        EngineError: it describes none.
    """
    reading = parts(page, document(page))
    if not reading.messages:
        raise EngineError("describes no posts")
    return reading


def parts(page: Page, tree: HtmlElement) -> Reading:
    """What :func:`read` gives; nothing where the page describes no posts."""
    here = canonical(page.url, tree)
    for thing in things(page, tree):
        opening = _opening(thing)
        if opening is not None and (messages := _messages(opening, here, lang(tree))):
            return Reading(messages, following(here, _LINKS(tree)))
    return Reading()


def things(page: Page, tree: HtmlElement) -> Iterator[Thing]:
    """What the page describes, as schema.org's names and values, JSON-LD before microdata."""
    for script in _SCRIPTS(tree):
        try:
            said = JsonLdExtractor().extract_items(script)
        except (ValueError, RecursionError):
            continue
        for thing in said:
            graph = thing.get("@graph") if isinstance(thing, dict) else None
            yield from filter(_is_thing, graph if isinstance(graph, list) else [thing])
    if b"itemscope" in page.body:
        try:
            found = MicrodataExtractor(add_html_node=True).extract_items(tree, page.url)
        except (ValueError, RecursionError):
            return
        yield from (_flat(item) for item in found)


def _is_thing(said: object) -> TypeGuard[Thing]:
    return isinstance(said, dict)


def _flat(item: Any, depth: int = 0) -> Any:
    """A microdata item in the shape of a JSON-LD one."""
    if not isinstance(item, dict) or "type" not in item or depth > DEEPEST:
        return item
    kinds = item["type"] if isinstance(item["type"], list) else [item["type"]]
    flat: Thing = {"@type": [str(kind).rstrip("/").rpartition("/")[2] for kind in kinds]}
    for name, value in item.get("properties", {}).items():
        values = value if isinstance(value, list) else [value]
        flat[name] = [_flat(each, depth + 1) for each in values]
    flat |= {"htmlNode": item.get("htmlNode"), "@id": item.get("id")}
    return flat


def _opening(thing: Thing) -> Thing | None:
    """The opening post that *thing* is or is about, where it is one."""
    if "QAPage" in _kinds(thing) or "WebPage" in _kinds(thing):
        about = _first(thing.get("mainEntity"))
        return _opening(about) if _is_thing(about) and about is not thing else None
    return thing if POSTINGS.intersection(_kinds(thing)) else None


def _kinds(thing: Thing) -> list[str]:
    kinds = thing.get("@type")
    return [
        kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
    ]


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list) else value


def _messages(opening: Thing, here: str, language: str) -> tuple[Message, ...]:
    own = place(here)
    title = _words(opening.get("headline") or opening.get("name"))
    before = (own.page - 1) * SIZE + own.offset
    given = []
    for number, thing in enumerate((opening, *_replies(opening))):
        text, quotes = _text(thing)
        if not text:
            continue
        url = _url(thing, here)
        named = url if number == 0 or url != here else f"{own.base}#{before + number + 1}"
        given.append(
            Message(
                engine_id=hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:16],
                thread_url=own.base,
                url=url,
                position=1 if number == 0 else before + number + 1,
                author=_author(thing.get("author")),
                published=_words(thing.get("datePublished") or thing.get("dateCreated")),
                title=title,
                text=text,
                quotes=quotes,
                lang=code(_words(thing.get("inLanguage"))) or language,
            )
        )
    return tuple(given)


def _replies(thing: Thing, depth: int = 0) -> Iterator[Thing]:
    """What answers *thing*, and what answers that, each below what it answers."""
    for name in REPLIES if depth < DEEPEST else ():
        said = thing.get(name)
        for reply in said if isinstance(said, list) else [said]:
            if _is_thing(reply):
                yield reply
                yield from _replies(reply, depth + 1)


def _url(thing: Thing, here: str) -> str:
    for name in ("url", "@id", "mainEntityOfPage"):
        value = _first(thing.get(name))
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str) and value and (url := absolute(here, value)):
            return url
    node = thing.get("htmlNode")
    mark = node.get("id") if isinstance(node, etree._Element) else None
    return f"{urldefrag(here).url}#{mark}" if mark else here


def _author(said: Any) -> str:
    said = _first(said)
    return _words(said.get("name")) if isinstance(said, dict) else _words(said)


def _words(said: Any) -> str:
    """A value as one line of text; "" where it is none."""
    said = _first(said)
    if not isinstance(said, str):
        return ""
    return words(fragment(said)) if "<" in said or "&" in said else " ".join(said.split())


def _text(thing: Thing) -> tuple[str, Spans]:
    node = thing.get("htmlNode")
    if isinstance(node, etree._Element):
        for part in node.iterdescendants():
            names = (part.get("itemprop") or "").split() if isinstance(part.tag, str) else []
            if {"text", "articleBody"}.intersection(names) and _item_of(part) is node:
                return to_text(part)
    said = _first(thing.get("text") or thing.get("articleBody"))
    if not isinstance(said, str):
        return "", ()
    return to_text(fragment(said if _MARKUP.search(said) else f"<pre>{said}</pre>"))


def _item_of(part: etree._Element) -> etree._Element | None:
    return next(
        (above for above in part.iterancestors() if above.get("itemscope") is not None), None
    )
