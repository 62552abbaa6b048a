"""How often each fair-process check is met."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Each check's share of met among met and not met, in the order of the process."""
    bars = bars_under(figures, "fair")
    return Chart(
        "Fair-process checks met",
        _title(figures, bars) if bars else Markup(""),
        "One bar per check; its length is the share of cases that meet it among those that "
        "say, with the interval. Checks with too few cases are left out.",
        bars,
        counted="Account actions against freelancers; shares of the cases that say",
    )


def _title(figures: Figures, bars: list[Bar]) -> Markup:
    least = min(bars, key=lambda bar: bar.figure.number())
    check = least.label[:1].lower() + least.label[1:]
    share = figures.shown(least.figure.figure_id)
    return Markup("Least often met: {}, in {} of the cases that say").format(check, share)
