"""When a telling was published, where only its page says so."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from pipeline.coding.dates import dates
from pipeline.coding.speakers import Sentence
from pipeline.coding.telling import Value

OPENING = 400
"""Characters at a text's start in which a line may say when it was published."""
WORDS = 4
"""Words that such a line holds at most beside the date."""
_OF_OTHERS = regex.compile(r"\b(?:since|joined|member|registered|updated|edited)\b")
_ADDRESS = regex.compile(r"/(20\d\d)/(0[1-9]|1[0-2])(?:/(0[1-9]|[12]\d|3[01]))?/")


def published(sentences: Iterable[Sentence], url: str) -> Value | None:
    """The date in a short line near the text's start, else the one in the address.

    Only a whole date makes such a line; one that says since when somebody is a member, or
    when the page was last edited, is none.
    """
    for sentence in sentences:
        if sentence.title or sentence.post or _OF_OTHERS.search(sentence.text):
            continue
        if sentence.start > OPENING:
            break
        for date in dates(sentence.text, sentence.lang, None):
            beside = sentence.text[: date.start] + sentence.text[date.end :]
            if len(date.value) == len("2018-02-15") and len(beside.split()) <= WORDS:
                span = (sentence.start + date.start, sentence.start + date.end)
                return Value("published", date.value, sentence.post, *span, "published:line")
    parts = _ADDRESS.search(url)
    day = "-".join(filter(None, parts.groups())) if parts else ""
    return Value("published", day, 0, 0, 0, "published:address") if day else None
