"""A curve by steps that falls as cases end; its interval as a pale band."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

from publisher.chart import Bar
from publisher.shapes.ink import BAR, LABEL, NARROW, QUIET, VALUE, WIDE
from publisher.shapes.sheet import LINE, Sheet, shown

HIGH = 220
EDGE = 44
"""Px: how high all cases together are, and the room at both sides for words."""


def drawn(bars: Sequence[Bar], narrow: bool) -> str:
    """Altair's layers as JSON; the share stands where a bar has a *group*: ``a week``.

    How long it lasted is the last word of a figure's id; time runs ever faster to the right.
    """
    sheet = Sheet((NARROW if narrow else WIDE) - 10)
    far = log1p(max(map(_time, bars)))
    room = sheet.width - 2 * EDGE
    places = [(bar, EDGE + room * log1p(_time(bar)) / far) for bar in bars]
    named = [(bar, x, _down(bar.figure.number())) for bar, x in places if bar.group]
    floor = _down(0)
    sheet.lines([{"x": x, "x2": x, "y": y, "y2": floor} for _, x, y in named], QUIET, 1)
    sheet.lines([{"x": 0, "x2": sheet.width, "y": floor, "y2": floor}], QUIET, 1)
    spread = [
        {"x": x, "y": _down(high), "y2": _down(bar.figure.number("low")), "band": 0}
        for bar, x in places
        if (high := bar.figure.number("high"))
    ]
    sheet.bands(spread, BAR, 0.25, "step-after")
    sheet.curve([{"x": x, "y": _down(bar.figure.number())} for bar, x in places], BAR)
    sheet.dots([{"x": x, "y": y, **shown(bar)} for bar, x, y in named], BAR)
    values = [{"x": x, "y": y - 16, **shown(bar)} for bar, x, y in named]
    sheet.texts(values, VALUE, "center", bold=True)
    times = [{"x": x, "y": floor + LINE, "words": bar.group} for bar, x, _ in named]
    sheet.texts(times, LABEL, "center")
    return sheet.json(floor + 2 * LINE)


def _time(bar: Bar) -> int:
    return int(bar.figure.figure_id.rpartition(".")[2])


def _down(share: float) -> float:
    return LINE + 10 + HIGH * (1 - share)
