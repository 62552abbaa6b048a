"""The fees that people name, against the platform's schedule of that day."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart
from publisher.numbers import Figures

KINDS = ("fee_schedule", "fee_percents")


def chart(figures: Figures) -> Chart:
    """Each schedule under which a case names a fee, from its lowest to its highest fee."""
    bars = [
        Bar(figure.short.removeprefix("Cases that name a "), figure, figure.group)
        for figure in figures
        if figure.figure_id.startswith("fees.") and figure.figure_id.split(".")[2] in KINDS
    ]
    bars.sort(key=lambda bar: bar.group)
    fits = "fee_against.as_scheduled"
    return Chart(
        "Service fees that people name, and the schedule of that day",
        Markup("Of {} cases that name a fee, {} name one of the schedule of that day").format(
            figures.shown("fee_named"), figures.shown(fits)
        ),
        "One row per fee schedule: a band from its lowest to its highest fee, its ends in "
        "percent, and a dot for each fee that people name, the number of cases above it.",
        bars,
        counted="Cases that name a service fee and can be dated; bands are the schedule in "
        "percent, numbers above the dots are cases",
        shape="ranges",
    )
