"""``suspensions review``: a person confirms or corrects what was coded, value by value.

Every answer is on the disk before the next question, so the command can be left at any time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pandas as pd
from rich.console import Console
from rich.text import Text

from pipeline.agreement import SECOND, category, second_schema
from pipeline.cases import rows
from pipeline.codebook import Column
from pipeline.coding.learned import REPORTS
from pipeline.decisions import (
    CONFIRMATIONS,
    CORRECTIONS,
    SCREEN,
    asked,
    decisions_schema,
)
from pipeline.held import Held, plain
from pipeline.questions import LaterError, Questions
from pipeline.record import decisions, read_record, settle
from pipeline.reports import silence
from pipeline.summary import sum_up
from pipeline.tables import MARKED, SHOWN, read_table, write_table
from pipeline.workspace import Workspace
from scraper.rules import DataError, one_of

SAMPLE = 0.2
"""Share of the reports of each run that a second, blind coding is asked for."""

Row = dict[str, str]


def lot(row: Row) -> float:
    """A report's place in the order of review, from 0 to 1; below ``SAMPLE`` it is sampled.

    It is a hash (SHA-256) of the report's number and of the day of the run that found it
    (``first_seen``), so that nobody picks the sample and every run brings its own.
    """
    digest = hashlib.sha256(f"{row['report_id']} {row['first_seen']}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def review(workspace: Workspace, console: Console, report: str = "") -> None:
    """Ask a person about *report*, else about every report with values that nobody confirmed.

    What the screen found comes first, then reports on which two readings, or two reports of
    one case, differ, then the others, each in the order of :func:`lot`. The questions on a
    report are: whether it is one; if it is in the sample, every column, blind; each value
    that says something, with its definition and evidence; all that stands as not told.

    Codings go to ``second_codings.csv``, decisions to ``confirmations.csv`` and
    ``corrections.csv``; :func:`pipeline.record.settle` applies them.

    Raises:
        DataError: a table cannot be used, or there is no such report.
    """
    desk = _Desk(workspace, console)
    chosen = [desk.row(report)] if report else desk.waiting()
    try:
        desk.sit_down()
        for row in chosen:
            desk.go_through(row, again=bool(report))
    except EOFError:
        console.print()
    console.print(Text(", ".join(f"{n} {what}" for what, n in desk.done.items()) or "Nothing done"))
    sum_up(settle(read_record(workspace)), console)


class _Desk:
    """One sitting of one person; ``done`` counts what it wrote."""

    def __init__(self, workspace: Workspace, console: Console) -> None:
        record = settle(read_record(workspace))
        self.done: Counter[str] = Counter()
        self._workspace, self._console = workspace, console
        self._codebook = record.codebook
        self._ask = Questions(record.codebook, workspace.rules / "platforms.toml", console)
        self._held = Held(workspace)
        self._rows = {row["report_id"]: row for row in rows(record.reports)}
        self._disagree = dict(zip(record.cases["case_id"], record.cases["disagree"], strict=True))
        self._evidence: dict[str, list[Row]] = {}
        for span in rows(record.evidence):
            self._evidence.setdefault(span["report_id"], []).append(span)
        self._decided = decisions(record)
        self._originals: dict[str, list[str]] = {}
        for link in rows(record.links[record.links["sureness"] == "copy"]):
            self._originals.setdefault(link["report_b"], []).append(link["report_a"])
        second = read_table(workspace.table("second_codings"), second_schema())
        self._second = {
            (row["report_id"], row["column"], row["coder"]): row["value"] for row in rows(second)
        }
        self._person = ""

    def row(self, report: str) -> Row:
        """The row of *report*.

        Raises:
            DataError: there is none.
        """
        if report not in self._rows:
            path = self._workspace.table("reports")
            raise DataError(path, "report_id", one_of(report, tuple(self._rows)))
        return self._rows[report]

    def sit_down(self) -> None:
        """Ask who is there: a number, so that codings of two people stay apart."""
        self._person = self._ask.person()

    def waiting(self) -> Iterator[Row]:
        """The reports on which something is left to say, the most uncertain first."""

        def place(row: Row) -> tuple[int, float]:
            found, uncertain = row["review"] in ("proposed", "admitted"), self._uncertain(row)
            return (0 if found else 1 if uncertain else 2), lot(row)

        for row in sorted(self._rows.values(), key=place):
            open_mark = row["status"] in MARKED and self._judged(row) is None
            shown = row["status"] in SHOWN and (self._undecided(row) or self._blind(row))
            if open_mark or shown:
                yield row

    def go_through(self, row: Row, *, again: bool) -> None:
        """All questions on one report; *again* asks about what is decided already, too."""
        report = row["report_id"]
        self._console.rule(report)
        if row["status"] in MARKED:
            self._ask.say(self._mark(row))
        where = row["url"] or "address withheld"
        self._console.print(Text(f"Found in {row['source']}: {where}"), soft_wrap=True)
        posts = self._held.posts(self._evidence.get(report, []))
        for post in posts:
            self._console.print(plain(f"\n{post['title']}\n{post['text']}"), soft_wrap=True)
        if not posts:
            self._console.print("Its text is not held here: open the page and read it there.")
        try:
            if self._is_report(row):
                self._code_blind(row)
                self._values(row)
                self._silent(row)
                while again and (column := self._ask.which("Change a value?", self._asked(row))):
                    self._ask.define(column)
                    self._decide(row, column, "correct")
        except LaterError:
            return

    def _cell(self, row: Row, column: Column) -> str:
        return self._decided.values.get((row["report_id"], column.name), row[column.name])

    def _asked(self, row: Row) -> tuple[Column, ...]:
        names = asked(self._codebook, row["codebook_edition"])
        return tuple(self._codebook.columns[name] for name in names)

    def _uncertain(self, row: Row) -> set[str]:
        """The columns on which two readings, or two reports of its case, differ."""
        differ = (row["contested"], self._disagree.get(row["case_id"], ""))
        return {name for cell in differ for name in cell.split("|") if name}

    def _undecided(self, row: Row) -> list[Column]:
        standing, report = self._decided.standing, row["report_id"]
        left = [column for column in self._asked(row) if standing(report, column.name) == "coded"]
        uncertain = self._uncertain(row)
        return sorted(left, key=lambda column: column.name not in uncertain)

    def _blind(self, row: Row) -> list[Column]:
        """The columns of a sampled report that this person has still to code."""
        if lot(row) >= SAMPLE:
            return []
        return [column for column in self._asked(row) if self._own(row, column) is None]

    def _own(self, row: Row, column: Column) -> str | None:
        return self._second.get((row["report_id"], column.name, self._person))

    def _judged(self, row: Row) -> bool | None:
        return self._decided.on_screen(row["report_id"])

    def _mark(self, row: Row) -> str:
        """Why *row* is marked, and that a person's yes takes the mark away."""
        report, kind = row["report_id"], row["status"]
        spans = self._evidence.get(report, [])
        rules = dict.fromkeys(span["rule"] for span in spans if span["column"] == "status")
        why = [*(f"of {first}" for first in self._originals.get(report, ())), *rules]
        return f"Marked {kind} ({', '.join(why)}): not counted unless you call it a report."

    def _is_report(self, row: Row) -> bool:
        said = self._judged(row)
        if said is not None:
            return said
        taken = REPORTS[row["teller"] != "self"]
        if self._ask.is_report():
            self._confirm(row, {SCREEN: taken})
            return True
        kind, reason = self._ask.what_else()
        self._correct(row, SCREEN, taken, kind, reason)
        return False

    def _code_blind(self, row: Row) -> None:
        left = self._blind(row)
        if left:
            self._ask.say("In the sample: code it yourself first; the record's values come after.")
        for column in left:
            self._ask.define(column)
            self._write_coding(row, column, self._ask.value(column))

    def _values(self, row: Row) -> None:
        """Ask about each value that says something, or that the person coded otherwise."""
        left = [(column, self._own(row, column)) for column in self._undecided(row)]
        agreed = {
            column.name: self._cell(row, column)
            for column, own in left
            if own is not None
            and category(column, own) == category(column, self._cell(row, column))
        }
        if agreed:
            self._confirm(row, agreed)
        for column, own in left:
            if column.name not in agreed and not self._is_silent(row, column):
                self._value(row, column, own)

    def _value(self, row: Row, column: Column, own: str | None) -> None:
        spans = [s for s in self._evidence.get(row["report_id"], []) if s["column"] == column.name]
        self._ask.define(column)
        self._ask.show(column, self._cell(row, column), own, self._held.excerpts(spans), spans)
        self._decide(row, column, self._ask.decision())

    def _decide(self, row: Row, column: Column, decision: str) -> None:
        old = self._cell(row, column)
        if decision == "confirm":
            self._confirm(row, {column.name: old})
        elif decision == "correct":
            new = self._ask.value(column)
            if category(column, new) == category(column, old):
                self._confirm(row, {column.name: old})
            else:
                self._correct(row, column.name, old, new, self._ask.reason())

    def _silent(self, row: Row) -> None:
        """Ask once about all that stands as not told; what is left is confirmed together."""
        while silent := [c for c in self._undecided(row) if self._is_silent(row, c)]:
            column = self._ask.missing(silent)
            if column is None:
                self._confirm(row, {each.name: self._cell(row, each) for each in silent})
            else:
                self._ask.define(column)
                self._decide(row, column, "correct")

    def _is_silent(self, row: Row, column: Column) -> bool:
        """Whether nobody says anything: neither the coder nor the person, coding blind."""
        said = {self._cell(row, column), self._own(row, column) or ""}
        return said <= {"", "unknown", silence(column, self._codebook)}

    def _confirm(self, row: Row, cells: Row) -> None:
        made = [_row(row, column, value, _today()) for column, value in cells.items()]
        added = self._append("confirmations", CONFIRMATIONS, made)
        self._decided = replace(self._decided, confirmations=(*self._decided.confirmations, *added))
        self.done["confirmed"] += len(cells)

    def _correct(self, row: Row, column: str, old: str, new: str, reason: str) -> None:
        made = _row(row, column, old, new, reason, _today())
        added = self._append("corrections", CORRECTIONS, [made])
        self._decided = replace(self._decided, corrections=(*self._decided.corrections, *added))
        self.done["corrected"] += 1

    def _write_coding(self, row: Row, column: Column, value: str) -> None:
        """Write the person's value, and beside it what the record's coder gave."""
        report = row["report_id"]
        coded = self._decided.coded(report, column.name, row[column.name])
        made = {(report, column.name, self._person): value}
        if (report, column.name, row["coder"]) not in self._second:
            made[report, column.name, row["coder"]] = coded
        lines = [(report, name, cell, coder, _today()) for (_, name, coder), cell in made.items()]
        self._append("second_codings", SECOND, lines)
        self._second |= made
        self.done["coded blind"] += 1

    def _append(
        self, name: str, columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]
    ) -> list[Row]:
        """Put *lines* at the end of a table, whole or not at all."""
        path = self._workspace.table(name)
        schema = second_schema() if columns is SECOND else decisions_schema(*columns)
        added = pd.DataFrame(list(lines), columns=list(columns), dtype=str)
        write_table(pd.concat([read_table(path, schema), added]), path, schema)
        return cast(list[Row], added.to_dict("records"))


def _row(row: Row, *cells: str) -> tuple[str, ...]:
    return (row["report_id"], *cells)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
