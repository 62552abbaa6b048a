"""Numbers on pages: every one comes from ``figures.csv`` by its id, every other digit is marked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, wraps
from html import unescape
from pathlib import Path

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from pipeline.cases import rows
from pipeline.tables import FIGURES, figures_schema, read_table
from publisher.languages import FIRST, say, spoken_language
from scraper.rules import DataError, one_of

MEASURED = ("value", "low", "high", "if_unknown_no", "if_unknown_yes", "without_largest")
"""The parts of a figure that carry its unit; the others are counts."""

COUNTS = ("numerator", "denominator", "unknown", "without_numerator", "without_denominator")
PARTS = (*MEASURED, *COUNTS)
TOO_FEW = "too few to say"
"""What stands for a part that is empty: under the smallest denominator no share is given."""
NOT_MEASURED = "not measured"
"""What stands for an empty measure of how well the coding agrees."""

_DIGITS = re.compile(r"[^\s<>&;()]*\d[^\s<>&;()]*")


GROUPED = ("platform.", "action.", "year.", "said.", "fees.")
"""How the ids begin of figures that are made again for the groups of ``data/figures.toml``."""


@dataclass(frozen=True)
class Figure:
    """One row of ``figures.csv``; ``parts`` are its numbers as they stand in the file."""

    figure_id: str
    title: str
    unit: str
    caution: str
    largest_source: str
    method: str
    column: str
    counted_no: str
    asked: str
    filter: str
    cases_sha256: str
    parts: dict[str, str] = field(hash=False)

    @property
    def group(self) -> str:
        """The platform or action that a grouped figure is of, as its title says in the end."""
        return self.title.removeprefix(self.short).strip(" ()")

    @property
    def short(self) -> str:
        """The title without the group that stands behind it: ``(Upwork)``."""
        grouped = self.figure_id.startswith(GROUPED) and self.title.endswith(")")
        return self.title.rpartition(" (")[0] if grouped else self.title

    @property
    def of_coding(self) -> bool:
        """Whether it measures how well the coding agrees, and so counts no cases."""
        return self.figure_id.startswith("measured.")

    @property
    def of_cases(self) -> bool:
        """Whether cases stand behind it, which ``filter`` finds; an empty filter finds all."""
        return bool(self.cases_sha256)

    @property
    def is_share(self) -> bool:
        """Whether the value is a share between 0 and 1."""
        return self.unit == "share"

    @property
    def parts_cases(self) -> bool:
        """Whether each case asked counts as yes, no or unknown."""
        return self.of_cases and self.is_share and self.method != "kaplan_meier_curve"

    def number(self, part: str = "value") -> float:
        """The part as a number, 0 where it is empty: for drawing, never for printing."""
        return float(self.parts[part] or 0)

    def words(self, part: str = "value") -> str:
        """The part as pages print it: ``24 %``, ``1,204``, ``0.72``."""
        if not self.parts[part] and self.of_coding:
            return NOT_MEASURED
        return printed(self.parts[part], "share" if self.is_share and part in MEASURED else "")


def printed(cell: str, unit: str) -> str:
    """A cell of ``figures.csv`` in print, in the language of the page that is being made.

    A share is a whole percentage, halves rounded up; a number keeps at most two decimals,
    from a hundred on none, and groups thousands. An empty cell is ``TOO_FEW``.
    """
    if not cell:
        return TOO_FEW
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return cell
    if unit == "share":
        return f"{(number * 100).quantize(Decimal(1), ROUND_HALF_UP)}\u00a0%"
    step = Decimal(1) if abs(number) >= 100 else Decimal("0.01")
    rounded = number.quantize(step, ROUND_HALF_UP) + 0  # so that no zero is negative
    whole = rounded == rounded.to_integral_value()
    pattern = "#,##0" if whole else "#,##0.00"
    return format_decimal(rounded, pattern, locale=spoken_language())


def _once(method: Callable[..., Markup]) -> Callable[..., Markup]:
    """Make each answer once in a language: many pages show the same figure."""

    @wraps(method)
    def kept(self: Figures, *names: str) -> Markup:
        key = (method.__name__, spoken_language(), *names)
        if key not in self._made:
            self._made[key] = method(self, *names)
        return self._made[key]

    return kept


class Figures:
    """The figures by id, in the file's order; the only way from a number to a page."""

    def __init__(self, path: Path) -> None:
        """Read the table at *path*.

        Raises:
            DataError: the table breaks its schema.
        """
        self.path = path
        table = read_table(path, figures_schema())
        self._rows = {row["figure_id"]: _figure(row) for row in rows(table)}
        self._made: dict[tuple[str, ...], Markup] = {}

    def __getitem__(self, figure_id: str) -> Figure:
        """The figure of that id.

        Raises:
            DataError: there is none; the text names the nearest id.
        """
        if figure_id not in self._rows:
            raise DataError(self.path, "figure_id", one_of(figure_id, tuple(self._rows)))
        return self._rows[figure_id]

    def __contains__(self, figure_id: str) -> bool:
        return figure_id in self._rows

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._rows.values())

    def under(self, prefix: str) -> list[Figure]:
        """The figures called ``prefix.<word>``, in the file's order."""
        depth = prefix.count(".") + 1
        ids = [i for i in self._rows if i.startswith(f"{prefix}.") and i.count(".") == depth]
        return [self._rows[figure_id] for figure_id in ids]

    @_once
    def shown(self, figure_id: str, part: str = "value") -> Markup:
        """One part of a figure in the element that the site's number test looks for."""
        figure = self[figure_id]
        attribute = Markup(' data-part="{}"').format(part) if part != "value" else ""
        return Markup('<data data-figure="{}"{} value="{}">{}</data>').format(
            figure_id, attribute, figure.parts[part], say(figure.words(part))
        )

    def interval(self, figure_id: str) -> Markup:
        """``low–high`` of a figure; nothing where it has none."""
        parts = self[figure_id].parts
        if not parts["low"] or not parts["high"]:
            return Markup("")
        return Markup("{}–{}").format(self.shown(figure_id, "low"), self.shown(figure_id, "high"))

    @_once
    def basis(self, figure_id: str) -> Markup:
        """What a figure rests on: count, denominator, interval, how many do not say, caution."""
        figure = self[figure_id]
        pieces = []
        if figure.parts["denominator"]:
            alone = not figure.is_share and figure.parts["numerator"] == figure.parts["value"]
            count, every = (self.shown(figure_id, part) for part in ("numerator", "denominator"))
            if figure.parts["numerator"] and not alone:
                pieces.append(say("{count} of {all}", count=count, all=every))
            elif figure.of_coding:
                pieces.append(say("{all} compared", all=every))
            else:
                pieces.append(say("of {all}", all=every))
        if interval := self.interval(figure_id):
            pieces.append(say("interval {low_to_high}", low_to_high=interval))
        if figure.parts["unknown"] not in ("", "0"):
            unknown = self.shown(figure_id, "unknown")
            pieces.append(say("{count} more do not say", count=unknown))
        if figure.caution:
            words = say("few cases: with caution")
            pieces.append(Markup('<span class="caution">{}</span>').format(words))
        return Markup("; ").join(pieces)

    def share(self, figure_id: str) -> Markup:
        """A figure with what it rests on, for running text."""
        return Markup('{} <span class="basis">({})</span>').format(
            self.shown(figure_id), self.basis(figure_id)
        )


