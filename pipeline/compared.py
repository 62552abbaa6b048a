"""Cells as they were read and as they were coded: how far they are equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.codebook import Codebook, Column

Row = dict[str, str]
Pair = tuple[Row, Row]
Codes = frozenset[str]
Measures = dict[str, float | None]

SAYS_NOTHING = frozenset({"unknown", "no"})
"""Values that precision, recall and F1 are not asked about; nor empty cells."""


@dataclass(frozen=True)
class Compared:
    """One cell as it was read and as it was coded; both sets of plain values.

    An empty cell and ``unknown`` are the same. ``contested`` says that two readings of the
    page disagreed on it.
    """

    gold: Codes
    coded: Codes
    contested: bool


def agreement(
    pairs: Sequence[Pair], columns: Sequence[Column], codebook: Codebook
) -> dict[str, Measures]:
    """Measures of each of *columns* over *pairs* of one row as read and as coded.

    ``n`` counts the cells that no reading contests. ``accuracy`` is the share of them that
    are equal, lists as sets; ``accuracy_with_contested`` takes contested cells in.
    Precision, recall and F1 are over values other than ``unknown``, ``no`` and empty,
    micro-averaged; ``macro_f1`` is the mean F1 of the codes that occur. ``kappa`` is
    Cohen's (1960) with the whole cell as the category. A measure without cases is None.
    """
    return {
        column.name: _measured(column, [cells_of(pair, column, codebook) for pair in pairs])
        for column in columns
    }


def believed_as_stated(pairs: Sequence[Pair], codebook: Codebook) -> Measures:
    """In how many rows a reason is coded as stated that is only believed.

    ``n`` counts the rows whose cells of ``reasons`` and ``believed_reasons`` no reading
    contests, ``share`` those of them that it happens in; None where there is none.
    """
    wrong: list[bool] = []
    for pair in pairs:
        if not {"reasons", "believed_reasons"} <= pair[0].keys():
            continue
        stated = cells_of(pair, codebook.columns["reasons"], codebook)
        believed = cells_of(pair, codebook.columns["believed_reasons"], codebook)
        if stated and believed and not stated.contested and not believed.contested:
            wrong.append(bool((believed.gold - stated.gold) & stated.coded))
    return rounded({"n": len(wrong), "share": _share(sum(wrong), len(wrong))})


def cells_of(pair: Pair, column: Column, codebook: Codebook) -> Compared | None:
    """The two cells of *column*; None where the gold row's edition cannot tell.

    A list's codes that the gold row's edition does not know are left out of what was coded.
    """
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


def rates(counts: Counter[str]) -> Measures:
    """Precision, recall and F1 from the hits, false alarms and misses in *counts*."""
    hits = counts["tp"]
    return {
        "precision": _share(hits, hits + counts["fp"]),
        "recall": _share(hits, hits + counts["fn"]),
        "f1": _share(2 * hits, 2 * hits + counts["fp"] + counts["fn"]),
    }


def rounded(measures: Measures) -> Measures:
    """*measures* with four decimals."""
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in measures.items()}


def _values(cell: str, column: Column) -> Codes:
    parts = {part for part in cell.split("|") if part not in ("", "unknown")}
    if column.kind in ("number", "numbers"):
        return frozenset(str(float(part)) for part in parts)
    return frozenset(parts)


def _measured(column: Column, compared: Iterable[Compared | None]) -> Measures:
    every = [cell for cell in compared if cell is not None]
    cells = [cell for cell in every if not cell.contested]
    by_code = _by_code(cells)
    measures: Measures = {
        "n": len(cells),
        "accuracy": _share(sum(cell.gold == cell.coded for cell in cells), len(cells)),
        **rates(sum(by_code.values(), Counter())),
        "kappa": _kappa(cells),
        "accuracy_with_contested": _share(sum(c.gold == c.coded for c in every), len(every)),
    }
    if column.kind in ("code", "codes"):
        scores = [rates(counts)["f1"] or 0 for counts in by_code.values()]
        measures["macro_f1"] = _share(sum(scores), len(scores))
    return rounded(measures)


def _by_code(cells: Iterable[Compared]) -> dict[str, Counter[str]]:
    """Hits, false alarms and misses of every value that occurs."""
    counts: dict[str, Counter[str]] = {}
    for cell in cells:
        for value in sorted((cell.gold | cell.coded) - SAYS_NOTHING):
            where = "fn" if value not in cell.coded else "tp" if value in cell.gold else "fp"
            counts.setdefault(value, Counter())[where] += 1
    return counts


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
