"""A drawing whose marks are placed in px from its upper left corner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt
import pandas as pd

from publisher.chart import Bar
from publisher.shapes.ink import LABEL, SIZE, as_json

Marks = Sequence[Mapping[str, Any]]
LINE = 18
"""Px from one line of text to the next."""


def shown(bar: Bar) -> dict[str, str]:
    """The cells of a text that shows a bar's value, and of a mark that stands for it."""
    return {"words": bar.figure.words(), "link": f"#figure:{bar.figure.figure_id}"}


class Sheet:
    """Layers of marks, the first at the bottom; every mark is a mapping of its cells.

    Cells are ``x`` and ``y`` (of a text the middle of its line), ``x2`` and ``y2`` where a
    mark has an extent, ``link`` where it stands for a figure, ``words`` of a text.
    """

    def __init__(self, width: float) -> None:
        """Begin a sheet that is *width* px wide."""
        self.width = width
        self._layers: list[tuple[pd.DataFrame, dict[str, Any], dict[str, str]]] = []

    def boxes(self, marks: Marks, colour: str) -> None:
        """Rectangles; ``shade`` is how much of the colour they have."""
        encoded = {"x2": "x2:Q", "y2": "y2:Q", "opacity": "shade:Q"}
        self._add([{"shade": 1.0, **mark} for mark in marks], {"type": "rect"}, colour, encoded)

    def lines(self, marks: Marks, colour: str, thick: float = 2) -> None:
        """Straight lines from ``x``, ``y`` to ``x2``, ``y2``."""
        kind = {"type": "rule", "strokeWidth": thick}
        self._add(marks, kind, colour, {"x2": "x2:Q", "y2": "y2:Q"})

    def bands(self, marks: Marks, colour: str, shade: float, bend: str = "linear") -> None:
        """Areas between ``y`` and ``y2`` along ``x``; marks of one ``band`` are one area."""
        kind = {"type": "area", "opacity": shade, "interpolate": bend}
        self._add(marks, kind, colour, {"y2": "y2:Q", "detail": "band:N"})

    def curve(self, marks: Marks, colour: str) -> None:
        """A line by steps through the marks."""
        self._add(marks, {"type": "line", "interpolate": "step-after"}, colour, {})

    def dots(self, marks: Marks, colour: str) -> None:
        """Round marks."""
        self._add(marks, {"type": "circle", "size": 110, "opacity": 1}, colour, {})

    def texts(
        self,
        marks: Marks,
        colour: str = LABEL,
        align: Literal["left", "center", "right"] = "left",
        *,
        bold: bool = False,
    ) -> None:
        """Words; lines are parted by a line break and grow downwards."""
        kind = {
            **{"type": "text", "align": align, "baseline": "middle", "fontSize": SIZE},
            **{"lineBreak": "\n", "lineHeight": LINE, "fontWeight": "bold" if bold else "normal"},
        }
        self._add(marks, kind, colour, {"text": "words:N"})

    def _add(self, marks: Marks, kind: dict[str, Any], colour: str, more: dict[str, str]) -> None:
        if marks:
            table = pd.DataFrame({"link": "", **mark} for mark in marks)
            self._layers.append((table, kind | {"color": colour}, more))

    def json(self, height: float) -> str:
        """The sheet, *height* px high, as Vega-Lite reads it."""
        across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False))
        down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
        layers = []
        for table, kind, more in self._layers:
            channels: dict[str, Any] = {"x": across, "y": down, **more}
            if "opacity" in channels:
                channels["opacity"] = alt.Opacity("shade:Q", scale=None, legend=None)
            if kind["type"] != "line":
                channels["href"] = "link:N"
            layers.append(alt.Chart(table, mark=alt.MarkDef(**kind)).encode(**channels))
        return as_json(alt.layer(*layers).properties(width=self.width, height=height))
