"""How many account actions are on record per platform."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, bars_under, top
from publisher.numbers import Figures, mark_digits


def chart(figures: Figures) -> Chart:
    """The platforms with most account actions on record; counts, not rates."""
    bars = top(bars_under(figures, "account_actions.platform"), 10)
    return Chart(
        "Account actions against freelancers on record, by platform",
        _title(figures, bars) if bars else Markup(""),
        "One bar per platform; its length is the number of account actions on record.",
        bars,
        counted="Account actions against freelancers; numbers are cases",
    )


def _title(figures: Figures, bars: list[Bar]) -> Markup:
    most = figures.shown(bars[0].figure.figure_id)
    words = Markup("{} account actions on record tell of {}; the record counts reports, not risk")
    return words.format(most, mark_digits(bars[0].label))
