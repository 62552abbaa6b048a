"""Stock letters: the same message of a platform, quoted in several reports."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

SHINGLE = 8
"""Characters in one shingle; characters, because not all languages put spaces."""

PERMUTATIONS = 64
SCHEME = "affine32"

SAME_LETTER = 0.6
"""Share of shingles from which two messages are one letter: names and dates may differ."""

SHORTEST = 80
"""Characters of the shortest message that can be known again."""


@dataclass(frozen=True)
class Quoted:
    """A platform's message in a report; ``says`` is what it says, in the codebook's words."""

    report_id: str
    platform: str
    says: str
    text: str


def signature(text: str) -> MinHash:
    """The MinHash (Broder 1997) of *text*'s shingles, case and white space aside."""
    plain = " ".join(text.casefold().split())
    made = MinHash(PERMUTATIONS, scheme=SCHEME)
    made.update_batch(
        plain[i : i + SHINGLE].encode() for i in range(max(1, len(plain) - SHINGLE + 1))
    )
    return made


def first_alike(signatures: Mapping[str, MinHash], share: float) -> dict[str, str]:
    """For each key the one before it that it is most like; itself where none is.

    Two are alike when at least *share* of their shingles are the same, as far as the
    signatures tell. Only keys that are like none before them are compared with.
    """
    # the index may name too many, seldom too few: each is compared below
    index = MinHashLSH(threshold=share, num_perm=PERMUTATIONS, weights=(0.01, 0.99))
    found: dict[str, str] = {}
    for key, made in signatures.items():
        near = {other: made.jaccard(signatures[other]) for other in index.query(made)}
        best = max(sorted(near), key=near.__getitem__, default="")
        if best and near[best] >= share:
            found[key] = best
        else:
            index.insert(key, made)
            found[key] = key
    return found


def group(
    quoted: Iterable[Quoted], letters: pd.DataFrame, new_letter: Callable[[], str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """*letters* with those that are new, and the ``letter_id`` cell of each report.

    A message that is like one in *letters* is that letter; messages alike in at least two
    reports are a new one, numbered by *new_letter*. A letter keeps a fingerprint of its
    first message, no text.
    """
    known = letters[letters["fingerprint"] != ""]
    signatures = dict(zip(known["letter_id"], map(_read, known["fingerprint"]), strict=True))
    long = [entry for entry in quoted if len(entry.text) >= SHORTEST]
    messages = {f"message {number}": entry for number, entry in enumerate(long)}
    signatures |= {key: signature(entry.text) for key, entry in messages.items()}
    together: dict[str, list[Quoted]] = {}
    for key, first in first_alike(signatures, SAME_LETTER).items():
        if key in messages:
            together.setdefault(first, []).append(messages[key])
    rows: list[dict[str, str]] = []
    cells: dict[str, list[str]] = {}
    for first, entries in together.items():
        reports = list(dict.fromkeys(entry.report_id for entry in entries))
        if first in messages and len(reports) == 1:
            continue
        letter = new_letter() if first in messages else first
        if first in messages:
            rows.append(_row(letter, messages[first], signatures[first]))
        for report in reports:
            cells.setdefault(report, []).append(letter)
    table = pd.concat([letters, pd.DataFrame(rows, columns=letters.columns, dtype=str).fillna("")])
    return table.reset_index(drop=True), {report: "|".join(ids) for report, ids in cells.items()}


def _row(letter: str, entry: Quoted, made: MinHash) -> dict[str, str]:
    values = np.asarray(made.hashvalues, dtype="<u4").tobytes()
    return {
        "letter_id": letter,
        "platform": entry.platform,
        "says": entry.says,
        "fingerprint": base64.b64encode(values).decode(),
    }


def _read(fingerprint: str) -> MinHash:
    values = np.frombuffer(base64.b64decode(fingerprint), dtype="<u4")
    return MinHash(PERMUTATIONS, hashvalues=values, scheme=SCHEME)
