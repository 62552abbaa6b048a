"""The public ledger: what was corrected, joined and taken out, and what is no longer there."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pipeline.cases import rows
from pipeline.decisions import SCREEN
from pipeline.editions import editions
from pipeline.health import read_health
from publisher.record import Record, Row
from publisher.release_pages import counted
from publisher.sources_page import titles
from publisher.templating import render

COUNTS = (
    *("corrections", "confirmations", "refuted", "synthetic", "copies", "joined", "merged"),
    *("removed", "kept_out", "gone", "sources_gone"),
)


@dataclass(frozen=True)
class Correction:
    """One value that a person changed, in words, and the case that it is of."""

    row: Row
    case: str
    label: str
    old: list[str]
    new: list[str]


def ledger_html(record: Record, root: str) -> Markup:
    """Counts, then the corrections, the merges, the editions that lost rows, and dead sources."""
    health = rows(read_health(record.workspace))
    return render(
        "ledger.html",
        figures=record.figures,
        counts=[f"ledger.{name}" for name in COUNTS],
        corrections=_corrections(record),
        joined=[link for link in record.links if link["sureness"] == "certain"],
        case_of={name: row["case_id"] for name, row in record.reports.items()},
        cases=record.cases,
        retired=record.retired,
        editions=[edition for edition in editions(record.workspace) if edition.taken_out()],
        counted=counted,
        gone=[row for row in health if row["state"] == "gone"],
        titles=titles(record),
        root=root,
    )


def _corrections(record: Record) -> list[Correction]:
    """What people changed, the newest first."""
    changed = sorted(record.decisions.corrections, key=lambda row: row["date"], reverse=True)
    return [_correction(record, row) for row in changed]


def _correction(record: Record, row: Row) -> Correction:
    case = record.reports.get(row["report_id"], {}).get("case_id", "")
    if row["column"] == SCREEN:
        kinds = record.codebook.lists[SCREEN]
        old, new = ([kinds[row[end]].label["en"]] if row[end] else [] for end in ("old", "new"))
        return Correction(row, case, "Whether it is a report", old, new)
    label = record.codebook.columns[row["column"]].label["en"]
    old, new = (record.labels(row["column"], row[end]) for end in ("old", "new"))
    return Correction(row, case, label, old, new)
