"""Which cases stand behind a figure, found by the figure's own queries."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from functools import cache, cached_property
from urllib.parse import parse_qs

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.counted import SILENT
from publisher.numbers import Figure
from publisher.record import Record

Mask = npt.NDArray[np.bool_]

ALWAYS = ("case_id", "platform", "action", "action_date", "published")
"""Columns that every table of cases behind a figure has."""


class Behind:
    """The counted cases of a record, ready to be asked thousands of times."""

    def __init__(self, record: Record) -> None:
        """Count the cases as the figures do."""
        cases = record.counted.astype(object)
        order = cases["action_date"].where(cases["action_date"] != "", cases["published"])
        cases = cases.iloc[np.argsort(order.to_numpy(dtype=str), kind="stable")[::-1]]
        self.cases: pd.DataFrame = cases.reset_index(drop=True)
        self.query = cache(self._query)
        self._holding = cache(self._codes)
        self._cells = cache(self._quoted)

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """The numbers of the cases, the newest case first; masks are in this order."""
        return self.cases["case_id"].to_numpy(dtype=object)

    @cached_property
    def _hashes(self) -> npt.NDArray[np.uint64]:
        rows = ("\0".join(cells).encode() for cells in self.cases.to_numpy(dtype=object))
        return np.array(
            [int.from_bytes(hashlib.sha256(row).digest()[:8], "big") for row in rows], np.uint64
        )

    def _codes(self, column: str) -> dict[str, Mask]:
        """Per code of *column*, which cases hold it."""
        found: dict[str, Mask] = {}
        for cell, places in self.cases.groupby(column, sort=False).indices.items():
            for code in str(cell).split("|"):
                found.setdefault(code, np.zeros(len(self.cases), np.bool_))[places] = True
        return found

    def _query(self, text: str) -> Mask:
        """Which cases a query of the list of cases shows (``platform=upwork&reasons=spam``)."""
        kept = np.ones(len(self.cases), np.bool_)
        for column, codes in parse_qs(text).items():
            kept &= self._any(column, codes)
        return kept

    def _any(self, column: str, codes: Iterable[str]) -> Mask:
        holding, found = self._holding(column), np.zeros(len(self.cases), np.bool_)
        for code in codes:
            if code in holding:
                found |= holding[code]
        return found

    def said(self, figure: Figure) -> npt.NDArray[np.object_]:
        """What each asked case counts as: ``yes``, ``no``, or empty where it does not say.

        Of a figure that is no share all cases behind it are ``counted``.
        """
        asked, yes = self.query(figure.asked), self.query(figure.filter)
        if not figure.parts_cases:
            return np.full(int(yes.sum()), "counted", object)
        codes = figure.counted_no.split("|") if figure.counted_no else None
        others = set(self._holding(figure.column)) - set(SILENT)
        no = self._any(figure.column, codes or others)
        return np.where(yes, "yes", np.where(no, "no", ""))[asked]

    def rows(self, figure: Figure) -> Mask:
        """Which cases the table behind *figure* has: of a share all that were asked."""
        return self.query(figure.asked if figure.parts_cases else figure.filter)

    def columns(self, figure: Figure) -> list[str]:
        """The columns that *figure* looks at, and those that tell the cases apart."""
        looked = [*parse_qs(figure.asked), *parse_qs(figure.filter), figure.column]
        return list(dict.fromkeys((*ALWAYS, *filter(None, looked))))

    def table(self, figure: Figure) -> str:
        """The cases behind *figure* as CSV, ``counted_as`` first."""
        columns, rows = self.columns(figure), self.rows(figure)
        cells = [self.said(figure), *(self._cells(name)[rows] for name in columns)]
        lines = map(",".join, zip(*cells, strict=True))
        return "\n".join([",".join(["counted_as", *columns]), *lines]) + "\n"

    def _quoted(self, column: str) -> npt.NDArray[np.object_]:
        """The cells of *column* as CSV writes them."""
        written = {cell: _quoted(str(cell)) for cell in self.cases[column].unique()}
        return self.cases[column].map(written).to_numpy(dtype=object)

    def digest(self, figure: Figure) -> str:
        """A hash of all that stands in the cases behind *figure*, in whatever order."""
        hashes = self._hashes[self.rows(figure)]
        return f"{len(hashes)}:{int(np.bitwise_xor.reduce(hashes)):x}"


def _quoted(cell: str) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([cell])
    return "" if not cell else written.getvalue()
