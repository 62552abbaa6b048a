"""How long it took until it ended, cases without an end among them."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, curve_bars
from publisher.numbers import Figures

NAMED = {1: "a day", 7: "a week", 30: "a month", 365: "a year"}


def chart(figures: Figures) -> Chart:
    """The share without an end by how many days had passed."""
    bars = curve_bars(figures, "resolution_days.curve", NAMED)
    month = figures.shown("resolution_days.curve.30") if bars else ""
    return Chart(
        "Time to the end",
        Markup("A month after the action {} had no end yet").format(month),
        "A curve by steps from all to fewer: the share of cases without an end by the days "
        "that had passed since the action, with its interval as a pale band.",
        bars,
        counted="Kaplan–Meier curve over account actions that tell how long it took, or whose "
        "end had not come when it was told",
        lack=Markup("{} of the account actions tell how long it took, too few for a curve").format(
            figures.shown("resolution_days", "denominator")
        ),
        shape="curve",
    )
