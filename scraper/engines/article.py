"""Any article or blog post on a page of its own: its main text, by trafilatura."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, use_config

from scraper.engines.feed import entries_of
from scraper.engines.html import absolute, canonical, document, lang, to_text
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

ARTICLES = frozenset({"Article", "BlogPosting", "NewsArticle", "OpinionNewsArticle", "Report"})
"""Types of schema.org that a page gives itself when it is one article."""

MANY = 3
"""A page with as many linked headlines, and nothing that says article, is a listing."""

_META = CSSSelector("meta[property='article:published_time'], meta[itemprop=datePublished]")
_JSON = CSSSelector("script[type='application/ld+json']")
_TYPE = CSSSelector("meta[property='og:type'][content=article]")
_HEADLINES = etree.XPath(
    "//*[self::h1 or self::h2 or self::h3 or self::h4]//a[@href]"
    " | //a[@href][.//h1 or .//h2 or .//h3 or .//h4]"
)
_NEXT = CSSSelector("a[rel~=next], link[rel~=next], a.next, .nav-previous a, .pagination-next a")
_CONFIG = use_config()
# below this size trafilatura would rather take the whole page, and short tellings are many
_CONFIG["DEFAULT"]["min_extracted_size"] = "1"

_HEADING = etree.XPath("head[@rend = 'h1']")
_LASTING = re.compile(r"[-/]([0-9a-f]{11,12})$")
"""The number that Medium keeps at the end of an address when its words change."""

_ASIDE = etree.XPath("ancestor::aside | ancestor::footer | ancestor::nav")


def read(page: Page, source: Source) -> Reading:
    """The article on the page, or the articles that a listing or a feed leads to.

    The day of publication is the one that the page declares. An article has no links: what
    else its site holds is not followed.

    Raises:
        EngineError: there is no main text on the page and nothing that it lists.
    """
    if page.body.lstrip()[:5] in (b"<?xml", b"<rss ", b"<feed"):
        return _listed(page)
    tree = document(page)
    headlines = [link for link in _HEADLINES(tree) if not _ASIDE(link)]
    hrefs = dict.fromkeys(absolute(page.url, link.get("href")) for link in headlines)
    own = canonical(page.url, tree)
    articles = [href for href in hrefs if href and href != own]
    published = _published(tree)
    if not published and len(articles) >= (MANY if not _TYPE(tree) else 2 * MANY):
        following = [absolute(page.url, link.get("href")) for link in _NEXT(tree)]
        return Reading(links=tuple(dict.fromkeys(filter(None, (*articles, *following)))))
    return Reading((_article(own, tree, published),))


def _listed(page: Page) -> Reading:
    links = (absolute(page.url, entry.get("link")) for entry in entries_of(page).entries)
    return Reading(links=tuple(dict.fromkeys(filter(None, links))))


def _published(tree: HtmlElement) -> str:
    """When the page says that it was published, where it says that it is an article."""
    for node in _META(tree):
        if node.get("content"):
            return str(node.get("content"))
    for thing in _things(tree):
        kinds = thing.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if ARTICLES.intersection(kind for kind in kinds if isinstance(kind, str)):
            return str(thing.get("datePublished") or thing.get("dateCreated") or "")
    return ""


def _things(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The things that the page's JSON-LD describes at its top."""
    for script in _JSON(tree):
        try:
            said = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        graph = said.get("@graph", said) if isinstance(said, dict) else said
        for thing in graph if isinstance(graph, list) else [graph]:
            if isinstance(thing, dict):
                yield thing


def _article(url: str, tree: HtmlElement, published: str) -> Message:
    found = bare_extraction(
        tree,
        url=url,
        include_comments=False,
        with_metadata=True,
        prune_xpath=["//nav", "//footer"],
        date_extraction_params={"original_date": True, "extensive_search": False},
        config=_CONFIG,
    )
    if not isinstance(found, Document) or found.body is None:
        raise EngineError("no main text on the page")
    text, quotes = to_text(found.body, _HEADING)
    if not text:
        raise EngineError("no main text on the page")
    lasting = _LASTING.search(url)
    return Message(
        engine_id=lasting[1] if lasting else hashlib.sha256(url.encode()).hexdigest()[:16],
        thread_url=url,
        url=url,
        position=1,
        author=found.author or "",
        published=published or found.date or "",
        title=found.title or "",
        text=text,
        quotes=quotes,
        lang=lang(tree),
    )
