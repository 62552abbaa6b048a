"""``data/limits.toml``: how far a run goes, and the pages without end that it keeps out of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from time import monotonic
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pydantic import Field, field_validator

from scraper.rules import Rule, load_rules, rules_file

MINUTE = 60.0
_USER = r"^(?:[a-z]+:)?//[^/?#]*@"
_VARIES = re.compile(r"\d|-|_|%|.{25}")
"""A step of a path that has one of these is taken for a number or a title."""


class Budget(Rule):
    """The most that is taken: pages, bytes as they come over the wire, minutes."""

    max_pages: int = Field(ge=1)
    max_bytes: int = Field(ge=1)
    max_minutes: float = Field(gt=0)


class Host(Rule):
    """After how many ``failures`` in a row a host is left."""

    failures: int = Field(ge=1)


class Trap(Rule):
    """After how many ``barren`` pages of one form such pages are left."""

    barren: int = Field(ge=2)


class Visitor(Rule):
    """What of an address tells one visitor from another, or lets in who holds it."""

    session_query: tuple[str, ...] = ()
    credential_query: tuple[str, ...] = ()
    session_path: tuple[str, ...] = ()

    @field_validator("session_query", "credential_query", "session_path")
    @classmethod
    def _compile(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return value

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        asked = (rf"[?&]{each}" for each in self._query)
        return re.compile("|".join([_USER, *asked, *self.session_path]), re.IGNORECASE)

    @property
    def _query(self) -> tuple[str, ...]:
        return self.session_query + self.credential_query

    def is_in(self, url: str) -> bool:
        """Whether *url* may hold any of it."""
        return bool(self._anywhere.search(url))

    def is_asked(self, asked: str) -> bool:
        """Whether *asked*, one name and value of a query, is any of it."""
        return any(re.fullmatch(each, asked, re.IGNORECASE) for each in self._query)


class Text(Rule):
    """Characters of a post's title and text that are read; what comes after them is not.

    The archive keeps the page whole.
    """

    title: int = Field(ge=100)
    text: int = Field(ge=1000)


class Limits(Rule):
    """The bounds of a run."""

    run: Budget
    host: Host
    trap: Trap
    visitor: Visitor
    text: Text


@cache
def load_limits() -> Limits:
    """What ``limits.toml`` says, read once.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules_file("limits.toml"), Limits)


@dataclass
class Spent:
    """What was taken so far, by one source or by a whole run."""

    pages: int = 0
    received: int = 0
    begun: float = field(default_factory=monotonic)

    def over(self, max_bytes: int, max_minutes: float) -> str:
        """The bound that is reached, in words; "" while there is none."""
        if self.received >= max_bytes:
            return f"max_bytes, {max_bytes}"
        if monotonic() - self.begun >= max_minutes * MINUTE:
            return f"max_minutes, {max_minutes:g}"
        return ""


def without_visitor(url: str) -> str:
    """*url* without the parts that tell one visitor from another, or let in who holds them."""
    visitor = load_limits().visitor
    if not visitor.is_in(url):
        return url
    parts = urlsplit(url)
    path = re.sub("|".join(visitor.session_path) or "(?!)", "", parts.path, flags=re.IGNORECASE)
    kept = [asked for asked in parts.query.split("&") if not visitor.is_asked(asked)]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, path, "&".join(kept), parts.fragment))


def form(url: str) -> str:
    """*url* but for what tells it from others of its kind: numbers, titles, what is asked."""
    parts = urlsplit(url)
    steps = ("*" if _VARIES.search(step) else step for step in parts.path.split("/"))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{'/'.join(steps)}?{'&'.join(names)}"


class Traps:
    """Which forms of pages have brought nothing for too long, in one walk."""

    def __init__(self) -> None:
        self._barren: Counter[str] = Counter()

    def visited(self, url: str, brought: bool | None) -> None:
        """Note whether the page at *url* brought posts, or links to pages of another form.

        One that leads nowhere (None) is no step into pages without end.
        """
        if brought is not None:
            kind = form(url)
            self._barren[kind] = 0 if brought else self._barren[kind] + 1

    def are_at(self, url: str) -> bool:
        """Whether pages such as the one at *url* are left."""
        return self._barren[form(url)] >= load_limits().trap.barren
