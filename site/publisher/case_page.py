"""A page per case, made by one function that knows nothing of MkDocs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from pipeline.fair_process import Check
from publisher.case_history import history
from publisher.evidence_marks import Mark, marks
from publisher.prose import paragraph, summary
from publisher.record import SILENT, Record, Row
from publisher.templating import render
from publisher.timeline import steps

GROUPS: dict[str, tuple[str, ...]] = {
    "What was done": (
        *("action", "first_action", "action_date", "notice", "notice_channel", "told_to"),
        *("duration_stated",),
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
ELSEWHERE = ("events",)
"""Columns that the timeline shows."""


@dataclass(frozen=True)
class Fact:
    """One coded value of a case and what it stands on; ``others`` is what reports say instead."""

    column: str
    cell: str
    marks: tuple[Mark, ...]
    others: tuple[tuple[str, str], ...]
    contested: bool


def case_html(record: Record, case: Row, root: str) -> Markup:
    """The body of one case's page; *root* leads from there to the site's first page.

    It holds the paragraph in every language, the timeline, the coded facts with what each
    stands on, the fair-process checks, what the platform says, every report with its source
    link, the history of the case, and whom to write to. Values that the record does not know
    are only listed.
    """
    reports = record.reports_of(case)
    platform = record.platforms.get(case["platform"])
    edition = _edition(case)
    return render(
        "case.html",
        record=record,
        case=case,
        root=root,
        summary=summary(record, case),
        paragraphs=[
            (words, paragraph(record, case, lang)) for lang, words in record.wordings.items()
        ],
        steps=steps(record, case, reports),
        groups=_groups(record, case, reports, root),
        silent=", ".join(
            column.label["en"]
            for name, column in record.codebook.columns.items()
            if case.get(name, "-") in SILENT and column.edition <= edition
        ),
        later=", ".join(
            column.label["en"]
            for column in record.codebook.columns.values()
            if column.edition > edition
        ),
        checks=_together(
            [_check(record, check, bool(case["action_date"])) for check in record.checks(case)]
        ),
        replies=[reply for reply in record.replies if reply.concerns(case)],
        terms=platform.terms if platform else (),
        terms_day=case["action_date"] or case["published"],
        reports=reports,
        letters=[
            letter
            for letter in record.letters
            if any(letter["letter_id"] in report["letter_id"].split("|") for report in reports)
        ],
        history=history(record, case, reports),
        perhaps=record.perhaps_same(case),
    )


def _edition(case: Row) -> int:
    return int(case["codebook_edition"] or 1)


def _groups(
    record: Record, case: Row, reports: list[Row], root: str
) -> list[tuple[str, str, Markup]]:
    """The sections of facts: anchor, title, and the rows of its table."""
    placed = {name for names in GROUPS.values() for name in names} | set(ELSEWHERE)
    rest = tuple(name for name in record.codebook.columns if name not in placed)
    groups = []
    for title, names in {**GROUPS, REST: rest}.items():
        rows = [
            _row(record, _fact(record, case, reports, name), root)
            for name in names
            if case.get(name, "") not in SILENT
        ]
        if rows:
            groups.append((_anchor(title), title, _together(rows)))
    return groups


@cache
def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "")


def _together(parts: list[Markup]) -> Markup:
    """Parts one after the other: they are HTML already, so nothing is left to escape."""
    return Markup("".join(parts))  # noqa: S704


def _fact(record: Record, case: Row, reports: list[Row], name: str) -> Fact:
    return Fact(
        name,
        case[name],
        marks(record, reports, name, case[name]),
        tuple(
            (report["report_id"], ", ".join(record.labels(name, report[name])))
            for report in reports
            if report[name] not in (*SILENT, case[name])
        ),
        any(name in report["contested"].split("|") for report in reports),
    )


def _row(record: Record, fact: Fact, root: str) -> Markup:
    def make() -> Markup:
        column = record.codebook.columns[fact.column]
        words = zip(fact.cell.split("|"), record.labels(fact.column, fact.cell), strict=False)
        values = {"label": column.label["en"], "words": list(words), "shown": record.figures}
        return render("case_fact.html", fact=fact, root=root, **values)

    return _once(record, (fact, root), make)


def _check(record: Record, check: Check, dated: bool) -> Markup:
    key = (check.question.id, check.answer, *(norm.force for norm in check.norms), dated)
    return _once(record, key, lambda: render("case_check.html", check=check, dated=dated))


def _once(record: Record, key: object, make: Callable[[], Markup]) -> Markup:
    """A part that many cases share, made for the first of them."""
    if key not in record.drawn:
        record.drawn[key] = make()
    return record.drawn[key]
