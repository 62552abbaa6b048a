"""``data/sources.toml``: where reports are looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from scraper.rules import DataError, Rule, load_rules, one_of

READABLE = (
    *("article", "blogger", "discourse", "feed", "forem", "ghost", "hackernews", "medium"),
    *("phpbb", "reddit", "stackexchange", "wordpress"),
)
"""Engines that can be collected: a module of that name stands in ``scraper/engines``."""

KNOWN = (
    *READABLE,
    *("flarum", "habr", "invision", "khoros", "lemmy", "nodebb", "vbulletin", "xenforo"),
    *("commoncrawl", "wayback"),
)
"""Engines that a source may name; one that cannot be read yet keeps its source off."""


class Source(Rule):
    """One place where reports are looked for.

    ``start`` are the addresses that the walk begins at: a listing, a search of an API, or
    single articles. ``robots`` and ``terms`` say what the source allows, as far as could
    be found, and when that was read; a source whose terms forbid collecting has
    ``enabled = false`` and says so in ``terms``.
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
    note: str = ""

    @field_validator("engine")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value not in KNOWN:
            raise ValueError(one_of(value, KNOWN))
        return value

    @field_validator("start")
    @classmethod
    def _http(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"{url!r} is not an http or https address")
        return value

    @model_validator(mode="after")
    def _readable(self) -> Source:
        if self.enabled and self.engine not in READABLE:
            raise ValueError(f"no engine reads {self.engine!r} yet; set enabled = false")
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the walk may visit."""
        return tuple(sorted({urlsplit(url).hostname or "" for url in self.start}))


class _Sources(Rule):
    source: tuple[Source, ...]

    @model_validator(mode="after")
    def _unique(self) -> _Sources:
        names = [source.name for source in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are named {twice[0]!r}; a name is used once")
        return self


def load_sources(path: Path) -> dict[str, Source]:
    """The sources of the file at *path*, by name, in the file's order.

    Raises:
        DataError: the file breaks the rules of :class:`Source`.
    """
    return {source.name: source for source in load_rules(path, _Sources).source}


def pick(sources: dict[str, Source], name: str, path: Path) -> Source:
    """The source called *name*.

    Raises:
        DataError: there is none.
    """
    if name not in sources:
        raise DataError(path, "source", one_of(name, tuple(sources)))
    return sources[name]
