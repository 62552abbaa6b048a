"""The table of costs: what a row says, and how two runs are put side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.costs import Cost, Row, apart, rows, table, watched

SMALL, LARGE = Cost(100, 1.0, 0.9, 50.0), Cost(1000, 20.0, 18.0, 400.0)


def row(**changes: object) -> Row:
    beside = [replace(SMALL, wall=0.5), replace(LARGE, wall=5.0)]
    return replace(Row("coding", "posts", "alone", [SMALL, LARGE], beside), **changes)  # type: ignore[arg-type]


def test_a_row_tells_growth_and_times_its_yardstick() -> None:
    assert row().growth == pytest.approx(1.301, abs=0.001)
    assert row().times == pytest.approx(4.0)
    assert row(costs=[SMALL]).growth is None
    told = row().told()
    assert (told["growth"], told["times"], told["costs"][1]["items"]) == (1.301, 4.0, 1000)


def _burn(megabytes: int) -> Cost:
    def work() -> int:
        return len(bytearray(b"x") * (megabytes * 1024 * 1024)) // megabytes

    return watched(work)


def test_what_a_process_of_its_own_took_is_its_own() -> None:
    mine = bytearray(b"x") * (300 * 1024 * 1024)
    small, large = apart(_burn, 1), apart(_burn, 200)
    assert small.items == large.items == 1024 * 1024
    assert small.peak_mb < 280 < len(mine) / 1024**2
    assert large.peak_mb > small.peak_mb + 150
    assert large.processor > 0


def test_rows_pair_each_step_with_its_yardstick_and_stand_in_one_table() -> None:
    measured = [{"a": SMALL, "b": SMALL, "alone": SMALL}, {"a": LARGE, "b": SMALL, "alone": LARGE}]
    made = list(rows("posts", {"a": "alone", "b": "alone"}, measured))
    assert [(each.step, each.costs, each.beside) for each in made] == [
        ("a", [SMALL, LARGE], [SMALL, LARGE]), ("b", [SMALL, SMALL], [SMALL, LARGE])
    ]  # fmt: skip
    shown = table(made)
    assert shown.row_count == 2
    assert [column.header for column in shown.columns[:3]] == ["step", "1× items/s", "10× items/s"]


def compare(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.bench.compare", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_two_runs_are_compared_size_by_size(tmp_path: Path) -> None:
    slower = row(costs=[SMALL, replace(LARGE, wall=40.0, peak_mb=410.0)])
    for name, each, cores in (("old", row(), 2), ("new", slower, 4)):
        told = {"commit": name, "python": "3.11", "machine": "x", "cores": cores}
        (tmp_path / f"{name}.json").write_text(json.dumps({**told, "rows": [each.told()]}))
    done = compare(tmp_path / "old.json", tmp_path / "new.json")
    assert done.returncode == 0, done.stderr
    first, last = (line.split() for line in done.stdout.splitlines() if "coding" in line)
    assert first == ["coding", "100", "100.0", "100.0", "+0%", "50", "50"]
    assert last == ["coding", "1,000", "50.0", "25.0", "-50%", "400", "410", "4.00", "8.00"]
    assert "not measured alike: cores 2 and 4" in done.stdout


def test_a_file_that_is_no_run_is_told_in_one_line(tmp_path: Path) -> None:
    done = compare(tmp_path / "none.json", tmp_path / "none.json")
    assert done.returncode == 1
    assert "none.json" in done.stderr
    assert len(done.stderr.splitlines()) == 1
