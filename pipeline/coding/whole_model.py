"""How far a telling as a whole is evidence for each value of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg  # type: ignore[import-untyped]

from pipeline.coding.meaning import SIZE, meanings
from pipeline.coding.reading import Reading
from pipeline.coding.sentence_model import Scores, word_pairs

PENALTY = 1.0
"""The ridge's; of 0.7, 1 and 1.5 the one by which held-out tellings agree best."""
CONSTANT = 0.2
MEANT, MEANT_REACH = 4.0, 1.5
"""Weight of the mean of what its sentences mean, and how fast likeness falls with distance."""
SHOWN, SHOWN_REACH = 16.0, 0.15
"""The same of what its sentences are evidence for."""
LOW, HIGH = -0.2, 1.2
"""Beyond these a score says no more."""

Numbers = NDArray[np.float64]
Whole = Mapping[str, Numbers]
"""By column the score of each of its codes."""


class WholeModel:
    """Per code a ridge regression over a whole telling: what its sentences say together.

    Over its words and pairs of words, by TF-IDF; by a Gaussian kernel over the mean of its
    sentences' meanings (:mod:`pipeline.coding.meaning`); and by another over the best score
    of each label among its sentences, so that one value can speak for another.

    Method: as of :class:`pipeline.coding.sentence_model.SentenceModel`.
    """

    def __init__(self, codes: Mapping[str, Sequence[str]]) -> None:
        """``codes`` are those of each column."""
        self._codes = codes

    def fit(
        self,
        readings: Sequence[Reading],
        scores: Sequence[Scores],
        truths: Sequence[Mapping[str, frozenset[str]]],
    ) -> list[Whole]:
        """Learn from tellings with the *scores* of their sentences; as if each was left out."""
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            TfidfVectorizer,
        )

        self._vectors = TfidfVectorizer(analyzer=word_pairs, sublinear_tf=True, min_df=2)
        self._words = self._vectors.fit_transform([_text(reading) for reading in readings])
        self._meant = np.vstack([_mean(reading) for reading in readings])
        self._shown = np.vstack([_best(one) for one in scores])
        held = [[c in t[name] for name in self._codes for c in self._codes[name]] for t in truths]
        truth = np.array(held, dtype=float)
        self._means = truth.mean(axis=0)
        kernel = self._near(self._words, self._meant, self._shown)
        kernel[np.diag_indices_from(kernel)] += PENALTY
        inverse = linalg.inv(kernel, assume_a="pos")
        self._dual = inverse @ (truth - self._means)
        held_out = truth - self._dual / np.diag(inverse)[:, np.newaxis]
        return [self._by_column(row) for row in held_out]

    def scores(self, reading: Reading, scores: Scores) -> Whole:
        """The scores of the telling *reading*, whose sentences have *scores*."""
        words = self._vectors.transform([_text(reading)])
        near = self._near(words, _mean(reading)[np.newaxis], _best(scores)[np.newaxis])
        return self._by_column((near @ self._dual)[0] + self._means)

    def _near(self, words: Any, meant: Numbers, shown: Numbers) -> Numbers:
        return np.asarray(
            (words @ self._words.T).toarray()
            + MEANT * np.exp(-MEANT_REACH * _apart(meant, self._meant))
            + SHOWN * np.exp(-SHOWN_REACH * _apart(shown, self._shown))
            + CONSTANT
        )

    def _by_column(self, row: Numbers) -> Whole:
        ends = np.cumsum([len(codes) for codes in self._codes.values()])[:-1]
        return dict(zip(self._codes, np.split(row, ends), strict=True))


def _text(reading: Reading) -> str:
    return " ".join(sentence.text for sentence in reading.sentences)


def _mean(reading: Reading) -> Numbers:
    """The mean of what the sentences mean, of the length 1."""
    own = meanings(tuple(sentence.text for sentence in reading.sentences))[:, :SIZE]
    mean = own.sum(axis=0, dtype=float)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6))


def _best(scores: Scores) -> Numbers:
    """The best score of each label among the sentences."""
    return np.asarray(np.clip(scores.max(axis=0, initial=LOW), LOW, HIGH), dtype=float)


def _apart(some: Numbers, others: Numbers) -> Numbers:
    """The squares of the distances between each of *some* and each of *others*."""
    squares = (some**2).sum(axis=1)[:, np.newaxis] + (others**2).sum(axis=1)
    return np.asarray(np.maximum(squares - 2 * (some @ others.T), 0))
