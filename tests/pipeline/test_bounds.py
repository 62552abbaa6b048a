"""What may not be published before a person has looked, and how a person says that it may."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.bounds import keep_within_bounds, note_published, published_schema
from pipeline.record import Record, read_record, settle
from pipeline.tables import read_table
from pipeline.workspace import Workspace, record
from scraper.rules import StoppedError

TABLES = ("published", "links", "letters", "retired", "removals", "corrections")
SOURCE = "upwork-community"


@pytest.fixture(scope="module")
def settled() -> Record:
    return settle(read_record(record()))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The published record's rules and decisions in a folder of their own."""
    for path in (*record().rules.glob("*.toml"), *(record().table(name) for name in TABLES)):
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / "codebook").symlink_to(record().rules / "codebook")
    return Workspace(tmp_path, tmp_path)


def without(settled: Record, workspace: Workspace, *reports: str) -> Record:
    left = settled.reports[~settled.reports["report_id"].isin(reports)]
    return replace(settled, workspace=workspace, reports=left.reset_index(drop=True))


def of(settled: Record, source: str) -> list[str]:
    return list(settled.reports["report_id"][settled.reports["source"] == source])


def write(workspace: Workspace, name: str, text: str) -> None:
    with (workspace.root / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_report_that_is_gone_stops_until_a_person_accepts_just_that(
    settled: Record, workspace: Workspace
) -> None:
    reports = of(settled, SOURCE)
    keep_within_bounds(without(settled, workspace))
    now = without(settled, workspace, reports[0])
    bounds = (workspace.rules / "bounds.toml").read_bytes()
    with pytest.raises(StoppedError, match=f"1 of its 27 counted .*{reports[0]}") as stopped:
        keep_within_bounds(now)
    assert (workspace.rules / "bounds.toml").read_bytes() == bounds
    assert f'source = "{SOURCE}", reports = 26, date, why' in str(stopped.value)
    accepted = f'source = "{SOURCE}"\nreports = 26\ndate = "2026-12-01"\nwhy = "it was read"\n'
    write(workspace, "bounds.toml", f"[[accepted]]\n{accepted}")
    keep_within_bounds(now)
    with pytest.raises(StoppedError, match="2 of its 27"):
        keep_within_bounds(without(settled, workspace, *reports[:2]))
    note_published(now)
    keep_within_bounds(now)
    assert reports[0] not in set(
        read_table(workspace.table("published"), published_schema()).iloc[:, 0]
    )


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("removals.csv", "{}\n"),
        ("corrections.csv", "{},screen,report_self,other,spam,2026-12-01\n"),
    ],
)
def test_what_a_person_decided_stops_nothing(
    settled: Record, workspace: Workspace, table: str, line: str
) -> None:
    report = of(settled, SOURCE)[0]
    write(workspace, table, line.format(report))
    keep_within_bounds(without(settled, workspace, report))


def test_small_losses_add_up(settled: Record, workspace: Workspace) -> None:
    write(workspace, "bounds.toml", f'[[source]]\nname = "{SOURCE}"\nlost = 0.05\n')
    first, second, *_ = of(settled, SOURCE)
    now = without(settled, workspace, first)
    keep_within_bounds(now)
    note_published(now)
    with pytest.raises(StoppedError, match="2 of its 27"):
        keep_within_bounds(without(settled, workspace, first, second))


def test_the_first_publication_has_nothing_to_be_compared_with(
    settled: Record, workspace: Workspace
) -> None:
    workspace.table("published").unlink()
    keep_within_bounds(without(settled, workspace))
