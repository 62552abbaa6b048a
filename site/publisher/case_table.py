"""All cases in one small file of codes, which the browser filters and counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
from babel import Locale

from pipeline.cases import rows
from pipeline.counted import open_days
from pipeline.declared import load_figures
from publisher.outputs import Output
from publisher.record import Record

PATH = "cases/table.json"
FREE = ("case_id", "reports", "events", "published", "action_date", "outcomes", "disagree")
"""Columns of the counted cases that no filter asks for."""

DATED = ("action_date", "published", "outcome", "resolution_days")
"""What says for how long a case has lasted."""

Labels = dict[str, dict[str, dict[str, str]]]


def table_outputs(record: Record) -> Iterator[Output]:
    """The one file that the list of cases and *My account was closed* read."""
    table = case_table(record)
    yield Output(PATH, table, partial(json.dumps, table, ensure_ascii=False, separators=(",", ":")))


def case_table(record: Record) -> dict[str, Any]:
    """What the file holds; a place is a number in the order of the list, the newest case first.

    ``ids``: the numbers of the cases; ``columns``: per column its distinct cells, and for each
    case which of them it holds; the columns are those that figures count, so that a figure's
    filter shows its cases, with ``day`` (of the action, else of the telling), ``dated``
    (which of them) and ``open_days`` (how long a case without an end had lasted when it was
    told). ``labels``: column, code, language; ``names``: of the columns; ``since``: the
    codebook edition that brought a column, or a code, where it is not the first.
    ``account``, ``shares`` and the bounds of what is said are those of ``data/figures.toml``.
    """
    declared = load_figures(record.workspace.rules / "figures.toml")
    cases = _ordered(record)
    columns = {str(name): _cells(cases[name]) for name in cases.columns.difference(list(FREE))}
    return {
        "ids": [int(name[1:]) for name in cases["case_id"]],
        "columns": columns,
        "labels": _labels(record, columns),
        "names": {name: column.label["en"] for name, column in record.codebook.columns.items()},
        "since": _since(record),
        "account": declared.population["account"].where,
        "shares": {
            figure.id: {"column": figure.column, "yes": figure.yes, "no": figure.no}
            for figure in declared.figure
            if figure.yes and figure.population == "account"
        },
        "least_said": declared.least_said,
        "careful_below": declared.careful_below,
        "least_dated": declared.least_dated,
    }


def _ordered(record: Record) -> pd.DataFrame:
    """The counted cases that have a page, the newest first, those without a date last."""
    cases = record.counted[record.counted["case_id"].isin(record.cases)]
    acted = cases["action_date"]
    waiting = [open_days(row) for row in rows(cases[list(DATED)])]
    cases = cases.assign(
        day=acted.where(acted != "", cases["published"]),
        dated=acted.map(bool).map({True: "action_date", False: "published"}),
        open_days=["" if days is None else str(days) for days in waiting],
    )
    return cases.sort_values(["day", "case_id"], ascending=False)


def _cells(column: pd.Series[str]) -> dict[str, list[Any]]:
    places, cells = pd.factorize(column, sort=True)
    return {"cells": list(map(str, cells)), "rows": places.tolist()}


def _labels(record: Record, columns: dict[str, dict[str, list[Any]]]) -> Labels:
    """What the codes that occur are called."""
    codebook, wordings = record.codebook, record.wordings
    found = {
        name: sorted({code for cell in column["cells"] for code in cell.split("|") if code})
        for name, column in columns.items()
    }
    labels: Labels = {
        name: {
            code: _translated({lang: each.heading(name, code) for lang, each in wordings.items()})
            for code in found[name]
        }
        for name, column in codebook.columns.items()
        if column.list and name in found
    }
    locales = {lang: Locale(lang).languages for lang in wordings}
    labels["lang"] = {
        code: _translated({lang: str(names.get(code, code)) for lang, names in locales.items()})
        for code in found["lang"]
    }
    labels["platform"] = {code: {"en": record.platform_label(code)} for code in found["platform"]}
    if "unknown" in labels["platform"]:
        words = {lang: each.patterns.page.get("not named", "") for lang, each in wordings.items()}
        labels["platform"]["unknown"] |= {
            lang: f"{w[:1].upper()}{w[1:]}" for lang, w in words.items() if w
        }
    letters = {letter["letter_id"]: letter["says"] for letter in record.letters}
    labels["letter_id"] = {code: {"en": letters.get(code, code)} for code in found["letter_id"]}
    return labels


def _translated(words: dict[str, str]) -> dict[str, str]:
    """*words* without those that only repeat the English ones."""
    return {lang: word for lang, word in words.items() if lang == "en" or word != words["en"]}


def _since(record: Record) -> dict[str, dict[str, int]]:
    """The codebook edition of each column (under no name) and code that a later one brought."""
    found = {}
    for name, column in record.codebook.columns.items():
        codes = record.codebook.lists[column.list].code if column.list else ()
        editions = {"": column.edition} | {code.code: code.edition for code in codes}
        found[name] = {code: edition for code, edition in editions.items() if edition > 1}
    return {name: editions for name, editions in found.items() if editions}
