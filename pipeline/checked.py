"""Figures on what people confirmed, how they code, and how often the screen was right."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.agreement import Interval, agreement, screen_precision, standings
from pipeline.record import Record, decisions
from pipeline.tables import MARKED

LEAST = 20
"""Reports coded twice from which an agreement is published; fewer say next to nothing."""

Row = dict[str, str]


def checked(record: Record) -> list[Row]:
    """Rows of ``figures.csv`` on the part that people have in *record*.

    ``measured.checked.<column>.confirmed`` and ``….corrected`` are the shares of its values
    that a person found right and changed (``report`` among the columns: the reports with
    nothing left to confirm, and those with a correction);
    ``measured.blind.<column>.<measure>`` is how far blind second codings agree with the
    record's coder, ``measured.sources.<source>.precision`` how many of the screen's finds
    that a person judged are reports. Columns and sources without any are left out.

    Raises:
        DataError: a table of what people said breaks its schema.
    """
    return [*_reports(record), *_columns(record), *_blind(record), *_sources(record)]


def _unmarked(record: Record) -> pd.DataFrame:
    return record.reports[~record.reports["status"].isin(MARKED)]


def _reports(record: Record) -> Iterator[Row]:
    reports = _unmarked(record)
    reviews = reports["review"].value_counts()
    for what in ("confirmed", "corrected"):
        title, part = f"{what.capitalize()}: Reports as a whole", int(reviews.get(what, 0))
        yield _share(f"checked.report.{what}", title, part, len(reports))


def _columns(record: Record) -> Iterator[Row]:
    decided = decisions(record)
    for column, counts in standings(_unmarked(record), decided, record.codebook).items():
        label = record.codebook.columns[column].label["en"]
        if counts["confirmed"] or counts["corrected"]:
            for what in ("confirmed", "corrected"):
                name, title = f"checked.{column}.{what}", f"{what.capitalize()}: {label}"
                yield _share(name, title, counts[what], sum(counts.values()))


def _blind(record: Record) -> Iterator[Row]:
    for column, found in agreement(record.workspace, record.codebook).items():
        label = record.codebook.columns[column].label["en"]
        for measure, name, value, interval in (
            ("equal", "Share of equal cells", found.equal, None),
            ("kappa", "Cohen's kappa", found.kappa, found.kappa_interval),
            ("alpha", "Krippendorff's alpha", found.alpha, found.alpha_interval),
        ):
            enough = found.n >= LEAST
            cell, ends = (_cell(value), _ends(interval)) if enough else ("", {})
            row = _row(f"blind.{column}.{measure}", f"{name}: {label}", cell, measure)
            yield row | ends | {"denominator": str(found.n)}


def _sources(record: Record) -> Iterator[Row]:
    for source, found in screen_precision(record.reports, decisions(record)).items():
        title = f"Reports among the finds: {source}"
        row = _share(f"sources.{source}.precision", title, found.right, found.judged)
        yield row | _ends((found.low, found.high))


def _share(name: str, title: str, part: int, whole: int) -> Row:
    counts = {"numerator": str(part), "denominator": str(whole)}
    return _row(name, title, _cell(part / whole if whole else None), "share") | counts


def _row(name: str, title: str, value: str, unit: str) -> Row:
    method = "measured" if value else "too_few"
    return {
        "figure_id": f"measured.{name}",
        "title": title,
        "value": value,
        "unit": unit,
        "method": method,
    }


def _ends(interval: Interval) -> Row:
    low, high = interval or (None, None)
    return {"low": _cell(low), "high": _cell(high)}


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
