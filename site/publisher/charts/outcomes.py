"""How the account actions are reported to have ended."""

from __future__ import annotations

from markupsafe import Markup

from publisher.drawing import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Each outcome as a share of the cases that tell one."""
    return Chart(
        "How it ended, as far as told",
        Markup("{} of those who say had no end yet; {} had the account given back").format(
            figures.shown("outcome.pending"), figures.shown("outcome.reinstated")
        ),
        "One bar per outcome with its interval; cases that tell no outcome are left out.",
        bars_under(figures, "outcome", ["unknown"]),
    )
