"""For how long money is reported to be withheld."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """The cases that tell for how long, by days."""
    bars = bars_under(figures, "hold_days.band")
    return Chart(
        "For how long money was withheld",
        Markup("{} account actions tell for how long the money was withheld").format(
            figures.shown("hold_days", "numerator")
        ),
        "One bar per band of days; its length is the number of cases.",
        bars if any(bar.figure.number() for bar in bars) else [],
        counted="Account actions against freelancers that tell for how long, in days",
        lack=Markup("{} account actions tell of it").format(
            figures.shown("hold_days", "numerator")
        ),
    )
