"""All that the site is made from, read once per build."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from babel import Locale
from markupsafe import Markup

from pipeline.cases import rows
from pipeline.codebook import Codebook
from pipeline.counted import counted_cases
from pipeline.decisions import Decisions, read_decisions
from pipeline.declared import Declared, could_be, load_figures
from pipeline.fair_process import Check, FairProcess, check, load_fair_process
from pipeline.platforms import Platform, load_platforms
from pipeline.record import Record as Tables
from pipeline.record import read_record
from pipeline.tables import SHOWN, read_posts
from pipeline.workspace import Workspace
from publisher.languages import say, spoken_language
from publisher.numbers import Figures
from publisher.replies import Reply, load_replies
from publisher.wording import Wording, load_wordings
from scraper.identity import Publisher
from scraper.rules import DataError, load_rules, one_of

Row = dict[str, str]
SILENT = ("", "unknown")
"""Cells that say nothing."""


@dataclass(frozen=True, eq=False)
class Record:
    """One workspace's tables as rows of text, and the rules that they keep.

    ``reports`` and ``cases`` are by id, ``evidence`` by its report's; ``retired`` maps the
    id of a case that went into another one to that case.
    """

    workspace: Workspace
    tables: Tables
    codebook: Codebook
    platforms: dict[str, Platform]
    fair_process: FairProcess
    reports: dict[str, Row]
    cases: dict[str, Row]
    evidence: dict[str, list[Row]]
    letters: list[Row]
    links: list[Row]
    retired: dict[str, str]
    drawn: dict[object, Markup] = field(default_factory=dict)
    """Charts and parts of pages made so far, by what they show; several pages show the same."""

    @cached_property
    def figures(self) -> Figures:
        """The published numbers."""
        return Figures(self.workspace.table("figures"))

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The cases as the figures count them; see :func:`pipeline.counted.counted_cases`."""
        return counted_cases(self.tables, self.fair_process)

    @cached_property
    def declared(self) -> Declared:
        """What is counted."""
        return load_figures(self.workspace.rules / "figures.toml")

    @cached_property
    def decisions(self) -> Decisions:
        """What people confirmed and corrected."""
        return read_decisions(self.workspace, self.codebook)

    @cached_property
    def wordings(self) -> dict[str, Wording]:
        """How facts are told, by language, English first."""
        return load_wordings(self.workspace.rules / "words", self.codebook)

    @cached_property
    def contact(self) -> str:
        """The mail address of whoever runs this copy; empty where none is named."""
        return load_rules(self.workspace.rules / "publisher.toml", Publisher).contact

    @cached_property
    def replies(self) -> tuple[Reply, ...]:
        """What platforms say themselves."""
        path = self.workspace.rules / "replies.toml"
        return load_replies(path, self.codebook, self.platforms)

    @cached_property
    def texts(self) -> dict[str, dict[str, Any]]:
        """The posts of the workspace by the SHA-256 of their text, as evidence names them."""
        posts = read_posts(self.workspace.posts)
        return {hashlib.sha256(post["text"].encode()).hexdigest(): post for post in posts}

    def has_figure(self, figure_id: str, file: Path | str, place: str) -> bool:
        """Whether the record has the figure that *place* of *file* names.

        A record of few cases lacks many.

        Raises:
            DataError: no record could have it.
        """
        if figure_id in self.figures:
            return True
        if not could_be(figure_id, self.declared, self.codebook):
            problem = one_of(figure_id, tuple(each.figure_id for each in self.figures))
            raise DataError(file, place, f"figure {problem}")
        return False

    def platform_label(self, code: str) -> str:
        """What pages call a platform; the code's own words where no rule names it."""
        if code in self.platforms:
            return self.platforms[code].label
        return code.removeprefix("other:") or say("not named")

    def label(self, column: str, code: str) -> str:
        """The label of a code in the language of the page that is being made."""
        return self.wordings[spoken_language()].heading(column, code)

    def labels(self, column: str, cell: str) -> list[str]:
        """The words for each code of a cell; a free cell is its own word."""
        kind = self.codebook.columns[column].kind
        if kind == "platform":
            return [self.platform_label(cell)] if cell else []
        words = [word for word in cell.split("|") if word]
        if column == "lang":
            names = Locale(spoken_language()).languages
            return [str(names.get(word, word)) for word in words]
        if kind in ("code", "codes"):
            return [self.label(column, word) for word in words]
        return words

    def reports_of(self, case: Row) -> list[Row]:
        """The reports that tell of *case*, in the case's order; those not shown left out."""
        rows = [self.reports[key] for key in case["reports"].split("|") if key in self.reports]
        return [row for row in rows if row["status"] in SHOWN]

    def evidence_of(self, report_ids: Iterable[str]) -> list[Row]:
        """The evidence of some reports."""
        return [row for name in report_ids for row in self.evidence.get(name, [])]

    def checks(self, case: Row) -> list[Check]:
        """The fair-process checks of *case*."""
        return check(case, self.fair_process)

    def perhaps_same(self, case: Row) -> list[str]:
        """The cases that a link calls likely, not certain, to be the same action."""
        others = {
            other
            for report in self.reports_of(case)
            for other in self._likely.get(report["report_id"], ())
        }
        ids = {self.reports[other]["case_id"] for other in others if other in self.reports}
        return sorted(name for name in ids if name in self.cases and name != case["case_id"])

    @cached_property
    def _likely(self) -> dict[str, list[str]]:
        """For each report those that it is likely, not certainly, of one action with."""
        found: dict[str, list[str]] = {}
        for link in self.links:
            if link["sureness"] == "likely":
                found.setdefault(link["report_a"], []).append(link["report_b"])
                found.setdefault(link["report_b"], []).append(link["report_a"])
        return found


def load_record(workspace: Workspace) -> Record:
    """The record of *workspace*, without the cases that have no report to be shown.

    Such a case is only proposed, or its reports are all withdrawn: then figures count it.

    Raises:
        DataError: a table or a rule cannot be used as it stands.
    """
    tables = read_record(workspace)
    reports = {row["report_id"]: row for row in rows(tables.reports)}
    counted = {
        row["case_id"]
        for row in reports.values()
        if row["review"] != "proposed" and row["status"] in SHOWN
    }
    fair = workspace.rules / "codebook" / "fair_process.toml"
    return Record(
        workspace,
        tables,
        tables.codebook,
        load_platforms(workspace.rules / "platforms.toml"),
        load_fair_process(fair, tables.codebook),
        reports,
        {row["case_id"]: row for row in rows(tables.cases) if row["case_id"] in counted},
        _by_report(rows(tables.evidence)),
        rows(tables.letters),
        rows(tables.links),
        tables.retired,
    )


def _by_report(evidence: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in evidence:
        found.setdefault(row["report_id"], []).append(row)
    return found
