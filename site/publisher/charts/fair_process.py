"""How often each fair-process check is met."""

from __future__ import annotations

from markupsafe import Markup

from publisher.drawing import Chart, bars_under
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Each check's share of met among met and not met, in the order of the process."""
    bars = bars_under(figures, "fair")
    least = min(bars, key=lambda bar: bar.figure.number())
    return Chart(
        "Fair-process checks met",
        Markup("Least often met: {}, in {} of the cases that say").format(
            least.label[:1].lower() + least.label[1:], figures.shown(least.figure.figure_id)
        ),
        "One bar per check; its length is the share of cases that meet it among those that "
        "say, with the interval. Checks with too few cases are left out.",
        bars,
    )
