"""How likely one author's posts tell of a real action, from what their sentences show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg  # type: ignore[import-untyped]

from pipeline.coding.reading import Reading
from pipeline.coding.sentence_model import Scores, word_pairs
from pipeline.coding.training import Label
from pipeline.coding.whole_model import WholeModel

SHOWN = (
    *("screen", "action", "teller", "letter", "other", "staff"),
    *("notice", "appealed", "outcome", "reasons"),
)
"""Labels that bear on whether a text is a report."""
REPORT = "report"
TOLD = (("screen", "report_self"), ("screen", "report_proxy"))
ENOUGH = 6
"""Sentences in the first person beyond which more say nothing."""
PENALTY = 1.5
"""The ridge's, over whole texts."""

Numbers = NDArray[np.float64]


class PageModel:
    """Boosted trees over what the sentences are evidence for and over the text's own words.

    Over the best, second and mean scores of the sentences' labels; how clearly a sentence
    tells of an action, anywhere, in the first person and at the beginning; how many sentences
    there are and how many of them speak of the writer or to somebody; and the scores of two
    ridge regressions over the whole text: over its words and pairs of words alone, and over
    all that :class:`pipeline.coding.whole_model.WholeModel` takes in. By scikit-learn
    (stochastic gradient boosting, Friedman 2002).
    """

    def __init__(self, labels: Mapping[Label, int]) -> None:
        self._shown = [index for (name, _), index in labels.items() if name in SHOWN]
        self._told = [labels[label] for label in TOLD]
        self._actions = [index for (name, _), index in labels.items() if name == "action"]

    def fit(
        self, readings: Sequence[Reading], scores: Sequence[Scores], reports: Sequence[bool]
    ) -> PageModel:
        """Learn from texts of which *reports* says which tell of an action.

        The whole text's scores are those of each as if it had been left out (Allen's PRESS).
        """
        from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            TfidfVectorizer,
        )

        self._words = TfidfVectorizer(analyzer=word_pairs, sublinear_tf=True, min_df=2)
        matrix = self._words.fit_transform([_whole(reading) for reading in readings])
        kernel = (matrix @ matrix.T).toarray()
        kernel[np.diag_indices_from(kernel)] += PENALTY
        inverse = linalg.inv(kernel, assume_a="pos")
        self._mean = float(np.mean(reports))
        truth = np.asarray(reports, dtype=float) - self._mean
        dual = inverse @ truth
        self._weights = matrix.T @ dual
        held_out = truth - dual / np.diag(inverse)
        self._whole = WholeModel({REPORT: ("yes",)})
        told = [{REPORT: frozenset(("yes",) if report else ())} for report in reports]
        together = [one[REPORT][0] for one in self._whole.fit(readings, scores, told)]
        wholes = zip(held_out, together, strict=True)
        features = [self._features(*one) for one in zip(readings, scores, wholes, strict=True)]
        self._trees = GradientBoostingClassifier(
            n_estimators=150, learning_rate=0.08, subsample=0.7, max_features=0.3, random_state=0
        ).fit(np.vstack(features), reports)
        return self

    def likely(self, reading: Reading, scores: Scores) -> float:
        """The probability that *reading* tells of an action."""
        words: Any = self._words.transform([_whole(reading)])
        together = self._whole.scores(reading, scores)[REPORT][0]
        features = self._features(reading, scores, ((words @ self._weights)[0], together))
        return float(self._trees.predict_proba(features[np.newaxis])[0, 1])

    def _features(self, reading: Reading, scores: Scores, wholes: tuple[float, float]) -> Numbers:
        sentences = reading.sentences
        count = max(1, len(sentences))
        first = np.array(["first" in s.cues for s in sentences], dtype=bool)
        own = sum("first" in s.cues and "we" not in s.cues for s in sentences)
        to_others = sum("you" in s.cues for s in sentences)
        counts = [own / count, min(own, ENOUGH) / ENOUGH, to_others / count, np.log(count)]
        if not len(scores):
            scores, first = np.zeros((1, scores.shape[1]), dtype=np.float32), np.zeros(1, bool)
        shown = scores[:, self._shown]
        ordered = np.sort(np.vstack([shown, np.zeros(shown.shape[1])]), axis=0)[::-1]
        told, acted = scores[:, self._told].max(axis=1), scores[:, self._actions].max(axis=1)
        both = np.sort(np.minimum(told, acted))[::-1]
        clear = [
            *(told.max(), np.sort(told)[-3:].mean(), (told > 0.5).sum(), (told > 0.5).mean()),
            *(told[first].max(initial=0), told[:2].max(), both[0], both[:2].mean()),
            *(acted.max(), (acted > 0.5).mean()),
        ]
        means = shown.mean(axis=0)
        return np.concatenate([ordered[0], ordered[1], means, counts, clear, wholes])


def _whole(reading: Reading) -> str:
    return " ".join(sentence.text for sentence in reading.sentences)
