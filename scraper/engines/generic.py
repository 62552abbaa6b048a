"""Any forum program that no engine was written for: its posts, lists and pages.

A thread's page is told by its posts (``blocks``), a list by its rows (``listing``), and the
page that follows by how its address differs (``paging``).
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement

from scraper.engines import marks
from scraper.engines.blocks import Block, blocks
from scraper.engines.dates import when
from scraper.engines.html import Spans, absolute, canonical, document, lang, to_text, words
from scraper.engines.listing import MOST_LINKS, listed
from scraper.engines.paging import Place, following, place
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

SIZE = 100
"""Posts that a page holds at the most, where nothing says how many stand before it."""

_LINKS = etree.XPath("//a[@href] | //link[@href]")
_TITLE = etree.XPath("//h1 | //h2 | //h3 | //strong")
_HEAD = etree.XPath("string(//head/title)")
_BELOW = etree.XPath(".//*")
_BESIDE = etree.XPath(
    ".//a | .//span | .//small | .//b | .//strong | .//div[not(*)] | .//td[not(*)]"
)
_ORDINAL = re.compile(r"(?:post |reply |comment )?(?:#|№|no\. ?)(\d{1,6})", re.IGNORECASE)
_ORDINALS = ("data-number", "mg-post-number", "data-post-number", "data-index", "data-position")


def read(page: Page, source: Source) -> Reading:
    """The posts of a thread's page, or what a list leads to, and the page that follows.

    A post's position is what its page shows as its number, else counted from what its
    address says stands before the page; where neither is known, the later pages of a thread
    begin at round hundreds, so that the order holds.

    Raises:
        EngineError: the page shows neither posts nor a list of threads or boards.
    """
    reading = parts(page, document(page))
    if not reading.messages and not reading.links:
        raise EngineError("shows neither posts nor threads in a form that is known")
    return reading


def parts(page: Page, tree: HtmlElement) -> Reading:
    """What :func:`read` gives; nothing where nothing is known."""
    here = _here(page.url, tree)
    threads = listed(here, tree)
    found = blocks(tree)
    pages = following(here, _LINKS(tree)[-MOST_LINKS:])
    if found and not _are_rows(found, here, threads):
        return Reading(_messages(found, here, page, tree), pages)
    return Reading(links=(*threads, *pages) if threads else ())


def _here(url: str, tree: HtmlElement) -> str:
    """The page's own address, with its page's number where the canonical one leaves it out."""
    own = canonical(url, tree)
    return own if place(own).order == place(url).order else url


def _are_rows(found: list[Block], here: str, threads: tuple[str, ...]) -> bool:
    """Whether the blocks are rows of a list with excerpts: most name one of its *threads*."""
    named = [block for block in found if _names(block, here).intersection(threads)]
    return len(named) * 2 > len(found)


def _names(block: Block, here: str) -> set[str]:
    """What the links beside the text of *block* lead to, and the one that the text begins with."""
    inside = set(block.body.iterdescendants("a"))
    text = words(block.body)
    links = [
        link
        for link in block.root.iterdescendants("a")
        if link not in inside or (words(link) and text.startswith(words(link)))
    ]
    return {place(url).base for link in links if (url := absolute(here, link.get("href")))}


def _messages(found: list[Block], here: str, page: Page, tree: HtmlElement) -> tuple[Message, ...]:
    own, title, language = place(here), _heading(tree), lang(tree)
    ordinals = _positions(found, own)
    given = []
    for block, position in zip(found, ordinals, strict=True):
        if any(marks.is_gone(node) for node in (block.root, block.top)):
            continue
        text, quotes = _text(block.body)
        author = marks.name(block.author) if block.author is not None else ""
        told = when(marks.told(block.time), language, page) if block.time is not None else ""
        local = _local(block)
        given.append(
            Message(
                engine_id=_hash(
                    own.base, local or ("1" if position == 1 else f"{author} {told} {text}")
                ),
                thread_url=own.base,
                url=_permalink(block, here),
                position=position,
                author=author,
                published=told,
                title=title,
                text=text,
                quotes=quotes,
                lang=language,
                staff=_is_staff(block),
            )
        )
    return tuple(given)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _heading(tree: HtmlElement) -> str:
    """The thread's title: the heading that the page's own title begins with, or contains."""
    whole = " ".join(_HEAD(tree).split())
    said = [text for text in map(words, _TITLE(tree)) if text]
    return max((text for text in said if text in whole), key=len, default=whole)


def _text(body: etree._Element) -> tuple[str, Spans]:
    for node in body.iterdescendants("div", "section"):
        if marks.is_quote(node) and node.find(".//blockquote") is None:
            node.tag = "blockquote"
    return to_text(body, _noise)


def _noise(body: etree._Element) -> list[etree._Element]:
    """What stands within a post's text and is not its author's: who is quoted, who edited."""
    found = [node for node in _BELOW(body) if isinstance(node.tag, str)]
    return [
        node
        for node in found
        if marks.is_noise(node)
        or (node.tag == "cite" and (marks.is_quote(node.getparent()) or _in_quote(node)))
    ]


def _in_quote(node: etree._Element) -> bool:
    return any(above.tag == "blockquote" for above in node.iterancestors())


def _local(block: Block) -> str:
    """What tells the post from all others of its thread."""
    return next(filter(None, map(marks.number, _marked(block))), "")


def _marked(block: Block) -> list[etree._Element]:
    """The elements that may carry the post's number: around its text first, then within."""
    around = [block.body, *block.body.iterancestors()]
    outer = around[around.index(block.root) : around.index(block.top) + 1]
    inner = [node for node in block.top.iterdescendants() if isinstance(node.tag, str)]
    return [*outer, *reversed(around[: around.index(block.root)]), *inner]


def _permalink(block: Block, here: str) -> str:
    """The link on the post that leads to it, else its page with the mark that it carries."""
    marked = _marked(block)
    names = [node.get("id") or node.get("name") or "" for node in marked]
    names = [name for name in names if name and any(map(str.isdigit, name))]
    for node in block.top.iterdescendants("a"):
        url = absolute(here, node.get("href"))
        if url and url.partition("#")[2] in names:
            return url
    return f"{here.partition('#')[0]}#{names[0]}" if names else here


def _is_staff(block: Block) -> bool:
    inside = {block.body, *block.body.iterdescendants()}
    return any(
        marks.is_staff(node)
        for node in block.root.iterdescendants()
        if isinstance(node.tag, str) and node not in inside
    )


def _positions(found: list[Block], own: Place) -> list[int]:
    places = range(1, len(found) + 1)
    if own.offset:
        return [own.offset + number for number in places]
    shown = [_ordinal(block) for block in found]
    if not shown[0] and len(shown) > 1 and shown[1] and own.page == 1:
        shown = [1, *(number + 1 if shown[1] == 1 else number for number in shown[1:])]
    if all(shown) and all(one < other for one, other in pairwise(shown)):
        return shown
    return [(own.page - 1) * max(SIZE, len(found)) + number for number in places]


def _ordinal(block: Block) -> int:
    """The number of the post in its thread, as its page shows it; 0 for none."""
    for node in (block.root, block.top):
        for name in _ORDINALS:
            if re.fullmatch(r"\d{1,7}", node.get(name) or ""):
                return int(node.get(name) or 0)
    inside = {block.body, *block.body.iterdescendants()}
    for node in _BESIDE(block.top):
        if node not in inside and (found := _ORDINAL.fullmatch(words(node))):
            return int(found[1])
    return 0
