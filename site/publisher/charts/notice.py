"""How the platforms are reported to have told people."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Warned before, told when it happened, or not told."""
    return Chart(
        "How people were told",
        Markup("{} of those who say were warned first; {} found out by being locked out").format(
            figures.shown("notice.before"), figures.shown("notice.none")
        ),
        "Three bars: a warning came first, told when it happened, not told; each with its "
        "interval.",
        bars_under(figures, "notice", ["unknown"]),
        counted="Account actions against freelancers; shares of "
        "those whose report tells whether they were told",
    )
