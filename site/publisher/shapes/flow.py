"""A flow: how many take each step, and how many go from each to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi
from typing import Any

from publisher.chart import Bar
from publisher.shapes.ink import BAR, LABEL, NARROW, QUIET, VALUE, WIDE
from publisher.shapes.sheet import LINE, Sheet, shown

SILENT = ("not_told", "not_applicable")
"""The codes of steps of which nobody tells anything; they are drawn as quietly as that."""

THICK = 8
GAP = 8
HIGH = {False: 250, True: 190}
"""Px: how wide a step is, how far apart two are, and how high all cases together are, also in a
narrow column."""

BENDS = 16


@dataclass(frozen=True)
class Step:
    """A drawn step: its bar, its left edge, its upper edge and its height in px."""

    bar: Bar
    x: float
    y: float
    height: float

    @property
    def quiet(self) -> bool:
        """Whether nobody tells anything of it."""
        return self.bar.figure.figure_id.rpartition(".")[2] in SILENT


def drawn(bars: Sequence[Bar], narrow: bool) -> str:
    """Altair's layers as JSON; in a narrow column each pair of steps is drawn below the last.

    A figure's id says where its bar belongs: ``path.<step>.<code>``, or, of those who go from
    one to the next, ``path.<step>.<code>.<step>.<code>``.
    """
    steps: dict[str, list[Bar]] = {}
    links = []
    for bar in bars:
        words = bar.figure.figure_id.split(".")
        if len(words) == 3:
            steps.setdefault(words[1], []).append(bar)
        else:
            links.append(bar)
    sheet = Sheet((NARROW if narrow else WIDE) - 10)
    names = list(steps)
    parts = list(pairwise(names)) if narrow else [tuple(names)]
    top = 0.0
    for part in parts:
        last = sheet.width - THICK if narrow else sheet.width - 128
        places = [last * place / (len(part) - 1) for place in range(len(part))]
        columns = {
            name: _stacked(steps[name], x, top, HIGH[narrow])
            for name, x in zip(part, places, strict=True)
        }
        _ribbons(sheet, columns, links)
        _steps(sheet, columns, right=narrow)
        top = max(s.y + max(s.height, LINE) for column in columns.values() for s in column)
        top += 30
    return sheet.json(top - 30)


def _stacked(bars: list[Bar], x: float, top: float, high: float) -> list[Step]:
    """The steps of one column from *top* downwards, each with room for its words."""
    whole = sum(bar.figure.number() for bar in bars)
    found = []
    for bar in bars:
        height = high * bar.figure.number() / whole
        found.append(Step(bar, x, top, height))
        top += max(height, LINE) + GAP
    return found


def _steps(sheet: Sheet, columns: dict[str, list[Step]], *, right: bool) -> None:
    """The steps themselves, their values, and beside these their names.

    With *right*, the words of the last column stand at its left.
    """
    last = list(columns)[-1]
    for name, column in columns.items():
        turned = right and name == last
        boxes = [
            {
                "x": s.x,
                "x2": s.x + THICK,
                "y": s.y,
                "y2": s.y + s.height,
                "link": shown(s.bar)["link"],
            }
            for s in column
        ]
        for quiet in (False, True):
            some = [box for box, s in zip(boxes, column, strict=True) if s.quiet is quiet]
            sheet.boxes(some, QUIET if quiet else BAR)
        values, names = [], []
        for s in column:
            middle = s.y + max(s.height, LINE) / 2
            wide = 8.5 * len(s.bar.figure.words()) + 6
            x = s.x - 6 if turned else s.x + THICK + 6
            values.append({"x": x, "y": middle, **shown(s.bar)})
            names.append({"x": x - wide if turned else x + wide, "y": middle, "words": s.bar.label})
        sheet.texts(values, VALUE, "right" if turned else "left", bold=True)
        sheet.texts(names, LABEL, "right" if turned else "left")


def _ribbons(sheet: Sheet, columns: dict[str, list[Step]], links: list[Bar]) -> None:
    """A band from each step to the next, as high as those who go there are many."""
    placed = {
        tuple(s.bar.figure.figure_id.split(".")[1:]): s
        for column in columns.values()
        for s in column
    }
    ribbons: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    left, entered = {key: s.y for key, s in placed.items()}, {key: s.y for key, s in placed.items()}
    for bar in links:
        words = tuple(bar.figure.figure_id.split(".")[1:])
        here, there = placed.get(words[:2]), placed.get(words[2:])
        if here is None or there is None:
            continue
        height = here.height * bar.figure.number() / here.bar.figure.number()
        y, y2 = left[words[:2]], entered[words[2:]]
        left[words[:2]] += height
        entered[words[2:]] += height
        ribbons[here.quiet or there.quiet] += _ribbon(
            here, there, y, y2, height, shown(bar)["link"]
        )
    sheet.bands(ribbons[True], QUIET, 0.45)
    sheet.bands(ribbons[False], BAR, 0.35)


def _ribbon(
    here: Step, there: Step, y: float, y2: float, height: float, link: str
) -> list[dict[str, Any]]:
    start, width = here.x + THICK, there.x - here.x - THICK
    marks = []
    for bend in range(BENDS + 1):
        turned = (1 - cos(pi * bend / BENDS)) / 2
        top = y + (y2 - y) * turned
        marks.append(
            {
                "x": start + width * bend / BENDS,
                "y": top,
                "y2": top + height,
                "band": link,
                "link": link,
            }
        )
    return marks
