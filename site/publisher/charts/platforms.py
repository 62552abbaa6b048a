"""How many account actions are on record per platform."""

from __future__ import annotations

from markupsafe import Markup

from publisher.drawing import Chart, bars_under, top
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """The platforms with most account actions on record; counts, not rates."""
    bars = top(bars_under(figures, "account_actions.platform"), 10)
    return Chart(
        "Account actions against freelancers on record, by platform",
        Markup("{} account actions on record tell of {}; the record counts reports, not risk")
        .format(figures.shown(bars[0].figure.figure_id), bars[0].label),
        "One bar per platform; its length is the number of account actions on record.",
        bars,
    )  # fmt: skip
