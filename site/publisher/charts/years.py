"""From which years the account actions on record are."""

from __future__ import annotations

from markupsafe import Markup

from publisher.drawing import Bar, Chart, bars_under
from publisher.numbers import Figures, date


def chart(figures: Figures) -> Chart:
    """Account actions by year of the action, else of the telling."""
    dated = bars_under(figures, "account_actions.year", ["unknown"])
    bars = [Bar(bar.figure.figure_id.rpartition(".")[2], bar.figure) for bar in dated]
    bars = sorted(bars, key=lambda bar: bar.label)
    return Chart(
        "Account actions on record, by year",
        Markup("The dated account actions on record are of {} to {}").format(
            date(bars[0].label), date(bars[-1].label)
        ),
        "One bar per year; its length is the number of account actions on record.",
        bars,
    )
