"""The page that compares a reader's own letter with the stock letters, in the browser alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.fair_process import Question
from pipeline.letters import (
    PERMUTATIONS,
    SAME_LETTER,
    SHINGLE,
    SHORTEST,
    STATED,
    read_fingerprint,
    signature,
)
from publisher.letters_page import Letter, letters_of
from publisher.numbers import date
from publisher.outputs import Output
from publisher.record import Record, Row
from publisher.templating import render

FINGERPRINTS = "letters/fingerprints.json"


@dataclass(frozen=True)
class Invented:
    """A letter of the specimens, in our own wording, to try the page with."""

    row: Row
    platform: str
    text: str


def own_checks(record: Record) -> list[Question]:
    """The fair-process checks that a letter can meet by what it states itself."""
    return [
        check
        for check in record.fair_process.check
        if any(set(condition) <= set(STATED) for condition in check.answers.met)
    ]


def compare_html(record: Record, examples: Record | None, root: str) -> Markup:
    """Where a letter is pasted, and the sentences that a browser answers with."""
    return render(
        "compare.html",
        root=root,
        fingerprints=root + FINGERPRINTS,
        rules={"same": SAME_LETTER, "shortest": SHORTEST, "size": SHINGLE, "count": PERMUTATIONS},
        checks=own_checks(record),
        invented=_invented(examples) if examples else [],
    )


def known_html(record: Record, root: str) -> Markup:
    """The letters by platform, each with what it states and leaves out, and a way to ask."""
    platforms: dict[str, list[Letter]] = {}
    for letter in letters_of(record):
        platforms.setdefault(letter.platform, []).append(letter)
    return render(
        "known_letters.html",
        root=root,
        figures=record.figures,
        checks=own_checks(record),
        platforms=dict(sorted(platforms.items())),
    )


def fingerprint_outputs(record: Record) -> Iterator[Output]:
    """The fingerprints that browsers compare with, and what is known of each letter."""
    held = [_compared(record, letter) for letter in letters_of(record) if letter.row["fingerprint"]]
    yield Output(FINGERPRINTS, held, lambda: json.dumps(held, ensure_ascii=False))


def _compared(record: Record, letter: Letter) -> dict[str, object]:
    row = letter.row
    seen = dict.fromkeys(row[name] for name in ("first_seen", "last_seen") if row[name])
    return {
        "id": row["letter_id"],
        "platform": letter.platform,
        "says": row["says"],
        "cases": len(letter.cases),
        "seen": " – ".join(date(day).striptags() for day in seen),
        "reasons": letter.reasons,
        "met": row["checks"].split("|"),
        "fingerprint": row["fingerprint"],
    }


def _invented(examples: Record) -> list[Invented]:
    """The specimens' letters whose fingerprint is held, each with a text that is like it."""
    quoted = [
        str(examples.texts[row["text_sha256"]]["text"])[int(row["start"]) : int(row["end"])]
        for rows in examples.evidence.values()
        for row in rows
        if row["column"] == "letter_quoted" and row["text_sha256"] in examples.texts
    ]
    found = []
    for row in examples.letters:
        made = read_fingerprint(row["fingerprint"]) if row["fingerprint"] else None
        texts = [t for t in quoted if made and signature(t).jaccard(made) >= SAME_LETTER]
        if texts:
            found.append(Invented(row, examples.platform_label(row["platform"]), texts[0]))
    return found
