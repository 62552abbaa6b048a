"""How the platforms are reported to have responded after the action."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under, top
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Each kind of response, the most frequent first."""
    bars = top(bars_under(figures, "responses", ["unknown"]), 13)
    return Chart(
        "How the platform responded, the most frequent first",
        Markup("{} of those who tell of a response got a stock text that ignored the question")
        .format(figures.shown("responses.boilerplate")),
        "One bar per kind of response with its interval; a case can have several.",
        bars,
        counted="Account actions against freelancers; shares of "
        "those whose report tells of a response, a case can have several",
    )  # fmt: skip
