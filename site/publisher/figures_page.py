"""Every figure: what it counts, what it rests on, how it was made, which cases are behind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from publisher.numbers import Figure, mark_digits
from publisher.outputs import MadePage
from publisher.record import Record
from publisher.templating import render

TOPICS = {
    **dict.fromkeys(("reports", "contested", "sources"), "Reports"),
    **dict.fromkeys(("cases", "account_actions", "action", "platforms", "languages"), "Cases"),
    **dict.fromkeys(
        ("reasons", "believed_reasons", "specificity", "notice", "proposals_mentioned"),
        "What was stated",
    ),
    **dict.fromkeys(
        ("appealed", "appeal", "responses", "outcome", "reinstated", "response_hours"),
        "What was answered, and how it ended",
    ),
    **dict.fromkeys(("funds_held", "funds_amount", "hold_days", "fee_percents"), "Money"),
    **dict.fromkeys(("letters", "letter_quoted"), "Letters"),
    "fair": "Fair-process checks",
}
"""Under which heading figures stand by the first word of their id; all others under ``REST``."""

REST = "Other"

GROUPED = {"platform": 2, "action": 2, "measured": 1}
"""How many words of an id name the list that a figure stands in, where it has one of its own."""

GROUP_NAMES = {"measured": "How well the coding agrees"}

METHODS = {
    "count": "counted",
    "distinct": "different values counted",
    "sum": "added up",
    "share_wilson": "share with its Wilson interval",
    "median_bootstrap": "median with its bootstrap interval",
    "kaplan_meier": "Kaplan–Meier median, open cases included",
    "schedule": "from the platform's official schedule",
    "kaplan_meier_curve": "Kaplan–Meier curve at that day, open cases included",
    "schedule": "read from the platform's schedule of that day",
    "measured": "measured as the method page says",
    "too_few": "too few cases to say",
}


HEADS = {"languages": "Language", "sources": "Source"}
"""What a row of a table of measures is, where it is no column."""


def figure_list_html(record: Record, prefix: str, root: str) -> Markup:
    """The figures whose ids begin with ``prefix.``, as a table."""
    figures = [each for each in record.figures if each.figure_id.startswith(f"{prefix}.")]
    return render("figure_list.html", figures=figures, shown=record.figures, root=root)


def measured_html(record: Record, what: str) -> Markup:
    """The figures ``measured.<what>.<column>.<measure>`` as a table, a row per column.

    Of ``languages`` and ``sources`` a row is one of them.
    """
    rows: dict[str, dict[str, Figure]] = {}
    for figure in record.figures:
        words = figure.figure_id.split(".")
        if words[:2] == ["measured", what]:
            measure, _, label = figure.title.partition(": ")
            rows.setdefault(label, {})[measure] = figure
    measures = list(dict.fromkeys(name for row in rows.values() for name in row))
    head = HEADS.get(what, "Column")
    return render("measured.html", rows=rows, measures=measures, head=head, shown=record.figures)


def figures_html(record: Record, root: str) -> Markup:
    """The figures of the whole record by topic, and where those of one group stand.

    A row's anchor is its ``figure_id``.
    """
    topics: dict[str, list[Figure]] = {}
    for figure in record.figures:
        if not group_of(figure):
            topic = TOPICS.get(figure.figure_id.partition(".")[0], REST)
            topics.setdefault(topic, []).append(figure)
    return render(
        "figures.html", topics=topics, groups=groups(record), shown=record.figures, root=root
    )


def group_of(figure: Figure) -> str:
    """The address of the list that a grouped figure stands in (``platform.upwork``), else empty."""
    words = figure.figure_id.split(".")
    return ".".join(words[: GROUPED.get(words[0], 0)])


def groups(record: Record) -> dict[str, list[Figure]]:
    """The grouped figures by ``group_of``, in the file's order."""
    found: dict[str, list[Figure]] = {}
    for figure in record.figures:
        if name := group_of(figure):
            found.setdefault(name, []).append(figure)
    return found


def group_outputs(record: Record) -> Iterator[MadePage]:
    """A page per group: its figures as a list, each leading to its own page where it has one."""
    for name, figures in groups(record).items():
        label = GROUP_NAMES.get(name) or f"Figures of: {figures[0].group}"
        yield MadePage(
            path=f"figures/{name}/",
            title=mark_digits(label),
            description=f"{label}. Every number with what it rests on.",
            body=partial(
                render, "figure_group.html", label=label, figures=figures, shown=record.figures,
                root="../../", methods=METHODS,
            ),
            inputs=[[figure.title, *figure.parts.values()] for figure in figures],
        )  # fmt: skip
