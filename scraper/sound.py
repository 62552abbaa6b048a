"""What strangers write, made harmless where it meets a terminal, a page or a table."""

from __future__ import annotations

import regex

# Controls (C0, C1), what turns the direction of writing, and the tags and marks that nobody sees.
_STEERING = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    r"\U000e0000-\U000e007f"
)
_MARKS = r"\p{M}{8,}"
_UNSEEN = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2065\u3164\uffa0]{3,}"
_UNFIT = regex.compile(rf"[{_STEERING}]|{_MARKS}|{_UNSEEN}")
_FORMULA = regex.compile(r"\s*[=+@\-＝＋－＠]")
_NUMBER = regex.compile(r"-?\d+(?:\.\d+)?")
_ASIDE = regex.compile(r"[\n\t]")


def shown(text: str) -> str:
    """*text* as it is safe to show, as long as it was: what could steer or flood is blank.

    Line breaks and tabs stay; of marks that stack, and of characters that nobody sees, the
    first few.
    """
    return str(_UNFIT.sub(_blanked, text))


def _blanked(hit: regex.Match[str]) -> str:
    kept = hit[0][:2] if len(hit[0]) > 1 else ""
    return kept + " " * (len(hit[0]) - len(kept))


def unsound(text: str) -> str:
    """What in *text* no rule and no table may hold, in words; "" where nothing is."""
    if not (hit := _UNFIT.search(text)):
        return ""
    if len(hit[0]) == 1:
        return f"holds U+{ord(hit[0]):04X}, which steers what shows it; take it out"
    return f"holds {len(hit[0])} marks in a row that stack or that nobody sees; take them out"


def unsound_cell(cell: str) -> str:
    """The same of the cell of a table, which is one line and no formula of a spreadsheet."""
    if problem := unsound(cell):
        return problem
    if _ASIDE.search(cell):
        return "holds a line break or a tab; write it in one line"
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"begins with {cell.strip()[0]!r}, as a spreadsheet's formulas do; put a word first"
    return ""
