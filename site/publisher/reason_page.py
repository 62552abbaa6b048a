"""A page per stated reason: definition, phrases, figures, cases."""

from __future__ import annotations

from markupsafe import Markup

from publisher.lists import case_rows
from publisher.record import Record
from publisher.templating import render


def reason_html(record: Record, code: str, root: str) -> Markup:
    """What the codebook and the record hold about the reason called *code*."""
    figures = record.figures
    wanted = [
        figure
        for figure in figures
        if figure.figure_id.endswith(f"reasons.{code}")
        and (figure.number() or figure.figure_id == f"reasons.{code}")
    ]
    return render(
        "reason.html",
        record=record,
        reason=record.codebook.lists["reasons"][code],
        root=root,
        figures=wanted,
        shown=figures,
        cases=case_rows(record, "reasons", code),
        believed=case_rows(record, "believed_reasons", code),
    )
