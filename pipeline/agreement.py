"""How far independent codings agree, and how often the screen is right, as people found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from pipeline.codebook import Codebook, Column
from pipeline.decisions import Decisions, decisions_schema
from pipeline.intervals import wilson
from pipeline.tables import read_table
from pipeline.workspace import Workspace

SECOND = ("report_id", "column", "value", "coder", "date")
PERSON = "person-"
"""How the name of a coder begins who is a person: ``person-1``, ``person-2`` …"""

PRECISE = 0.95
"""Least precision of the screen, as the low end of its interval, to count a source's finds."""

DRAWS = 400
"""Samples that a bootstrap interval rests on."""

Counts = npt.NDArray[np.int64]
Interval = tuple[float, float] | None


@dataclass(frozen=True)
class Agreement:
    """How far the codings of one column agree.

    ``n`` counts the reports with at least two codings, ``equal`` is the share of pairs of
    the record's coder and a person that are equal, ``kappa`` Cohen's and ``alpha``
    Krippendorff's coefficient; None where chance alone would agree on everything. The
    intervals (95 %, bootstrap percentiles over the reports, Efron 1979) are None likewise.
    """

    n: int
    equal: float
    kappa: float | None
    kappa_interval: Interval
    alpha: float | None
    alpha_interval: Interval


@dataclass(frozen=True)
class Precision:
    """Of ``judged`` finds of the screen in one source ``right`` are reports, as a person says.

    ``low`` and ``high`` are the 95 % Wilson interval of the share.
    """

    right: int
    judged: int
    low: float
    high: float


def second_schema() -> pa.DataFrameSchema:
    """Schema of ``second_codings.csv``: a row is one value as one coder gave it.

    Beside each value of a person (``person-1`` …; no name) stands that of the record's coder
    at that time, so that what the person changed afterwards makes nobody agree.
    """
    schema = decisions_schema(*SECOND)
    coder = r"^(person-\d+|[a-z]+-\d+(\+[\w.:-]+)*)$"
    schema.columns["coder"] = pa.Column(
        str, pa.Check.str_matches(coder, error="is no coder such as person-1 or rules-1")
    )
    return schema


def category(column: Column, cell: str) -> str:
    """*cell* as one category: lists without their order, an unknown one the same as none."""
    parts = {part for part in cell.split("|") if part not in ("", "unknown")}
    if column.kind in ("number", "numbers"):
        parts = {str(float(part)) for part in parts}
    return "|".join(sorted(parts))


def agreement(workspace: Workspace, codebook: Codebook) -> dict[str, Agreement]:
    """Agreement of the record's coder with people's blind codings, by column.

    Columns that nobody coded twice are left out. Raises:
        DataError: ``second_codings.csv`` breaks its schema.
    """
    table = read_table(workspace.table("second_codings"), second_schema())
    columns: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in table.to_dict("records"):
        if known := codebook.columns.get(row["column"]):
            said = category(known, row["value"])
            columns[row["column"]][row["report_id"]][row["coder"]] = said
    measured = {name: _agreement(list(units.values())) for name, units in columns.items()}
    return {name: measured[name] for name in codebook.columns if measured.get(name)}  # type: ignore[misc]


def _agreement(units: Sequence[Mapping[str, str]]) -> Agreement | None:
    """Agreement over *units*, the codings of one report each by coder."""
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in units for value in unit.values()})
    pairs = [
        (values.index(first), values.index(own))
        for unit in units
        for coder, first in unit.items()
        if not coder.startswith(PERSON)
        for person, own in unit.items()
        if person.startswith(PERSON)
    ]
    if not pairs:
        return None
    paired = np.array(pairs)
    counted = np.array([[list(unit.values()).count(v) for v in values] for unit in units])
    return Agreement(
        n=len(units),
        equal=float(np.mean(paired[:, 0] == paired[:, 1])),
        kappa=_kappa(paired),
        kappa_interval=_interval(_kappa, paired),
        alpha=_alpha(counted),
        alpha_interval=_interval(_alpha, counted),
    )


def _kappa(pairs: Counts) -> float | None:
    """Cohen's kappa (1960, Educational and Psychological Measurement 20:37)."""
    first, second = (np.bincount(side, minlength=pairs.max() + 1) for side in pairs.T)
    chance = float(first @ second) / len(pairs) ** 2
    observed = float(np.mean(pairs[:, 0] == pairs[:, 1]))
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _alpha(counts: Counts) -> float | None:
    """Krippendorff's nominal alpha (2004, Content Analysis); a row is a report's values."""
    if (counts.sum(axis=0) > 0).sum() < 2:
        return None
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _interval(measure: Callable[[Counts], float | None], units: Counts) -> Interval:
    """The bootstrap interval of *measure* over *units*, always the same; None under two draws."""
    random = np.random.default_rng(1927)
    drawn = (measure(units[random.integers(len(units), size=len(units))]) for _ in range(DRAWS))
    told = [value for value in drawn if value is not None]
    if len(told) < 2:
        return None
    low, high = np.percentile(told, [2.5, 97.5])
    return float(low), float(high)


def screen_precision(reports: pd.DataFrame, decided: Decisions) -> dict[str, Precision]:
    """Per source, how many of the screen's finds that a person judged are reports.

    The screen's finds are the rows with an ``address_key``; the first record's were read.
    """
    judged: dict[str, list[bool]] = defaultdict(list)
    found = reports[reports["address_key"] != ""]
    for report, source in zip(found["report_id"], found["source"], strict=True):
        right = decided.on_screen(report)
        if right is not None:
            judged[source].append(right)
    return {
        source: Precision(sum(said), len(said), *wilson(sum(said), len(said)))
        for source, said in sorted(judged.items())
    }


def admit(reports: pd.DataFrame, decided: Decisions) -> pd.DataFrame:
    """*reports*, the finds of proven sources ``admitted`` and of all others ``proposed``.

    A source is proven when the low end of its :class:`Precision` is at least ``PRECISE``.
    What a person decided on stays as it is.
    """
    precise = screen_precision(reports, decided)
    proven = [source for source, found in precise.items() if found.low >= PRECISE]
    waiting = reports["review"].isin(["proposed", "admitted"])
    waiting &= ~reports["report_id"].map(decided.on_screen).eq(True)
    review = reports["review"].mask(waiting, "proposed")
    return reports.assign(review=review.mask(waiting & reports["source"].isin(proven), "admitted"))


def standings(
    reports: pd.DataFrame, decided: Decisions, codebook: Codebook
) -> dict[str, dict[str, int]]:
    """Per column, how many values are coded, confirmed and corrected.

    Values that say nothing are left out, but where a correction took something away.
    """
    counted = {
        name: dict.fromkeys(("coded", "confirmed", "corrected"), 0) for name in codebook.columns
    }
    for name, counts in counted.items():
        for report, cell in zip(reports["report_id"], reports[name], strict=True):
            standing = decided.standing(report, name)
            if cell not in ("", "unknown") or standing == "corrected":
                counts[standing] += 1
    return counted
