"""How well the screen and the coder agree with a coding by reading, column by column."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandera.pandas as pa
from rich.console import Console
from rich.table import Table
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from pipeline.codebook import Codebook, Column
from pipeline.coding.telling import Telling
from pipeline.posts import Post, page, read_file, threads
from pipeline.reports import Reports
from pipeline.tables import read_table, reports_schema
from pipeline.workspace import record
from scraper.files import write_whole
from scraper.rules import DataError

Row = dict[str, str]
Pair = tuple[Row, Row]
Codes = frozenset[str]

SAYS_NOTHING = frozenset({"unknown", "no"})
"""Values that precision, recall and F1 are not asked about; nor empty cells."""

MEASURES = {
    "n": "n",
    "accuracy": "accur.",
    "accuracy_with_contested": "w/cont.",
    "precision": "prec.",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro",
    "kappa": "kappa",
}
"""What is measured of a column, with its heading in the printed table."""


@dataclass(frozen=True)
class Compared:
    """One cell as it was read and as it was coded; both sets of plain values.

    An empty cell and ``unknown`` are the same. ``contested`` says that two readings of the
    page disagreed on it.
    """

    gold: Codes
    coded: Codes
    contested: bool


def evaluate(posts: Path, gold: Path, negatives: Path | None = None) -> dict[str, Any]:
    """Agreement of the coding of *posts* with the rows of *gold*.

    Posts are joined with gold by the address of their page; a page's tellings are paired
    with its rows so that most cells agree. Posts of pages in neither file are left out.
    A row's cells of columns and codes that its codebook edition does not know are too.

    The screen is counted by telling: a row that a telling was found for is a true positive,
    one without a false negative, a telling too many, or one on a page of *negatives*, a
    false positive. A page that comes as one post is asked for one telling. What the screen
    refuses is coded all the same, so that the columns measure the coder alone; a row that
    no telling is left for counts in the screen only.

    The measures of a column are those of :func:`agreement`.

    Raises:
        DataError: a file cannot be read, or gold holds a code that does not exist.
    """
    maker = Reports(record().rules)
    rows = _gold(gold, maker.codebook)
    refused = _urls(negatives) if negatives else set()
    counts: Counter[str] = Counter()
    pairs: list[Pair] = []
    for thread in threads(read_file(posts)):
        wanted = rows.get(page(thread[0]), [])
        if not wanted and page(thread[0]) not in refused:
            continue
        tellings = maker.screen.judge(thread).tellings
        counts += _screened(min(len(wanted), len(thread)), len(tellings))
        coded = [maker.code(telling).cells for telling in tellings or (_whole(thread),)]
        pairs += _paired(wanted, coded, maker.codebook)
    header = next(iter(rows.values()), [{}])[0]
    totals = {name: counts[name] for name in ("tp", "fp", "fn")}
    return {
        "screen": {**_rounded(_rates(counts)), **totals},
        "columns": agreement(pairs, _columns(header, maker.codebook), maker.codebook),
    }


def agreement(
    pairs: Sequence[Pair], columns: Sequence[Column], codebook: Codebook
) -> dict[str, dict[str, float | None]]:
    """Measures of each of *columns* over *pairs* of one row as read and as coded.

    ``n`` counts the cells that no reading contests. ``accuracy`` is the share of them that
    are equal, lists as sets; ``accuracy_with_contested`` takes contested cells in.
    Precision, recall and F1 are over values other than ``unknown``, ``no`` and empty,
    micro-averaged; ``macro_f1`` is the mean F1 of the codes that occur. ``kappa`` is
    Cohen's (1960) with the whole cell as the category. A measure without cases is None.
    """
    return {
        column.name: _measured(column, [_cells(pair, column, codebook) for pair in pairs])
        for column in columns
    }


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
    if not gold:
        return []
    columns = _columns(gold[0], codebook)

    def equal_cells(row: Row, other: Row) -> int:
        compared = (_cells((row, other), column, codebook) for column in columns)
        return sum(c is not None and not c.contested and c.gold == c.coded for c in compared)

    table = np.array([[equal_cells(row, other) for other in coded] for row in gold])
    chosen = linear_sum_assignment(table, maximize=True)
    return [(gold[i], coded[j]) for i, j in zip(*chosen, strict=True)]


def _cells(pair: Pair, column: Column, codebook: Codebook) -> Compared | None:
    """The two cells of *column*; None where the gold row's edition cannot tell."""
    gold, coded = pair
    edition = int(gold.get("edition") or gold.get("codebook_edition") or codebook.edition)
    if column.edition > edition:
        return None
    said = _values(coded[column.name], column)
    if column.list:
        later = {c.code for c in codebook.lists[column.list].code if c.edition > edition}
        if said and said <= later:
            return None
        said -= later
    contested = column.name in gold.get("contested", "").split("|")
    return Compared(_values(gold[column.name], column), said, contested)


