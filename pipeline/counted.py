"""The tables that figures are counted over, and the names of what is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from babel import Locale

from pipeline.cases import rows
from pipeline.codebook import Codebook
from pipeline.declared import load_figures
from pipeline.derived import FEE_ANSWERS, band, band_name, fee_columns, period_name
from pipeline.fair_process import FairProcess, answers_of
from pipeline.platforms import Platform, load_platforms
from pipeline.record import Record
from pipeline.tables import UNCOUNTED

SILENT = ("", "unknown")
"""What a cell holds where nobody said anything."""

FEE_COLUMNS = ("platform", "action_date", "published", "fee_percents")


def counted_cases(record: Record, fair: FairProcess) -> pd.DataFrame:
    """The cases that somebody has read, with columns more.

    ``year`` is that of the action, else of the telling; ``letter_id`` the stock letters that
    its reports quote or retell; ``source`` the sources they stand in; ``fair.<check>`` the
    answer of each fair-process check; ``band.<column>`` the band that a number lies in;
    ``fee_against`` and ``fee_period`` how the fees named stand to the schedule of that day.
    """
    cases = record.cases[record.cases["review"] != "proposed"].reset_index(drop=True)
    day = cases["action_date"].where(cases["action_date"] != "", cases["published"])
    answers = {f"fair.{question.id}": answers_of(cases, question) for question in fair.check}
    reports = counted_reports(record)
    named = {
        name: _each_once(cases["case_id"], reports["case_id"], reports[name])
        for name in ("letter_id", "source")
    }
    more: dict[str, Sequence[str]] = {**answers, **_derived(cases, record)}
    return cases.assign(year=day.str[:4], **named).join(
        pd.DataFrame(more, index=cases.index, dtype=str)
    )


def _derived(cases: pd.DataFrame, record: Record) -> dict[str, list[str]]:
    workspace = record.workspace
    bands = load_figures(workspace.rules / "figures.toml").bands
    platforms = load_platforms(workspace.rules / "platforms.toml")
    found = {
        f"band.{column}": [band(cell, bounds) for cell in cases[column]]
        for column, bounds in bands.items()
    }
    fees = [fee_columns(case, platforms) for case in rows(cases[list(FEE_COLUMNS)])]
    found["fee_against"] = [against for against, _ in fees]
    found["fee_period"] = [period for _, period in fees]
    return found


def _each_once(cases: pd.Series[str], of_case: pd.Series[str], cells: pd.Series[str]) -> list[str]:
    """Case by case the codes that the *cells* of its reports hold, each once."""
    found: dict[str, dict[str, None]] = {}
    for case, cell in zip(of_case.tolist(), cells.tolist(), strict=True):
        found.setdefault(case, {}).update(dict.fromkeys(filter(None, cell.split("|"))))
    return ["|".join(found.get(case, ())) for case in cases.tolist()]


def counted_reports(record: Record) -> pd.DataFrame:
    """The reports that somebody has read and nobody has refuted; withdrawn ones among them.

    Those marked as machine-written or as copies are not.

    ``address`` says how much of each report's address is published: ``page``, ``host`` or
    ``withheld``.
    """
    reports = record.reports
    reports = reports[(reports["review"] != "proposed") & ~reports["status"].isin(UNCOUNTED)]
    return reports.assign(address=reports["url"].map(_published))


def _published(url: str) -> str:
    if not url:
        return "withheld"
    return "host" if url.count("/") == 3 and url.endswith("/") else "page"


def holds(cells: pd.Series[str], codes: tuple[str, ...]) -> pd.Series[bool]:
    """Which *cells* hold at least one of *codes*."""
    wanted = set(codes)
    places, different = pd.factorize(cells)  # few cells differ: each is split once
    held = [not wanted.isdisjoint(str(cell).split("|")) for cell in different]
    return pd.Series(np.array(held, dtype=bool)[places], cells.index, dtype=bool)


def open_days(case: Mapping[str, str]) -> int | None:
    """Days from the action to the telling of a case without an end; None where not dated."""
    days = (case["action_date"], case["published"])
    if case["outcome"] != "pending" or case["resolution_days"] or min(map(len, days)) < 10:
        return None
    action, telling = map(date.fromisoformat, days)
    return max(0, (telling - action).days)


def unanswered_hours(case: Mapping[str, str]) -> int | None:
    """Hours from the action to the telling of a case without an answer; None where not dated.

    The day on which an answer was asked for is seldom told, so the wait is counted from the
    action on.
    """
    days = (case["action_date"], case["published"])
    if case["responses"] != "no_reply" or case["response_hours"] or min(map(len, days)) < 10:
        return None
    action, telling = map(date.fromisoformat, days)
    return max(0, (telling - action).days) * 24


WAITING = {"resolution_days": open_days, "response_hours": unanswered_hours}
"""How long a case had lasted when it was told, of the columns that say how long one lasted."""


class Labels:
    """The English name of a code."""

    def __init__(
        self,
        codebook: Codebook,
        platforms: Mapping[str, Platform],
        letters: pd.DataFrame,
        fair: FairProcess,
    ) -> None:
        self._codebook = codebook
        self._names: dict[str, dict[str, str]] = {
            "platform": {code: platform.label for code, platform in platforms.items()},
            "lang": {str(k): str(v) for k, v in Locale("en").languages.items()},
            "letter_id": dict(zip(letters["letter_id"], letters["says"], strict=True)),
            "contested": {name: c.label["en"] for name, c in codebook.columns.items()},
            "fee_against": FEE_ANSWERS,
        }
        self._platforms = platforms
        self._names |= {f"fair.{each.id}": {each.id: each.title} for each in fair.check}

    def __call__(self, column: str, code: str) -> str:
        """The name of *code* in *column*; the code itself where it has none."""
        known = self._codebook.columns.get(column)
        if known and known.list:
            return self._codebook.label(column, code)
        if column.startswith("band."):
            return band_name(code)
        if column == "fee_period":
            return period_name(code, self._platforms)
        return self._names.get(column, {}).get(code, code)
