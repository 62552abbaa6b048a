"""What a page of unknown forum software lists: threads, else the boards that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from scraper.engines import marks
from scraper.engines.dates import is_bare_date
from scraper.engines.html import absolute, words
from scraper.engines.paging import NEXT, place

_THREAD = re.compile(
    r"(?:^|[/?&;])(?:(?:threads?|topics?|discussions?|questions?|showthread|viewtopic|tid|thema|themen"
    r"|sujet|tema|hilo|temat|topico)(?:[/=,._-]|$)|[tdq][/=])",
    re.IGNORECASE,
)
"""Addresses that lead to a thread."""

_BOARD = re.compile(
    r"(?:^|[/?&;])(?:(?:forums?|boards?|subforum|subcategory|category|categories|viewforum|forumdisplay"
    r"|showforum|fid|rubrik|bereich|section)(?:[/=,._-]|$)|[cf][/=])",
    re.IGNORECASE,
)
"""Addresses that lead to a board."""

_ELSEWHERE = re.compile(
    r"(?:^|[/?&;=])(?:log(?:in|out)|register|sign-?(?:up|in)|search|tags?|tagged|rss|feeds?|atom|help|faq"
    r"|rules|about|privacy|terms|contact|publish|create(?:-\w+)?|new[-_]?(?:topic|thread|post|reply)?|ask"
    r"|edit|delete|report|reply|like|vote|share|mark(?:read)?|(?:first-)?unread|(?:un)?subscribe|print"
    r"|admin|memberlist|online|stats|archive|moderators?|members?|users?|reset|password|lastpost"
    r"|whoposted|posting|post2?|quote|flag|moderate|move|split|history|diff|revisions|activity)(?:[/=?&;.]|$)",
    re.IGNORECASE,
)
"""Addresses that lead to neither."""

_TITLED = re.compile(r"title|subject|topic|thread|headline|discussion|question", re.IGNORECASE)
_LATEST = re.compile(
    r"last|latest|recent|newest|(?:^|[-_])(?:author|user|date|tags?)(?:$|[-_])", re.IGNORECASE
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_ROWS = frozenset(("tr", "li", "article", "dl"))
TITLED_THREAD, TITLED_BOARD, THREAD, TITLED, BOARD = range(1, 6)
MOST_LINKS = 5000
"""Links of one page that are looked at; no list of threads has more."""

NEAR = 4
"""How many elements above a link say what it is."""

_NAMED = etree.XPath("//@id | //a/@name")
_LINKS = etree.XPath("//body//a[@href]")


def listed(url: str, tree: HtmlElement) -> tuple[str, ...]:
    """The threads that the page lists and the boards below it, each once; none on another page.

    A row counts once, by what its title leads to, else by the first of its links that leads
    to a thread, else to a board. What is newest on a board does not count, nor what stands
    in menus. Labels that lead to boards count only where a page lists nothing else.
    """
    own = place(url).base
    rows: dict[etree._Element, list[tuple[int, str]]] = {}
    for link, target in _eligible(url, tree):
        base = place(target).base
        if base != own and (rank := _rank(link, base)):
            rows.setdefault(_row(link), []).append((rank, base))
    best = [min(found, key=lambda each: each[0]) for found in rows.values()]
    wanted = _wanted({rank for rank, _ in best})
    return tuple(dict.fromkeys(base for rank, base in best if rank in wanted))


def _wanted(kinds: set[int]) -> set[int]:
    if kinds & {TITLED_THREAD, THREAD}:
        return {TITLED_THREAD, THREAD, TITLED_BOARD}
    if TITLED_BOARD in kinds:
        return {TITLED_BOARD, BOARD}
    return {TITLED} if TITLED in kinds else {BOARD}


def _eligible(url: str, tree: HtmlElement) -> Iterator[tuple[etree._Element, str]]:
    """The links that may be titles, and where they lead."""
    host = urlsplit(url).netloc
    named, size = set(_NAMED(tree)), sum(1 for _ in tree.iter("*"))
    outside: dict[etree._Element, bool] = {}
    for link in _LINKS(tree)[:MOST_LINKS]:
        target = absolute(url, link.get("href"))
        if not target or urlsplit(target).netloc != host or _aside(link, outside, size):
            continue
        mark = target.partition("#")[2]
        if (mark and mark in named) or link.find(".//time") is not None:
            continue  # it leads to a place on this page, or is called by its time
        text = words(link)
        if not any(map(str.isalpha, text)) or is_bare_date(text) or NEXT.fullmatch(text):
            continue
        if not (marks.name(link) or _is_latest(link) or _ELSEWHERE.search(_asked(target))):
            yield link, target


def _aside(node: etree._Element, known: dict[etree._Element, bool], size: int) -> bool:
    if node not in known:
        above = node.getparent()
        known[node] = (above is not None and _aside(above, known, size)) or marks.is_aside(
            node, size
        )
    return known[node]


def _asked(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _is_latest(link: etree._Element) -> bool:
    near = [link, *islice(link.iterancestors(), NEAR)]
    return any(_LATEST.search(name) for node in near for name in marks.called(node))


def _rank(link: etree._Element, target: str) -> int:
    """What *link* is the title of, or at least leads to; 0 for nothing."""
    asked = _asked(target)
    near = [link, *islice(link.iterancestors(), NEAR)]
    titled = any(node.tag in _HEADINGS for node in near)
    titled |= any(_TITLED.search(name) for node in near[:2] for name in marks.called(node))
    if _THREAD.search(asked):
        return TITLED_THREAD if titled else THREAD
    if _BOARD.search(asked):
        return TITLED_BOARD if titled else BOARD
    return TITLED if titled else 0


def _row(link: etree._Element) -> etree._Element:
    """The row of a list that *link* stands in: the nearest element that others follow alike."""
    for node in link.iterancestors():
        if node.tag in _ROWS or node.getparent() is None:
            return node
        if (
            any(marks.kind(node) == marks.kind(other) for other in _beside(node))
            and len(marks.kind(node)) > 1
        ):
            return node
    return link


def _beside(node: etree._Element) -> Iterator[etree._Element]:
    for other in (node.getprevious(), node.getnext()):
        if other is not None and isinstance(other.tag, str):
            yield other
