"""The few statistics that a figure needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

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
