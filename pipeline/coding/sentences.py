"""Where the sentences of a text begin and end."""

from __future__ import annotations

import regex

_END = regex.compile(
    r"(?:(?<=[.!?…]['\")\]]*)(?<!\S \d{1,2}\.)\s+(?=\S)"  # no end in "on the 20. October"
    r"|(?<=[。！？])(?![」』）])"
    r"|(?<=[।॥])\s*"
    r"|\n\s*(?![a-z,;]))"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) offsets of the sentences of *text*, without the space around them.

    A line break ends a sentence unless the next line goes on in lower case, as hard-wrapped
    text does.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in [*(m.span() for m in _END.finditer(text)), (len(text), len(text))]:
        piece = text[start : cut[0]]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        start = cut[1]
    return spans
