"""From what the sentences of a telling are evidence for to the value of a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.coding.sentence_model import Scores
from pipeline.coding.training import Label
from pipeline.coding.whole_model import Whole

Values = Mapping[str, frozenset[str]]
"""What the rules say of one telling, by column."""
LABEL = {"letter_quoted": "letter"}
"""Columns whose evidence is labelled by another name."""
TWIN = {"reasons": "believed_reasons", "believed_reasons": "reasons"}
"""Columns that take the same codes from different speakers."""
LEAST = 5
"""Tellings of training that a column needs values in."""
CUTS = tuple(round(cut, 2) for cut in np.arange(0.1, 0.7, 0.05))


@dataclass(frozen=True)
class Weighed:
    """One telling with the scores of its sentences and its own, and what the rules say of it.

    ``scores`` has a row per sentence and a column per label; what another member says is
    taken off it.
    """

    scores: Scores
    labels: Mapping[Label, int]
    whole: Whole
    rules: Values

    def of(self, column: str, code: str) -> Scores:
        """The scores of the sentences for *code*; zeros where the label was too rare."""
        index = self.labels.get((LABEL.get(column, column), code))
        if index is None or not len(self.scores):
            return np.zeros(max(1, len(self.scores)), dtype=np.float32)
        return self.scores[:, index]


def without_others(scores: Scores, labels: Mapping[Label, int]) -> Scores:
    """*scores*, each sentence's less as far as it is another member's."""
    other = labels.get(("other", "yes"))
    if other is None:
        return scores
    return np.asarray(scores * (1 - np.clip(scores[:, [other]], 0, 1)), dtype=np.float32)


class Decider:
    """One column: which of its codes a telling gives, by one logistic regression for all.

    A code is judged by the scores of its best sentences and of the whole telling, how far they
    are above those of the column's other codes, and whether the rules found it. Where ``several``,
    all codes are taken that are likelier than ``cut``, else the likeliest one; ``cut`` is where the
    values of the tellings it learns from have their best F1.
    """

    def __init__(self, column: str, codes: Sequence[str], *, several: bool) -> None:
        self.column, self.codes, self.several = column, tuple(codes), several
        self._weights: NDArray[Any] | None = None

    def fit(self, cases: Sequence[Weighed], truth: Sequence[frozenset[str]]) -> Decider:
        """Learn from *cases*, whose values are *truth*."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        if sum(map(bool, truth)) < LEAST:
            return self
        features = np.vstack([self._features(case) for case in cases])
        held = [code in values for values in truth for code in self.codes]
        fitted = LogisticRegression(max_iter=1000).fit(features, held)
        self._weights, self._bias = fitted.coef_[0], float(fitted.intercept_[0])
        likely = [self.likely(case) for case in cases]
        self.cut = max(CUTS, key=lambda cut: _f1(truth, [self._taken(p, cut) for p in likely]))
        return self

    @property
    def ready(self) -> bool:
        """Whether there was enough to learn from."""
        return self._weights is not None

    def likely(self, case: Weighed) -> NDArray[Any]:
        """The probability of each of ``codes``."""
        return np.asarray(1 / (1 + np.exp(-self._features(case) @ self._weights - self._bias)))

    def decide(self, case: Weighed) -> list[tuple[str, int]]:
        """The codes that *case* gives, each with the index of its best sentence."""
        taken = self._taken(self.likely(case), self.cut)
        return [(code, int(case.of(self.column, code).argmax())) for code in taken]

    def _taken(self, likely: NDArray[Any], cut: float) -> list[str]:
        if self.several:
            return [code for code, p in zip(self.codes, likely, strict=True) if p >= cut]
        best = int(likely.argmax())
        return [self.codes[best]] if likely[best] >= cut else []

    def _features(self, case: Weighed) -> NDArray[Any]:
        """A row for each of ``codes``."""
        scores = [np.sort(case.of(self.column, code))[::-1] for code in self.codes]
        best = np.array([one[0] for one in scores])
        others, whole = _others(best), case.whole[self.column]
        said = case.rules.get(self.column, frozenset())
        found = np.array([code in said for code in self.codes], dtype=float)
        twin = TWIN.get(self.column, self.column)
        columns = (
            best,
            [one[1] if len(one) > 1 else 0 for one in scores],
            [max(0.0, one[:3].sum()) for one in scores],
            best >= others,
            best - others,
            [case.of(twin, code).max() for code in self.codes],
            found,
            best * found,
            [bool(said - {code}) for code in self.codes],
            whole,
            whole - _others(whole),
            whole * best,
        )
        return np.hstack([np.array(columns, dtype=float).T, np.eye(len(self.codes))])


def _others(best: NDArray[Any]) -> NDArray[Any]:
    """Of each code the best of all others."""
    return np.array([max(np.delete(best, i), default=0.0) for i in range(len(best))])


def _f1(truth: Iterable[frozenset[str]], taken: Iterable[Sequence[str]]) -> float:
    pairs = [(gold, frozenset(found)) for gold, found in zip(truth, taken, strict=True)]
    hits = sum(len(gold & found) for gold, found in pairs)
    every = sum(len(gold) + len(found) for gold, found in pairs)
    return 2 * hits / every if every else 0.0
