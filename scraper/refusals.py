"""What a page says to robots, and the pages that stand before others: logins, tests, consent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator

from scraper.post import EngineError, Page
from scraper.rules import Rule, load_rules, rules_file
from scraper.warc import Capture

US = "suspensionrecord"
"""Our own name, where a page speaks to robots by name."""

WORDS = {
    "login": "it asks for a login",
    "captcha": "it asks for proof that a human is there",
    "consent": "it asks for consent first",
}
UNKEPT = frozenset({"noindex", "noarchive"})
"""Words by which a page asks not to be kept."""

HEAD = 200_000
"""Bytes of a page in which its title and its words to robots are looked for."""

MARKUP = 50_000
"""Bytes of a page in which markup is looked for, which takes longer."""

_META = re.compile(rb"<meta\b[^>]{1,400}>", re.IGNORECASE)
_HEAD_END = re.compile(rb"</head\s*>|<body\b", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\b(name|content)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_TITLE = re.compile(rb"<title\b[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)


class Refused(EngineError):  # noqa: N818 (what the source does, not a mistake)
    """A page that stands before the one asked for; ``cause`` is the kind of its mark."""

    def __init__(self, cause: str) -> None:
        super().__init__(WORDS[cause])
        self.cause = cause


class Mark(Rule):
    """How a page that stands before others is known; all that is given must fit."""

    kind: Literal["login", "captcha", "consent"]
    address: str = ""
    header: str = ""
    title: str = ""
    markup: str = ""

    @field_validator("address", "header", "title", "markup")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Mark:
        if not (self.address or self.header or self.title or self.markup):
            raise ValueError("a mark needs address, header, title or markup")
        return self

    @cached_property
    def is_weak(self) -> bool:
        """Whether it can also stand on a page that is open."""
        return not (self.address or self.header or self.title)

    def fits(self, address: str, headers: Mapping[str, str], title: str, markup: str) -> bool:
        """Whether a page has it."""
        if self.title and not re.fullmatch(self.title, title, re.IGNORECASE):
            return False
        if self.address and not re.search(self.address, address, re.IGNORECASE):
            return False
        lines = (f"{name}: {value}".lower() for name, value in headers.items())
        if self.header and not any(re.search(self.header, line) for line in lines):
            return False
        return not self.markup or bool(re.search(self.markup, markup, re.IGNORECASE))


class ByItself(Rule):
    """Answers of a ``program`` that say ``noindex`` whatever their owner wants."""

    program: str
    address: str
    why: str


class Refusals(Rule):
    """``data/refusals.toml``."""

    mark: tuple[Mark, ...]
    by_itself: tuple[ByItself, ...] = ()


@cache
def load_refusals() -> Refusals:
    """What ``refusals.toml`` says, read once.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules_file("refusals.toml"), Refusals)


def wall(page: Page, *, unread: bool = False) -> str:
    """What *page* asks for before it shows anything; "" where it is the page itself.

    Where nothing could be read in it (*unread*), weak marks count too.
    """
    parts = urlsplit(page.url)
    address = f"{parts.hostname}{parts.path}{parts.query and '?'}{parts.query}"
    title = _title(page)
    markup = page.body[:MARKUP].decode("latin-1") if title or unread else ""
    for mark in load_refusals().mark:
        if mark.is_weak == unread and mark.fits(address, page.headers, title, markup):
            return mark.kind
    return ""


def _title(page: Page) -> str:
    if not _is_markup(page.body):
        return ""
    found = _TITLE.search(page.body, 0, HEAD)
    words = found[1].decode("utf-8", "replace") if found else ""
    return " ".join(unescape(words).split())


def asked(page: Page) -> frozenset[str]:
    """What *page* asks of robots: words such as ``noindex``.

    Its X-Robots-Tag and the meta elements of its head count, where they speak to all or to
    us; ``none`` is both ``noindex`` and ``nofollow``.
    """
    header = page.headers.get("x-robots-tag", "")
    if header and any(re.search(each.address, page.url) for each in load_refusals().by_itself):
        header = ""
    words = {*_directives(header), *_in_head(page.body)}
    return frozenset(words | ({"noindex", "nofollow"} if "none" in words else set()))


def is_kept(page: Page) -> bool:
    """Whether *page* is the one asked for and may be kept."""
    return not (UNKEPT & asked(page) or wall(page))


def may_keep(capture: Capture) -> bool:
    """Whether *capture* is of such a page."""
    headers = {name.lower(): value for name, value in capture.headers}
    return is_kept(Page(capture.url, capture.payload, headers, capture.status))


def _is_markup(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n\f")[:1] == b"<"


def _directives(header: str) -> set[str]:
    """The words of an X-Robots-Tag header that are not another robot's."""
    words = set()
    for part in header.lower().split(","):
        name, named, word = part.rpartition(":")
        if not named or name.strip() == US:
            words.add(word.strip())
    return words


def _in_head(body: bytes) -> set[str]:
    if not _is_markup(body):
        return set()
    end = _HEAD_END.search(body, 0, HEAD)
    words: set[str] = set()
    for meta in _META.findall(_COMMENT.sub(b"", body[: end.start() if end else HEAD])):
        found = _ATTRIBUTE.findall(meta.decode("latin-1").lower())
        given = {name: value.strip("\"' ") for name, value in found}
        if given.get("name") in ("robots", US):
            words |= {word.strip() for word in given.get("content", "").split(",")}
    return words
