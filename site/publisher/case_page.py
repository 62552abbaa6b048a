"""A page per case, made by one function that knows nothing of MkDocs."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from publisher.prose import paragraph, summary
from publisher.record import SILENT, Record, Row
from publisher.templating import render

GROUPS: dict[str, tuple[str, ...]] = {
    "What was done": (
        *("action", "first_action", "action_date", "notice", "notice_channel", "told_to"),
        *("duration_stated", "events"),
    ),
    "What was stated": (
        *("reasons", "specificity", "rule_cited", "why_explained", "automation_disclosed"),
        *("appeal_route_named", "letter_quoted", "believed_reasons"),
    ),
    "What was answered": ("appealed", "responses", "reviewer", "response_hours"),
    "How it ended": ("outcome", "resolution_days"),
    "Money": ("fee_percents", "funds_held", "funds_amount", "funds_currency", "hold_days"),
}
"""Which section of the page shows a column; every other column stands under ``REST``."""

REST = "Whose account, and where it was told"


@dataclass(frozen=True)
class Fact:
    """One coded value of a case and what it stands on."""

    column: str
    label: str
    words: list[str]
    standing: str
    contested: bool


def case_html(record: Record, case: Row, root: str) -> Markup:
    """The body of one case's page; *root* leads from there to the site's first page.

    It holds the paragraph, the coded facts with their standing, the fair-process checks, and
    every report with its source link. Values that the record does not know are only listed.
    """
    reports = record.reports_of(case)
    return render(
        "case.html",
        record=record,
        case=case,
        root=root,
        summary=summary(record, case),
        paragraph=paragraph(record, case),
        groups=_groups(record, case, reports),
        silent=[
            column.label["en"]
            for name, column in record.codebook.columns.items()
            if case.get(name, "-") in SILENT and column.edition <= _edition(case)
        ],
        later=[
            column.label["en"]
            for column in record.codebook.columns.values()
            if column.edition > _edition(case)
        ],
        checks=record.checks(case),
        reports=reports,
        letters=[
            letter
            for letter in record.letters
            if any(letter["letter_id"] in report["letter_id"].split("|") for report in reports)
        ],
        history=_history(record, case),
        perhaps=record.perhaps_same(case),
    )


def _history(record: Record, case: Row) -> list[tuple[str, str]]:
    """The outcomes told of *case* one after the other, each with the day of its telling."""
    told = [entry.partition("@") for entry in case["outcomes"].split("|") if entry]
    return [(record.labels("outcome", code)[0], day) for code, _, day in told]


def _edition(case: Row) -> int:
    return int(case["codebook_edition"] or 1)


def _groups(record: Record, case: Row, reports: list[Row]) -> dict[str, list[Fact]]:
    placed = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in record.codebook.columns if name not in placed)
    groups = {
        title: [
            _fact(record, case, reports, name) for name in names if case.get(name, "") not in SILENT
        ]
        for title, names in {**GROUPS, REST: rest}.items()
    }
    return {title: facts for title, facts in groups.items() if facts}


def _fact(record: Record, case: Row, reports: list[Row], name: str) -> Fact:
    contested = any(name in report["contested"].split("|") for report in reports)
    return Fact(
        name,
        record.codebook.columns[name].label["en"],
        record.labels(name, case[name]),
        _standing(record, reports, name, case[name]),
        contested or name in case["disagree"].split("|"),
    )


def _standing(record: Record, reports: list[Row], name: str, cell: str) -> str:
    """What a value rests on: a person, the rules that found it, or the reading that gave it."""
    decided = record.decisions.standing
    standings = {decided(row["report_id"], name) for row in reports if row[name] == cell}
    for standing in ("corrected", "confirmed"):
        if standing in standings:
            return f"{standing} by a person"
    evidence = record.evidence_of(report["report_id"] for report in reports)
    rules = {row["rule"] for row in evidence if row["column"] == name}
    if rules:
        return "rule " + ", ".join(sorted(rules))
    return "read by a language model; no evidence held"
