"""The columns that hold numbers: found by the words around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import regex

from pipeline.coding.durations import DAYS, Quantity, durations
from pipeline.coding.money import in_usd, money
from pipeline.coding.numbers import numbers, percents, scores
from pipeline.coding.phrases import Phrases, masked
from pipeline.coding.reading import Hit, Lexicon, Reading, spanned
from pipeline.coding.speakers import Passage
from pipeline.coding.telling import Value

_RATE = regex.compile(
    r"\+?\s?(?:/|per\b|an?\b|each\b|every\b)\s?(?:hour|hr|h|month|mo|week|day|year|page|word)?\b"
)
"""What makes of a sum a price: "$40 per hour", "$5 each"."""


def _sums(text: str, lang: str) -> list[Quantity]:
    return [sum_ for sum_ in money(text) if not _RATE.match(text, sum_.end)]


Finder = Callable[[str, str], list[Quantity]]
FINDERS: dict[str, tuple[Finder, float]] = {
    "tenure_years": (durations, 1 / DAYS["year"]),
    "jobs_completed": (numbers, 1),
    "earnings_usd": (_sums, 1),
    "success_score": (lambda text, lang: scores(text), 1),
    "fee_percents": (lambda text, lang: percents(text), 1),
    "funds_amount": (_sums, 1),
    "hold_days": (durations, 1),
    "response_hours": (durations, 24),
    "resolution_days": (durations, 1),
    "proposals_count": (numbers, 1),
    "connects_spent": (numbers, 1),
}
"""Per column what finds its quantities, and by what they are multiplied."""


def plain(number: float) -> str:
    """*number* as the tables write it: at most two decimals, no exponent."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


class Quantities:
    """Numbers by the phrases of ``quantities.toml``.

    The first that the telling states counts; of fee percentages, all. What another member
    says, and what is denied or only supposed, does not count.
    """

    columns = (*FINDERS, "funds_currency")

    def __init__(self, lexicon: Lexicon) -> None:
        self._phrases: Phrases = lexicon.lists["quantities"]

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        values: list[Value] = []
        for column, (finder, scale) in FINDERS.items():
            found = [
                value
                for passage in reading.passages
                for value in self._in(passage, column, finder, scale, reading)
            ]
            values += found if column == "fee_percents" else _first(found)
        return values

    def _in(
        self, passage: Passage, column: str, finder: Finder, scale: float, reading: Reading
    ) -> list[Value]:
        quantities = {quantity.start: quantity for quantity in finder(passage.text, passage.lang)}
        if not quantities:
            return []
        text = masked(passage.text, [(q.start, q.end) for q in quantities.values()])
        values: list[Value] = []
        for match in self._phrases.find(text, passage.lang, column):
            sentence = passage.at(match.start)
            start = next((at for at in quantities if match.start <= at < match.end), None)
            if sentence is None or start is None or sentence.speaker == "other":
                continue
            hit = Hit(match.code, match.start, match.end, match.rule, sentence)
            if reading.said(hit) & {"negated", "hypothetical"}:
                continue
            values += _values(column, quantities[start], scale, hit, reading.told)
        return values


def _first(values: list[Value]) -> list[Value]:
    """The first value, with the currency that belongs to it."""
    return [v for v in values if (v.start, v.post) == (values[0].start, values[0].post)][:2]


def _values(
    column: str, quantity: Quantity, scale: float, hit: Hit, told: datetime | None
) -> list[Value]:
    number: float | None = quantity.value * scale
    if column == "earnings_usd":
        number = in_usd(quantity, told.date() if told else date.today())
    if number is None:
        return []
    span = (hit.sentence, quantity.start, quantity.end, hit.rule)
    values = [spanned(column, plain(number), *span)]
    if column == "funds_amount":
        values.append(spanned("funds_currency", quantity.unit, *span))
    return values
