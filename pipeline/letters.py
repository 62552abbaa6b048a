"""Stock letters: the same message of a platform, quoted in several reports."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import regex
from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

from pipeline.cases import rows
from pipeline.fair_process import FairProcess, check
from pipeline.tables import UNCOUNTED

SHINGLE = 8
"""Characters in one shingle; characters, because not all languages put spaces."""

PERMUTATIONS = 64
SCHEME = "affine32"

SAME_LETTER = 0.5
"""Share of shingles from which two messages are one letter; some quote but a half of it."""

SHORTEST = 80
"""Characters of the shortest message that can be known again."""

DOT = b"./"
"""The last two signs of base64, as fingerprints have them."""

STATED = (
    *("reasons", "specificity", "rule_cited", "why_explained", "duration_stated"),
    *("automation_disclosed", "appeal_route_named"),
)
"""The columns that a letter by itself can speak for."""


def _first(text: str) -> int:
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "little")


_MIXERS = np.array(
    [
        [_first(f"a{k}") | 1 for k in range(PERMUTATIONS)],
        [_first(f"b{k}") for k in range(PERMUTATIONS)],
    ],
    dtype=np.uint32,
)
_RUN = regex.compile(r"[!-~]+")
_OF_ADDRESS = regex.compile(r"@|://|www\.")
_LAST = regex.compile(r"(?r)[0-9A-Za-z/]")
_NAME = regex.compile(r"(?<=[^\s.!?…:]\s+)\p{Lu}[\p{L}'’-]*")
_NUMBER = regex.compile(r"\p{N}+(?:[.,:/-]\p{N}+)*")
_WORD = regex.compile(r"\p{L}+")


@dataclass(frozen=True)
class Quoted:
    """A platform's message in a report: ``made`` is its signature.

    ``says`` is what it says, in the codebook's words.
    """

    report_id: str
    platform: str
    says: str
    made: MinHash


def masked(text: str) -> str:
    """*text* without what differs from one receiver to the next, in lower case.

    In this order: an address (a run of ASCII without white space that holds ``@``, ``://``
    or ``www.``, up to its last letter, digit or slash) becomes ``_``; so does a word with a
    capital that does not begin a sentence (names, months), unless more than a third of all
    words have one (German nouns, capitals throughout); a number, with the points, commas,
    colons, slashes and hyphens inside it, becomes ``0``; all is put in lower case; white
    space becomes one space.
    """
    plain = _RUN.sub(_without_address, text)
    if 3 * len(_NAME.findall(plain)) <= len(_WORD.findall(plain)):
        plain = _NAME.sub("_", plain)
    return " ".join(_NUMBER.sub("0", plain).lower().split())


def _without_address(run: regex.Match[str]) -> str:
    """A run of ASCII, the address in it as ``_``; in steps, as one expression is quadratic."""
    mark, last = _OF_ADDRESS.search(run[0]), _LAST.search(run[0])
    return f"_{run[0][last.end() :]}" if mark and last and mark.end() < last.end() else run[0]


def signature(text: str) -> MinHash:
    """The MinHash (Broder, On the resemblance and containment of documents, 1997) of *text*.

    It can be made again anywhere, such as in a reader's browser. Over the runs of eight
    characters (Unicode code points) in the masked text: ``h`` is the first four bytes of a
    run's SHA-1 (UTF-8), read little-endian, then mixed by MurmurHash3's 32-bit finalizer.
    Value ``k`` of 64 (from 0) is the least ``a*h + b`` modulo 2**32, where ``a`` and ``b``
    are the first four bytes, little-endian, of the SHA-1 of ``a<k>`` (its last bit set) and
    of ``b<k>``. The share of equal values estimates the share of equal runs.
    """
    plain = masked(text)
    made = MinHash(PERMUTATIONS, permutations=_MIXERS, scheme=SCHEME)
    made.update_batch(
        plain[i : i + SHINGLE].encode() for i in range(max(1, len(plain) - SHINGLE + 1))
    )
    return made


def known_again(text: str) -> MinHash | None:
    """The signature of the message *text*; None where it is too short to be known again."""
    return signature(text) if len(text) >= SHORTEST else None


def fingerprint(made: MinHash) -> str:
    """A signature as ``letters.csv`` holds it: base64 of its values, four bytes each.

    The bytes are little-endian and in order, 344 characters in all, with a dot for each plus
    sign, since a spreadsheet would take a cell that begins with one for a formula.
    """
    return base64.b64encode(np.asarray(made.hashvalues, dtype="<u4").tobytes(), DOT).decode()


def read_fingerprint(cell: str) -> MinHash:
    """The signature that *cell* of ``letters.csv`` holds."""
    values = np.frombuffer(base64.b64decode(cell, DOT), dtype="<u4")
    return MinHash(PERMUTATIONS, hashvalues=values, permutations=_MIXERS, scheme=SCHEME)


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
    signatures = dict(
        zip(known["letter_id"], map(read_fingerprint, known["fingerprint"]), strict=True)
    )
    messages = {f"message {number}": entry for number, entry in enumerate(quoted)}
    signatures |= {key: entry.made for key, entry in messages.items()}
    together: dict[str, list[Quoted]] = {}
    for key, first in first_alike(signatures, SAME_LETTER).items():
        if key in messages:
            together.setdefault(first, []).append(messages[key])
    new: list[dict[str, str]] = []
    cells: dict[str, list[str]] = {}
    for first, entries in together.items():
        reports = list(dict.fromkeys(entry.report_id for entry in entries))
        if first in messages and len(reports) == 1:
            continue
        letter = new_letter() if first in messages else first
        if first in messages:
            new.append(
                {
                    "letter_id": letter,
                    "platform": messages[first].platform,
                    "says": messages[first].says,
                    "fingerprint": fingerprint(signatures[first]),
                }
            )
        for report in reports:
            cells.setdefault(report, []).append(letter)
    table = pd.concat([letters, pd.DataFrame(new, columns=letters.columns, dtype=str).fillna("")])
    return table.reset_index(drop=True), {report: "|".join(ids) for report, ids in cells.items()}


def count(
    letters: pd.DataFrame, reports: pd.DataFrame, evidence: pd.DataFrame, fair: FairProcess
) -> pd.DataFrame:
    """*letters* with what *reports* tell of them.

    Proposed ones and those of an ``UNCOUNTED`` status tell nothing.

    ``reports`` is how many quote or retell the letter, ``cases`` how many people's it was,
    ``first_seen`` and ``last_seen`` the first and last date among them (of the action, else
    of the telling). ``reasons`` and the fair-process ``checks`` are those that the letter
    states and meets by at least half of them.
    """
    told = reports[(reports["review"] != "proposed") & ~reports["status"].isin(UNCOUNTED)]
    quoting: dict[str, list[dict[str, str]]] = {}
    for row in rows(told[told["letter_id"] != ""]):
        for letter in row["letter_id"].split("|"):
            quoting.setdefault(letter, []).append(row)
    spans: dict[str, list[dict[str, str]]] = {}
    for span in rows(evidence[evidence["report_id"].isin(set(told["report_id"]))]):
        spans.setdefault(span["report_id"], []).append(span)
    made = [
        {**letter, **_counted(quoting.get(letter["letter_id"], []), spans, fair)}
        for letter in rows(letters)
    ]
    return pd.DataFrame(made, columns=letters.columns, dtype=str)


def _counted(
    quoting: list[dict[str, str]], spans: Mapping[str, list[dict[str, str]]], fair: FairProcess
) -> dict[str, str]:
    dated = sorted(filter(None, (row["action_date"] or row["published"] for row in quoting)))
    stated = [letter_states(row, spans.get(row["report_id"], [])) for row in quoting]
    reasons = [row["reasons"].split("|") for row in stated]
    met = [[c.question.id for c in check(row, fair) if c.answer == "met"] for row in stated]
    return {
        "first_seen": dated[0] if dated else "",
        "last_seen": dated[-1] if dated else "",
        "reports": str(len(quoting)),
        "cases": str(len({row["case_id"] for row in quoting})),
        "reasons": "|".join(sorted(set(_of_half(reasons)) - {"", "unknown"})),
        "checks": "|".join(q.id for q in fair.check if q.id in _of_half(met)),
    }


def _of_half(lists: list[list[str]]) -> list[str]:
    """What stands in at least half of *lists*."""
    found = {entry for entries in lists for entry in entries}
    return [entry for entry in found if 2 * sum(entry in e for e in lists) >= len(lists)]


def letter_states(report: Mapping[str, str], spans: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """*report* with only what its letter states: the columns in ``STATED``, all others empty.

    A value is left out when all its evidence (*spans*, rows of ``evidence.csv``) lies outside
    of the letter; one without evidence stands as it was read.
    """
    spans = list(spans)
    quoted = [span for span in spans if span["column"] == "letter_quoted"]
    outside = {(span["column"], span["value"]) for span in spans}
    outside -= {
        (span["column"], span["value"])
        for span in spans
        for letter in quoted
        if span["text_sha256"] == letter["text_sha256"]
        and int(letter["start"]) <= int(span["start"]) < int(span["end"]) <= int(letter["end"])
    }
    kept = dict.fromkeys(report, "")
    for name in STATED:
        codes = report[name].split("|")
        kept[name] = "|".join(code for code in codes if (name, code) not in outside)
    return kept
