"""Which reasons are stated in which year."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart, top
from publisher.numbers import Figures, date

YEARS, REASONS = 8, 8


def chart(figures: Figures) -> Chart:
    """The most frequent reasons in the latest years with a dated case; counts."""
    told = [
        Bar(figure.short.rpartition(": ")[2], figure, figure.figure_id.split(".")[1])
        for figure in figures
        if figure.figure_id.startswith("year.") and ".reasons_stated." in figure.figure_id
    ]
    years = sorted({bar.group for bar in told})[-YEARS:]
    told = [bar for bar in told if bar.group in years]
    counts: dict[str, float] = {}
    for bar in told:
        counts[bar.label] = counts.get(bar.label, 0) + bar.figure.number()
    most = sorted(counts, key=lambda label: -counts[label])[:REASONS]
    bars = sorted(
        (bar for bar in told if bar.label in most),
        key=lambda bar: (most.index(bar.label), bar.group),
    )
    highest = top(bars, 1)
    return Chart(
        "Reasons stated, by year",
        _title(figures, highest[0]) if highest else Markup(""),
        "A row per reason and a column per year; a field is the darker the more cases state "
        "that reason in that year.",
        bars,
        counted="Account actions against freelancers whose year is known; numbers are cases",
        shape="grid",
    )


def _title(figures: Figures, bar: Bar) -> Markup:
    words = Markup("Most often in one year: “{}”, in {} of the account actions of {}")
    label = bar.label[:1].lower() + bar.label[1:]
    return words.format(label, figures.shown(bar.figure.figure_id), date(bar.group))
