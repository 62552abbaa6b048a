"""Columns that a list's own phrases decide, with no more to weigh than who speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import regex

from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Reading
from pipeline.coding.speakers import Sentence
from pipeline.coding.telling import Value

BY_PLATFORM = (
    *("rule_cited", "why_explained", "duration_stated", "automation_disclosed"),
    *("appeal_route_named", "reviewer"),
)
"""What the platform said, one code each; a denial of it is the teller's to say."""
BY_TELLER = ("standing", "notice_channel")
"""What the teller says, of which several codes can hold."""


class Listed:
    """The third edition's columns: what the right speaker says, first or all."""

    columns = (*BY_PLATFORM, *BY_TELLER)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        values: list[Value] = []
        for column in self.columns:
            hits = [hit for hit in reading.hits(column) if _counts(column, hit, reading)]
            first = list({hit.code: hit for hit in reversed(hits)}.values())[::-1]
            values += [h.value(column) for h in (first if column in BY_TELLER else first[:1])]
        return values


def _counts(column: str, hit: Hit, reading: Reading) -> bool:
    said = reading.said(hit)
    if hit.speaker == "other" or "hypothetical" in said:
        return False
    if hit.code in ("no", "none", "nobody", "denied", "stock_text_only"):
        return True
    if column in BY_PLATFORM:
        return hit.speaker == "platform" and "negated" not in said
    return not hit.sentence.letter and "negated" not in said


_QUOTED = regex.compile(r"(?<!\w)[\"'](?=\w)[^\"]{20,1000}?[\"'](?!\w)|[「『][^」』]{8,1000}[」』]")


class Letter:
    """Whether the platform's own words stand on the page: each letter from end to end.

    A letter is at least two sentences, or one that only a platform would write; so is what
    stands in quotation marks in a sentence that retells what the platform said.
    """

    columns = ("letter_quoted",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        letters = [sentence for sentence in reading.sentences if sentence.letter]
        if not letters:
            return _inline(reading)
        known = [h for h in (*reading.hits("letter_quoted"), *told(reading)) if h.sentence.letter]
        if len(letters) < 2 and not known:
            return _inline(reading)
        rule = "letter_quoted.yes:a letter's sentences"
        return [
            Value("letter_quoted", "yes", run[0].post, run[0].start, run[-1].end, rule)
            for run in _letters(reading.sentences)
        ]


def _letters(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """The letters among *sentences*: each a run of them in one post."""
    for (letter, _), run in groupby(sentences, key=lambda s: (s.letter, s.post)):
        if letter:
            yield list(run)


def _inline(reading: Reading) -> list[Value]:
    """The first longer quotation inside a sentence that retells the platform."""
    for sentence in reading.sentences:
        if sentence.title or sentence.speaker != "platform":
            continue
        if hit := _QUOTED.search(sentence.text):
            start, end = (sentence.start + at for at in hit.span())
            rule = "letter_quoted.yes:quotation marks"
            return [Value("letter_quoted", "yes", sentence.post, start, end, rule)]
    return []
