"""One module per shape of chart: ``drawn(bars, narrow) -> str``, Altair's layers as JSON.

A shape writes the colours of ``publisher.shapes.ink``, which become classes or a theme's own
colours. A text that shows a figure carries it as the link ``#figure:ID``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher.chart import Bar
from publisher.shapes import bars, curve, flow, grid, ranges

SHAPES: dict[str, Callable[[Sequence[Bar], bool], str]] = {
    "bars": bars.drawn,
    "curve": curve.drawn,
    "flow": flow.drawn,
    "grid": grid.drawn,
    "ranges": ranges.drawn,
}
