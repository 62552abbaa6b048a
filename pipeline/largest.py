"""How a figure would read without the source that tells most of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from pipeline.intervals import wilson

NO_SOURCE = ("", "withheld")
"""Cells of ``source`` that name none: the reports behind may be from anywhere."""


def largest_source(cells: pd.Series[str]) -> str:
    """The source that most of *cells* name, each ``|``-joined; of equals the first by name."""
    told = Counter(name for cell in cells for name in cell.split("|") if name not in NO_SOURCE)
    return min(told, key=lambda name: (-told[name], name), default="")


def told_elsewhere(cells: pd.Series[str], source: str) -> pd.Series[bool]:
    """Which *cells* name any other source than *source*, or none that is known."""
    return (cells != source).astype(bool)


def share_without(
    sources: pd.Series[str], says: pd.Series[bool], denies: pd.Series[bool], least: int
) -> dict[str, Any]:
    """The cells of a share that its largest source alone makes what it is; else none.

    That is so where the share without it lies outside the interval of the whole, or on the
    other side of one half, or where it tells more than half of the rows and fewer than *least*
    others say anything: then ``without_largest`` is empty. All three series have the same
    rows; at least one says yes or no.
    """
    source = largest_source(sources[says | denies])
    others = told_elsewhere(sources, source)
    yes, n = int(says.sum()), int((says | denies).sum())
    yes_left, left = int((says & others).sum()), int(((says | denies) & others).sum())
    if not source:
        return {}
    cells: dict[str, Any] = {"largest_source": source}
    cells |= {"without_numerator": yes_left, "without_denominator": left}
    if left < least:
        return cells if left < n / 2 else {}
    low, high = (round(bound, 4) for bound in wilson(yes, n))
    other = yes_left / left
    changed = not low <= round(other, 4) <= high or (other - 0.5) * (yes / n - 0.5) < 0
    return cells | {"without_largest": other} if changed else {}
