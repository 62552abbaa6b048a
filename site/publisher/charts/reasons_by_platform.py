"""Which reasons are stated on which platform."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, apart, bars_under, by_platform, top
from publisher.numbers import Figures, mark_digits


def chart(figures: Figures) -> Chart:
    """The most frequent reasons, for all and for the platforms most told of."""
    rows = [bar.figure.figure_id for bar in top(bars_under(figures, "reasons", ["unknown"]), 8)]
    bars = by_platform(figures, rows)
    return Chart(
        "Reasons stated, by platform",
        _title(figures, bars),
        "A row per reason and a column for all and for each of the platforms most told of. Each "
        "share stands over a bar; its interval is a line. Where too few say, there is none.",
        bars,
        counted="Account actions against freelancers; shares of those whose report tells what "
        "was stated; empty where too few do",
        shape="grid",
    )


def _title(figures: Figures, bars: list[Bar]) -> Markup:
    """The reason that one platform is said to state most oftener than all together."""
    overall = {bar.label: bar.figure for bar in bars if bar.group == "All"}
    found = [bar for bar in apart(bars) if bar.label in overall]
    if not found:
        return Markup("The reasons stated most often, by platform")
    most = max(found, key=lambda bar: bar.figure.number() - overall[bar.label].number())
    return Markup("Most apart: “{}”, stated in {} of the cases on {} and in {} of all").format(
        most.label[:1].lower() + most.label[1:],
        figures.shown(most.figure.figure_id),
        mark_digits(most.group),
        figures.shown(overall[most.label].figure_id),
    )
