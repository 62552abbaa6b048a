"""What a coded value stands on: which report, who or which rule found it, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from publisher.record import Record, Row

MEASURES = {
    "readings": ("kappa", "micro_f1", "equal"),
    "specimens": ("f1", "accuracy"),
}
"""The measures of agreement that stand for a column, the best first, by who coded."""

TOGETHER = {
    "number": "numbers_and_dates",
    "numbers": "numbers_and_dates",
    "date": "numbers_and_dates",
}
"""Under which name the readings of the first record were measured, for kinds of columns."""


@dataclass(frozen=True)
class Mark:
    """Reports in which a value was found in one way; none are named where the case has one.

    ``how`` says by whom or what, ``rules`` are the rules that spoke for it, ``sure`` says in
    words how sure that is, and ``figure_id`` names the figure that measures it, or is empty.
    """

    reports: tuple[str, ...]
    how: str
    rules: tuple[str, ...]
    sure: str
    figure_id: str


def marks(record: Record, reports: list[Row], column: str, cell: str) -> tuple[Mark, ...]:
    """The marks of the value *cell* in *column*; reports that say something else have none."""
    found: dict[Mark, list[str]] = {}
    for report in reports:
        if report[column] == cell or not set(report[column].split("|")).isdisjoint(cell.split("|")):
            found.setdefault(_mark(record, report, column), []).append(report["report_id"])
    if len(reports) == 1:
        return tuple(found)
    return tuple(replace(mark, reports=tuple(ids)) for mark, ids in found.items())


def _mark(record: Record, report: Row, column: str) -> Mark:
    standing = record.decisions.standing(report["report_id"], column)
    if standing != "coded":
        return Mark((), f"{standing} by a person", (), "", "")
    spans = record.evidence.get(report["report_id"], [])
    rules = tuple(sorted({row["rule"] for row in spans if row["column"] == column}))
    if not report["coder"].startswith("reading"):
        how = "coded by rules" if rules else "coded without words to show for it"
        if rules and all(rule.startswith("learned") for rule in rules):
            how = "coded by what was learned from texts"
        return Mark((), how, rules, "", _measure(record, "specimens", column))
    sure = "two readings agree" if report["coder"] == "reading-2" else "read once"
    if column in report["contested"].split("|"):
        sure = "two readings differ"
    how = "read by a language model" + ("" if rules else ", no evidence held")
    return Mark((), how, rules, sure, _measure(record, "readings", column))


def _measure(record: Record, what: str, column: str) -> str:
    """The figure that says how well *column* is coded; nothing where it was not measured."""
    key = ("measure", what, column)
    if key not in record.drawn:
        record.drawn[key] = Markup(_found(record, what, column))  # noqa: S704  an id of ours
    return record.drawn[key]


def _found(record: Record, what: str, column: str) -> str:
    names = [column]
    if what == "readings":
        names.append(TOGETHER.get(record.codebook.columns[column].kind, ""))
    ids = (f"measured.{what}.{name}.{measure}" for name in names for measure in MEASURES[what])
    return next((i for i in ids if i in record.figures and record.figures[i].parts["value"]), "")
