"""What was said when the account was acted on, and what was said after."""

from __future__ import annotations

from markupsafe import Markup

from publisher.chart import Bar, Chart
from publisher.numbers import Figures

SAID = {
    "none": "No reason was stated",
    "generic": "A rule or category was stated",
    "specific": "The conduct at fault was stated",
}
AFTER = {
    "explained": "Explained when asked",
    "refused": "Stock text, or a refusal",
    "reinstated": "Given back, if decided",
}


def chart(figures: Figures) -> Chart:
    """For each way in which a reason was stated: the answers, and how often it was given back."""
    bars = [
        Bar(words, figures[figure_id], group)
        for said, group in SAID.items()
        for after, words in AFTER.items()
        if (figure_id := f"said.{said}.{after}") in figures and figures[figure_id].parts["value"]
    ]
    title = Markup(
        "Where a report tells of a response, {} were given an explanation, {} got stock text "
        "or a refusal"
    )
    return Chart(
        "What was said before, and what was said after",
        title.format(figures.shown("explained"), figures.shown("refused")),
        "Bars in up to three groups, by what was stated first: none, a rule or category, the "
        "conduct. In each, the share that was explained later, the share that got stock text "
        "or a refusal, and the share given back. What too few tell of is left out.",
        bars,
        counted="Account actions against freelancers by what was stated first; shares of those "
        "that tell of a response, or of a decision; what too few tell of is left out",
    )
