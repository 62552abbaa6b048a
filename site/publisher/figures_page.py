"""Every figure: what it counts, what it rests on, how it was made, which cases are behind it."""

from __future__ import annotations

from markupsafe import Markup

from publisher.numbers import Figure
from publisher.record import Record
from publisher.templating import render

SECTIONS = {
    "fair": "Fair-process checks",
    "platform": "By platform",
    "action": "By action",
    "measured": "How well the coding agrees",
}
"""Where figures stand by the first word of their id; all others are of the whole record."""

REST = "The whole record"

METHODS = {
    "count": "counted",
    "distinct": "different values counted",
    "sum": "added up",
    "share_wilson": "share with its Wilson interval",
    "median_bootstrap": "median with its bootstrap interval",
    "kaplan_meier": "Kaplan–Meier median, open cases included",
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
    """All figures in sections, the whole record first; a row's anchor is its ``figure_id``."""
    sections: dict[str, dict[str, list[Figure]]] = {
        title: {} for title in (REST, *SECTIONS.values())
    }
    for figure in record.figures:
        section = sections[SECTIONS.get(figure.figure_id.split(".")[0], REST)]
        section.setdefault(figure.group, []).append(figure)
    filled = {title: groups for title, groups in sections.items() if groups}
    return render("figures.html", sections=filled, shown=record.figures, root=root, methods=METHODS)
