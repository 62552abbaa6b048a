"""The record on disk: read whole, changed in one place, written whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from pipeline.agreement import admit
from pipeline.cases import Pair, link, merge
from pipeline.codebook import Codebook, load_codebook
from pipeline.decisions import Decisions, decide, read_decisions
from pipeline.fair_process import load_fair_process
from pipeline.letters import count
from pipeline.linking import certain, likely, load_linking, probabilities, went_on
from pipeline.tables import (
    cases_schema,
    csv,
    evidence_schema,
    letters_schema,
    read_table,
    reports_schema,
)
from pipeline.workspace import Workspace
from scraper.rules import DataError
from scraper.together import steady, write_together

LINKS = ("report_a", "report_b", "sureness", "who")
SURENESS = ("certain", "likely", "different", "copy")
PATTERNS = {"report": "r{:04d}", "case": "c{:04d}", "letter": "l{:02d}"}


def _table(*columns: str, **checks: pa.Check) -> pa.DataFrameSchema:
    made = {name: pa.Column(str, checks.get(name)) for name in columns}
    return pa.DataFrameSchema(made, strict=True, ordered=True)


def links_schema() -> pa.DataFrameSchema:
    """Schema of ``links.csv``: a row says that two reports tell of one action or do not.

    ``sureness``: ``certain`` joins them, ``likely`` is shown as perhaps the same and joins
    nothing, ``different`` keeps apart what the linking rules would join, ``copy`` says that the
    second is the first one's text in another place. ``who`` decided: ``facts`` is
    :mod:`pipeline.linking` and ``text`` :mod:`pipeline.planted`, whose pairs every run finds
    anew.
    """
    sure = pa.Check.isin(SURENESS, error="codes:" + "|".join(SURENESS))
    return _table(*LINKS, sureness=sure)


def removals_schema() -> pa.DataFrameSchema:
    """Schema of ``removals.csv``: ``key`` is an ``address_key`` or a ``report_id``."""
    return _table("key")


class Ids:
    """Numbers that are given once: the next one of each kind stands in ``ids.toml``."""

    def __init__(self, following: Mapping[str, int]) -> None:
        self.following = {kind: following.get(kind, 1) for kind in PATTERNS}

    def take(self, kind: str) -> str:
        """A new id of *kind* (``report``, ``case`` or ``letter``)."""
        number = self.following[kind]
        self.following[kind] = number + 1
        return PATTERNS[kind].format(number)

    def text(self) -> str:
        """The file's text."""
        lines = [f"{kind} = {number}\n" for kind, number in self.following.items()]
        return "# The next number of each kind. A number once given is never given again.\n" + (
            "".join(lines)
        )


@dataclass(frozen=True)
class Record:
    """The tables of one workspace; ``retired`` maps a merged case's old id to its new one."""

    workspace: Workspace
    codebook: Codebook
    reports: pd.DataFrame
    evidence: pd.DataFrame
    cases: pd.DataFrame
    letters: pd.DataFrame
    links: pd.DataFrame
    retired: dict[str, str]
    ids: Ids


def read_record(workspace: Workspace) -> Record:
    """The tables of *workspace* as they stand; absent files are empty tables.

    Raises:
        DataError: a table breaks its schema, the codebook its model, or a number would be
            given twice.
    """
    codebook = load_codebook(workspace.rules / "codebook")

    def read(name: str, schema: pa.DataFrameSchema) -> pd.DataFrame:
        return read_table(workspace.table(name), schema)

    with steady(workspace.root):
        retired = read("retired", _table("case_id", "into"))
        record = Record(
            workspace,
            codebook,
            reports=read("reports", reports_schema(codebook)),
            evidence=read("evidence", evidence_schema()),
            cases=read("cases", cases_schema(codebook)),
            letters=read("letters", letters_schema()),
            links=read("links", links_schema()),
            retired=dict(zip(retired["case_id"], retired["into"], strict=True)),
            ids=_ids(workspace.root / "ids.toml"),
        )
    _given_once(record)
    return record


def _given_once(record: Record) -> None:
    given: dict[str, list[str]] = {
        "report": list(record.reports["report_id"]),
        "case": [*record.reports["case_id"], *record.cases["case_id"], *record.retired],
        "letter": list(record.letters["letter_id"]),
    }
    for kind, ids in given.items():
        highest = max((int(name[1:]) for name in ids if name), default=0)
        if record.ids.following[kind] <= highest:
            problem = f"number {highest} is given already; it should be {highest + 1}"
            raise DataError(record.workspace.root / "ids.toml", kind, problem)


