"""The few statistics that a figure needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""


def wilson(yes: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of the share *yes* / *n* (Wilson 1927, JASA 22:209).

    Raises:
        ZeroDivisionError: *n* is 0; a share of nothing has no interval.
    """
    share, spread = yes / n, Z * Z / n
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def bootstrap_median(values: Sequence[float], draws: int = 2000) -> tuple[float, float]:
    """The 95 % percentile interval of the median of *values* (Efron 1979), always the same.

    Raises:
        ValueError: there are no values.
    """
    drawn = np.random.default_rng(1927).choice(np.asarray(values), (draws, len(values)))
    low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
    return float(low), float(high)


def kaplan_meier_median(days: Sequence[float], ended: Sequence[bool]) -> float | None:
    """The time by which half have ended, where some have not yet (Kaplan and Meier 1958).

    *days* is how long each lasted, or has lasted so far where *ended* is false. None where
    fewer than half are known to have ended by any day.
    """
    alive = 1.0
    for day in sorted({d for d, end in zip(days, ended, strict=True) if end}):
        at_risk = sum(d >= day for d in days)
        ends = sum(end and d == day for d, end in zip(days, ended, strict=True))
        alive *= 1 - ends / at_risk
        if alive <= 0.5:
            return day
    return None


@dataclass(frozen=True)
class Waiting:
    """A point of a Kaplan-Meier curve: the share not yet ended, its interval, how many are left.

    ``low`` and ``high`` are None as long as nothing has ended, and once everything has.
    """

    share: float
    low: float | None
    high: float | None
    left: int


def kaplan_meier(days: Sequence[float], ended: Sequence[bool], day: float) -> Waiting:
    """The share that lasts longer than *day*, where some have not ended yet.

    *days* and *ended* are as for :func:`kaplan_meier_median`; ``left`` is how many are known
    to have lasted longer. The 95 % interval is that of the log-log transform of Greenwood's
    variance (Kalbfleisch and Prentice 1980).
    """
    share, variance = 1.0, 0.0
    for time in sorted({d for d, end in zip(days, ended, strict=True) if end and d <= day}):
        at_risk = sum(d >= time for d in days)
        ends = sum(end and d == time for d, end in zip(days, ended, strict=True))
        share *= 1 - ends / at_risk
        variance += ends / (at_risk * (at_risk - ends)) if ends < at_risk else 0.0
    left = sum(d > day for d in days)
    if not 0 < share < 1:
        return Waiting(share, None, None, left)
    spread = Z * sqrt(variance) / log(share)
    bounds = sorted(share ** exp(sign * spread) for sign in (1, -1))
    return Waiting(share, bounds[0], bounds[1], left)
