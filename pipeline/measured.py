"""Figures on how well the coding agrees, from the files in ``data/measured/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandera.pandas as pa

from pipeline.codebook import Codebook
from pipeline.tables import read_table
from scraper.rules import DataError

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


def readings_schema() -> pa.DataFrameSchema:
    """Schema of ``measured/readings.csv``: a row is one measure of how two readings agree.

    ``n`` is the number of reports that both readings coded, or of cells that both filled;
    ``value`` lies between 0 and 1.
    """
    share = pa.Check.str_matches(r"^(0(\.\d+)?|1)$", error="is not between 0 and 1")
    columns = {name: pa.Column(str, share if name == "value" else None) for name in READINGS}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def measured(folder: Path, codebook: Codebook) -> list[dict[str, str]]:
    """Rows of ``figures.csv``, a measure of one column each.

    ``measured.readings.<column>.<measure>`` are from the two readings of the first record,
    ``measured.specimens.<column>.<measure>`` from what ``suspensions evaluate`` found on the
    specimens (``screen`` stands among the columns). A measure without cases has no value.

    Raises:
        DataError: a file there is not what ``suspensions evaluate`` writes.
    """
    return [*_readings(folder / "readings.csv", codebook), *_specimens(folder, codebook)]


def _readings(path: Path, codebook: Codebook) -> list[dict[str, str]]:
    table = read_table(path, readings_schema())
    return [
        _row("readings", row["column"], row["measure"], row["value"], row["n"], codebook)
        for row in table.to_dict("records")
    ]


def _specimens(folder: Path, codebook: Codebook) -> list[dict[str, str]]:
    path = folder / "specimens.json"
    if not path.exists():
        return []
    try:
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        screen, columns = result["screen"], result["columns"]
        screened = {"n": screen["tp"] + screen["fp"] + screen["fn"]} | screen
        return [
            _row("specimens", column, measure, _cell(value), str(found["n"]), codebook)
            for column, found in ({"screen": screened} | columns).items()
            for measure, value in found.items()
            if measure in MEASURES
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = "is not what `suspensions evaluate --json` writes; run it on the specimens again"
        raise DataError(path, "", problem) from error


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _row(
    what: str, column: str, measure: str, value: str, n: str, codebook: Codebook
) -> dict[str, str]:
    known = codebook.columns.get(column)
    name = known.label["en"] if known else column.replace("_", " ")
    return {
        "figure_id": f"measured.{what}.{column}.{measure}",
        "title": f"{MEASURES.get(measure, measure)}: {name}",
        "value": value,
        "unit": measure,
        "denominator": n,
        "method": "measured" if value else "too_few",
    }
