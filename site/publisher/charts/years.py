"""From which years the account actions on record are."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, bars_under
from publisher.numbers import Figures, date


def chart(figures: Figures) -> Chart:
    """Account actions by year of the action, else of the telling."""
    dated = bars_under(figures, "account_actions.year", ["unknown"])
    bars = [Bar(bar.figure.figure_id.rpartition(".")[2], bar.figure) for bar in dated]
    bars = sorted(bars, key=lambda bar: bar.label)
    words = Markup("The dated account actions on record are of {} to {}")
    return Chart(
        "Account actions on record, by year",
        words.format(*(date(bar.label) for bar in (*bars[:1], *bars[-1:]))) if bars else Markup(""),
        "One bar per year; its length is the number of account actions on record.",
        bars,
        counted="Account actions against freelancers by year of the action, else of the telling; "
        "numbers are cases",
    )
