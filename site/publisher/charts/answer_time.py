"""How long people waited for an answer, those still waiting among them."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, curve_bars
from publisher.numbers import Figures

NAMED = {24: "a day", 168: "a week", 720: "a month", 8760: "a year"}


def chart(figures: Figures) -> Chart:
    """The share without an answer by how many hours had passed."""
    bars = curve_bars(figures, "response_wait.curve", NAMED)
    week = figures.shown("response_wait.curve.168") if bars else ""
    return Chart(
        "Time to the platform's answer",
        Markup("After a week {} had no answer yet").format(week),
        "A curve by steps from all to fewer: the share of cases without an answer by the time "
        "that had passed, with its interval as a pale band.",
        bars,
        counted="Kaplan–Meier curve over account actions that tell how long the answer took, or "
        "that none had come when it was told",
        lack=Markup("{} of the account actions tell how long it took, too few for a curve").format(
            figures.shown("response_wait", "denominator")
        ),
        shape="curve",
    )
