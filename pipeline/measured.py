"""Figures on how well the coding agrees, from the files in ``data/measured/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandera.pandas as pa
from babel import Locale

from pipeline.codebook import Codebook
from pipeline.tables import read_table
from scraper.rules import DataError

Row = dict[str, str]

READINGS = ("measure", "column", "value", "n", "source")
MEASURES = {
    "accuracy": "Share of equal cells",
    "equal": "Share of equal cells",
    "f1": "F-measure",
    "kappa": "Cohen's kappa",
    "macro_f1": "F-measure, mean over the codes",
    "micro_f1": "F-measure, over all codes",
    "precision": "Precision",
    "recall": "Recall",
}
"""The measures that are published, and what they are called."""

CODERS = {
    "rules": "Rules",
    "majority": "Most frequent value",
    "keywords": "Plain keyword list",
    "definitions": "Nearest definition",
}
"""The coder in use and what it is compared with, and what they are called."""

BY_LANGUAGE = (
    *("platform", "action", "notice", "reasons", "specificity"),
    *("appealed", "responses", "outcome"),
)
"""Columns whose agreement is published for each language."""


def readings_schema() -> pa.DataFrameSchema:
    """Schema of ``measured/readings.csv``: a row is one measure of how two readings agree.

    ``n`` is the number of reports that both readings coded, or of cells that both filled;
    ``value`` lies between 0 and 1.
    """
    share = pa.Check.str_matches(r"^(0(\.\d+)?|1)$", error="is not between 0 and 1")
    columns = {name: pa.Column(str, share if name == "value" else None) for name in READINGS}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def measured(folder: Path, codebook: Codebook) -> list[Row]:
    """Rows of ``figures.csv``, a measure of one column each.

    ``measured.readings.<column>.<measure>`` are from the two readings of the first record,
    ``measured.specimens.<column>.<measure>`` from what ``suspensions evaluate`` found on the
    specimens (``screen`` stands among the columns). From the same result,
    ``measured.baselines.<column>.<coder>`` is the F1 of the coder in use and of each that it
    is compared with, and ``measured.languages.<lang>.<column>`` that of the one in use in
    one language, of so many reports. A measure without cases, or with too few, has no value.

    Raises:
        DataError: a file there is not what ``suspensions evaluate`` writes.
    """
    return [*_readings(folder / "readings.csv", codebook), *_specimens(folder, codebook)]


def _readings(path: Path, codebook: Codebook) -> list[Row]:
    table = read_table(path, readings_schema())
    return [
        _row(
            f"readings.{row['column']}.{row['measure']}",
            f"{MEASURES.get(row['measure'], row['measure'])}: {_label(row['column'], codebook)}",
            row["measure"],
            row["value"],
            row["n"],
        )
        for row in table.to_dict("records")
    ]


def _specimens(folder: Path, codebook: Codebook) -> list[Row]:
    path = folder / "specimens.json"
    if not path.exists():
        return []
    try:
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return [
            *_columns(result, codebook),
            *_baselines(result, codebook),
            *_languages(result, codebook),
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = "is not what `suspensions evaluate --json` writes; run it on the specimens again"
        raise DataError(path, "", problem) from error


def _columns(result: dict[str, Any], codebook: Codebook) -> list[Row]:
    return [
        _row(
            f"specimens.{column}.{measure}",
            f"{MEASURES[measure]}: {_label(column, codebook)}",
            measure,
            _cell(value),
            found["n"],
        )
        for column, found in _with_screen(result).items()
        for measure, value in found.items()
        if measure in MEASURES
    ]


def _baselines(result: dict[str, Any], codebook: Codebook) -> list[Row]:
    """The F1 of each coder in the columns in which anything was there to be found."""
    used = _with_screen(result)
    baselines = {name: _with_screen(each) for name, each in result.get("baselines", {}).items()}
    compared = next(iter(baselines.values()), {})
    return [
        _row(
            f"baselines.{name}.{coder}",
            f"{CODERS[coder]}: {_label(name, codebook)}",
            "f1",
            _cell(measures[name]["f1"]),
            measures[name]["n"],
        )
        for name in compared
        for coder, measures in {"rules": used, **baselines}.items()
        if used[name]["f1"] is not None
    ]


def _languages(result: dict[str, Any], codebook: Codebook) -> list[Row]:
    return [
        _row(
            f"languages.{lang}.{name}",
            f"{_label(name, codebook)}: {Locale(lang).english_name}",
            "f1",
            _cell(((measures["columns"] or {}).get(name) or {}).get("f1")),
            measures["n"],
        )
        for lang, measures in result.get("languages", {}).items()
        for name in BY_LANGUAGE
    ]


def _with_screen(coder: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The measures of each column, the screen's first."""
    screen = coder["screen"]
    n = screen["tp"] + screen["fp"] + screen["fn"]
    return {"screen": {"n": n, **screen}, **coder["columns"]}


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _label(column: str, codebook: Codebook) -> str:
    known = codebook.columns.get(column)
    return known.label["en"] if known else column.replace("_", " ")


def _row(figure: str, title: str, unit: str, value: str, n: int | str) -> Row:
    return {
        "figure_id": f"measured.{figure}",
        "title": title,
        "value": value,
        "unit": unit,
        "denominator": str(n),
        "method": "measured" if value else "too_few",
    }
