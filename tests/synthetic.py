"""A record of any size for measuring only: the published rows over and over, with other numbers.

Which codes stand together is as in the published record; addresses, days and evidence are
invented. Nothing of it is ever published.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import pandas as pd

from pipeline.cases import rows
from pipeline.codebook import load_codebook
from pipeline.normalise import normalise
from pipeline.tables import (
    evidence_schema,
    read_table,
    report_columns,
    reports_schema,
    write_table,
)
from pipeline.workspace import Workspace

DATA = Path(__file__).resolve().parents[1] / "data"
TABLES = ("published", "confirmations", "corrections", "letters", "links", "removals", "retired")
SPANS = ("platform", "action", "reasons", "outcome")
"""Columns that get invented evidence."""


def synthetic(folder: Path, cases: int, seed: int = 1) -> Workspace:
    """A workspace in *folder* with the project's rules and *cases* cases of one report each."""
    data = folder / "data"
    shutil.copytree(
        DATA, data, ignore=shutil.ignore_patterns("archive", "posts", "run", "releases", "tellings")
    )
    for name in (*TABLES, "evidence", "cases"):
        (data / f"{name}.csv").unlink(missing_ok=True)
    (data / "ids.toml").write_text(f"report = {cases + 1}\ncase = {cases + 1}\n")
    workspace = Workspace(data, data)
    codebook = load_codebook(data / "codebook")
    published = read_table(DATA / "reports.csv", reports_schema(codebook))
    made = list(islice(_copies(rows(published), random.Random(seed)), cases))
    table = pd.DataFrame(made, columns=list(report_columns(codebook)), dtype=str)
    write_table(table, workspace.table("reports"), reports_schema(codebook))
    spans = [span for row in made for span in _spans(row)]
    evidence = pd.DataFrame(spans, columns=list(evidence_schema().columns), dtype=str)
    write_table(evidence, workspace.table("evidence"), evidence_schema())
    normalise(workspace)
    return workspace


def _copies(published: list[dict[str, str]], draw: random.Random) -> Iterator[dict[str, str]]:
    told = [row for row in published if row["status"] == "live"]
    for number, row in enumerate(cycle(told), 1):
        day = date(2015, 1, 1) + timedelta(days=draw.randrange(4000))
        yield row | {
            "report_id": f"r{number:04}",
            "case_id": f"c{number:04}",
            "letter_id": "",
            "address_key": "",
            "url": f"https://forum{number % 40}.example/t/{number}",
            "published": (day + timedelta(days=draw.randrange(90))).isoformat(),
            "action_date": day.isoformat() if row["action_date"] else "",
            "contested": "",
        }


def _spans(row: dict[str, str]) -> Iterator[dict[str, str]]:
    for place, column in enumerate(SPANS):
        if row[column] not in ("", "unknown"):
            yield {
                "report_id": row["report_id"], "column": column, "value": row[column],
                "start": str(100 * place), "end": str(100 * place + 40),
                "text_sha256": "0" * 64, "rule": f"{column}:synthetic",
            }  # fmt: skip