def _values(cell: str, column: Column) -> Codes:
    parts = {part for part in cell.split("|") if part not in ("", "unknown")}
    if column.kind in ("number", "numbers"):
        return frozenset(str(float(part)) for part in parts)
    return frozenset(parts)


def _measured(column: Column, compared: Iterable[Compared | None]) -> dict[str, float | None]:
    every = [cell for cell in compared if cell is not None]
    cells = [cell for cell in every if not cell.contested]
    by_code = _by_code(cells)
    measures: dict[str, float | None] = {
        "n": len(cells),
        "accuracy": _share(sum(cell.gold == cell.coded for cell in cells), len(cells)),
        **_rates(sum(by_code.values(), Counter())),
        "kappa": _kappa(cells),
        "accuracy_with_contested": _share(sum(c.gold == c.coded for c in every), len(every)),
    }
    if column.kind in ("code", "codes"):
        scores = [_rates(counts)["f1"] or 0 for counts in by_code.values()]
        measures["macro_f1"] = _share(sum(scores), len(scores))
    return _rounded(measures)


def _by_code(cells: Iterable[Compared]) -> dict[str, Counter[str]]:
    """Hits, false alarms and misses of every value that occurs."""
    counts: dict[str, Counter[str]] = {}
    for cell in cells:
        for value in sorted((cell.gold | cell.coded) - SAYS_NOTHING):
            where = "fn" if value not in cell.coded else "tp" if value in cell.gold else "fp"
            counts.setdefault(value, Counter())[where] += 1
    return counts


def _rates(counts: Counter[str]) -> dict[str, float | None]:
    hits = counts["tp"]
    return {
        "precision": _share(hits, hits + counts["fp"]),
        "recall": _share(hits, hits + counts["fn"]),
        "f1": _share(2 * hits, 2 * hits + counts["fp"] + counts["fn"]),
    }


def _kappa(cells: Sequence[Compared]) -> float | None:
    """Cohen's kappa; None where chance alone would agree on everything."""
    n = len(cells)
    if not n:
        return None
    observed = sum(cell.gold == cell.coded for cell in cells) / n
    gold, coded = Counter(cell.gold for cell in cells), Counter(cell.coded for cell in cells)
    chance = sum(gold[value] * coded[value] for value in gold) / n**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(measures: dict[str, float | None]) -> dict[str, float | None]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in measures.items()}


def evaluate_files(
    posts: Path, gold: Path, negatives: Path | None, out: Path | None, console: Console
) -> None:
    """Print what :func:`evaluate` finds as a table and write it to *out* as JSON.

    Raises:
        DataError: as :func:`evaluate`, or *out* cannot be written.
    """
    result = evaluate(posts, gold, negatives)
    console.print(_table(result))
    if out:
        try:
            write_whole(out, (json.dumps(result, indent=2) + "\n").encode())
        except OSError as error:
            raise DataError(out, "", f"cannot be written ({error.strerror})") from error


def _table(result: dict[str, Any]) -> Table:
    screen = result["screen"]
    counts = ", ".join(f"{screen[name]} {name}" for name in ("tp", "fp", "fn"))
    table = Table(title=f"Agreement with the reading; screen: {counts}", box=None)
    table.add_column("column", no_wrap=True)
    for head in MEASURES.values():
        table.add_column(head, justify="right", no_wrap=True)
    for name, measures in {"screen": screen, **result["columns"]}.items():
        table.add_row(name, *(_shown(measures.get(measure)) for measure in MEASURES))
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
