"""The columns that hold numbers: found by the words around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import regex

from pipeline.codebook import Codebook
from pipeline.coding.durations import DAYS, Quantity, durations
from pipeline.coding.money import in_usd, money
from pipeline.coding.numbers import numbers, percents, scores
from pipeline.coding.phrases import Phrases, masked
from pipeline.coding.reading import Hit, Reading, spanned
from pipeline.coding.speakers import Passage
from pipeline.coding.telling import Value

_RATE = regex.compile(
    r"\+?\s?(?:/|per\b|an?\b|each\b|every\b)\s?(?:hour|hr|h|month|mo|week|day|year|page|word)?\b"
)
"""What makes of a sum a price: "$40 per hour", "$5 each"."""


_YEAR = regex.compile(r"(?<![\d/.$-])(?:19|20)\d\d(?![\d/%-])")


def _sums(passage: Passage, told: datetime | None) -> list[Quantity]:
    found = money(passage.text)
    return [sum_ for sum_ in found if not _RATE.match(passage.text, sum_.end)]


def _spans(passage: Passage, told: datetime | None) -> list[Quantity]:
    return durations(passage.text, passage.lang)


def _waits(passage: Passage, told: datetime | None) -> list[Quantity]:
    """Lengths of time, whole months counted as thirty days each, as people do."""
    found = []
    for span in _spans(passage, told):
        months = round(span.value / DAYS["month"])
        whole = months > 0 and abs(span.value - months * DAYS["month"]) < 1 / 24
        found.append(replace(span, value=30.0 * months) if whole else span)
    return found


def _counts(passage: Passage, told: datetime | None) -> list[Quantity]:
    return [q for q in numbers(passage.text, passage.lang) if q.value % 1 == 0]


def _tenures(passage: Passage, told: datetime | None) -> list[Quantity]:
    """Lengths of time, and the years since one that is named ("since 2015")."""
    found = _spans(passage, told)
    if told:
        found += [
            Quantity((told.year - int(hit[0])) * DAYS["year"], *hit.span())
            for hit in _YEAR.finditer(passage.text)
            if int(hit[0]) <= told.year
        ]
    return found


Finder = Callable[[Passage, datetime | None], list[Quantity]]
FINDERS: dict[str, tuple[Finder, float]] = {
    "tenure_years": (_tenures, 1 / DAYS["year"]),
    "jobs_completed": (_counts, 1),
    "earnings_usd": (_sums, 1),
    "success_score": (lambda passage, told: scores(passage.text), 1),
    "fee_percents": (lambda passage, told: percents(passage.text), 1),
    "funds_amount": (_sums, 1),
    "hold_days": (_waits, 1),
    "response_hours": (_spans, 24),
    "resolution_days": (_waits, 1),
    "proposals_count": (_counts, 1),
    "connects_spent": (_counts, 1),
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

    def __init__(self, codebook: Codebook) -> None:
        codes = codebook.lists["quantities"]
        self._phrases = {
            code.code: Phrases(codes.model_copy(update={"code": (code,)})) for code in codes.code
        }

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        values: list[Value] = []
        for column, (finder, scale) in FINDERS.items():
            found = [
                value
                for passage in reading.passages
                for value in self._in(passage, column, finder, scale, reading)
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
                    values += _inside(hit, _sums(passage, None))
        return values

    def _in(
        self, passage: Passage, column: str, finder: Finder, scale: float, reading: Reading
    ) -> list[Value]:
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
                values += _values(column, quantities[start], scale, hit, reading.told)
        return values


def _inside(hit: Hit, sums: list[Quantity]) -> list[Value]:
    start, end = hit.sentence.start, hit.sentence.end
    here = [sum_ for sum_ in sums if start <= sum_.start < end]
    return [value for sum_ in here for value in _values("funds_amount", sum_, 1, hit, None)]


def _each(values: list[Value]) -> list[Value]:
    """The first of each value."""
    return list({value.value: value for value in reversed(values)}.values())[::-1]


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
