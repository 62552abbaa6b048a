"""How well the screen and the coder agree with a coding by reading, beside other coders."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandera.pandas as pa
from rich.console import Console
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from pipeline.baselines import Baseline, Definitions, Keywords, Majority
from pipeline.codebook import Codebook, Column
from pipeline.coding.model import OF_THE_PAGE, Endpoint, ModelCoder
from pipeline.coding.telling import Coder, Telling
from pipeline.compared import (
    SAYS_NOTHING,
    Measures,
    Pair,
    Row,
    agreement,
    believed_as_stated,
    cells_of,
    rates,
    rounded,
)
from pipeline.evaluated import shown
from pipeline.posts import Post, page, read_file, threads
from pipeline.reports import Reports
from pipeline.tables import read_table, reports_schema
from pipeline.workspace import record
from scraper.files import write_whole
from scraper.rules import DataError

LEAST = 20
"""Reports in one language, or cells of a column in it, from which agreement is measured."""


@dataclass
class _Run:
    """What one coder made of all pages; ``baseline`` where it judges pages for itself."""

    coder: Coder | None
    baseline: Baseline | None = None
    screen: Counter[str] = field(default_factory=Counter)
    pairs: list[Pair] = field(default_factory=list)


def evaluate(posts: Path, gold: Path, negatives: Path | None = None) -> dict[str, Any]:
    """Agreement of the coding of *posts* with the rows of *gold*.

    Posts are joined with gold by the address of their page; a page's tellings are paired
    with its rows so that most cells agree. Posts of pages in neither file are left out.
    A row's cells of columns and codes that its codebook edition does not know are too.

    The screen is counted by telling: a row that a telling was found for is a true positive,
    one without a false negative, a telling too many, or one on a page of *negatives*, a
    false positive. A page that comes as one post is asked for no more tellings than voices
    are told apart in it. What the screen refuses is coded all the same, so that the columns
    measure the coder alone; a row that no telling is left for counts in the screen only.

    ``screen`` and ``columns`` are those of the coder in use, with the measures of
    :func:`pipeline.compared.agreement`; ``believed_as_stated`` is
    :func:`pipeline.compared.believed_as_stated`. The rest is made of the same tellings in the
    same way:

    ``baselines``
        by name the coders of :mod:`pipeline.baselines`, the majority's values taken from
        *gold* itself. Their ``screen`` says of each page whether it holds a report. Columns
        that follow from the page, not from what it says, are not compared.
    ``coders``
        the rules, what was learned and a model where one is set up, each alone, to choose
        from by column.
    ``languages``
        by the language that gold gives: the number of reports ``n``, ``columns`` and, per
        baseline, the F1 of each column. With fewer than ``LEAST`` reports both are None, with
        fewer cells of a column that column is.

    Raises:
        DataError: a file cannot be read, or gold holds a code that does not exist.
    """
    maker = Reports(record().rules)
    rows = _gold(gold, maker.codebook)
    refused = _urls(negatives) if negatives else set()
    read = list(threads(read_file(posts)))
    read = [thread for thread in read if page(thread[0]) in rows or page(thread[0]) in refused]
    columns = _columns(next(iter(rows.values()), [{}])[0], maker.codebook)
    used = _Run(None)
    baselines = _baselines(maker, rows, read, columns)
    alone = {name: _Run(coder) for name, coder in _alone(maker).items()}
    for thread in read:
        wanted = rows.get(page(thread[0]), [])
        tellings = maker.screen.judge(thread).tellings
        used.screen += _screened(min(len(wanted), len(thread)), len(tellings))
        for run in (used, *baselines.values(), *alone.values()):
            _take(run, maker, wanted, tellings or (_whole(thread),))
        for run in baselines.values():
            found = run.baseline is not None and run.baseline.report(_whole(thread))
            run.screen += _screened(min(len(wanted), len(thread)), int(found))
    compared = [column for column in columns if column.name not in OF_THE_PAGE]
    return {
        "screen": _of_screen(used),
        "columns": agreement(used.pairs, columns, maker.codebook),
        "believed_as_stated": believed_as_stated(used.pairs, maker.codebook),
        "baselines": {
            name: {
                "screen": _of_screen(run),
                "columns": agreement(run.pairs, compared, maker.codebook),
            }
            for name, run in baselines.items()
        },
        "coders": {
            name: {"columns": agreement(run.pairs, compared, maker.codebook)}
            for name, run in alone.items()
        },
        "languages": _languages(used, baselines, compared, maker.codebook),
    }


def _baselines(
    maker: Reports,
    rows: dict[str, list[Row]],
    read: Sequence[Sequence[Post]],
    columns: list[Column],
) -> dict[str, _Run]:
    with_report = sum(page(thread[0]) in rows for thread in read)
    every = [row for of_page in rows.values() for row in of_page]
    asked = [column for column in columns if column.name not in OF_THE_PAGE]
    common = {c.name: value for c in asked if (value := _commonest(every, c))}
    made: tuple[Baseline, ...] = (
        Majority(common, reports=2 * with_report >= len(read)),
        Keywords(maker.codebook, maker.platforms),
        Definitions(maker.codebook, maker.platforms),
    )
    return {baseline.name: _Run(baseline, baseline) for baseline in made}


def _commonest(rows: Iterable[Row], column: Column) -> str:
    """The value of *column* that says something most often; "" where none does."""
    values = (value for row in rows for value in row[column.name].split("|") if value)
    counts = Counter(value for value in values if value not in SAYS_NOTHING)
    return next((value for value, _ in counts.most_common(1)), "")


def _alone(maker: Reports) -> dict[str, Coder]:
    """The coders to choose from, each alone; a model where the environment names one."""
    endpoint = Endpoint.named(os.environ)
    if endpoint is None:
        return maker.alone
    model = ModelCoder(maker.codebook, maker.platforms, endpoint)
    return {**maker.alone, endpoint.name: model}


def _take(run: _Run, maker: Reports, wanted: list[Row], tellings: Sequence[Telling]) -> None:
    """Code *tellings* with *run*'s coder, the one in use where it has none, and pair them."""
    if not wanted:
        return
    coded = [
        maker.coded(telling, run.coder.code(telling)) if run.coder else maker.code(telling)
        for telling in tellings
    ]
    run.pairs += _paired(wanted, [telling.cells for telling in coded], maker.codebook)


