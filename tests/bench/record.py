"""Linking and counting: a record's reports to cases, and its cases to figures.

The record is synthetic (:mod:`tests.synthetic`). The yardstick is what pandas takes to read
the table of the same reports.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from pipeline.figures import figures
from pipeline.record import read_record, settle
from pipeline.workspace import Workspace
from tests.bench.costs import Cost, apart, watched
from tests.synthetic import synthetic

UNIT = "reports"
SMALLEST = 100
READING = "pandas reads the table"
STEPS = {"linking": READING, "figures": READING}


def measure(reports: int) -> dict[str, Cost]:
    """Each step on a record of so many *reports*."""
    with TemporaryDirectory() as folder:
        data = synthetic(Path(folder), reports).root
        tasks = {"linking": link, "figures": count, READING: read}
        return {name: apart(task, data) for name, task in tasks.items()}


def link(data: Path) -> Cost:
    """Read the record in *data*, and link and merge its reports."""
    workspace = Workspace(data, data)
    return watched(lambda: len(settle(read_record(workspace)).reports))


def count(data: Path) -> Cost:
    """Count all figures of the record in *data*."""
    workspace = Workspace(data, data)
    reports = len(pd.read_csv(workspace.table("reports")))

    def work() -> int:
        assert len(figures(workspace))
        return reports

    return watched(work)


def read(data: Path) -> Cost:
    """Read the table of reports in *data* by pandas alone."""
    path = Workspace(data, data).table("reports")
    pd.read_csv(path, dtype=str, nrows=1)  # what is loaded once
    return watched(lambda: len(pd.read_csv(path, dtype=str)))
