"""Which column each number of a telling belongs to, learned from examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import regex

from pipeline.coding.durations import days_reached
from pipeline.coding.money import in_usd
from pipeline.coding.numbers import numbers, percents, scores
from pipeline.coding.numerals import Quantity
from pipeline.coding.quantities import SCALES, bare_sums, lengths, plain, since, sums, waits
from pipeline.coding.reading import Reading, spanned
from pipeline.coding.sentence_model import Scores, labelled
from pipeline.coding.speakers import Passage, Sentence
from pipeline.coding.telling import Value
from pipeline.coding.training import NUMBERS, Example, Label

NONE = "none"
"""The class of a number that is no column's."""
BESIDE = 6
"""Words on either side of a number that tell what it is."""
CLOSE = 3
"""Of these the ones whose place counts."""
PREFIX = 5
"""Characters by which two words are the same, whatever their ending."""
NEAR = 0.011
"""How far a candidate may be from the value that a line is labelled with, as a share of it."""
STRENGTH = 1.0
"""The inverse of the regression's penalty."""
WEIGHT = 2.0
"""Of what the whole sentence is evidence for, against one word."""
CUTS = {"time": 0.2, "share": 0.2, "money": 0.15, "count": 0.1}
"""Probabilities from which a number is taken, where held-out tellings agree best."""
KINDS = {
    **dict.fromkeys(("time", "year", "day"), "time"),
    **dict.fromkeys(("percent", "score"), "share"),
    "money": "money",
    "count": "count",
}
"""Kinds of numbers, and which of them are learned together."""
BEARING = ("responses", "outcome", "funds_held", "action", "appealed", "standing")
"""Labels of a sentence that say what its numbers may be of."""
SEVERAL = ("fee_percents",)
"""Columns that take all their numbers."""
RULED = ("fee_percents", "funds_amount", "proposals_count", "connects_spent")
"""Columns in which the rules say little, and that rightly."""
COUNTS = ("jobs_completed", "proposals_count", "connects_spent")
LOWEST = 30
"""The least plain number that is taken for a score."""
_WORD = regex.compile(r"\w+|[$€£₹%]")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


@dataclass(frozen=True)
class Candidate:
    """A number in the ``sentence``-th sentence of a telling.

    ``kind`` is what sort of number it is; ``values`` is what each column that could take it
    would hold; ``features`` is what stands around it.
    """

    kind: str
    sentence: int
    quantity: Quantity
    values: Mapping[str, float]
    features: Mapping[str, float]


def candidates(reading: Reading, said: Iterable[Value]) -> list[Candidate]:
    """Every number of *reading* that a column could take; *said* are the rules' values."""
    place = {id(sentence): index for index, sentence in enumerate(reading.sentences)}
    ruled = defaultdict(set)
    for value in said:
        ruled[value.post, value.start].add(value.column)
    found: list[Candidate] = []
    for passage in reading.passages:
        for kind, quantity, values in _quantities(passage, reading):
            sentence = passage.at(quantity.start)
            if sentence is None or sentence.speaker == "other":
                continue
            features = _features(kind, quantity, passage.text, sentence)
            here = ruled[sentence.post, quantity.start]
            features |= {f"ruled={column}": 1.0 for column in here if column in values}
            found.append(Candidate(kind, place[id(sentence)], quantity, values, features))
    return found


Offered = Iterator[tuple[str, Quantity, dict[str, float]]]
"""The kind of each quantity, and what each column that could take it would hold."""


def _quantities(passage: Passage, reading: Reading) -> Offered:
    yield from _times(passage, reading)
    yield from _sums(passage, reading)
    yield from _shares(passage)
    yield from _counts(passage)


def _times(passage: Passage, reading: Reading) -> Offered:
    for length, wait in zip(lengths(passage), waits(passage), strict=True):
        values = {name: length.value * SCALES[name] for name in ("tenure_years", "response_hours")}
        yield "time", length, values | {"hold_days": wait.value, "resolution_days": wait.value}
    for year in since(passage, reading.told):
        yield "year", year, {"tenure_years": year.value * SCALES["tenure_years"]}
    for day in days_reached(passage.text, passage.lang):
        yield "day", day, {"hold_days": day.value, "resolution_days": day.value}


def _sums(passage: Passage, reading: Reading) -> Offered:
    day = reading.told.date() if reading.told else date.today()
    for sum_ in (*sums(passage), *bare_sums(passage)):
        dollars = in_usd(sum_, day)
        earned = {} if dollars is None else {"earnings_usd": dollars}
        yield "money", sum_, {"funds_amount": sum_.value, **earned}


def _shares(passage: Passage) -> Offered:
    shares = percents(passage.text, passage.lang)
    for share in shares:
        if share.value <= 100:
            yield "percent", share, dict.fromkeys(("fee_percents", "success_score"), share.value)
    for score in scores(passage.text, passage.lang):
        if score.start not in {share.start for share in shares}:
            yield "score", score, {"success_score": score.value}


def _counts(passage: Passage) -> Offered:
    for number in numbers(passage.text, passage.lang):
        whole = number.value % 1 == 0
        values = dict.fromkeys(COUNTS, number.value) if whole else {}
        if LOWEST <= number.value <= 100:  # "91 JSS"
            values["success_score"] = number.value
        if values:
            yield "count", number, values


