"""``data/sources.toml``: where reports are looked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from scraper.limits import without_visitor
from scraper.rules import DataError, Rule, load_rules, one_of

READABLE = (
    *("article", "auto", "blogger", "discourse", "feed", "flarum", "forem", "generic"),
    *("ghost", "habr", "hackernews", "invision", "khoros", "lemmy", "medium", "nodebb"),
    *("phpbb", "reddit", "stackexchange", "structured", "vbulletin", "wordpress", "xenforo"),
)
"""Engines that can be collected: a module of that name stands in ``scraper/engines``."""

ARCHIVES = ("commoncrawl", "warc", "wayback")
"""Archives that can be collected: what they hold is read by the engine that served it."""

DAY = r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"
"""A year, a month, a day, or nothing."""

KNOWN = (*READABLE, *ARCHIVES)
"""Engines that a source may name."""


class Source(Rule):
    """One place where reports are looked for.

    ``start`` are the addresses that the walk begins at: a listing, a search of an API, or
    single articles. ``robots`` and ``terms`` say what the source allows, as far as could
    be found, and when that was read; a source whose terms forbid collecting has
    ``enabled = false`` and says so in ``terms``.

    An archive's ``start`` are two addresses, that of its index and the one that its records
    lie below; of ``warc`` they are files, or patterns of files. ``pages`` are the addresses
    sought there, with ``*`` for anything. They are read by the engine ``served_by``, or as
    those of the source that they are pages ``of``, whose posts they join. ``crawls`` are
    how the names of the crawls to be asked begin (Common Crawl), ``since`` and ``until``
    the first and last year, month or day of a capture.

    ``queries`` are searched for, per language (``queries.en = ["account suspended"]``); of
    what is found so, ``data/discovery.toml`` says which threads are read whole. ``max_…``
    and ``timeout`` bound what is taken; ``data/limits.toml`` bounds all sources together.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    engine: str
    access: Literal["api", "feed", "page", "archive"]
    start: tuple[str, ...] = Field(min_length=1)
    source_kind: Literal["forum", "blog", "qa", "reddit", "review", "news", "social"]
    langs: tuple[str, ...] = ("en",)
    robots: str
    terms: str
    checked: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    enabled: bool = True
    delay: float = Field(default=2.0, ge=0, description="seconds between requests to the host")
    max_pages: int = Field(default=500, ge=1, description="captures in one run at the most")
    max_bytes: int = Field(default=250_000_000, ge=1, description="received in one run")
    max_minutes: float = Field(default=120, gt=0, description="that one run takes")
    max_response: int = Field(default=10_485_760, ge=1, description="bytes of one page, unpacked")
    timeout: float = Field(default=60, gt=0, description="seconds until a page is there whole")
    queries: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    note: str = ""
    pages: tuple[str, ...] = ()
    served_by: str = ""
    of: str = ""
    crawls: tuple[str, ...] = ()
    since: str = Field(default="", pattern=DAY)
    until: str = Field(default="", pattern=DAY)

    @field_validator("engine")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value not in KNOWN:
            raise ValueError(one_of(value, KNOWN))
        return value

    @field_validator("queries")
    @classmethod
    def _per_language(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for lang, queries in value.items():
            if not re.fullmatch(r"[a-z]{2}", lang) or not all(query.strip() for query in queries):
                raise ValueError('give words to search for per language, as in en = ["banned"]')
        return value

    @field_validator("pages")
    @classmethod
    def _patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if "://" in pattern or not re.fullmatch(r"(\*\.)?[^*/?\s]+(/\S*)?", pattern):
                problem = "a host, or *. and a domain, then a path, as in forum.example/t/*"
                raise ValueError(f"{pattern!r} is no pattern of addresses: {problem}")
        return value

    @model_validator(mode="after")
    def _http(self) -> Source:
        for url in self.start if self.engine != "warc" else ():
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"{url!r} is not an http or https address")
            if (plain := without_visitor(url)) != url:
                problem = "says who asks, or lets in who holds it; credentials come from the"
                raise ValueError(f"an address {problem} environment alone: give {plain!r}")
        return self

    @model_validator(mode="after")
    def _archive(self) -> Source:
        if self.engine not in ARCHIVES:
            for name in ("pages", "served_by", "of", "crawls", "since", "until"):
                if getattr(self, name):
                    raise ValueError(f"{name} is for archives alone: {', '.join(ARCHIVES)}")
            return self
        if self.queries:
            raise ValueError("queries are for sources that are asked, not for archives")
        if not self.pages:
            raise ValueError("pages is missing: what is sought there, as in forum.example/t/*")
        if not (self.served_by or self.of):
            raise ValueError("give served_by, an engine, or of, a source listed here")
        if self.served_by and self.served_by not in READABLE:
            raise ValueError(f"served_by: {one_of(self.served_by, READABLE)}")
        if self.engine != "warc" and len(self.start) != 2:
            raise ValueError("start are two addresses: of the index, and of what lies there")
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the walk may visit."""
        found = (urlsplit(url).hostname for url in self.start if self.engine != "warc")
        return tuple(sorted(set(filter(None, found))))

    @property
    def home(self) -> Source:
        """The source as which its pages are read, kept and named: for most, itself."""
        if self.engine not in ARCHIVES:
            return self
        return self.model_copy(update={"name": self.of or self.name, "engine": self.served_by})


class _Sources(Rule):
    source: tuple[Source, ...]

    @model_validator(mode="after")
    def _unique(self) -> _Sources:
        names = [source.name for source in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are named {twice[0]!r}; a name is used once")
        return self

    @model_validator(mode="after")
    def _of_others(self) -> _Sources:
        live = {source.name: source for source in self.source if source.engine not in ARCHIVES}
        for source in self.source:
            if source.of and source.of not in live:
                raise ValueError(f"[{source.name}].of: {one_of(source.of, tuple(live))}")
            engine = live[source.of].engine if source.of else ""
            if source.enabled and engine and engine not in READABLE:
                raise ValueError(f"[{source.name}]: no engine reads {engine!r} yet; set it off")
        return self


def load_sources(path: Path) -> dict[str, Source]:
    """The sources of the file at *path*, by name, in the file's order.

    Raises:
        DataError: the file breaks the rules of :class:`Source`.
    """
    listed = {source.name: source for source in load_rules(path, _Sources).source}
    return {
        name: source.model_copy(update={"served_by": listed[source.of].engine})
        if source.of
        else source
        for name, source in listed.items()
    }


def pick(sources: dict[str, Source], name: str, path: Path) -> Source:
    """The source called *name*.

    Raises:
        DataError: there is none.
    """
    if name not in sources:
        raise DataError(path, "source", one_of(name, tuple(sources)))
    return sources[name]
