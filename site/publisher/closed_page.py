"""*My account was closed*: what it offers to choose, and its counts for a page without script."""

from __future__ import annotations

from markupsafe import Markup

from publisher.languages import say
from publisher.lists import choices
from publisher.pages import platform_codes, reason_codes
from publisher.record import SILENT, Record
from publisher.templating import render, slug

OTHERS = "others"
"""The group of the platforms that have too few cases for figures of their own."""


def options_html(record: Record, column: str) -> Markup:
    """An ``option`` for each code that cases hold in *column*."""
    option = Markup('<option value="{}"{}>{}</option>')
    made = []
    for code, label in choices(record, column):
        if code not in SILENT:
            mark = Markup(' data-mark="code"') if any(map(str.isdigit, label)) else ""
            made.append(option.format(code, mark, label))
    return Markup("").join(made)


def account_counts_html(record: Record, root: str) -> Markup:
    """Platform by action: how many account actions, and the share that got the account back."""
    groups = {slug(code): code for code in platform_codes(record)} | {OTHERS: OTHERS}
    return render(
        "account_counts.html",
        root=root,
        shown=record.figures,
        actions={
            code: record.label("action", code)
            for code in record.declared.population["account"].where["action"]
        },
        groups={
            group: say("Other platforms") if code == OTHERS else record.platform_label(code)
            for group, code in groups.items()
            if f"platform.{group}.account_actions" in record.figures
        },
    )


def reason_counts_html(record: Record, root: str) -> Markup:
    """Each stated reason that a case holds, the most frequent first, with its count."""
    figures = record.figures
    told = [code for code in reason_codes(record) if f"reasons.{code}" in figures]
    return render(
        "reason_counts.html",
        root=root,
        shown=figures,
        reasons=[
            (code, record.label("reasons", code))
            for code in sorted(told, key=lambda c: -figures[f"reasons.{c}"].number("numerator"))
            if figures[f"reasons.{code}"].number("numerator")
        ],
    )
