"""``data/words/*.toml``: how facts are told in each language of the site."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from pydantic import Field

from pipeline.codebook import Codebook
from publisher.numbers import partial_day
from scraper.rules import DataError, Rule, load_rules, one_of

PLACES = ("who", "whom", "what", "platform", "name", "date", "words", "n", "currency", "month")
"""What may stand between braces in a pattern."""

FREE = ("theme", "page")
"""Tables whose texts are no patterns of facts."""

CODES = {"who": "role", "whom": "role", "teller": "teller", "action": "action"}
"""Tables that need a pattern for every code of a list, and the list."""

NEEDED = {"outcome": ("unknown",), "reasons": ("none_stated", "unknown")}
"""Sentences that stand in for what is not told."""

LABELLED = ("action", "reasons", "responses")
"""Lists whose labels stand inside sentences."""

Length = Literal["year", "month", "day"]


class Patterns(Rule):
    """One file: each pattern is a sentence, or a part of one, with places in braces.

    ``joint`` stands between words of a list, ``then`` between words that follow in time;
    ``lower`` says that a label begins in small letters inside a sentence. ``date`` holds
    patterns of CLDR by what of a date is told, with ``{month}`` for a name out of ``months``.
    ``teller``, ``who``, ``whom`` and ``action`` are by code; ``sentence`` and ``listed`` by
    column; ``counted`` by column and by the language's plural form; ``label`` by list and code
    holds labels that the codebook lacks. ``theme`` holds what stands around every page,
    ``page`` what the templates of the reader pages say, by its English.
    """

    name: str
    lower: bool
    joint: str
    then: str
    platform: str
    platform_unknown: str
    months: tuple[str, ...] = Field(default=(), max_length=12)
    date: dict[Length, str]
    who: dict[str, str]
    whom: dict[str, str]
    teller: dict[str, str]
    action: dict[str, str]
    listed: dict[Literal["first_action", "reasons", "believed_reasons", "responses"], str]
    sentence: dict[str, dict[str, str]]
    counted: dict[str, dict[str, str]]
    label: dict[str, dict[str, str]] = Field(default_factory=dict)
    theme: dict[str, str]
    page: dict[str, str] = Field(default_factory=dict)


class Wording:
    """One language: its patterns, and what fills them in print."""

    def __init__(self, lang: str, patterns: Patterns, codebook: Codebook) -> None:
        """*lang* is an ISO 639-1 code that CLDR knows."""
        self.lang, self.patterns = lang, patterns
        self._locale = Locale.parse(lang)
        self._codebook = codebook

    @cached_property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self._locale.text_direction)

    def heading(self, column: str, code: str) -> str:
        """The label of *code*, as it stands alone; in English where the language has none."""
        name = self._codebook.columns[column].list
        own = self.patterns.label.get(name, {}).get(code)
        return own or self._codebook.label(column, code, self.lang)

    def label(self, column: str, code: str) -> str:
        """The label of *code*, as it stands inside a sentence."""
        label = self.heading(column, code)
        return label[:1].lower() + label[1:] if self.patterns.lower else label

    def listed(self, column: str, cell: str) -> str:
        """The labels of all codes of *cell*, in their order."""
        in_time = self._codebook.columns[column].order == "time"
        joint = self.patterns.then if in_time else self.patterns.joint
        return joint.join(self.label(column, code) for code in cell.split("|"))

    def when(self, partial: str) -> str:
        """``in 2019``, ``in March 2019``, ``on 12 March 2019``; nothing for no date."""
        lengths: dict[int, Length] = {4: "year", 7: "month", 10: "day"}
        if len(partial) not in lengths:
            return ""
        day = partial_day(partial)
        pattern = self.patterns.date[lengths[len(partial)]]
        if self.patterns.months:
            pattern = pattern.replace("{month}", f"'{self.patterns.months[day.month - 1]}'")
        return str(format_date(day, pattern, locale=self._locale))

    def counted(self, column: str, cell: str, **places: str) -> str:
        """The pattern of *column* for the number in *cell*, in the plural form that it takes."""
        forms = self.patterns.counted.get(column, {})
        form = forms.get(self._locale.plural_form(float(cell)), forms.get("other", ""))
        return form.format(n=format_decimal(cell, locale=self._locale), **places)


def load_wordings(folder: Path, codebook: Codebook) -> dict[str, Wording]:
    """The languages in *folder* by code, English first.

    Raises:
        DataError: a file breaks its model, is not called by a language, lacks a pattern or a
            label for a code, or names a place that nothing fills.
    """
    made = {}
    for path in sorted(folder.glob("*.toml"), key=lambda path: (path.stem != "en", path.stem)):
        patterns = load_rules(path, Patterns)
        _check(path, patterns, codebook)
        made[path.stem] = Wording(path.stem, patterns, codebook)
    return made


def _check(path: Path, patterns: Patterns, codebook: Codebook) -> None:
    try:
        Locale.parse(path.stem)
    except (UnknownLocaleError, ValueError) as error:
        problem = "is no language that CLDR knows; a file is called by one, such as es.toml"
        raise DataError(path, "", problem) from error
    for problems in (
        _without_pattern(patterns, codebook),
        _unknown_codes(patterns, codebook),
        _without_label(path.stem, patterns, codebook),
        _with_two_labels(path.stem, patterns, codebook),
        _unknown_places(patterns),
    ):
        for place, problem in problems:
            raise DataError(path, place, problem)


Problems = Iterator[tuple[str, str]]
"""Places in a file and what is wrong there."""


def _with_two_labels(language: str, patterns: Patterns, codebook: Codebook) -> Problems:
    for name in patterns.label.keys() & codebook.lists.keys():
        for code in patterns.label[name]:
            entry = codebook.lists[name][code] if code in codebook.lists[name].codes else None
            if entry and language in entry.label:
                problem = f"data/codebook/{name}.toml has that label already; leave it to one place"
                yield f"label.{name}.{code}", problem


def _without_pattern(patterns: Patterns, codebook: Codebook) -> Problems:
    needed = [(table, code) for table, name in CODES.items() for code in codebook.allowed(name)]
    for table, code in needed:
        if code not in getattr(patterns, table):
            yield f"{table}.{code}", "is missing; every code has a pattern"
    for column, codes in NEEDED.items():
        for code in codes:
            if code not in patterns.sentence.get(column, {}):
                yield f"sentence.{column}.{code}", "is missing; it is said of every such case"


def _unknown_codes(patterns: Patterns, codebook: Codebook) -> Problems:
    for column, codes in patterns.sentence.items():
        if column not in codebook.columns:
            yield f"sentence.{column}", one_of(column, tuple(codebook.columns))
            return
        for code in codes:
            if code not in codebook.allowed(column):
                yield f"sentence.{column}", one_of(code, codebook.allowed(column))


def _without_label(lang: str, patterns: Patterns, codebook: Codebook) -> Problems:
    for name in LABELLED:
        for entry in codebook.lists[name].code:
            if lang not in entry.label and entry.code not in patterns.label.get(name, {}):
                yield f"label.{name}.{entry.code}", "is missing, here and in the codebook"


def _unknown_places(patterns: Patterns) -> Problems:
    for place, pattern in _texts(patterns.model_dump(exclude=set(FREE))):
        for _, field, _, _ in Formatter().parse(pattern):
            if field is not None and field not in PLACES:
                yield place, one_of(field, PLACES)


def _texts(tree: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of *tree* with the keys that lead to it."""
    if isinstance(tree, str):
        yield place, tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from _texts(branch, f"{place}.{key}" if place else key)
