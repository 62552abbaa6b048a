"""What an evaluation found, as tables on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

MEASURES = {
    "n": "n",
    "accuracy": "accur.",
    "accuracy_with_contested": "w/cont.",
    "precision": "prec.",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro",
    "kappa": "kappa",
}
"""What is measured of a column, with its heading in the printed table."""


def shown(result: dict[str, Any]) -> Iterator[Table | str]:
    """The parts of *result*, as :func:`pipeline.evaluate.evaluate` gives it, to be printed.

    First every measure of the coder in use, then the F1 of all coders side by side and of the
    one in use by language, then on which columns it is ahead of every baseline.
    """
    yield _table(result)
    yield _side_by_side(result)
    yield _ahead(result)


def _table(result: dict[str, Any]) -> Table:
    screen = result["screen"]
    counts = ", ".join(f"{screen[name]} {name}" for name in ("tp", "fp", "fn"))
    table = Table(title=f"Agreement with the reading; screen: {counts}", box=None)
    table.add_column("column", no_wrap=True)
    for head in MEASURES.values():
        table.add_column(head, justify="right", no_wrap=True)
    for name, measures in {"screen": screen, **result["columns"]}.items():
        table.add_row(name, *(_shown(measures.get(measure)) for measure in MEASURES))
    return table


def _side_by_side(result: dict[str, Any]) -> Table:
    """F1 of each column by each coder, and in the languages with enough reports."""
    languages = {lang: m for lang, m in result["languages"].items() if m["columns"]}
    few = [f"{lang} {m['n']}" for lang, m in result["languages"].items() if lang not in languages]
    caption = f"not measured by language, too few: {', '.join(few)}" if few else None
    coders = _coders(result)
    table = Table(title="F1 by coder, and in use by language", caption=caption, box=None)
    table.add_column("column", no_wrap=True)
    for head in (*coders, *(f"{lang} {m['n']}" for lang, m in languages.items())):
        table.add_column(head, justify="right", no_wrap=True)
    for name in _compared(result):
        scores = [_f1(coder, name) for coder in (*coders.values(), *languages.values())]
        table.add_row(name, *map(_shown, scores))
    return table


def _coders(result: dict[str, Any]) -> dict[str, Any]:
    return {"in use": result, **result["coders"], **result["baselines"]}


def _compared(result: dict[str, Any]) -> list[str]:
    """The screen, then the columns that every coder fills."""
    return ["screen", *next(iter(result["baselines"].values()))["columns"]]


def _f1(coder: dict[str, Any], name: str) -> float | None:
    measures = coder.get("screen") if name == "screen" else coder["columns"][name]
    return measures["f1"] if measures else None


def _ahead(result: dict[str, Any]) -> str:
    """How many columns the coder in use is ahead on of every baseline, and where it is not."""
    scores = {name: f1 for name in _compared(result) if (f1 := _f1(result, name)) is not None}
    baselines = result["baselines"].values()
    best = {name: max(_f1(baseline, name) or 0 for baseline in baselines) for name in scores}
    behind = [name for name, f1 in scores.items() if f1 <= best[name]]
    line = f"Ahead of every baseline on {len(scores) - len(behind)} of {len(scores)} by F1"
    return f"{line}; not on {', '.join(behind)}" if behind else line


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
