"""Lists that lead to pages: the cases, the platforms, the reasons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.counted import counted_cases
from pipeline.record import read_record
from publisher.pages import platform_codes, reason_codes
from publisher.record import Record, Row
from publisher.templating import render

CHOICES = ("platform", "action", "reasons", "notice", "responses", "outcome", "lang")
"""The columns that the list of cases offers as a choice; its address may name any other."""

FREE = ("case_id", "reports", "events", "published", "action_date", "outcomes", "disagree")
"""Columns of the counted cases that no filter asks for."""


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    case: Row
    platform: str
    action: str
    reasons: str
    outcome: str

    @property
    def date(self) -> str:
        """When it happened, else when it was told."""
        return self.case["action_date"] or self.case["published"]


def case_rows(record: Record, column: str = "", code: str = "") -> list[CaseRow]:
    """The cases, or those whose *column* holds *code*, the newest first."""
    chosen = [
        case for case in record.cases.values() if not column or code in case[column].split("|")
    ]
    rows = [
        CaseRow(case, *(_words(record, case, name) for name in ("platform", "action")),
                *(_words(record, case, name) for name in ("reasons", "outcome")))
        for case in chosen
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row.date, reverse=True)


def _words(record: Record, case: Row, column: str) -> str:
    return ", ".join(record.labels(column, case[column])) or "not told"


def cases_html(record: Record, root: str) -> Markup:
    """All cases as a table, the choices that filter it, and what the filter looks at."""
    rows = case_rows(record)
    return render(
        "cases.html",
        root=root,
        rows=rows,
        choices={name: _choices(record, name) for name in CHOICES},
        labels={name: column.label["en"] for name, column in record.codebook.columns.items()},
        filter=Markup(json.dumps(_index(record, [row.case for row in rows]))),  # noqa: S704
    )


def _choices(record: Record, column: str) -> list[tuple[str, str]]:
    """Code and label of what the cases hold in *column*, in the codebook's order."""
    found = {code for case in record.cases.values() for code in case[column].split("|") if code}
    if record.codebook.columns[column].list:
        order = [code for code in record.codebook.allowed(column) if code in found]
    else:
        order = sorted(found, key=lambda code: record.labels(column, code)[0].lower())
    return [(code, record.labels(column, code)[0]) for code in order]


def _index(record: Record, cases: list[Row]) -> dict[str, Any]:
    """Per column the distinct cells and, case by case, which of them it holds.

    The columns are those that figures count, so that a figure's filter shows its cases.
    """
    order = [case["case_id"] for case in cases]
    counted = counted_cases(read_record(record.workspace), record.fair_process)
    counted = counted.set_index("case_id").reindex(order).astype(str)
    index = {}
    for name in counted.columns.difference(list(FREE)):
        cells = sorted(set(counted[name]))
        places = {cell: place for place, cell in enumerate(cells)}
        index[str(name)] = {"cells": cells, "rows": [places[cell] for cell in counted[name]]}
    return index


def platforms_html(record: Record, root: str) -> Markup:
    """The platforms that have cases, each with its figures."""
    return render(
        "platforms.html",
        root=root,
        figures=record.figures,
        platforms=[(code, record.platform_label(code)) for code in platform_codes(record)],
    )


def reasons_html(record: Record, root: str) -> Markup:
    """The reasons of the codebook, each with its definition and figure."""
    reasons = record.codebook.lists["reasons"]
    return render(
        "reasons.html",
        root=root,
        figures=record.figures,
        reasons=[reasons[code] for code in reason_codes(record)],
    )