def _features(kind: str, quantity: Quantity, text: str, sentence: Sentence) -> dict[str, float]:
    left = _words(text[sentence.start : quantity.start])[::-1][:BESIDE]
    right = _words(text[quantity.end : sentence.end])[:BESIDE]
    found = {f"kind={kind}": 1.0, f"{kind} speaker={sentence.speaker}": 1.0}
    size = int(np.log10(quantity.value)) if quantity.value >= 1 else -1
    found[f"{kind} size={size}"] = 1.0
    for side, words in (("<", left), (">", right)):
        found |= {f"{kind}{side}{word[:PREFIX]}": 0.7 for word in words}
        found |= {
            f"{kind}{side}{place}{word[:PREFIX]}": 1.0 for place, word in enumerate(words[:CLOSE])
        }
        pair = " ".join(word[:PREFIX] for word in words[:2])
        found[f"{kind}{side}{side}{pair}"] = 1.0
    return found


def _words(text: str) -> list[str]:
    """The words of *text*; where a script writes no spaces, its characters."""
    return [
        part for word in _WORD.findall(text) for part in (word if _CJK.search(word) else (word,))
    ]


class NumberModel:
    """Per kind of number a logistic regression: which column it is of, or none.

    Over the words around a number, its size, whether the rules found it, how far its sentence
    and those beside it are evidence for each column, and its sentence for what it may bear on.
    """

    def __init__(self, labels: Mapping[Label, int]) -> None:
        self._labels = [labels[name, ""] for name in NUMBERS if (name, "") in labels]
        self._bearing = [[i for (name, _), i in labels.items() if name == b] for b in BEARING]
        self._models: dict[str, Any] = {}

    def fit(
        self,
        found: Sequence[Sequence[Candidate]],
        scores: Sequence[Scores],
        truth: Sequence[Sequence[Mapping[str, frozenset[float]]]],
    ) -> NumberModel:
        """Learn from the candidates of each text; *truth* is what each sentence is said to hold."""
        from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

        of_kind: dict[str, list[tuple[dict[str, float], str]]] = defaultdict(list)
        for every, s, said in zip(found, scores, truth, strict=True):
            for one in every:
                row = self._row(one, s), _class(one, said[one.sentence])
                of_kind[KINDS[one.kind]].append(row)
        for kind, rows in of_kind.items():
            facts, classes = zip(*rows, strict=True)
            if len(set(classes)) > 1:
                model = make_pipeline(
                    DictVectorizer(), LogisticRegression(C=STRENGTH, max_iter=300)
                )
                self._models[kind] = model.fit(facts, classes)
        return self

    def likely(self, one: Candidate, scores: Scores) -> dict[str, float]:
        """The probability of each column that *one* could be of."""
        model = self._models.get(KINDS[one.kind])
        if model is None:
            return {}
        chances = dict(
            zip(model.classes_, model.predict_proba([self._row(one, scores)])[0], strict=True)
        )
        possible = {name: chances.get(name, 0.0) for name in one.values}
        whole = sum(possible.values()) + chances.get(NONE, 0.0)
        return {name: p / whole for name, p in possible.items()}

    def _row(self, one: Candidate, scores: Scores) -> dict[str, float]:
        """The features of *one*, with the scores of its sentence and of those beside it."""
        own = scores[one.sentence]
        near = [i for i in (one.sentence - 1, one.sentence + 1) if 0 <= i < len(scores)]
        beside = scores[near].max(axis=0) if near else np.zeros_like(own)
        found = dict(one.features)
        found |= {f"own{i}": WEIGHT * float(own[i]) for i in self._labels}
        found |= {f"beside{i}": float(beside[i]) for i in self._labels}
        for name, indexes in zip(BEARING, self._bearing, strict=True):
            if indexes:
                found[name] = float(own[indexes].max())
        return found

    def decide(self, reading: Reading, scores: Scores, found: Sequence[Candidate]) -> list[Value]:
        """The values of ``NUMBERS``: the likeliest number of each, of fees all that are likely.

        Where none is likely, the number that the rules found, if they are rarely wrong there.
        """
        taken: dict[str, list[tuple[float, Candidate]]] = defaultdict(list)
        ruled: dict[str, list[tuple[float, Candidate]]] = defaultdict(list)
        for one in found:
            chances = self.likely(one, scores)
            column = max(chances, key=lambda name: chances[name], default="")
            if column and chances[column] >= CUTS[KINDS[one.kind]]:
                taken[column].append((chances[column], one))
            for name in RULED:
                if f"ruled={name}" in one.features:
                    ruled[name].append((chances.get(name, 0.0), one))
        taken = {**ruled, **taken}
        values: list[Value] = []
        for column, ranked in taken.items():
            best = max(ranked, key=lambda pair: pair[0])
            for _, one in ranked if column in SEVERAL else [best]:
                values += _values(column, one, reading)
        return values


def _values(column: str, one: Candidate, reading: Reading) -> list[Value]:
    """The value of *column* that *one* gives, and the currency of what is held."""
    sentence, quantity = reading.sentences[one.sentence], one.quantity
    span = (sentence, quantity.start, quantity.end, f"learned.{column}")
    values = [spanned(column, plain(one.values[column]), *span)]
    if column == "funds_amount" and quantity.unit:
        values.append(spanned("funds_currency", quantity.unit, *span))
    return values


def stated(example: Example, reading: Reading) -> list[Mapping[str, frozenset[float]]]:
    """Per sentence of *reading* the numbers that *example* is labelled with, by column."""
    return [
        {
            name: frozenset(float(value) for label, value in labels if label == name)
            for name in NUMBERS
            if ("other", "yes") not in labels
        }
        for labels in labelled(example, reading)
    ]


def _class(candidate: Candidate, said: Mapping[str, frozenset[float]]) -> str:
    for name, value in candidate.values.items():
        for wanted in said.get(name, ()):
            if abs(value - wanted) <= NEAR * max(1.0, wanted):
                return name
    return NONE
