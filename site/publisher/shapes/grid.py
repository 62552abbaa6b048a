"""A grid: a row per label, a column per group; a share as a small bar, a count as a shade."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from publisher.chart import Bar
from publisher.shapes.ink import BAR, INTERVAL, NARROW, QUIET, VALUE, WIDE
from publisher.shapes.sheet import LINE, Sheet, shown

LABELS = 232
"""Width in px of the row labels beside a wide grid."""

FULL = 0.5
"""How dark the shade of the highest count is, so that ink stays readable on it."""

Cell = dict[str, Any]


def drawn(bars: Sequence[Bar], narrow: bool) -> str:
    """Altair's layers as JSON; in a narrow column a label stands above its row."""
    rows = {bar.label: wrap(bar.label, 44 if narrow else 30) for bar in bars}
    columns = list(dict.fromkeys(bar.group for bar in bars))
    columns = sorted(columns) if all(map(str.isdigit, columns)) else columns  # years in order
    left = 0 if narrow else LABELS
    sheet = Sheet((NARROW if narrow else WIDE) - 10)
    step = (sheet.width - left) / len(columns)
    shares = bars[0].figure.is_share
    tops, labels, place = {}, [], float(LINE + 12)
    for row, lines in rows.items():
        labels.append(
            {
                "x": 0,
                "y": place + LINE / 2 + (0 if shares or narrow else 2),
                "words": "\n".join(lines),
            }
        )
        own = LINE * len(lines) + 2
        tops[row] = place + own if narrow else place
        place = tops[row] + (36 if shares else 26) if narrow else place + max(own, 32) + 4
        place += 6 if narrow else 0
    cells = [(bar, left + step * columns.index(bar.group), tops[bar.label]) for bar in bars]
    (_small_bars if shares else _shades)(sheet, cells, step - (14 if shares else 3))
    sheet.texts([{"x": left + step * n, "y": 9, "words": name} for n, name in enumerate(columns)])
    sheet.texts(labels)
    return sheet.json(place)


def _small_bars(sheet: Sheet, cells: list[tuple[Bar, float, float]], room: float) -> None:
    """Each share over a bar of its own, whose whole length is all of those who say."""
    whole, parts, spreads, texts = [], [], [], []
    for bar, x, y in cells:
        link = shown(bar)["link"]
        end, low, high = (x + room * bar.figure.number(p) for p in ("value", "low", "high"))
        whole.append({"x": x, "x2": x + room, "y": y + 20, "y2": y + 28, "link": link})
        parts.append({"x": x, "x2": end, "y": y + 20, "y2": y + 28, "link": link})
        spreads.append({"x": low, "x2": high, "y": y + 24, "y2": y + 24})
        texts.append({"x": x, "y": y + LINE / 2, **shown(bar)})
    sheet.boxes(whole, QUIET)
    sheet.boxes(parts, BAR)
    sheet.lines(spreads, INTERVAL)
    sheet.texts(texts, VALUE, bold=True)


def _shades(sheet: Sheet, cells: list[tuple[Bar, float, float]], room: float) -> None:
    """Each count on a field that is the darker the higher it is."""
    most = max(bar.figure.number() for bar, _, _ in cells) or 1
    fields, texts = [], []
    for bar, x, y in cells:
        shade = FULL * bar.figure.number() / most
        size = {"x2": x + room, "y2": y + 24, "shade": shade}
        fields.append({"x": x, "y": y - 2, **size, "link": shown(bar)["link"]})
        texts.append({"x": x + 6, "y": y + LINE / 2 + 2, **shown(bar)})
    sheet.boxes(fields, BAR)
    sheet.texts(texts, VALUE, bold=True)
