"""How far each sentence of a telling is evidence for each value, learned from examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse  # type: ignore[import-untyped]

from pipeline.coding.meaning import Vectors, meanings
from pipeline.coding.reading import Reading
from pipeline.coding.speakers import Sentence
from pipeline.coding.telling import Telling
from pipeline.coding.training import NUMBERS, Example, Label

LEAST = 5
"""Sentences of training that a label needs."""
PENALTY = 4.0
"""The ridge's; of 1, 4 and 10 the one that orders held-out sentences best."""
HEARD = ("screen", "action", "reasons", "appealed", "responses", "outcome", "notice", "funds_held")
"""Lists whose phrases are heard as such, beside all words."""
FACTS = 0.7
"""Weight of who speaks and of the phrases heard, against the words' own."""
CONSTANT = 0.4
MEANING = 16.0
"""Weight of what a sentence and those around it mean, against the words' own."""
AXES = 512
"""Principal components of the meanings that are kept: more than nine tenths of how they vary."""
REACH = 0.7
"""How fast likeness falls with the square of the distance between meanings."""
KEPT = np.float16
"""As what the meanings of what was learned from are kept."""
BLOCK = 500
"""Rows of the kernel that are computed at once."""
NARROWEST = 0.15
"""The least distance between what is one and what is none, to be measured by."""
_WORD = re.compile(r"\w+")
_DIGITS = str.maketrans(dict.fromkeys("123456789", "0"))

Scores = NDArray[np.float32]


