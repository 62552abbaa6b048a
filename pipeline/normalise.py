"""From the posts of a workspace to its reports, evidence, letters and cases."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from datasketch import MinHash  # type: ignore[import-untyped]

from pipeline.cases import rows
from pipeline.codebook import Codebook
from pipeline.letters import Quoted, group, read_fingerprint
from pipeline.planted import Told, mark
from pipeline.privacy import load_removed, published_url
from pipeline.record import Record, read_record, settle, write_record
from pipeline.reports import Coded, Reports, evidence
from pipeline.status import Places, names, places, with_status
from pipeline.tables import EVIDENCE, MARKED, RECODED
from pipeline.tellings import File, Tellings, Thread, tellings, up_to_date
from pipeline.workspace import Workspace
from scraper.identity import secret_key
from scraper.removed import Removed
from scraper.rules import DataError

Row = dict[str, str]


@dataclass(frozen=True)
class Counts:
    """What one run read, and what the tables hold after it.

    ``coded`` counts the threads that were coded now, ``new`` the reports that no earlier run
    found.
    """

    posts: int
    threads: int
    tellings: int
    coded: int
    new: int
    reports: int
    cases: int

    def __str__(self) -> str:
        return (
            f"{self.posts} posts in {self.threads} threads hold {self.tellings} tellings, "
            f"{self.new} of them new; {self.coded} threads were coded; "
            f"now {self.reports} reports of {self.cases} cases"
        )


@dataclass
class _Found:
    """What the posts hold, by ``address_key``: tellings, their words, and places on record."""

    tellings: dict[str, Coded] = field(default_factory=dict)
    letters: dict[str, tuple[MinHash, ...]] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    posts: int = 0
    threads: int = 0
    coded: int = 0


def normalise(
    workspace: Workspace, key: bytes | None = None, *, cluster: str = "", store: str = ""
) -> Counts:
    """Code the posts of *workspace* and bring its tables up to date.

    Only threads that changed, or whose rules did, are coded; of all others what
    :mod:`pipeline.tellings` kept still stands, and the tables are the same as if all were.

    A telling is known by its ``address_key`` (hashed with *key*, the maintainer's where
    none is given); rows of the first record, which have none, by published address and
    position. Rows that were read, confirmed or corrected stay as they are. A proposed or
    admitted row is coded anew under its number, and marked where it is machine-written or a
    copy (:mod:`pipeline.planted`); a proposed one goes when its page is here
    and does not hold the telling any more. New rows are ``proposed`` and take the next
    numbers. What was removed on request is left out. A run that finds nothing new leaves
    every file as it was.

    On a *cluster*, if there is one, its workers code the posts that lie in *store*; see
    :mod:`pipeline.cluster`. All else is done here, and row for row the same.

    Raises:
        DataError: a rule, a table or a file of posts cannot be used; no table has changed.
    """
    record = read_record(workspace)
    by = tellings(workspace.rules)
    found = _find(_files(workspace, by, cluster, store), record, by.reports, key)
    before = set(record.reports["report_id"])
    record, at = _take_in(record, found, by.reports)
    coded = {report: found.tellings[place] for report, place in at.items()}
    told = {r: replace(found.told[p], report=r) for r, p in at.items() if p in found.told}
    record = with_status(record, found.places)
    record, one_action = mark(record, coded, told)
    record = _quoted_letters(record, coded, {r: found.letters[place] for r, place in at.items()})
    record = settle(record, one_action, _authors(coded))
    write_record(record)
    return Counts(
        posts=found.posts,
        threads=found.threads,
        tellings=len(found.tellings),
        coded=found.coded,
        new=len(set(record.reports["report_id"]) - before),
        reports=len(record.reports),
        cases=len(record.cases),
    )


def _files(workspace: Workspace, by: Tellings, cluster: str, store: str) -> Iterable[File]:
    """The tellings of each file of posts, coded where need be."""
    if not cluster:
        return up_to_date(workspace, by)
    from pipeline.cluster import code_on  # an extra, and slow to load

    return code_on(cluster, store, workspace, by)


def _find(files: Iterable[File], record: Record, maker: Reports, key: bytes | None) -> _Found:
    found = _Found()
    known = {name for row in rows(record.reports) for name in names(row)}
    pages: dict[tuple[str, str], Path] = {}
    removed: Removed | None = None
    for file in files:
        found.coded += file.coded
        for thread in file.threads:
            _stand_once(thread, file.path, pages)
            key = key or secret_key(record.workspace.table("removals"))
            removed = removed or load_removed(record.workspace, key)
            if not removed.leaves_out(thread.page):
                _take(thread, known, found, maker, removed)
    return found


def _stand_once(thread: Thread, path: Path, pages: dict[tuple[str, str], Path]) -> None:
    """Keep in mind that *thread* stands in the file at *path*, and in no other."""
    there = pages.setdefault((thread.source, thread.page), path)
    if there != path:
        problem = f"holds posts of a page that {there.name} has too; put them in one file"
        raise DataError(path, f"source {thread.source}", problem)


def _take(thread: Thread, known: Set[str], found: _Found, maker: Reports, removed: Removed) -> None:
    """Take what *thread* tells, and where in it something can stand that is *known*."""
    here = places(thread.bare(), removed.secret.encode())
    url = published_url(thread.page, removed.addresses)
    at = list(here)
    for kept in thread.tellings:
        place = at[kept.position - 1]
        if place not in removed.keys:
            coded = kept.coded(maker)
            found.tellings[place] = coded
            found.letters[place] = tuple(map(read_fingerprint, kept.letters))
            told = kept.told(coded.cells["platform"])
            found.told |= {place: told} if told else {}
    found.places |= {
        key: place
        for key, place in here.items()
        if key in found.tellings or key in known or f"{url} {place.position}" in known
    }
    found.threads += 1
    found.posts += len(set(thread.posts))


def _row(maker: Reports, place: str, coded: Coded) -> Row:
    """The row of the telling at *place*, but for the ids that it has from before."""
    first = coded.telling.posts[0]
    return {
        "case_id": "",
        "letter_id": "",
        "source": first["source"],
        "address_key": place,
        **coded.cells,
        "url": published_url(coded.cells["url"], maker.addresses),
        "contested": "",
        "coder": maker.coder,
        "codebook_edition": str(maker.codebook.edition),
        "review": "proposed",
        "status": "live",
        "first_seen": first["captured_at"][:10],
    }


def _take_in(record: Record, found: _Found, maker: Reports) -> tuple[Record, Row]:
    """*record* with the rows and evidence of what was found, and the place of each report."""
    by_id = {row["report_id"]: row for row in rows(record.reports)}
    known = {name: report for report, row in by_id.items() for name in names(row)}
    at: Row = {}
    proven: list[Row] = []
    for place, telling in found.tellings.items():
        row = _row(maker, place, telling)
        report = next((known[name] for name in names(row) if name in known), "")
        report = report or record.ids.take("report")
        at[report] = place
        old = by_id.get(report)
        if old and old["review"] not in RECODED:
            continue
        kept = {name: old[name] for name in ("case_id", "status", "first_seen")} if old else {}
        by_id[report] = {"report_id": report, **row, **kept}
        proven += evidence(telling, report)
    gone = {report for report, row in by_id.items() if _is_gone(row, found)}
    stay = [row for report, row in by_id.items() if report not in gone]
    reports = pd.DataFrame(stay, columns=record.reports.columns, dtype=str)
    anew = gone | {span["report_id"] for span in proven}
    spans = record.evidence[~record.evidence["report_id"].isin(anew)]
    spans = pd.concat([spans, pd.DataFrame(proven, columns=list(EVIDENCE), dtype=str)])
    spans = spans.sort_values("report_id", key=lambda ids: ids.str[1:].astype(int), kind="stable")
    return replace(record, reports=reports, evidence=spans.reset_index(drop=True)), at


def _is_gone(row: Row, found: _Found) -> bool:
    place = row["address_key"]
    return row["review"] == "proposed" and place in found.places and place not in found.tellings


def _quoted_letters(
    record: Record, coded: dict[str, Coded], letters: dict[str, tuple[MinHash, ...]]
) -> Record:
    """*record* with the *letters* that its tellings quote; rows that a person saw keep theirs.

    A letter that copies and machine-written reports quote is none for that.
    """
    marked = set(record.reports["report_id"][record.reports["status"].isin(MARKED)])
    quoted = [
        Quoted(report, telling.cells["platform"], _says(telling, record.codebook), made)
        for report, telling in coded.items()
        if report not in marked
        for made in letters[report]
    ]
    known, cells = group(quoted, record.letters, lambda: record.ids.take("letter"))
    reports = record.reports.copy()
    mine = reports["review"].isin(RECODED) & reports["report_id"].isin(set(coded))
    reports.loc[mine, "letter_id"] = [cells.get(name, "") for name in reports["report_id"][mine]]
    return replace(record, letters=known, reports=reports)


def _says(coded: Coded, codebook: Codebook) -> str:
    """What a telling's letter says, as the labels of the reasons stated."""
    reasons = [code for code in coded.cells["reasons"].split("|") if code not in ("", "unknown")]
    return "; ".join(codebook.label("reasons", code).lower() for code in reasons)


def _authors(coded: dict[str, Coded]) -> dict[str, str]:
    return {report: telling.telling.posts[0]["author_key"] for report, telling in coded.items()}
