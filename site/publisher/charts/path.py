"""The path from action to outcome: what happened, an appeal, an answer, an end."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart
from publisher.numbers import Figures


def chart(figures: Figures) -> Chart:
    """Every step that cases take, and how many go from each to the next."""
    bars = [Bar(figure.title, figure) for figure in figures if figure.figure_id.startswith("path.")]
    said = [
        words.format(figures.shown(figure_id))
        for figure_id, words in (
            ("path.appealed.yes", Markup("{} tell that they appealed")),
            ("path.outcome.reinstated", Markup("{} that the account was given back")),
            ("path.outcome.pending", Markup("{} of no end yet")),
        )
        if figure_id in figures
    ]
    title = Markup("Of {} account actions, {}").format(
        figures.shown("account_actions"), Markup(", ").join(said)
    )
    return Chart(
        "The path from action to outcome",
        title if bars else Markup(""),
        "A flow in four steps: the action, whether they appealed, what was answered, how it "
        "ended. A step is the higher the more cases take it; bands lead from each to the next. "
        "Steps of which nothing is told are pale.",
        bars,
        counted="Account actions against freelancers; numbers are cases, pale is what reports "
        "do not tell",
        shape="flow",
    )
