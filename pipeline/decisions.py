"""What people decided about single values: confirmed as coded, or corrected with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import pandas as pd
import pandera.pandas as pa

from pipeline.codebook import Codebook
from pipeline.coding.events import STEPS, events
from pipeline.coding.learned import REPORTS
from pipeline.coding.telling import Value
from pipeline.tables import MARKED, UNCOUNTED, read_table, reports_schema, validate
from pipeline.workspace import Workspace
from scraper.rules import DataError, one_of

CORRECTIONS = ("report_id", "column", "old", "new", "reason", "date")
CONFIRMATIONS = ("report_id", "column", "value", "date")
SCREEN = "screen"
"""The column under which a person says whether a page holds the report; no cell of a row."""

NOT_ASKED = ("url", "position", "source_kind", "engine", "events")
"""Columns that a person is not asked about: the address shows them, or others give them."""

TIMES = ("action_date", "response_hours", "resolution_days")
"""Columns that the sequence of events takes its times from."""

Row = dict[str, str]
Standing = Literal["coded", "confirmed", "corrected"]


def decisions_schema(*columns: str) -> pa.DataFrameSchema:
    """Schema of a table of decisions: all cells are text, ``date`` is a day."""
    day = pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$", error="is not a day such as 2026-11-24")
    made = {name: pa.Column(str, day if name == "date" else None) for name in columns}
    return pa.DataFrameSchema(made, strict=True, ordered=True)


def asked(codebook: Codebook, edition: str) -> tuple[str, ...]:
    """The columns of a report coded by *edition* that a person can confirm."""
    known = codebook.columns.values()
    return tuple(c.name for c in known if c.name not in NOT_ASKED and c.edition <= int(edition))


@dataclass(frozen=True)
class Decisions:
    """The rows of ``corrections.csv`` and ``confirmations.csv``, in the files' order.

    A correction or confirmation of ``screen`` holds a code of that list: one of
    ``report_self`` and ``report_proxy`` where the page holds the report, else what it is.
    """

    corrections: tuple[Row, ...] = ()
    confirmations: tuple[Row, ...] = ()

    @cached_property
    def values(self) -> dict[tuple[str, str], str]:
        """What holds, by report and column; the last correction goes before all else."""
        held = {(row["report_id"], row["column"]): row["value"] for row in self.confirmations}
        return held | {(row["report_id"], row["column"]): row["new"] for row in self.corrections}

    @cached_property
    def last(self) -> str:
        """The day of the latest decision; "" where there is none."""
        return max((row["date"] for row in (*self.corrections, *self.confirmations)), default="")

    @cached_property
    def _corrected(self) -> set[tuple[str, str]]:
        return {(row["report_id"], row["column"]) for row in self.corrections}

    @cached_property
    def _by_report(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in (*self.corrections, *self.confirmations):
            found.setdefault(row["report_id"], []).append(row)
        return found

    def of(self, report: str) -> list[Row]:
        """The decisions on one report."""
        return self._by_report.get(report, [])

    def standing(self, report: str, column: str) -> Standing:
        """Whether a report's value is as coded, confirmed by a person, or corrected."""
        if (report, column) in self._corrected:
            return "corrected"
        return "confirmed" if (report, column) in self.values else "coded"

    def coded(self, report: str, column: str, cell: str) -> str:
        """What the coder gave where the record now holds *cell*."""
        key = (report, column)
        changed = (row for row in self.corrections if (row["report_id"], row["column"]) == key)
        return next((row["old"] for row in changed), cell)

    def on_screen(self, report: str) -> bool | None:
        """Whether a person says that it is a report; None where nobody said."""
        kind = self.values.get((report, SCREEN))
        return None if kind is None else kind in REPORTS


