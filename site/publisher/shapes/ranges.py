"""Ranges: a band from the lowest to the highest, with dots for what people named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publisher.chart import Bar
from publisher.shapes.ink import BAR, NARROW, QUIET, VALUE, WIDE
from publisher.shapes.sheet import LINE, Sheet, shown

ROW = 84


def drawn(bars: Sequence[Bar], narrow: bool) -> str:
    """Altair's layers as JSON; a row per group, its name above.

    A figure whose id ends in ``lowest`` or ``highest`` is an end of the band, of any other
    the last word is where its dot stands.
    """
    sheet = Sheet((NARROW if narrow else WIDE) - 10)
    groups = list(dict.fromkeys(bar.group for bar in bars))
    most = max(map(_at, bars)) or 1
    ends: dict[tuple[str, str], dict[str, Any]] = {}
    dots: list[dict[str, Any]] = []
    for bar in bars:
        row = groups.index(bar.group) * ROW + LINE + 38
        mark: dict[str, Any] = {
            "x": 24 + (sheet.width - 60) * _at(bar) / most,
            "y": row,
            **shown(bar),
        }
        last = _last(bar)
        if last in ("lowest", "highest"):
            ends[bar.group, last] = mark
        else:
            dots.append(mark)
    low = [mark for (_, end), mark in ends.items() if end == "lowest"]
    high = [mark for (_, end), mark in ends.items() if end == "highest"]
    spans = [{**a, "x2": b["x"], "y2": a["y"]} for a, b in zip(low, high, strict=True)]
    sheet.lines(spans, QUIET, 14)
    sheet.dots(dots, BAR)
    sheet.texts([{**mark, "x": mark["x"] - 12} for mark in low], VALUE, "right")
    wider = [mark for mark, span in zip(high, spans, strict=True) if mark["x"] != span["x"]]
    sheet.texts([{**mark, "x": mark["x"] + 12} for mark in wider], VALUE)
    sheet.texts([{**mark, "y": mark["y"] - 20} for mark in dots], VALUE, "center", bold=True)
    sheet.texts([{"x": 0, "y": n * ROW + 9, "words": name} for n, name in enumerate(groups)])
    return sheet.json(len(groups) * ROW - 10)


def _last(bar: Bar) -> str:
    return bar.figure.figure_id.rpartition(".")[2]


def _at(bar: Bar) -> float:
    """Where a bar belongs on the scale: a bound itself, else the percentage that is named."""
    last = _last(bar)
    return bar.figure.number() if last in ("lowest", "highest") else float(last.replace("-", "."))
