"""Colours and widths of drawings."""

from __future__ import annotations

from typing import Literal

import altair as alt

Theme = Literal["light", "dark"]
Drawn = alt.LayerChart | alt.FacetChart

BAR, INTERVAL, LABEL, VALUE, QUIET = "#010203", "#010204", "#010205", "#010206", "#010207"
"""Colours that Vega writes and that become the classes below."""

CLASSES = {BAR: "bar", INTERVAL: "interval", LABEL: "label", VALUE: "value", QUIET: "quiet"}

PAPER: dict[Theme, str] = {"light": "#fbfaf7", "dark": "#12191b"}
SOFT: dict[Theme, str] = {"light": "#4d5b5d", "dark": "#a6b4b4"}
COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        **{"bar": "#2f7f86", "interval": "#0a3f44", "label": "#1d2a2c", "value": "#1d2a2c"},
        "quiet": "#d9d5ca",
    },
    "dark": {
        **{"bar": "#3f9299", "interval": "#d5ecea", "label": "#dde5e4", "value": "#dde5e4"},
        "quiet": "#334144",
    },
}
"""What the classes look like in a file of its own: the palettes of ``assets/site.css``."""

NARROW, WIDE = 330, 680
"""Widths in px: a phone's column, and the text column of a desk screen."""

SIZE = 14
"""Size of type in px, in both widths."""


def as_json(chart: Drawn) -> str:
    """*chart* without frame and background, as Vega-Lite reads it."""
    view = alt.ViewConfig(stroke=None)
    return str(
        chart.configure(background="transparent", padding=4, view=view).to_json(validate=False)
    )
