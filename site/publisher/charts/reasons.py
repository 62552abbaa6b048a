"""Which reasons the platforms are reported to have stated."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, bars_under, top
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """The reasons of the whole record, the most frequent first."""
    return reasons_chart(figures, "reasons")


def reasons_chart(figures: Figures, prefix: str) -> Chart:
    """The figures below *prefix*, one bar per reason that any case states."""
    bars = [bar for bar in bars_under(figures, prefix, ["unknown"]) if bar.figure.number()]
    bars = top(bars, 12)
    return Chart(
        "Reasons stated by the platform, the most frequent first",
        _title(figures, bars) if bars else Markup(""),
        "One bar per reason; its length is the share of account actions whose report says "
        "that the platform stated it, the line across its end the interval.",
        bars,
        counted="Account actions against freelancers; shares of "
        "those whose report tells what was stated, a case can state several",
    )


def _title(figures: Figures, bars: list[Bar]) -> Markup:
    share = figures.shown(bars[0].figure.figure_id)
    if bars[0].figure.figure_id.endswith(".none_stated"):
        return Markup("Most often no reason was given: {} of those who say").format(share)
    reason = bars[0].label[:1].lower() + bars[0].label[1:]
    return Markup("The reason stated most often: {}, {} of those who say").format(reason, share)
