"""The tables as files to take along, and the list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from markupsafe import Markup

from publisher.outputs import Output
from publisher.record import Record
from publisher.templating import render

TABLES = {
    "reports.csv": "One row per report: every coded column, who coded it, and the source address.",
    "cases.csv": "One row per real action, with the reports that tell of it.",
    "evidence.csv": "Where in a text each coded value stands: offsets and a hash, no text.",
    "figures.csv": "Every number on this site with its numerator, denominator and interval.",
    "links.csv": "Which reports tell of one action, perhaps do, or do not, and who decided.",
    "retired.csv": "Numbers of cases that went into another case.",
    "corrections.csv": "What a person changed in a report, and why.",
    "confirmations.csv": "What a person found right as coded.",
    "second_codings.csv": "Values coded a second time, blind, beside the record's own.",
    "letters.csv": "Stock messages of platforms that several reports quote.",
    "platforms.toml": "The marketplaces, and their service fees by date with sources.",
}


def download_outputs(record: Record) -> Iterator[Output]:
    """The tables, the platforms and the codebook, in ``data/``."""
    for path in _paths(record):
        content = path.read_bytes()
        known = hashlib.sha256(content).hexdigest()
        yield Output(f"data/{path.name}", known, partial(bytes, content))


def downloads_html(record: Record, root: str) -> Markup:
    """The files as a list of links, each with what it holds."""
    names = {path.name for path in _paths(record)}
    return render(
        "downloads.html",
        root=root,
        tables={name: says for name, says in TABLES.items() if name in names},
        codebook=sorted(names - set(TABLES)),
    )


def _paths(record: Record) -> list[Path]:
    workspace = record.workspace
    tables = [workspace.table(Path(name).stem) for name in TABLES if name.endswith(".csv")]
    rules = [workspace.rules / "platforms.toml", *(workspace.rules / "codebook").glob("*.toml")]
    return [path for path in (*tables, *rules) if path.exists()]
