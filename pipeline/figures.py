"""Every published number, counted as ``data/figures.toml`` declares it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from pipeline.cases import rows
from pipeline.checked import checked
from pipeline.counted import SILENT, WAITING, Labels, counted_cases, counted_reports, holds
from pipeline.declared import Figure, Group, Where, load_figures, slug
from pipeline.derived import FEE_ANSWERS, bounds, schedule
from pipeline.fair_process import edition_asked, load_fair_process
from pipeline.intervals import bootstrap_median, kaplan_meier, kaplan_meier_median, wilson
from pipeline.largest import share_without
from pipeline.ledger import ledger
from pipeline.measured import measured
from pipeline.paths import steps_taken
from pipeline.platforms import load_platforms
from pipeline.record import read_record
from pipeline.tables import FIGURES, figures_schema, validate
from pipeline.workspace import Workspace
from scraper.rules import DataError, one_of

Cells = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """The rows that one figure is counted over, and what to call them."""

    figure: Figure
    table: pd.DataFrame
    where: Where
    prefix: str = ""
    suffix: str = ""


def figures(workspace: Workspace) -> pd.DataFrame:
    """The rows of ``figures.csv``: one published number each, in the order declared.

    The unit of a count is ``cases`` or ``reports``, of a share ``share`` (between 0 and 1),
    else the figure's own. ``method`` is ``count``, ``distinct``, ``sum``, ``share_wilson``,
    ``median_bootstrap``, ``kaplan_meier``, ``kaplan_meier_curve`` (its ``numerator`` is known
    to last longer), ``schedule``, ``measured`` or, where too few rows speak, ``too_few``: then
    ``value`` is empty and the counts stand. ``filter`` is the query of the case list that shows
    the cases behind the figure (of a share the numerator's, of a number all that were asked),
    ``cases_sha256`` the SHA-256 of their sorted ids, one a line.
    ``asked`` is the query of all cases that ``column`` was asked of: of a share those that say
    yes, no (a code of ``counted_no``, of any code where that is empty) or nothing.

    Raises:
        DataError: a rule or table breaks its model, or two figures have one id.
    """
    path = workspace.rules / "figures.toml"
    counter = _Counter(workspace, path)
    made = [row for figure in counter.declared.figure for row in counter.rows(figure)]
    made += measured(workspace.rules / "measured", counter.record.codebook)
    made += checked(counter.record)
    made += ledger(counter.record)
    table = pd.DataFrame(made, columns=list(FIGURES), dtype=str).fillna("")
    twice = table["figure_id"][table["figure_id"].duplicated()]
    if len(twice):
        raise DataError(path, f"figure[{twice.iloc[0]}]", "stands twice; an id is used once")
    return validate(table, figures_schema(), workspace.table("figures"))


class _Counter:
    """The tables to count over, and one method per kind of figure."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self.path = path
        self.declared = load_figures(path)
        self.record = read_record(workspace)
        codebook = self.record.codebook
        self.fair = load_fair_process(workspace.rules / "codebook" / "fair_process.toml", codebook)
        self.tables = {
            # one block of objects: sixty columns of strings are slow to take rows from
            "cases": counted_cases(self.record, self.fair).astype(object),
            "reports": counted_reports(self.record).astype(object),
        }
        self.platforms = load_platforms(workspace.rules / "platforms.toml")
        self.label = Labels(codebook, self.platforms, self.record.letters, self.fair)
        self._chosen: dict[tuple[str, frozenset[tuple[str, tuple[str, ...]]]], pd.DataFrame] = {}

    def rows(self, figure: Figure) -> Iterator[Cells]:
        """Every row that the declaration *figure* makes."""
        kinds: dict[str, Callable[[Scope], Iterator[Cells]]] = {
            "count": self._count,
            "distinct": self._distinct,
            "share": self._share,
            "median": self._median,
            "duration": self._duration,
            "sum": self._sum,
            "fair": self._fair,
            "curve": self._curve,
            "path": self._path,
            "schedule": self._schedule,
        }
        for scope in self._scopes(figure):
            self._columns_exist(scope)
            yield from kinds[figure.kind](scope)

    def _columns_exist(self, scope: Scope) -> None:
        for column in (*scope.where, *filter(None, [scope.figure.column])):
            if column not in scope.table.columns:
                problem = one_of(column, tuple(map(str, scope.table.columns)))
                raise DataError(self.path, f"figure[{scope.figure.id}].column", problem)

    def _scopes(self, figure: Figure) -> Iterator[Scope]:
        yield self._scope(figure, self.declared.population[figure.population].where)
        for name in figure.by:
            group = self.declared.group[name]
            where = self.declared.population[group.population or figure.population].where
            for label, values in self._values(group):
                scope = self._scope(figure, where | {group.column: values})
                title = self.label(group.column, label) if label != "others" else "other platforms"
                yield replace(scope, prefix=f"{name}.{slug(label)}.", suffix=f" ({title})")

    def _scope(self, figure: Figure, where: Where) -> Scope:
        key = (figure.table, frozenset(where.items()))
        if key not in self._chosen:
            table = self.tables[figure.table]
            asked = [holds(table[name], codes) for name, codes in where.items() if name in table]
            self._chosen[key] = table[np.logical_and.reduce(asked)] if asked else table
        return Scope(figure, self._chosen[key], where)

    def _values(self, group: Group) -> Iterator[tuple[str, tuple[str, ...]]]:
        where = self.declared.population[group.population or "account"].where
        table = self.tables["cases"]
        found = table[group.column].drop_duplicates().sort_values()
        for column, codes in where.items():
            table = table[holds(table[column], codes)]
        counts = table[group.column].value_counts()
        counts = counts[counts >= group.least].drop("", errors="ignore")
        for value in counts.index.sort_values():
            yield str(value), (str(value),)
        if group.others_than:
            yield (
                "others",
                tuple(str(value) for value in found if value not in (*group.others_than, *SILENT)),
            )

    def _codes(self, scope: Scope) -> list[str]:
        """The codes of the scope's column: the list's, else those that occur."""
        column = self.record.codebook.columns.get(scope.figure.column)
        if column and column.list:
            return [c for c in self.record.codebook.allowed(column.name) if c not in SILENT]
        if scope.figure.column == "fee_against":
            return list(FEE_ANSWERS)
        cells = self.tables[scope.figure.table][scope.figure.column]
        return sorted({code for cell in cells for code in cell.split("|")} - set(SILENT))

    def _knowing(self, scope: Scope, codes: tuple[str, ...]) -> Scope:
        """*scope* without the rows whose codebook edition lacks its column or *codes*."""
        codebook = self.record.codebook
        column = codebook.columns.get(scope.figure.column)
        if not column:
            return scope
        listed = codebook.lists[column.list] if column.list else None
        editions = [listed[code].edition for code in codes] if listed else []
        return self._since(scope, max(column.edition, *editions, 1))

    def _since(self, scope: Scope, edition: int) -> Scope:
        """*scope* without the rows of an earlier codebook edition than *edition*."""
        if edition == 1:
            return scope
        editions = tuple(str(n) for n in range(edition, self.record.codebook.edition + 1))
        table = scope.table[scope.table["codebook_edition"].isin(editions)]
        return replace(scope, table=table, where=scope.where | {"codebook_edition": editions})

    def _count(self, scope: Scope) -> Iterator[Cells]:
        figure = scope.figure
        if not figure.each:
            cells = {"value": len(scope.table), "numerator": len(scope.table), "method": "count"}
            cells["unit"] = figure.unit or figure.table
            yield self._row(scope, scope.table["case_id"], cells)
            return
        for code in self._codes(scope):
            asked = self._knowing(scope, (code,))
            known = asked.table
            said = known["case_id"][holds(known[figure.column], (code,))]
            if len(said) < figure.least:
                continue
            cells = {
                "value": len(said),
                "numerator": len(said),
                "denominator": len(known),
                "unknown": int((known[figure.column] == "unknown").sum()),
                "method": "count",
                "unit": figure.unit or figure.table,
            }
            yield self._row(asked, said, cells, code)

    def _distinct(self, scope: Scope) -> Iterator[Cells]:
        cells = scope.table[scope.figure.column]
        values = {code for cell in cells for code in cell.split("|")} - set(SILENT)
        yield self._row(scope, scope.table["case_id"], {"value": len(values), "method": "distinct"})

    def _share(self, scope: Scope) -> Iterator[Cells]:
        figure = scope.figure
        if not figure.each:
            asked = self._knowing(scope, (*figure.yes, *figure.no))
            yield self._parted(asked, figure.yes, figure.no)
            return
        for code in self._codes(scope):
            asked = self._knowing(scope, (code,))
            others = {part for cell in asked.table[figure.column] for part in cell.split("|")}
            if len(asked.table):
                no = tuple(others - {code, *SILENT})
                yield self._parted(asked, (code,), no, code)

    def _parted(
        self, scope: Scope, yes: tuple[str, ...], no: tuple[str, ...], code: str = ""
    ) -> Cells:
        """The share of the scope's rows that say *yes* among those that say *yes* or *no*."""
        table = scope.table
        says = holds(table[scope.figure.column], yes)
        denies = holds(table[scope.figure.column], no) & ~says
        y, n = int(says.sum()), int(says.sum() + denies.sum())
        silent = len(table) - n
        cells: Cells = {"unit": "share", "numerator": y, "denominator": n, "unknown": silent}
        cells["counted_no"] = "" if scope.figure.each else "|".join(no)
        if n < self.declared.least_said:
            cells["method"] = "too_few"
        else:
            low, high = wilson(y, n)
            cells |= {"method": "share_wilson", "value": y / n, "low": low, "high": high}
            cells["if_unknown_no"] = y / (n + silent)
            cells["if_unknown_yes"] = (y + silent) / (n + silent)
            cells["caution"] = "few" if n < self.declared.careful_below else ""
            cells |= share_without(table["source"], says, denies, self.declared.least_said)
        return self._row(scope, table["case_id"][says], cells, code)

    def _fair(self, scope: Scope) -> Iterator[Cells]:
        for question in (each for each in self.fair.check if each.counted):
            column = f"fair.{question.id}"
            asked = self._since(scope, edition_asked(question, self.record.codebook))
            table = asked.table[asked.table[column] != "not_applicable"]
            figure = scope.figure.model_copy(update={"column": column})
            where = asked.where | {column: ("met", "not_met", "not_told")}
            asked = replace(asked, table=table, figure=figure, where=where)
            yield self._parted(asked, ("met",), ("not_met",), question.id)

    def _numbers(self, scope: Scope) -> tuple[pd.Series[float], Cells]:
        known = self._knowing(scope, ()).table
        told = known[known[scope.figure.column] != ""]
        cells: Cells = {"numerator": len(told), "denominator": len(known)}
        cells |= {"unknown": len(known) - len(told), "method": "too_few"}
        return told[scope.figure.column].astype(float), cells

    def _median(self, scope: Scope) -> Iterator[Cells]:
        numbers, cells = self._numbers(scope)
        if len(numbers) >= self.declared.least_dated:
            low, high = bootstrap_median(list(numbers))
            cells |= {"value": float(numbers.median()), "low": low, "high": high}
            cells["method"] = "median_bootstrap"
        yield self._row(scope, scope.table["case_id"], cells)

    def _sum(self, scope: Scope) -> Iterator[Cells]:
        numbers, cells = self._numbers(scope)
        cells |= {"value": float(numbers.sum()), "method": "sum"}
        yield self._row(scope, scope.table["case_id"], cells)

    def _lasting(self, scope: Scope) -> tuple[list[float], list[bool], Cells]:
        """How long each case lasted, or has lasted so far; which ended; the counts."""
        numbers, cells = self._numbers(scope)
        so_far = WAITING[scope.figure.column]
        still = [lasted for row in rows(scope.table) if (lasted := so_far(row)) is not None]
        cells["denominator"] = len(numbers) + len(still)
        cells["unknown"] = len(scope.table) - cells["denominator"]
        return [*numbers, *still], [True] * len(numbers) + [False] * len(still), cells

    def _duration(self, scope: Scope) -> Iterator[Cells]:
        lasted, ended, cells = self._lasting(scope)
        if len(lasted) >= self.declared.least_dated:
            cells["value"] = kaplan_meier_median(lasted, ended)
            cells["method"] = "kaplan_meier"
        yield self._row(scope, scope.table["case_id"], cells)

    def _curve(self, scope: Scope) -> Iterator[Cells]:
        """The share that lasts longer than each of ``at``, as long as enough are followed."""
        lasted, ended, cells = self._lasting(scope)
        if len(lasted) < self.declared.least_dated:
            return
        for day in scope.figure.at:
            if sum(each >= day for each in lasted) < self.declared.least_said:
                return
            point = kaplan_meier(lasted, ended, day)
            cells |= {"value": point.share, "low": point.low, "high": point.high}
            cells |= {"numerator": point.left, "unit": "share", "method": "kaplan_meier_curve"}
            yield self._row(_named(scope, f"{day}", f"{day}"), scope.table["case_id"], cells)

    def _path(self, scope: Scope) -> Iterator[Cells]:
        """How many cases take each step, and each pair of steps in a row."""
        figure = scope.figure
        for name, words, codes in steps_taken(figure.step, scope.table, self.label):
            steps = [holds(scope.table[column], wanted) for column, wanted in codes.items()]
            took = scope.table["case_id"][np.logical_and.reduce(steps)]
            if len(took):
                cells = {"value": len(took), "numerator": len(took), "method": "count"}
                cells |= {"denominator": len(scope.table), "unit": figure.table}
                yield self._row(_named(scope, name, words), took, cells, codes=codes)

    def _schedule(self, scope: Scope) -> Iterator[Cells]:
        """The lowest and the highest fee of the schedule that the group's cases fall under."""
        case = next(iter(rows(scope.table)), None)
        if case is None or not scope.prefix:
            return
        day = case["action_date"] or case["published"]
        lowest, highest = bounds(schedule(self.platforms.get(case["platform"]), day))
        for name, value in (("lowest", lowest), ("highest", highest)):
            named = _named(scope, name, name)
            yield self._row(named, scope.table["case_id"], {"value": value, "method": "schedule"})

    def _row(
        self,
        scope: Scope,
        behind: pd.Series[str],
        cells: Cells,
        code: str = "",
        codes: Where | None = None,
    ) -> Cells:
        figure = scope.figure
        label = self.label(figure.column, code) if code else ""
        where: dict[str, list[str]] = {name: list(codes) for name, codes in scope.where.items()}
        if figure.kind == "fair":
            where[figure.column] = ["met"]
        elif code or figure.yes:
            where[figure.column] = [code] if code else list(figure.yes)
        where |= {name: list(wanted) for name, wanted in (codes or {}).items()}
        row = {"unit": figure.unit} | {k: _plain(v) for k, v in cells.items()}
        row["figure_id"] = f"{scope.prefix}{figure.id}" + (f".{slug(code)}" if code else "")
        row["title"] = figure.title.replace("{code}", label) + scope.suffix
        row["column"] = figure.column
        if figure.table == "cases":
            row["asked"] = urlencode(scope.where, doseq=True)
            row["filter"] = urlencode(where, doseq=True)
            ids = "\n".join(sorted(behind))
            row["cases_sha256"] = hashlib.sha256(ids.encode()).hexdigest()
        return row


def _named(scope: Scope, name: str, words: str) -> Scope:
    """*scope* with a figure of its own: *name* goes to its id, *words* into its title."""
    figure = scope.figure
    update = {"id": f"{figure.id}.{name}", "title": figure.title.replace("{code}", words)}
    return replace(scope, figure=figure.model_copy(update=update))


def _plain(value: Any) -> str:
    """A number as it is written: four decimals at most, none that say nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
