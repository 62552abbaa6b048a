"""Figures on how well the coding agrees: as tables, and what each of them compares."""

from __future__ import annotations

from markupsafe import Markup

from publisher.numbers import Figure
from publisher.record import Record
from publisher.templating import render

NAMES = {
    "readings": "two readings of one report",
    "specimens": "the coder on the worked examples",
    "baselines": "the coder beside three that know less",
    "languages": "the coder, language by language",
    "checked": "values that a person has checked",
    "blind": "second codings by a person",
    "sources": "finds that a person has judged",
}
"""What is compared, by the second word of a figure's id."""

COMPARED = {
    "readings": "two independent readings of the same reports by a language model",
    "specimens": "what the project's coder found in invented texts, with the answers written "
    "down beside them",
    "baselines": "what a coder found in invented texts, with the answers written down beside them",
    "languages": "what the project's coder found in invented texts of one language, with the "
    "answers written down beside them",
    "checked": "values on record, with what a person decided who saw the text and the coding",
    "blind": "values on record, with the coding of a person who had not seen them",
    "sources": "pages that the screen took for reports, with the judgement of a person",
}

SCALES = {
    "accuracy": "The share of reports in which both say the same, silence included.",
    "equal": "The share of cells in which both say the same.",
    "f1": "Codes found against codes missed: the harmonic mean of precision and recall over "
    "values that say something. One is perfect.",
    "micro_f1": "The F-measure over all codes together. One is perfect.",
    "macro_f1": "The F-measure of each code by itself, and of these the mean: a rare code "
    "weighs as much as a frequent one. One is perfect.",
    "precision": "Of the codes that were given, the share that is right.",
    "recall": "Of the codes that should have been given, the share that was.",
    "kappa": "Agreement beyond chance, after Cohen. One is perfect, nought is chance.",
    "alpha": "Agreement beyond chance, after Krippendorff. One is perfect, nought is chance.",
    "share": "The share of those looked at.",
}
"""What a measure says, by the unit of its figure."""

ANCHORS = {
    "readings": "how-well-the-readings-agree",
    "specimens": "how-well-the-coder-agrees",
    "baselines": "how-well-the-coder-agrees",
    "languages": "how-well-the-coder-agrees",
    "checked": "how-much-a-person-has-checked",
    "blind": "how-much-a-person-has-checked",
    "sources": "how-much-a-person-has-checked",
}
"""Where the method page says more."""

HEADS = {"languages": "Language", "sources": "Source"}
"""What a row of a table of measures is, where it is no column."""


def measured_html(record: Record, what: str, root: str) -> Markup:
    """The figures ``measured.<what>.<column>.<measure>`` as a table, a row per column.

    Of ``languages`` and ``sources`` a row is one of them.
    """
    rows: dict[str, dict[str, Figure]] = {}
    for figure in record.figures:
        if figure.of_coding and _what(figure) == what:
            measure, _, label = figure.title.partition(": ")
            rows.setdefault(label, {})[measure] = figure
    measures = list(dict.fromkeys(name for row in rows.values() for name in row))
    return render(
        "measured.html",
        rows=rows,
        measures=measures,
        head=HEADS.get(what, "Column"),
        name=NAMES[what],
        shown=record.figures,
        root=root,
    )


def whole_title(figure: Figure) -> str:
    """The title of *figure*; of a measure with what is compared, which its table says else."""
    return f"{figure.title} ({NAMES[_what(figure)]})" if figure.of_coding else figure.title


def comparison(figure: Figure) -> dict[str, str]:
    """What the measure *figure* compares, its scale, and the place of the method page on it."""
    what = _what(figure)
    return {"compared": COMPARED[what], "scale": SCALES[figure.unit], "anchor": ANCHORS[what]}


def _what(figure: Figure) -> str:
    return figure.figure_id.split(".")[1]
