"""How the account actions are reported to have ended."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """The outcomes of the whole record."""
    return outcomes_chart(figures, "outcome")


def outcomes_chart(figures: Figures, prefix: str) -> Chart:
    """The figures below *prefix*: each outcome as a share of the cases that tell one."""
    bars = bars_under(figures, prefix, ["unknown"])
    title = Markup("{} of those who say had no end yet; {} had the account given back")
    ends = (figures.shown(f"{prefix}.{end}") for end in ("pending", "reinstated") if bars)
    return Chart(
        "How it ended, as far as told",
        title.format(*ends) if bars else Markup(""),
        "One bar per outcome with its interval; cases that tell no outcome are left out.",
        bars,
        counted="Account actions against freelancers; shares of "
        "those whose report tells how it ended, or that it had not",
    )
