"""Columns of a case that are worked out from others, so that they can be counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from babel.dates import format_date

from pipeline.platforms import Fee, Platform

Row = Mapping[str, str]

FEE_ANSWERS = {
    "as_scheduled": "as the schedule of that day has it",
    "not_scheduled": "not in the schedule of that day",
    "no_schedule": "no schedule of that day is known",
}
"""How the fees that a case names stand to the platform's schedule."""


def band(cell: str, bounds: Sequence[int]) -> str:
    """The band that a number lies in: ``100-1000`` from 100 to under 1000, ``1000-more``.

    *bounds* ascend; the first band starts at 0. Empty where *cell* is.
    """
    if not cell:
        return ""
    ends = [bound for bound in bounds if float(cell) < bound]
    starts = [bound for bound in (0, *bounds) if float(cell) >= bound]
    return f"{starts[-1] if starts else 0}-{ends[0] if ends else 'more'}"


def band_name(code: str) -> str:
    """A band in words: ``under 100``, ``100 to under 1,000``, ``1,000 or more``."""
    start, _, end = code.partition("-")
    if end == "more":
        return f"{int(start):,} or more"
    return f"under {int(end):,}" if start == "0" else f"{int(start):,} to under {int(end):,}"


def schedule(platform: Platform | None, day: str) -> tuple[Fee, ...]:
    """The entries of the platform's fee schedule that held on *day*, a partial date.

    An entry without a start or an end is taken to have no bound there; one whose dates are
    as unsure as *day* counts where they can overlap. Without a day none is known to hold.
    """
    if platform is None or not day:
        return ()
    return tuple(fee for fee in platform.fee if _held(fee, day))


def bounds(held: Sequence[Fee]) -> tuple[float, float]:
    """The lowest and the highest fee in percent of some entries of a schedule."""
    return min(fee.percent_min for fee in held), max(fee.percent_max for fee in held)


def _held(fee: Fee, day: str) -> bool:
    begun = not fee.start or fee.start[: len(day)] <= day[: len(fee.start)]
    lasts = not fee.end or day[: len(fee.end)] <= fee.end[: len(day)]
    return begun and lasts


def fee_columns(case: Row, platforms: Mapping[str, Platform]) -> tuple[str, str]:
    """How the fees that a case names stand to the schedule of its day, and which one that is.

    The first is a code of :data:`FEE_ANSWERS`, the second the platform and the latest start
    among the entries that held, ``upwork:2016-06-07``; both empty where no fee is named, the
    second also where no schedule is known.
    """
    if not case["fee_percents"]:
        return "", ""
    held = schedule(platforms.get(case["platform"]), case["action_date"] or case["published"])
    if not held:
        return "no_schedule", ""
    named = [float(percent) for percent in case["fee_percents"].split("|")]
    fits = all(any(f.percent_min <= each <= f.percent_max for f in held) for each in named)
    period = f"{case['platform']}:{max(fee.start for fee in held)}"
    return ("as_scheduled" if fits else "not_scheduled"), period


def period_name(period: str, platforms: Mapping[str, Platform]) -> str:
    """A fee schedule in words: ``Upwork, from June 2016``."""
    code, _, start = period.rpartition(":")
    label = platforms[code].label if code in platforms else code
    if not start:
        return label
    pattern = "y" if len(start) == 4 else "MMMM y"
    first = date.fromisoformat((start + "-01-01")[:10])
    return f"{label}, from {format_date(first, pattern, locale='en')}"