def _ids(path: Path) -> Ids:
    if not path.exists():
        return Ids({})
    try:
        following = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(path, "", f"is not valid TOML: {error}") from error
    for kind, number in following.items():
        if kind not in PATTERNS or not isinstance(number, int):
            raise DataError(path, kind, f"should be the next number of a {', '.join(PATTERNS)}")
    return Ids(following)


def settle(
    record: Record, similar: Iterable[Pair] = (), authors: Mapping[str, str] | None = None
) -> Record:
    """*record* with what people decided applied, its reports linked and its cases merged.

    The order is: the coder's values, then what people confirmed and corrected, then which
    sources' finds are counted, then removals; links come last. Evidence goes with the value
    that rested on it; a withdrawn report has neither evidence nor an address.
    *similar* are pairs of reports whose texts are nearly the same,
    *authors* the author keys of reports whose posts are held.

    Raises:
        DataError: a decision names no report or column, or a value that the codebook lacks;
            a link names a report that never was.
    """
    check_links(record)
    decided = decisions(record)
    reports = admit(decide(record.reports, decided, record.codebook), decided)
    gone = set(read_table(record.workspace.table("removals"), removals_schema())["key"])
    reports = reports[~(reports["address_key"].isin(gone) | reports["report_id"].isin(gone))]
    is_there = reports["status"] != "withdrawn"
    reports = reports.assign(url=reports["url"].where(is_there, "")).reset_index(drop=True)
    rules = record.workspace.rules
    linking = load_linking(rules / "linking.toml", record.codebook)
    found = probabilities(reports, linking, record.codebook)
    same = [
        *similar,
        *certain(found, reports, linking),
        *went_on(reports, linking, record.codebook, authors or {}),
    ]
    ids, retired = link(reports, record.links, lambda: record.ids.take("case"), similar=same)
    reports = reports.assign(case_id=ids)
    shown = reports[reports["status"] != "withdrawn"]
    evidence = record.evidence[_holds(record.evidence, shown)]
    fair = load_fair_process(rules / "codebook" / "fair_process.toml", record.codebook)
    chain = {old: retired.get(into, into) for old, into in record.retired.items()}
    return replace(
        record,
        reports=reports,
        evidence=evidence,
        cases=merge(reports, record.codebook),
        letters=count(record.letters, reports, evidence, fair),
        links=likely(found, _without_freed(record.links, reports), reports),
        retired=chain | retired,
    )


def _without_freed(links: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """*links* without those that call a copy what is none any more."""
    copies = reports["report_id"][reports["status"] == "copy"]
    return links[(links["sureness"] != "copy") | links["report_b"].isin(copies)]


def decisions(record: Record) -> Decisions:
    """What people decided on *record*.

    Raises:
        DataError: see :func:`settle`.
    """
    return read_decisions(record.workspace, record.codebook, lambda report: _was(record, report))


def check_links(record: Record) -> None:
    """Whether each link of *record* joins reports that are, or were, there.

    Raises:
        DataError: one does not.
    """
    for column in LINKS[:2]:
        for place, report in enumerate(record.links[column], 2):
            if not _was(record, report):
                where = f"row {place}, column {column}"
                problem = f"{report!r} is no report of the record"
                raise DataError(record.workspace.table("links"), where, problem)


def _was(record: Record, report: str) -> bool:
    number = report.removeprefix("r")
    return number.isdigit() and int(number) < record.ids.following["report"]


def _holds(evidence: pd.DataFrame, reports: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of *evidence* speak for a value that *reports* still have."""
    spoken = set(evidence["column"])
    columns = [name for name in reports.columns if name in spoken]
    cells = reports.set_index("report_id")[columns].to_dict("index")
    spans = zip(*(evidence[name] for name in ("report_id", "column", "value")), strict=True)
    held = [
        report in cells and value in str(cells[report].get(column, "")).split("|")
        for report, column, value in spans
    ]
    return pd.Series(held, evidence.index, bool)


def write_record(record: Record) -> None:
    """Write every table of *record*, each checked first, all at once or none.

    Raises:
        DataError: a table breaks its schema, or cannot be written; all are as they were.
    """
    retired = pd.DataFrame(sorted(record.retired.items()), columns=["case_id", "into"], dtype=str)
    tables = (
        ("reports", record.reports, reports_schema(record.codebook)),
        ("evidence", record.evidence, evidence_schema()),
        ("cases", record.cases, cases_schema(record.codebook)),
        ("letters", record.letters, letters_schema()),
        ("links", record.links, links_schema()),
        ("retired", retired, _table("case_id", "into")),
    )
    at = record.workspace.table
    files = {at(name).name: csv(table, at(name), schema) for name, table, schema in tables}
    write_together(record.workspace.root, files | {"ids.toml": record.ids.text().encode()})