def _of_screen(run: _Run) -> dict[str, Any]:
    totals = {name: run.screen[name] for name in ("tp", "fp", "fn")}
    return {**rounded(rates(run.screen)), **totals}


def _languages(
    used: _Run, baselines: dict[str, _Run], columns: list[Column], codebook: Codebook
) -> dict[str, Any]:
    counts = Counter(gold.get("lang", "") for gold, _ in used.pairs)
    found: dict[str, Any] = {}
    for lang in sorted(filter(None, counts)):
        enough = counts[lang] >= LEAST
        measures = _measured_in(lang, used, columns, codebook)
        f1 = {
            name: {
                column: measure and measure["f1"]
                for column, measure in _measured_in(lang, run, columns, codebook).items()
            }
            for name, run in baselines.items()
        }
        found[lang] = {
            "n": counts[lang],
            "columns": measures if enough else None,
            "baselines": f1 if enough else None,
        }
    return found


def _measured_in(
    lang: str, run: _Run, columns: list[Column], codebook: Codebook
) -> dict[str, Measures | None]:
    pairs = [pair for pair in run.pairs if pair[0].get("lang") == lang]
    found = agreement(pairs, columns, codebook)
    return {name: m if (m["n"] or 0) >= LEAST else None for name, m in found.items()}


def _gold(path: Path, codebook: Codebook) -> dict[str, list[Row]]:
    """The rows of the gold file at *path*, by address."""
    known = reports_schema(codebook).columns
    known["edition"] = known["codebook_edition"]
    header = _header(path, ("url", "position"))
    rows: dict[str, list[Row]] = {}
    for row in _read(path, {name: known.get(name, pa.Column(str)) for name in header}):
        rows.setdefault(row["url"], []).append(row)
    return rows


def _header(path: Path, needed: tuple[str, ...]) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, "", f"cannot be read ({error})") from error
    for name in needed:
        if name not in header:
            raise DataError(path, "header", f"has no column {name!r}")
    return header


def _read(path: Path, columns: dict[str, pa.Column]) -> list[Row]:
    return cast(list[Row], read_table(path, pa.DataFrameSchema(columns)).to_dict("records"))


def _urls(path: Path) -> set[str]:
    header = _header(path, ("url",))
    return {row["url"] for row in _read(path, {name: pa.Column(str) for name in header})}


def _columns(row: Row, codebook: Codebook) -> list[Column]:
    """The columns that a row of gold has, but those that say where it stands."""
    known = codebook.columns.items()
    return [column for name, column in known if name in row and name not in ("url", "position")]


def _screened(wanted: int, found: int) -> Counter[str]:
    hits = min(wanted, found)
    return Counter(tp=hits, fn=wanted - hits, fp=found - hits)


def _whole(thread: Sequence[Post]) -> Telling:
    """The thread as its first author's telling, where the screen sees none."""
    author = thread[0]["author_key"]
    return Telling(tuple(post for post in thread if post["author_key"] == author))


def _paired(gold: list[Row], coded: list[Row], codebook: Codebook) -> list[Pair]:
    """Each row of *gold* with the one of *coded* so that most cells agree over all pairs."""
    columns = _columns(gold[0], codebook)

    def equal_cells(row: Row, other: Row) -> int:
        compared = (cells_of((row, other), column, codebook) for column in columns)
        return sum(c is not None and not c.contested and c.gold == c.coded for c in compared)

    table = np.array([[equal_cells(row, other) for other in coded] for row in gold])
    chosen = linear_sum_assignment(table, maximize=True)
    return [(gold[i], coded[j]) for i, j in zip(*chosen, strict=True)]


def evaluate_files(
    posts: Path, gold: Path, negatives: Path | None, out: Path | None, console: Console
) -> None:
    """Print what :func:`evaluate` finds as tables and write it to *out* as JSON.

    Raises:
        DataError: as :func:`evaluate`, or *out* cannot be written.
    """
    result = evaluate(posts, gold, negatives)
    for part in shown(result):
        console.print(part, highlight=False)
    if out:
        write_whole(out, (json.dumps(result, indent=2) + "\n").encode())
