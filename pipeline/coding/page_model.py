"""How likely one author's posts tell of a real action, from what their sentences show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.coding.reading import Reading
from pipeline.coding.sentence_model import Scores
from pipeline.coding.training import Label

SHOWN = (
    *("screen", "action", "teller", "letter", "other", "staff"),
    *("notice", "appealed", "outcome", "reasons"),
)
"""Labels that bear on whether a text is a report."""
STRENGTH = 0.1
"""Inverse of the regression's penalty; of 0.02 to 0.3 the one with the best held-out F1."""
LIKELY = 0.6
"""Probability from which a text counts as a report."""
ENOUGH = 6
"""Sentences in the first person beyond which more say nothing."""


class PageModel:
    """A logistic regression over the best, second and mean scores of the sentences' labels.

    And over how many sentences there are, and how many of them speak of the writer or to
    somebody.
    """

    def __init__(self, labels: Mapping[Label, int]) -> None:
        self._shown = [index for (name, _), index in labels.items() if name in SHOWN]

    def fit(
        self, readings: Sequence[Reading], scores: Sequence[Scores], reports: Sequence[bool]
    ) -> PageModel:
        """Learn from texts of which *reports* says which tell of an action."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        pairs = zip(readings, scores, strict=True)
        features = np.vstack([self._features(reading, score) for reading, score in pairs])
        fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(features, reports)
        self._weights, self._bias = fitted.coef_[0], float(fitted.intercept_[0])
        return self

    def likely(self, reading: Reading, scores: Scores) -> float:
        """The probability that *reading* tells of an action."""
        score = float(self._features(reading, scores) @ self._weights) + self._bias
        return float(1 / (1 + np.exp(-score)))

    def _features(self, reading: Reading, scores: Scores) -> NDArray[np.float64]:
        shown = np.zeros((2, len(self._shown)))
        if len(scores):
            shown = np.vstack([scores[:, self._shown], shown[:1]])
        ordered = np.sort(shown, axis=0)[::-1]
        sentences = reading.sentences
        count = max(1, len(sentences))
        own = sum("first" in s.cues and "we" not in s.cues for s in sentences)
        to_others = sum("you" in s.cues for s in sentences)
        counts = [own / count, min(own, ENOUGH) / ENOUGH, to_others / count, 0.3 * np.log(count)]
        return np.concatenate([ordered[0], ordered[1], 2 * shown.mean(axis=0), counts])
