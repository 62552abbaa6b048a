"""How often each fair-process check is met, by platform."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Chart, apart, bars_under, by_platform
from publisher.numbers import Figures, mark_digits


def chart(figures: Figures) -> Chart:
    """Each check's share of met among met and not met, for all and by platform."""
    bars = by_platform(figures, [bar.figure.figure_id for bar in bars_under(figures, "fair")])
    least = min(apart(bars), key=lambda bar: bar.figure.number(), default=None)
    title = Markup("How often each check is met")
    if least:
        check = least.label[:1].lower() + least.label[1:]
        words = Markup("Least often met on one platform: {}, on {} in {} of the cases that say")
        title = words.format(check, mark_digits(least.group), figures.shown(least.figure.figure_id))
    return Chart(
        "Fair-process checks met, by platform",
        title,
        "A row per check and a column for all and for each of the platforms most told of. Each "
        "share stands over a bar; its interval is a line. Where too few say, there is none.",
        bars,
        counted="Account actions against freelancers; shares of the cases that say; empty where "
        "too few do",
        shape="grid",
    )
