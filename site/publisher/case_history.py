"""What the record did with a case: found, coded, merged, confirmed, corrected, followed up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.decisions import SCREEN
from publisher.record import Record, Row


@dataclass(frozen=True)
class Entry:
    """One thing that was done: its day (partial, or empty), and what, in words."""

    day: str
    what: str


def history(record: Record, case: Row, reports: list[Row]) -> list[Entry]:
    """The entries of *case*: the dated ones in order, then those whose day is not kept."""
    entries = [_coded(report) for report in reports]
    for report in reports:
        entries += _decided(record, report)
    entries += _followed_up(record, case)
    entries.sort(key=lambda entry: entry.day)
    merged = [old for old, new in record.retired.items() if new == case["case_id"]]
    if merged:
        entries.append(Entry("", f"{', '.join(merged)} went into this case"))
    if len(reports) > 1:
        ids = ", ".join(report["report_id"] for report in reports)
        entries.append(Entry("", f"{ids} taken together as one case"))
    return entries


def _coded(report: Row) -> Entry:
    who = {"reading": "read by a language model"}.get(report["coder"].partition("-")[0], "coded")
    words = f"{report['report_id']} came on record, {who} ({report['coder']})"
    return Entry(report["first_seen"], f"{words}, codebook edition {report['codebook_edition']}")


def _decided(record: Record, report: Row) -> list[Entry]:
    made, confirmed = [], Counter[str]()
    for row in record.decisions.of(report["report_id"]):
        if "new" in row:
            made.append(Entry(row["date"], _correction(record, row)))
        else:
            confirmed[row["date"]] += 1
    for day, number in confirmed.items():
        values = "value" if number == 1 else "values"
        made.append(Entry(day, f"{report['report_id']}: {number} {values} confirmed by a person"))
    return made


def _correction(record: Record, row: Row) -> str:
    column = row["column"]
    if column not in record.codebook.columns:
        label, old, new = "What the page is", row["old"], row["new"]
        if column == SCREEN:
            old, new = (_screen(record, row[name]) for name in ("old", "new"))
    else:
        label = record.codebook.columns[column].label["en"]
        old, new = (_words(record, column, row[name]) for name in ("old", "new"))
    why = f" ({row['reason']})" if row["reason"] else ""
    return f"{row['report_id']}: {label} corrected by a person from “{old}” to “{new}”{why}"


def _screen(record: Record, code: str) -> str:
    labels = {entry.code: entry.label["en"] for entry in record.codebook.lists[SCREEN].code}
    return labels.get(code, code or "nothing")


def _words(record: Record, column: str, cell: str) -> str:
    return ", ".join(record.labels(column, cell)) or "nothing"


def _followed_up(record: Record, case: Row) -> list[Entry]:
    """The outcomes told one after the other, each with the day of its telling."""
    told = [entry.partition("@") for entry in case["outcomes"].split("|") if entry]
    return [
        Entry(day, f"followed up: {record.codebook.label('outcome', code)}")
        for code, _, day in told[1:]
    ]
