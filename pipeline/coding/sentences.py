"""Where the sentences of a text begin and end."""

from __future__ import annotations

from collections.abc import Iterator

import regex

_END = regex.compile(
    r"(?:(?<=[.!?…]['\")\]]{0,3})(?<!\S \d{1,2}\.)\s+(?=\S)"  # no end in "on the 20. October"
    r"|(?<=[。！？])(?![」』）])"
    r"|(?<=[।॥])\s*"
    r"|\n\s*(?![a-z,;]))"
)


LONGEST = 2000
"""Characters of the longest sentence; one without an end is parted there, at a blank."""


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) offsets of the sentences of *text*, without the space around them.

    A line break ends a sentence unless the next line goes on in lower case, as hard-wrapped
    text does; so does the length of ``LONGEST``.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in _cuts(text):
        piece = text[start : cut[0]]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        start = cut[1]
    return spans


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where a sentence ends and where the next may begin."""
    last = 0
    for cut in [*(m.span() for m in _END.finditer(text)), (len(text), len(text))]:
        while cut[0] - last > LONGEST:
            blank = text.rfind(" ", last + 1, last + LONGEST)
            last = blank if blank > 0 else last + LONGEST
            yield last, last
        yield cut
        last = cut[1]