def _figure(row: dict[str, str]) -> Figure:
    head = {name: row[name] for name in FIGURES if name not in PARTS}
    return Figure(**head, parts={part: row[part] for part in PARTS})


def marked(kind: str, text: str) -> Markup:
    """*text* in an element that says what its digits are, as one of the site's marks."""
    return Markup('<span data-mark="{}">{}</span>').format(kind, text)


def plain(html: Markup) -> str:
    """The words of *html* without its elements; spaces that do not break are kept."""
    return unescape(re.sub("<[^>]*>", "", html))


def mark_digits(text: str, kind: str = "code") -> Markup:
    """*text* from a rules file, escaped, with each word that holds a digit marked."""
    plain, pieces = 0, []
    for found in _DIGITS.finditer(text):
        pieces += [escape(text[plain : found.start()]), marked(kind, found.group())]
        plain = found.end()
    return Markup("").join([*pieces, escape(text[plain:])])


def partial_day(partial: str) -> datetime.date:
    """The first day of a partial date."""
    return datetime.date.fromisoformat((partial + "-01-01")[:10])


def in_words(partial: str) -> str:
    """A partial date in the words of the page's language; nothing where it is none."""
    return _in_words(partial, spoken_language())


@cache
def _in_words(partial: str, language: str) -> str:
    locale = "en_GB" if language == FIRST else language
    if len(partial) == len("2019-03-12"):
        return format_date(partial_day(partial), "long", locale=locale)
    skeleton = {4: "y", 7: "yMMMM"}.get(len(partial))
    return format_skeleton(skeleton, partial_day(partial), locale=locale) if skeleton else ""


def date(partial: str) -> Markup:
    """A partial date in words: ``2019``, ``March 2019``, ``12 March 2019``."""
    return _date(partial, spoken_language())


@cache
def _date(partial: str, language: str) -> Markup:
    words = _in_words(partial, language)
    mark = Markup('<time data-mark="date" datetime="{}">{}</time>')
    return mark.format(partial, words) if words else Markup("")
