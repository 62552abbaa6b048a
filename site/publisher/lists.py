"""Lists that lead to pages: the cases, the platforms, the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from publisher import numbers
from publisher.case_table import PATH
from publisher.outputs import MadePage
from publisher.pages import platform_codes, reason_codes
from publisher.record import Record, Row
from publisher.templating import render

CHOICES = ("platform", "action", "reasons", "notice", "responses", "outcome", "lang")
"""The columns that the list of cases offers as a choice; its address may name any other."""

NEWEST = 50
"""How many cases the list shows before it is filtered, and without a script."""

BLOCK = 1000
"""How many case numbers share a page of cases without a date."""


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    case: Row
    platform: str
    action: str
    reasons: str
    outcome: str

    @property
    def date(self) -> str:
        """When it happened, else when it was told."""
        return day(self.case)


@dataclass(frozen=True)
class Shelf:
    """The cases of one year, or some of those without a date: a page of its own."""

    path: str
    name: Markup
    cases: list[Row]


def day(case: Row) -> str:
    """When *case* happened, else when it was told; empty where neither is known."""
    return case["action_date"] or case["published"]


def newest_first(cases: list[Row]) -> list[Row]:
    """*cases* in the order of every list; those without a date come last."""
    return sorted(cases, key=lambda case: (day(case), case["case_id"]), reverse=True)


def case_rows(record: Record, column: str = "", code: str = "") -> list[CaseRow]:
    """The cases, or those whose *column* holds *code*, the newest first."""
    chosen = [
        case for case in record.cases.values() if not column or code in case[column].split("|")
    ]
    return [_row(record, case) for case in newest_first(chosen)]


def _row(record: Record, case: Row) -> CaseRow:
    columns = ("platform", "action", "reasons", "outcome")
    return CaseRow(case, *(_words(record, case, name) for name in columns))


def _words(record: Record, case: Row, column: str) -> str:
    return ", ".join(record.labels(column, case[column])) or "not told"


def cases_html(record: Record, root: str) -> Markup:
    """The newest cases, the choices that filter all of them, and the way to every other."""
    newest = newest_first(list(record.cases.values()))[:NEWEST]
    return render(
        "cases.html",
        root=root,
        table=root + PATH,
        rows=[_row(record, case) for case in newest],
        choices={name: choices(record, name) for name in CHOICES},
        labels={name: column.label["en"] for name, column in record.codebook.columns.items()},
        shelves=shelves(record),
    )


def choices(record: Record, column: str) -> list[tuple[str, str]]:
    """Code and label of what the cases hold in *column*, in the codebook's order."""
    found = {code for case in record.cases.values() for code in case[column].split("|") if code}
    if record.codebook.columns[column].list:
        order = [code for code in record.codebook.allowed(column) if code in found]
    else:
        order = sorted(found, key=lambda code: record.labels(column, code)[0].lower())
    return [(code, record.labels(column, code)[0]) for code in order]


def shelves(record: Record) -> list[Shelf]:
    """The pages that together list every case: a year each, the newest first, then the undated.

    Cases without a date stand by their numbers, so that a case more changes one page.
    """
    years: dict[str, list[Row]] = {}
    for case in newest_first(list(record.cases.values())):
        years.setdefault(_shelf(case), []).append(case)
    dated = sorted(filter(str.isdigit, years), reverse=True)
    undated = sorted(set(years) - set(dated), key=lambda name: (len(name), name))
    return [Shelf(f"cases/{name}/", _named(name), years[name]) for name in [*dated, *undated]]


def _shelf(case: Row) -> str:
    if day(case):
        return day(case)[:4]
    return f"undated-{(int(case['case_id'][1:]) - 1) // BLOCK + 1}"


def _named(name: str) -> Markup:
    if name.isdigit():
        return numbers.date(name)
    last = int(name.rpartition("-")[2]) * BLOCK
    span = f"c{last - BLOCK + 1:04d} to c{last:04d}"
    return Markup("no date, {}").format(numbers.marked("case", span))


def shelf_outputs(record: Record) -> Iterator[MadePage]:
    """A page per shelf, by which every case is reached without a script."""
    found = shelves(record)
    for shelf in found:
        yield MadePage(
            path=shelf.path,
            title=Markup("Cases: {}").format(shelf.name),
            description=f"Cases on record: {shelf.name.striptags()}.",
            body=partial(_shelf_html, record, shelf, found),
            inputs=[shelf.cases, [other.path for other in found]],
            styles=("assets/cases.css",),
        )


def _shelf_html(record: Record, shelf: Shelf, found: list[Shelf]) -> Markup:
    return render(
        "shelf.html",
        root="../../",
        rows=[_row(record, case) for case in shelf.cases],
        shelf=shelf,
        shelves=found,
    )


def platforms_html(record: Record, root: str) -> Markup:
    """The platforms that have cases, each with its figures."""
    return render(
        "platforms.html",
        root=root,
        figures=record.figures,
        platforms=[(code, record.platform_label(code)) for code in platform_codes(record)],
    )


def reasons_html(record: Record, root: str) -> Markup:
    """The reasons of the codebook, each with its definition and figure."""
    reasons = record.codebook.lists["reasons"]
    return render(
        "reasons.html",
        root=root,
        figures=record.figures,
        reasons=[reasons[code] for code in reason_codes(record)],
    )
