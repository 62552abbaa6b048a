"""To how many people the same stock letter went."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under, top
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Each stock letter and the cases whose reports quote or retell it."""
    bars = top(bars_under(figures, "letters"), 12)
    return Chart(
        "People who got the same letter, as reported",
        Markup("{} stock letters are quoted or retold in more than one report").format(
            figures.shown("letters")
        ),
        "One bar per stock letter; its length is the number of cases whose reports quote it.",
        bars,
        counted="Stock letters that several reports quote or retell; numbers are cases",
    )
