"""How much money is reported to be withheld."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """The cases that name an amount in US dollars, by how much."""
    title = Markup(
        "{} of those who say had money withheld; those who name an amount in dollars name {} USD "
        "together"
    )
    return Chart(
        "Money withheld, by amount",
        title.format(figures.shown("funds_held"), figures.shown("funds_amount.sum")),
        "One bar per band of amounts; its length is the number of cases.",
        bars_under(figures, "funds_amount.band"),
        counted="Account actions against freelancers that name an amount in US dollars, by amount",
        lack="no report names an amount in US dollars",
    )
