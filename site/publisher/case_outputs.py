"""The files of the cases: a page each, and a forward from the number of each merged one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from publisher.case_page import case_html
from publisher.numbers import marked
from publisher.outputs import MadePage, Output, digest
from publisher.prose import paragraph, summary
from publisher.record import Record, Row
from publisher.templating import render

ROOT = "../../"


def case_outputs(record: Record) -> Iterator[Output | MadePage]:
    """A page per case of *record*, and a forward per retired number."""
    measures = digest([f.parts for f in record.figures if f.figure_id.startswith("measured.")])
    for case in record.cases.values():
        yield _page(record, case, measures)
    for old, new in record.retired.items():
        yield Output(f"cases/{old}/index.html", new, partial(render, "forward.html", case_id=new))


def _page(record: Record, case: Row, measures: str) -> MadePage:
    title = f"Case {case['case_id']}: {summary(record, case)}"
    return MadePage(
        path=f"cases/{case['case_id']}/",
        title=marked("case", title.removesuffix(": ")),
        description=paragraph(record, case),
        body=partial(case_html, record, case, ROOT),
        inputs=_inputs(record, case, measures),
        styles=("assets/case.css",),
    )


def _inputs(record: Record, case: Row, measures: str) -> list[object]:
    """All that the page of *case* is made from, but for rules; *measures* sums up all agreement."""
    reports = record.reports_of(case)
    ids = [report["report_id"] for report in reports]
    letters = {letter for report in reports for letter in report["letter_id"].split("|")}
    return [
        case,
        reports,
        record.evidence_of(ids),
        [record.decisions.of(name) for name in ids],
        [letter for letter in record.letters if letter["letter_id"] in letters],
        record.perhaps_same(case),
        sorted(old for old, new in record.retired.items() if new == case["case_id"]),
        measures,
    ]
