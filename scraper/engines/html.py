"""HTML to plain text, with the spans that the page marks as quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html
from w3lib.encoding import html_to_unicode

from scraper.post import EngineError, Page

Spans = tuple[tuple[int, int], ...]

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "head", "header", "hr", "item", "li", "list", "main", "nav", "ol"),
        *("p", "pre", "quote", "row", "section", "summary", "table", "td", "th", "tr", "ul"),
    )
)
"""What stands on lines of its own: HTML's elements, and those that trafilatura makes."""

BREAKS = frozenset({"br", "lb"})
QUOTES = frozenset({"blockquote", "quote"})
NEVER = frozenset(
    (
        *("audio", "button", "iframe", "input", "noscript", "object", "option", "script"),
        *("select", "style", "svg", "template", "textarea", "title", "video"),
    )
)
"""What no reader sees as text."""

_FROM_ROOT = re.compile(r"/(?!/)(?!\S*/\.)\S*")
"""A path without a host before it and without a step up."""

_BESIDE = re.compile(r"(?:\./)?\w[\w.-]*(?:[?#]\S*|/(?!\.)(?!\S*/\.)\S*)?")
"""A path from the page's own folder, without a step up."""

_WHOLE = re.compile(r"https?://(?!\S*/\.)\S*")
"""An address that leads to the same place from any page."""

_SPACE = re.compile(r"[ \t\r\n\f\v\u200b\ufeff]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\ufeff\ud800-\udfff]")


def document(page: Page) -> lxml_html.HtmlElement:
    """The page's tree, decoded as its header, its byte order mark or its own words say.

    Where its ``a`` and ``link`` elements lead is absolute, except where that cannot be
    understood. (lxml's own ``make_links_absolute`` takes longer than all else here.)

    Raises:
        EngineError: there is no element in it.
    """
    tree = _tree(html_to_unicode(page.headers.get("content-type"), page.body)[1])
    bases = (absolute(page.url, base.get("href")) for base in tree.iter("base"))
    base = next(filter(None, bases), page.url)
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    folder = f"{origin}{parts.path.rpartition('/')[0]}/"
    for link in tree.iter("a", "link"):
        reference = (link.get("href") or "").strip()
        if _FROM_ROOT.fullmatch(reference):
            link.set("href", origin + reference)
        elif _BESIDE.fullmatch(reference):
            link.set("href", folder + reference.removeprefix("./"))
        elif reference and not reference.startswith(("http://", "https://")):
            link.set("href", absolute(base, reference) or reference)
    return tree


def fragment(markup: str) -> lxml_html.HtmlElement:
    """The tree of a piece of HTML, which may be empty."""
    return _tree(f"<html><body>{markup}</body></html>")


def _tree(markup: str) -> lxml_html.HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8")
    clean = _UNSEEN.sub("", markup).encode()
    try:
        return lxml_html.document_fromstring(clean, parser=parser)
    except etree.LxmlError as error:
        raise EngineError(f"is not HTML ({type(error).__name__})") from error


def to_text(
    root: etree._Element,
    without: Callable[[etree._Element], Iterable[Any]] | None = None,
    within: bool = False,
) -> tuple[str, Spans]:
    """The text that a reader of *root* sees, and the offsets of what it marks as quoted.

    Blocks stand on lines of their own, a ``br`` starts a line, other white space is one
    space. Of quotes within quotes the outer one is given.

    Args:
        root: any element; what follows it is not read.
        without: finds the elements below *root* to leave out (signatures, buttons).
        within: whether all of it is quoted, so that inner quotes are not marked.
    """
    left_out = set(without(root)) if without is not None else set()
    writer = _Writer(depth=1 if within else 0)
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        skipped = node in left_out or node.tag in NEVER
        if event == "start":
            if skipped:
                walk.skip_subtree()
            else:
                writer.open(node)
            continue
        if event == "end" and not skipped:
            writer.close(node)
        if node is not root:
            writer.say(node.tail)
    return writer.text()


class _Writer:
    """Text as it grows: white space waits until something follows it."""

    def __init__(self, depth: int) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.pending = ""
        self.depth = depth
        self.kept = 0
        self.start: int | None = None
        self.quotes: list[tuple[int, int]] = []

    def open(self, node: etree._Element) -> None:
        if node.tag in BLOCKS:
            self._break()
        elif node.tag in BREAKS:
            self.pending = "\n" * min(2, self.pending.count("\n") + 1)
        if node.tag in QUOTES:
            self.depth += 1
        self.kept += node.tag == "pre"
        self.say(node.text)

    def close(self, node: etree._Element) -> None:
        if node.tag in QUOTES:
            self.depth -= 1
            if self.depth == 0 and self.start is not None:
                self.quotes.append((self.start, self.length))
                self.start = None
        self.kept -= node.tag == "pre"
        if node.tag in BLOCKS:
            self._break()

    def say(self, text: str | None) -> None:
        for number, line in enumerate((text or "").split("\n") if self.kept else [text or ""]):
            if number:
                self.pending = "\n" * min(2, self.pending.count("\n") + 1)
            self._write(_SPACE.sub(" ", line))

    def _write(self, text: str) -> None:
        if text.startswith(" ") and not self.pending:
            self.pending = " "
        words = text.strip(" ")
        if not words:
            return
        if self.length:
            self._append(self.pending)
        if self.depth == 1 and self.start is None:
            self.start = self.length
        self._append(words)
        self.pending = " " if text.endswith(" ") else ""

    def _append(self, piece: str) -> None:
        self.parts.append(piece)
        self.length += len(piece)

    def _break(self) -> None:
        if "\n" not in self.pending:
            self.pending = "\n"

    def text(self) -> tuple[str, Spans]:
        return "".join(self.parts), tuple(self.quotes)


def words(node: etree._Element | None) -> str:
    """The text of *node* on one line; "" where there is none."""
    if node is None:
        return ""
    text = (node.text or "") if len(node) == 0 and node.tag not in NEVER else to_text(node)[0]
    return " ".join(text.split())


def lang(root: etree._Element) -> str:
    """ISO 639-1 code of the language that the page declares for itself, else ""."""
    return code(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")


def code(tag: str) -> str:
    """ISO 639-1 code of a language tag such as ``pt-BR``, else ""."""
    main = re.split(r"[-_]", tag.strip().lower())[0]
    return main if re.fullmatch(r"[a-z]{2}", main) else ""


def canonical(url: str, tree: etree._Element) -> str:
    """The address that the page at *url* gives as its own; *url* where that is elsewhere."""
    for link in tree.iterfind(".//link[@rel='canonical']"):
        own = absolute(url, link.get("href"))
        if own and urlsplit(own).netloc == urlsplit(url).netloc:
            return own
    return urldefrag(url).url


def absolute(base: str, reference: str | None) -> str:
    """The http address that *reference* means on the page at *base*, else ""."""
    try:
        url = (reference or "").strip()
        if not _WHOLE.fullmatch(url):
            url = urljoin(base, url)
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