def read_decisions(
    workspace: Workspace, codebook: Codebook, known: Callable[[str], bool] = bool
) -> Decisions:
    """The decisions on the reports of *workspace*; *known* says which reports ever were.

    Raises:
        DataError: a decision names no report or column, or a value that the codebook lacks.
    """
    tables = []
    schema = reports_schema(codebook).columns
    allowed = {name: schema[name] for name in (*codebook.columns, "status", "letter_id")}
    allowed[SCREEN] = pa.Column(str, _screen_codes(codebook))
    for name, columns, cell in (
        ("corrections", CORRECTIONS, "new"),
        ("confirmations", CONFIRMATIONS, "value"),
    ):
        path = workspace.table(name)
        table = read_table(path, decisions_schema(*columns))
        rows = cast(list[Row], table.to_dict("records"))
        held: dict[str, dict[int, str]] = {}
        for index, row in enumerate(rows):
            place, column = f"row {index + 2}, column ", row["column"]
            if column not in allowed:
                raise DataError(path, place + "column", one_of(column, tuple(allowed)))
            if not known(row["report_id"]):
                problem = f"{row['report_id']!r} is no report of the record"
                raise DataError(path, place + "report_id", problem)
            held.setdefault(column, {})[index] = row[cell]
        for column, cells in held.items():
            made = pd.DataFrame({column: pd.Series(cells, dtype=str)})
            validate(made, pa.DataFrameSchema({column: allowed[column]}), path)
        tables.append(tuple(rows))
    return Decisions(*tables)


def _screen_codes(codebook: Codebook) -> pa.Check:
    codes = codebook.lists[SCREEN].codes
    return pa.Check.isin(codes, error="codes:" + "|".join(codes))


def decide(reports: pd.DataFrame, decided: Decisions, codebook: Codebook) -> pd.DataFrame:
    """*reports* with every decision applied: confirmed values pinned, corrected ones changed.

    A report is ``corrected`` by a correction, ``confirmed`` when a person confirmed it and
    each of its values, ``admitted`` when a proposed one was confirmed as a report alone. What
    a person says is no report is ``refuted``, or ``synthetic`` or a ``copy`` where they say
    that; a mark goes where they say that it is one. The sequence of events follows its columns.
    """
    cells: dict[str, dict[str, str]] = {}
    was = defaultdict(lambda: "live", zip(reports["report_id"], reports["status"], strict=True))
    for (report, column), value in decided.values.items():
        if column == SCREEN:
            cells.setdefault("status", {})[report] = _status(was[report], value)
        else:
            cells.setdefault(column, {})[report] = value
    changed = _filled(reports, cells)
    touched = {report for report, _ in decided.values}
    rows = cast(list[Row], changed[changed["report_id"].isin(touched)].to_dict("records"))
    again = [(row["report_id"], *_follows(row, decided, codebook)) for row in rows]
    follow = {
        "review": {report: review for report, review, _ in again},
        "events": {report: sequence for report, _, sequence in again},
    }
    return _filled(changed, follow)


def _status(was: str, kind: str) -> str:
    """The status of a report that was *was*, which a person calls a page of *kind*."""
    if kind in REPORTS:
        return "live" if was in UNCOUNTED else was
    return kind if kind in MARKED else "refuted"


def _filled(reports: pd.DataFrame, cells: dict[str, dict[str, str]]) -> pd.DataFrame:
    ids = reports["report_id"]
    made = {
        column: [values.get(report, old) for report, old in zip(ids, reports[column], strict=True)]
        for column, values in cells.items()
    }
    return reports.assign(**{name: pd.Series(v, reports.index, str) for name, v in made.items()})


def _follows(row: Row, decided: Decisions, codebook: Codebook) -> tuple[str, str]:
    """The ``review`` and the ``events`` of a report on which something was decided."""
    report, columns = row["report_id"], asked(codebook, row["codebook_edition"])
    standings = {name: decided.standing(report, name) for name in (*columns, SCREEN)}
    corrected = {column for name, column in decided._corrected if name == report}
    sequence = _sequence(row) if corrected & {*STEPS, *TIMES} and row["events"] else row["events"]
    if corrected:
        return "corrected", sequence
    if "coded" not in standings.values():
        return "confirmed", sequence
    if row["review"] == "proposed" and standings[SCREEN] == "confirmed":
        return "admitted", sequence
    return row["review"], sequence


def _sequence(row: Row) -> str:
    told = [
        Value(name, code, 0, 0, 0, "")
        for name in (*STEPS, *TIMES)
        for code in row[name].split("|")
        if code
    ]
    return "|".join(value.value for value in events(told))
