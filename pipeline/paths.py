"""The steps that cases take one after the other: what happened, an appeal, an answer, an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise, product

import pandas as pd

from pipeline.counted import SILENT
from pipeline.declared import Step, Where

NOT_TOLD = "not_told"


def steps_taken(
    steps: Sequence[Step], cases: pd.DataFrame, label: Callable[[str, str], str]
) -> Iterator[tuple[str, str, Where]]:
    """Every step that some of *cases* take, then every pair of steps in a row.

    Each is what stands in an id (``appealed.yes``, ``action.closed.appealed.yes``), the words
    (``Closed → Appealed``), and the codes that a case holds by column. Codes that say nothing
    are one, ``not_told``, and stand last.
    """
    parts = [list(_parts(step, cases[step.column], label)) for step in steps]
    yield from chain.from_iterable(parts)
    for here, there in pairwise(parts):
        for before, after in product(here, there):
            name, words = f"{before[0]}.{after[0]}", f"{before[1]} → {after[1]}"
            yield name, words, before[2] | after[2]


def _parts(
    step: Step, cells: pd.Series[str], label: Callable[[str, str], str]
) -> Iterator[tuple[str, str, Where]]:
    found = {code for cell in cells for code in cell.split("|")}
    silent = found & {*SILENT, NOT_TOLD}
    named = [code for code in step.names if code in found - silent]
    for code in (*named, *sorted(found - silent - set(named))):
        words = step.names.get(code) or label(step.column, code)
        yield f"{_short(step.column)}.{code}", words, {step.column: (code,)}
    if silent:
        words = step.names.get(NOT_TOLD, "Not told")
        yield f"{_short(step.column)}.{NOT_TOLD}", words, {step.column: tuple(sorted(silent))}


def _short(column: str) -> str:
    return column.removeprefix("fair.")
