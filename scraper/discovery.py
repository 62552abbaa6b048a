"""``data/discovery.toml``: from questions to threads, and which of them are read whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote_plus, unquote, urljoin, urlsplit

from pydantic import Field, field_validator

from scraper.post import Reading
from scraper.rules import DataError, Rule, load_rules, one_of, rules_file
from scraper.sources import Source

_WITHIN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Letters of languages that put no space between words."""


class Language(Rule):
    """By which words of one language a thread may be sought (``maybe``), or is not (``off``)."""

    lang: str = Field(pattern=r"^[a-z]{2}$")
    maybe: tuple[str, ...] = Field(min_length=1)
    off: tuple[str, ...] = ()

    @field_validator("maybe", "off")
    @classmethod
    def _are_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if not word.strip(" *") or "*" in word.rstrip("*"):
                raise ValueError(f"{word!r} is no word; one that begins so ends in *, as in ban*")
        return value


class Discovery(Rule):
    """How an engine is searched, and the words of the cheap screen."""

    search: dict[str, str] = Field(default_factory=dict)
    language: tuple[Language, ...] = ()

    @field_validator("search")
    @classmethod
    def _ask(cls, value: dict[str, str]) -> dict[str, str]:
        for engine, address in value.items():
            if "{query}" not in address:
                raise ValueError(f"{engine}: {address!r} has no place for the {{query}}")
        return value

    @cached_property
    def _maybe(self) -> re.Pattern[str]:
        return _any(word for each in self.language for word in each.maybe)

    @cached_property
    def _off(self) -> re.Pattern[str]:
        return _any(word for each in self.language for word in each.off)

    def is_maybe(self, text: str) -> bool:
        """Whether *text* holds a word by which it may tell of an account."""
        return bool(self._maybe.search(text))

    def is_off(self, title: str) -> bool:
        """Whether *title* is clearly that of another matter."""
        return bool(self._off.search(title)) and not self.is_maybe(title)

    def searched(self, source: Source, file: Path) -> Source:
        """*source*, listed in *file*, which begins at the answers to its queries too.

        Raises:
            DataError: its engine has no search address.
        """
        if not source.queries:
            return source
        if source.engine not in self.search:
            problem = f"no search address is known: {one_of(source.engine, tuple(self.search))}"
            raise DataError(file, f"source[{source.name}].queries", problem)
        queries = dict.fromkeys(query for each in source.queries.values() for query in each)
        found = (
            urljoin(source.start[0], self.search[source.engine].replace("{query}", quote_plus(q)))
            for q in queries
        )
        return source.model_copy(update={"start": tuple(dict.fromkeys((*source.start, *found)))})


def _any(words: Iterable[str]) -> re.Pattern[str]:
    patterns = sorted({_pattern(word.strip()) for word in words})
    return re.compile("|".join(patterns) or "(?!)", re.IGNORECASE)


def _pattern(word: str) -> str:
    plain = re.escape(word.rstrip("*")).replace(r"\ ", r"\s+")
    if _WITHIN.search(word):
        return plain
    return rf"(?<!\w){plain}" + ("" if word.endswith("*") else r"(?!\w)")


@cache
def load_discovery() -> Discovery:
    """What ``discovery.toml`` says, read once.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules_file("discovery.toml"), Discovery)


class Screen:
    """The cheap screen of one walk: which links of what was searched are followed."""

    def __init__(self) -> None:
        self._maybe: set[str] = set()

    def kept(self, page: Reading) -> tuple[str, ...]:
        """The links of *page* that may lead to what is sought."""
        rules = load_discovery()
        threads = {message.thread_url for message in page.messages}
        for message in page.messages:
            if message.thread_url not in self._maybe and rules.is_maybe(
                f"{message.title}\n{message.text}"
            ):
                self._maybe.add(message.thread_url)
        if len(threads) == 1 and not threads & self._maybe:
            return ()
        return tuple(url for url in page.links if not rules.is_off(_title(page, url)))


def _title(page: Reading, url: str) -> str:
    """What *page* calls its link to *url*, else the words that the address itself has."""
    return page.titles.get(url) or re.sub(r"[\W\d_]+", " ", unquote(urlsplit(url).path))
