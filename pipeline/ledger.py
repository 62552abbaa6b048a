"""Figures on what was changed, joined, taken out and lost: the public ledger's counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.decisions import SCREEN
from pipeline.health import read_health
from pipeline.record import Record, decisions, removals_schema
from pipeline.tables import read_table

Row = dict[str, str]


def ledger(record: Record) -> Iterator[Row]:
    """Rows of ``figures.csv``, one count each, called ``ledger.<what>``.

    Of removals it says how many reports were removed, and how many keyed hashes keep
    pages and posts out; from neither can anybody tell an address.

    Raises:
        DataError: a table of what people decided, of removals or of health breaks its schema.
    """
    decided, reports = decisions(record), record.reports
    removed = read_table(record.workspace.table("removals"), removals_schema())["key"]
    numbered = sum(re.fullmatch(r"r\d{4,}", key) is not None for key in removed)
    states = read_health(record.workspace)["state"]
    certain = record.links["sureness"] == "certain"
    for what, title, unit, number in (
        ("corrections", "Values that a person changed", "values", _values(decided.corrections)),
        ("confirmations", "Values that a person found right", "values",
         _values(decided.confirmations)),
        ("refuted", "Reports that a person found to be none", "reports",
         int((reports["status"] == "refuted").sum())),
        ("synthetic", "Reports marked as machine-written or planted", "reports",
         int((reports["status"] == "synthetic").sum())),
        ("copies", "Reports marked as copies of another one", "reports",
         int((reports["status"] == "copy").sum())),
        ("joined", "Pairs of reports that are certainly one case", "pairs", int(certain.sum())),
        ("merged", "Case numbers that went into another case", "cases", len(record.retired)),
        ("removed", "Reports removed on request", "reports", numbered),
        ("kept_out", "Keyed hashes that keep a page or post out", "hashes",
         len(removed) - numbered),
        ("gone", "Reports whose site is no longer there", "reports",
         int((reports["status"] == "gone").sum())),
        ("sources_gone", "Sources that are gone", "sources", int((states == "gone").sum())),
    ):  # fmt: skip
        yield {
            "figure_id": f"ledger.{what}",
            "title": title,
            "value": str(number),
            "unit": unit,
            "numerator": str(number),
            "method": "count",
        }


def _values(decided: tuple[Row, ...]) -> int:
    return sum(row["column"] != SCREEN for row in decided)