class SentenceModel:
    """Per label a ridge regression over what stands in a sentence and what it means.

    Over the n-grams of its characters inside words (two to five) and its words and pairs of
    words, by TF-IDF; over the codebook's phrases found in it and in the sentences beside it;
    over who speaks; and, by a Gaussian kernel, over its meaning and that of what stands around
    it (:mod:`pipeline.coding.meaning`). A number counts as its digits alone. A score of 0 is
    that of the mean sentence without the label, 1 that of the mean one with it.

    Method: Hoerl and Kennard 1970, with kernels as by Saunders et al. 1998; all labels share
    one kernel matrix, so that the scores of each text as if it had been left out come in
    closed form (Allen's PRESS by groups).
    """

    labels: tuple[Label, ...]

    def fit(self, examples: Sequence[Example], readings: Sequence[Reading]) -> list[Scores]:
        """Learn from *examples* as read; the scores of each as if it had been left out."""
        # a second to load, and a run in which nothing has changed does without
        from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            TfidfVectorizer,
        )

        words = {"sublinear_tf": True, "min_df": 2, "dtype": np.float32}
        self._chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **words)
        self._words = TfidfVectorizer(analyzer=word_pairs, **words)
        self._facts = DictVectorizer(dtype=np.float32)
        texts = [text for reading in readings for text in _texts(reading)]
        facts = [facts for reading in readings for facts in _facts(reading)]
        self._chars.fit(texts)
        self._words.fit(texts)
        self._facts.fit(facts)
        said = [_kinds(s) for e, r in zip(examples, readings, strict=True) for s in labelled(e, r)]
        counts = Counter(label for labels in said for label in labels)
        self.labels = tuple(sorted(label for label, n in counts.items() if n >= LEAST))
        truth = np.array([[label in s for label in self.labels] for s in said], dtype=np.float32)
        ends = np.cumsum([len(reading.sentences) for reading in readings])[:-1]
        meant = np.vstack([_meant(reading) for reading in readings])
        self._axes = _principal(meant)
        self._meant = (meant @ self._axes).astype(KEPT).astype(np.float32)
        self._squares = _squares(self._meant)
        return self._regress(self._matrix(texts, facts), truth, ends)

    def _regress(self, matrix: Any, truth: Scores, ends: NDArray[Any]) -> list[Scores]:
        kernel = np.empty((len(truth), len(truth)), dtype=np.float32)
        for start in range(0, len(truth), BLOCK):  # as a whole it would be sparse, and larger
            block = slice(start, start + BLOCK)
            kernel[block] = (matrix[block] @ matrix.T).toarray()
            kernel[block] += self._near(self._meant[block])
        kernel[np.diag_indices_from(kernel)] += PENALTY
        inverse = linalg.inv(kernel.T, overwrite_a=True, check_finite=False, assume_a="pos")
        dual = inverse @ truth
        held_out = truth.copy()
        for rows in np.split(np.arange(len(truth)), ends):
            if len(rows):
                held_out[rows] -= np.linalg.solve(inverse[np.ix_(rows, rows)], dual[rows])
        counts = truth.sum(axis=0)
        none = (held_out * (1 - truth)).sum(axis=0) / (len(truth) - counts)
        one = (held_out * truth).sum(axis=0) / counts
        self._none, self._width = none, np.maximum(one - none, NARROWEST)
        self._weights = np.asarray(matrix.T @ dual, dtype=np.float32)
        self._dual = np.asarray(dual, dtype=np.float32)
        return list(np.split((held_out - self._none) / self._width, ends))

    def __getstate__(self) -> dict[str, Any]:
        """What was learned, its largest part as small as it is exact."""
        return self.__dict__ | {"_meant": self._meant.astype(KEPT)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ = state | {"_meant": state["_meant"].astype(np.float32)}

    def scores(self, reading: Reading) -> Scores:
        """The score of each of ``labels`` in each sentence: a row per sentence."""
        if not reading.sentences:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        raw = self._matrix(_texts(reading), _facts(reading)) @ self._weights
        raw += self._near(_meant(reading) @ self._axes) @ self._dual
        return np.asarray((raw - self._none) / self._width, dtype=np.float32)

    def _near(self, meant: Vectors) -> Vectors:
        """How near each row of *meant* is to what was learned from: a Gaussian kernel."""
        apart = _squares(meant)[:, np.newaxis] + self._squares - 2 * (meant @ self._meant.T)
        return np.asarray(MEANING * np.exp(-REACH * apart), dtype=np.float32)

    def _matrix(self, texts: Sequence[str], facts: Sequence[dict[str, float]]) -> Any:
        from sklearn.preprocessing import normalize  # type: ignore[import-untyped]

        heard = normalize(self._facts.transform(facts)) * FACTS
        constant = np.full((len(texts), 1), CONSTANT, dtype=np.float32)
        parts = [self._chars.transform(texts), self._words.transform(texts), heard, constant]
        return sparse.hstack(parts, format="csr", dtype=np.float32)


def telling(example: Example) -> Telling:
    """*example* as one post without a title."""
    text = "\n\n".join(" ".join(line.text for line in lines) for lines in example.paragraphs)
    post = {"title": "", "text": text, "lang": example.lang, "url": "", "position": 1}
    return Telling((post,))


def labelled(example: Example, reading: Reading) -> list[frozenset[Label]]:
    """What each sentence of *reading* says: the labels of the lines that it shares most of."""
    spans: list[tuple[int, int, frozenset[Label]]] = []
    at = 0
    for lines in example.paragraphs:
        for line in lines:
            spans.append((at, at + len(line.text), line.labels))
            at += len(line.text) + 1
        at += 1
    return [
        frozenset(
            label
            for start, end, labels in spans
            if _shares(start, end, sentence)
            for label in labels
        )
        for sentence in reading.sentences
    ]


def _kinds(labels: frozenset[Label]) -> frozenset[Label]:
    """*labels*, of numbers only what they count."""
    return frozenset((name, "" if name in NUMBERS else value) for name, value in labels)


def _shares(start: int, end: int, sentence: Sentence) -> bool:
    """Whether the line and the sentence share half of the shorter of the two."""
    common = min(end, sentence.end) - max(start, sentence.start)
    return 2 * common > min(end - start, sentence.end - sentence.start)


def word_pairs(text: str) -> list[str]:
    """The words of *text*, and each two that follow one another."""
    words = _WORD.findall(text)
    return [*words, *(" ".join(pair) for pair in pairwise(words))]


def _meant(reading: Reading) -> Vectors:
    return meanings(tuple(sentence.text for sentence in reading.sentences))


def _principal(meant: Vectors) -> Vectors:
    """The ``AXES`` directions along which *meant* varies most, one a column."""
    apart = meant - meant.mean(axis=0)
    return np.asarray(linalg.eigh(apart.T @ apart)[1][:, -AXES:], dtype=np.float32)


def _squares(vectors: Vectors) -> Vectors:
    return np.asarray((vectors**2).sum(axis=1), dtype=np.float32)


def _texts(reading: Reading) -> list[str]:
    return [sentence.text.translate(_DIGITS) for sentence in reading.sentences]


def _facts(reading: Reading) -> list[dict[str, float]]:
    """Who speaks in each sentence, and the phrases in it and in those beside it."""
    place = {id(sentence): i for i, sentence in enumerate(reading.sentences)}
    heard: list[set[str]] = [set(_spoken(sentence)) for sentence in reading.sentences]
    for name in HEARD:
        facts = {id(hit) for hit in reading.facts(name)}
        for hit in reading.hits(name):
            words = heard[place[id(hit.sentence)]]
            words.add(f"{name}={hit.code}")
            if id(hit) in facts:
                words.add(f"{name}:{hit.code}")
    found: list[dict[str, float]] = []
    for i, words in enumerate(heard):
        before = heard[i - 1] if i else {"nothing"}
        after = heard[i + 1] if i + 1 < len(heard) else {"nothing"}
        found.append(
            {
                **dict.fromkeys(words, 1.0),
                **{f"<{word}": 1.0 for word in before},
                **{f">{word}": 1.0 for word in after},
            }
        )
    return found


def _spoken(sentence: Sentence) -> Iterable[str]:
    yield f"speaker={sentence.speaker}"
    yield from (f"cue={cue}" for cue in sentence.cues)
    for name in ("letter", "staff", "title"):
        if getattr(sentence, name):
            yield name
