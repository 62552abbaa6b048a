"""What people ask to have removed, or take away themselves, leaves the editions too."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.cases import merge
from pipeline.codebook import Codebook
from pipeline.editions import NAMING, Edition, csv, editions
from pipeline.fair_process import load_fair_process
from pipeline.letters import count
from pipeline.record import Record, read_record, removals_schema
from pipeline.release import describe, write_formats
from pipeline.tables import read_table, report_columns
from pipeline.workspace import Workspace
from scraper.files import write_whole


def take_out(workspace: Workspace) -> int:
    """Take what was removed or withdrawn since out of every edition; how many held any.

    Of a withdrawn report the address and the evidence go. The figures of an edition stay as
    they were published; its other files are made anew.

    Raises:
        DataError: a table cannot be used.
    """
    record = read_record(workspace)
    removed = set(read_table(workspace.table("removals"), removals_schema())["key"])
    reports = record.reports
    hidden = set(reports["report_id"][reports["status"] == "withdrawn"])
    found, changed = editions(workspace), []
    for place, edition in enumerate(found):
        changed.append(without(edition, removed, hidden, record))
        if changed[place] or (place and changed[place - 1]):
            describe(edition, found[place - 1] if place else None)
            write_formats(edition)
    return sum(changed)


def without(edition: Edition, gone: set[str], hidden: set[str], record: Record) -> bool:
    """Take the reports called *gone* out of *edition*, and the addresses of the *hidden* ones.

    Cases and letters that others tell of too are made anew from those; figures stay as they
    were published. Whether it held any is given back.
    """
    reports = edition.table("reports")
    lost = reports["report_id"].isin(gone)
    bare = reports["report_id"].isin(hidden) & (reports["url"] != "")
    if not (lost | bare).any():
        return False
    left = reports.assign(
        url=reports["url"].mask(bare, ""), status=reports["status"].mask(bare, "withdrawn")
    )
    left = left[~lost]
    told = left.reindex(columns=list(report_columns(record.codebook)), fill_value="")
    silent = gone | set(reports["report_id"][bare])
    now = {"reports": left, "cases": _cases(edition, reports[lost], told, record.codebook)}
    now["evidence"] = _other(edition.table("evidence"), silent)
    now["letters"] = _letters(edition, reports[lost], told, now["evidence"], record)
    for name in ("links", "corrections", "confirmations", "second_codings"):
        now[name] = _other(edition.table(name), gone)
    for name, table in now.items():
        write_whole(edition.folder / f"{name}.csv", csv(table))
    return True


def _other(table: pd.DataFrame, gone: Iterable[str]) -> pd.DataFrame:
    """*table* without the rows that name a report that is gone."""
    return table[~table[[name for name in NAMING if name in table]].isin(list(gone)).any(axis=1)]


def _cases(
    edition: Edition, lost: pd.DataFrame, told: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """The cases, those of the *lost* reports as the others tell of them."""
    cases, touched = edition.table("cases"), set(lost["case_id"])
    anew = merge(told[told["case_id"].isin(touched)], codebook).set_index("case_id")
    return _renewed(cases, "case_id", touched, anew)


def _letters(
    edition: Edition, lost: pd.DataFrame, told: pd.DataFrame, spans: pd.DataFrame, record: Record
) -> pd.DataFrame:
    """The letters, those that the *lost* reports quote as the others quote them."""
    letters, touched = edition.table("letters"), _codes(lost["letter_id"])
    still = letters[letters["letter_id"].isin(touched & _codes(told["letter_id"]))]
    fair = load_fair_process(
        record.workspace.rules / "codebook" / "fair_process.toml", record.codebook
    )
    return _renewed(
        letters, "letter_id", touched, count(still, told, spans, fair).set_index("letter_id")
    )


def _codes(cells: pd.Series[str]) -> set[str]:
    return {code for cell in cells for code in cell.split("|") if code}


def _renewed(table: pd.DataFrame, key: str, touched: set[str], anew: pd.DataFrame) -> pd.DataFrame:
    """*table* with the rows called *touched* as *anew* has them; without those it lacks."""
    rows = []
    for row in table.to_dict("records"):
        if row[key] in touched:
            if row[key] not in anew.index:
                continue
            found = anew.loc[row[key]]
            row |= {name: str(found.get(name, "")) for name in row if name != key}
        rows.append(row)
    return pd.DataFrame(rows, columns=table.columns, dtype=str)
