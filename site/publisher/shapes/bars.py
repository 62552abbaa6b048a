"""Bars, each with its label and value beside it; a share carries its interval as a line."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import pandas as pd

from publisher.chart import Bar
from publisher.shapes.ink import BAR, INTERVAL, LABEL, NARROW, SIZE, VALUE, WIDE, Drawn, as_json


def drawn(bars: Sequence[Bar], narrow: bool) -> str:
    """Altair's layers as JSON; in a narrow column a label stands above its bar."""
    table = _table(bars, line=44 if narrow else 32)
    width = NARROW - 12 if narrow else WIDE - 260
    room = 0.74 if narrow else 0.8  # of the width; the rest is for the printed values
    scale = alt.Scale(domain=[0, max(float(table["high"].max()), 1e-9) / room], nice=False)
    labels = alt.Axis(
        title=None, ticks=False, domain=False, labels=not narrow, labelLimit=400,
        labelExpr="split(datum.label, '\\n')", labelFontSize=SIZE, labelColor=LABEL,
        labelPadding=10, minExtent=0 if narrow else 250, maxExtent=250,
    )  # fmt: skip
    base = alt.Chart(table).encode(y=alt.Y("label:N", sort=None, axis=labels))
    shift = 9 if narrow else 0
    layers = [
        base.mark_bar(color=BAR, size=11, yOffset=shift).encode(
            x=alt.X("value:Q", scale=scale, axis=None), href="link:N"
        ),
        base.mark_rule(color=INTERVAL, strokeWidth=2, yOffset=shift).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=8, dy=shift, fontSize=SIZE, color=VALUE).encode(
            x="high:Q", text="text:N", href="link:N"
        ),
    ]
    if narrow:
        lift = alt.ExprRef("7 - 16 * length(split(datum.label, '\\n'))")  # lines grow downwards
        above = base.mark_text(align="left", dy=lift, fontSize=SIZE, color=LABEL, lineBreak="\n")
        layers.append(above.encode(x=alt.value(0), text="label:N"))
    lines = 1 + int(table["label"].str.count("\n").max())
    step = 26 + 18 * lines if narrow else max(30, 21 * lines)
    return as_json(
        _in_groups(alt.layer(*layers).properties(width=width, height=alt.Step(step)), table)
    )


def _in_groups(chart: Drawn, table: pd.DataFrame) -> Drawn:
    """The layers under a heading per group, where the bars stand in groups."""
    if not table["group"].any():
        return chart
    heads = alt.Header(
        title=None, labelOrient="top", labelAnchor="start", labelAngle=0, labelFontSize=SIZE,
        labelFontWeight="bold", labelColor=LABEL, labelPadding=4, labelLimit=WIDE,
    )  # fmt: skip
    rows = alt.Row("group:N", sort=None, header=heads)
    grouped: Drawn = chart.facet(row=rows, spacing=14).resolve_scale(y="independent")
    return grouped


def _table(bars: Sequence[Bar], line: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": bar.group,
            "label": "\n".join(wrap(bar.label, line)),
            "value": bar.figure.number(),
            "low": bar.figure.number("low") or bar.figure.number(),
            "high": bar.figure.number("high") or bar.figure.number(),
            "text": bar.figure.words(),
            "link": f"#figure:{bar.figure.figure_id}",
        }
        for bar in bars
    )
