"""How precisely the platforms are reported to have stated their reason."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """No reason, a general one, or the conduct at fault."""
    return Chart(
        "How precisely the reason was stated",
        Markup("The conduct at fault was named in {} of the account actions that say").format(
            figures.shown("specificity.specific")
        ),
        "Three bars: no reason given, a rule or category named, the conduct at fault named; "
        "each with its interval.",
        bars_under(figures, "specificity", ["unknown"]),
        counted="Account actions against freelancers; shares of "
        "those whose report tells how precisely",
    )
