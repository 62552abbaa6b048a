"""What stops a publication: ``data/bounds.toml`` against the reports published last.

``data/published.csv`` says which these are. A run writes it after it published, and never the
bounds; what a person accepts though it is outside stands in the bounds' file, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pydantic import Field

from pipeline.counted import counted_reports
from pipeline.health import read_health
from pipeline.record import Record, decisions, removals_schema
from pipeline.tables import read_table, write_table
from pipeline.workspace import Workspace
from scraper.rules import Rule, StoppedError, load_rules
from scraper.sources import load_sources

PUBLISHED = ("report_id", "source", "counted")
NAMED = 5
"""Reports that a message names; of more it gives the number."""


class Shares(Rule):
    """How far one source may move; the fields are those of the file, which explains them."""

    lost: float = Field(ge=0, le=1)
    fewer: float = Field(ge=0, le=1)
    more: float = Field(ge=0)
    few: int = Field(ge=0)


class Own(Rule):
    """The bounds of one source, where they are others."""

    name: str
    lost: float | None = Field(default=None, ge=0, le=1)
    fewer: float | None = Field(default=None, ge=0, le=1)
    more: float | None = Field(default=None, ge=0)
    few: int | None = Field(default=None, ge=0)


class Accepted(Rule):
    """A source that a person found right on a day, with so many reports on record."""

    source: str
    reports: int = Field(ge=0)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    why: str = Field(min_length=1)


class Bounds(Shares):
    """``data/bounds.toml``."""

    source: tuple[Own, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def of(self, source: str) -> Shares:
        """The bounds of *source*."""
        own = next((each for each in self.source if each.name == source), Own(name=source))
        return Shares(
            **self.model_dump(include=set(Shares.model_fields))
            | own.model_dump(exclude={"name"}, exclude_none=True)
        )


def load_bounds(rules: Path) -> Bounds:
    """The bounds in the folder *rules*.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules / "bounds.toml", Bounds)


def published_schema() -> pa.DataFrameSchema:
    """Schema of ``published.csv``: a row is a report of the record that was published last.

    ``counted`` is ``yes`` where figures counted it.
    """
    yes = pa.Check.isin(("yes", "no"), error="codes:yes|no")
    checks = {"counted": yes}
    columns = {n: pa.Column(str, checks.get(n), unique=n == "report_id") for n in PUBLISHED}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def keep_within_bounds(record: Record) -> None:
    """Nothing, where *record*, which is settled, may be published.

    A counted report may go by a person's decision alone: a removal, or a correction of it.

    Raises:
        StoppedError: a source is outside its bounds; the text says which, and how.
        DataError: the bounds or a table cannot be used.
    """
    for source, why in _Move(record).outside():
        file = record.workspace.rules / "bounds.toml"
        now = int((record.reports["source"] == source).sum())
        advice = (
            "nothing is published; find out why, or write down there that it is right: "
            f'[[accepted]] source = "{source}", reports = {now}, date, why'
        )
        raise StoppedError(file, f"source[{source}]", f"{why}; {advice}")


def note_published(record: Record) -> None:
    """Write down that *record* was published.

    Counted reports that are gone within the bounds stay in the table, so that many small
    losses add up, until a person accepts them.

    Raises:
        DataError: the table cannot be written.
    """
    move = _Move(record)
    before = move.before[move.before["report_id"].isin(move.lost)]
    kept = before[~before["source"].map(move.is_accepted).astype(bool)]
    table = pd.concat([move.now, kept]).sort_values("report_id", key=lambda ids: ids.str.zfill(12))
    write_table(table, record.workspace.table("published"), published_schema())


@dataclass(frozen=True)
class _Move:
    """From what was published last to *record*."""

    record: Record

    @property
    def _workspace(self) -> Workspace:
        return self.record.workspace

    @cached_property
    def _bounds(self) -> Bounds:
        return load_bounds(self._workspace.rules)

    @cached_property
    def before(self) -> pd.DataFrame:
        return read_table(self._workspace.table("published"), published_schema())

    @cached_property
    def now(self) -> pd.DataFrame:
        reports = self.record.reports[["report_id", "source"]]
        counted = reports["report_id"].isin(counted_reports(self.record)["report_id"])
        return reports.assign(counted=counted.map({True: "yes", False: "no"}).astype(str))

    @cached_property
    def _decided(self) -> set[str]:
        """The reports that a person removed or corrected."""
        removed = read_table(self._workspace.table("removals"), removals_schema())["key"]
        return {*removed, *(row["report_id"] for row in decisions(self.record).corrections)}

    @cached_property
    def lost(self) -> set[str]:
        """The reports that are counted no more, though nobody decided so."""
        counted = [set(t["report_id"][t["counted"] == "yes"]) for t in (self.before, self.now)]
        return counted[0] - counted[1] - self._decided

    def is_accepted(self, source: str) -> bool:
        """Whether a person found right how many reports of *source* there are now."""
        now = int((self.now["source"] == source).sum())
        return any(a.source == source and a.reports == now for a in self._bounds.accepted)

    def outside(self) -> Iterator[tuple[str, str]]:
        """The sources that are outside their bounds, and how."""
        for name in sorted({*self.before["source"], *self.now["source"]} - {""}):
            if not self.is_accepted(name) and (why := self._moved(name)):
                yield name, why
        yield from self._changed()

    def _moved(self, name: str) -> str:
        bounds = self._bounds.of(name)
        before, now = (t[t["source"] == name] for t in (self.before, self.now))
        was, there = set(before["report_id"]), set(now["report_id"])
        counted = int((before["counted"] == "yes").sum())
        lost = sorted(self.lost & was)
        if len(lost) > bounds.lost * counted:
            return (
                f"{len(lost)} of its {counted} counted reports are gone or counted no more, and "
                f"nobody decided so ({_named(lost)})"
            )
        if (gone := len(was - there - self._decided)) > max(bounds.few, bounds.fewer * len(was)):
            return f"{gone} of the {len(was)} reports found in it are gone"
        new = len(there - was)
        if not self.before.empty and new > max(bounds.few, bounds.more * len(was)):
            return f"{new} new reports, where {len(was)} were published of it before"
        return ""

    def _changed(self) -> Iterator[tuple[str, str]]:
        """Sources that are on, have reports on record, and changed their shape."""
        sources = load_sources(self._workspace.rules / "sources.toml")
        told = {*self.now["source"]} & {name for name, source in sources.items() if source.enabled}
        for row in read_health(self._workspace).to_dict("records"):
            name, day = row["source"], row["date"]
            seen = any(a.source == name and a.date >= day for a in self._bounds.accepted)
            if row["state"] == "changed" and name in told and not seen:
                yield name, f"it changed its shape when it was asked on {day} ({row['why']})"


def _named(reports: list[str]) -> str:
    more = len(reports) - NAMED
    return ", ".join(reports[:NAMED]) + (f" and {more} more" if more > 0 else "")
