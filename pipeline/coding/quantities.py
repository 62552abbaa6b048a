"""The columns that hold numbers: found by the words around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import regex

from pipeline.codebook import Codebook
from pipeline.coding.durations import DAYS, durations
from pipeline.coding.money import in_usd, money
from pipeline.coding.numbers import numbers, percents, scores
from pipeline.coding.numerals import Quantity
from pipeline.coding.phrases import Phrases, masked
from pipeline.coding.reading import Hit, Reading, spanned
from pipeline.coding.speakers import Passage
from pipeline.coding.telling import Value

_RATE = regex.compile(
    r"\+?\s?(?:/|per\b|an?\b|each\b|every\b)\s?(?:hour|hr|h|month|mo|week|day|year|page|word)?\b"
)
"""What makes of a sum a price: "$40 per hour", "$5 each"."""


_YEAR = regex.compile(r"(?<![\d/.$-])(?:19|20)\d\d(?![\d/%-])")


def sums(passage: Passage) -> list[Quantity]:
    """The sums of money, but prices."""
    found = money(passage.text, passage.lang)
    return [sum_ for sum_ in found if not _RATE.match(passage.text, sum_.end)]


def bare_sums(passage: Passage) -> list[Quantity]:
    """Thousands without a currency ("earned 61k"), which on a marketplace are dollars."""
    taken = {sum_.end for sum_ in money(passage.text, passage.lang)}
    return [
        number
        for number in numbers(passage.text, passage.lang)
        if number.value >= 1000 and number.end not in taken
    ]


def lengths(passage: Passage) -> list[Quantity]:
    """The lengths of time, in days."""
    return durations(passage.text, passage.lang)


def waits(passage: Passage) -> list[Quantity]:
    """The lengths of time, whole months counted as thirty days each, as people do."""
    found = []
    for span in lengths(passage):
        months = round(span.value / DAYS["month"])
        whole = months > 0 and abs(span.value - months * DAYS["month"]) < 1 / 24
        found.append(replace(span, value=30.0 * months) if whole else span)
    return found


def since(passage: Passage, told: datetime | None) -> list[Quantity]:
    """The years from one that is named ("since 2015") to the telling, in days."""
    if told is None:
        return []
    return [
        Quantity((told.year - int(hit[0])) * DAYS["year"], *hit.span())
        for hit in _YEAR.finditer(passage.text)
        if int(hit[0]) <= told.year
    ]


def _counts(passage: Passage) -> list[Quantity]:
    return [q for q in numbers(passage.text, passage.lang) if q.value % 1 == 0]


Finder = Callable[[Passage, datetime | None], list[Quantity]]
FINDERS: dict[str, Finder] = {
    "tenure_years": lambda passage, told: lengths(passage) + since(passage, told),
    "jobs_completed": lambda passage, told: _counts(passage),
    "earnings_usd": lambda passage, told: sums(passage),
    "success_score": lambda passage, told: scores(passage.text, passage.lang),
    "fee_percents": lambda passage, told: percents(passage.text, passage.lang),
    "funds_amount": lambda passage, told: sums(passage),
    "hold_days": lambda passage, told: waits(passage),
    "response_hours": lambda passage, told: lengths(passage),
    "resolution_days": lambda passage, told: waits(passage),
    "proposals_count": lambda passage, told: _counts(passage),
    "connects_spent": lambda passage, told: _counts(passage),
}
"""Per column what finds its quantities."""
SCALES = {"tenure_years": 1 / DAYS["year"], "response_hours": 24.0}
"""By what the quantities of a column are multiplied, where not by one."""


def plain(number: float) -> str:
    """*number* as the tables write it: at most two decimals, no exponent."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


class Quantities:
    """Numbers by the phrases of ``quantities.toml``.

    The first that the telling states counts; of fee percentages, all. What another member
    says, and what is denied or only supposed, does not count.
    """

    columns = (*FINDERS, "funds_currency")

    def __init__(self, codebook: Codebook) -> None:
        codes = codebook.lists["quantities"]
        self._phrases = {
            code.code: Phrases(codes.model_copy(update={"code": (code,)})) for code in codes.code
        }

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        values: list[Value] = []
        for column, finder in FINDERS.items():
            found = [
                value
                for passage in reading.passages
                for value in self._in(passage, column, finder, reading)
            ]
            if column == "funds_amount":
                found = found or self._beside(reading)
            if column == "jobs_completed":  # the whole, not the one that went wrong
                found.sort(key=lambda value: -float(value.value))
            values += _each(found) if column == "fee_percents" else _first(found)
        return values

    def _beside(self, reading: Reading) -> list[Value]:
        """The sums in the sentences that tell of money held, whatever words are around them."""
        held = [hit for hit in reading.facts("funds_held") if hit.code == "yes"]
        values: list[Value] = []
        for hit in held:
            for passage in reading.passages:
                if hit.sentence in passage.sentences:
                    values += _inside(hit, sums(passage))
        return values

    def _in(self, passage: Passage, column: str, finder: Finder, reading: Reading) -> list[Value]:
        quantities = {quantity.start: quantity for quantity in finder(passage, reading.told)}
        if not quantities:
            return []
        text = masked(passage.text, [(q.start, q.end) for q in quantities.values()])
        values: list[Value] = []
        for match in self._phrases[column].find(text, passage.lang):
            sentence = passage.at(match.start)
            inside = [at for at in quantities if match.start <= at < match.end]
            if sentence is None or sentence.speaker == "other":
                continue
            hit = Hit(match.code, match.start, match.end, match.rule, sentence)
            if reading.said(hit) & {"negated", "hypothetical"}:
                continue
            for start in inside:
                values += _values(column, quantities[start], hit, reading.told)
        return values


def _inside(hit: Hit, found: list[Quantity]) -> list[Value]:
    start, end = hit.sentence.start, hit.sentence.end
    here = [sum_ for sum_ in found if start <= sum_.start < end]
    return [value for sum_ in here for value in _values("funds_amount", sum_, hit, None)]


def _each(values: list[Value]) -> list[Value]:
    """The first of each value."""
    return list({value.value: value for value in reversed(values)}.values())[::-1]


def _first(values: list[Value]) -> list[Value]:
    """The first value, with the currency that belongs to it."""
    return [v for v in values if (v.start, v.post) == (values[0].start, values[0].post)][:2]


def _values(column: str, quantity: Quantity, hit: Hit, told: datetime | None) -> list[Value]:
    number: float | None = quantity.value * SCALES.get(column, 1.0)
    if column == "earnings_usd":
        number = in_usd(quantity, told.date() if told else date.today())
    if number is None:
        return []
    span = (hit.sentence, quantity.start, quantity.end, hit.rule)
    values = [spanned(column, plain(number), *span)]
    if column == "funds_amount":
        values.append(spanned("funds_currency", quantity.unit, *span))
    return values
