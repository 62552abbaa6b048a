"""What a step took, and the rows of the one table in which all steps stand beside yardsticks."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.table import Table

BY = (1, 10, 100)
"""Times the smallest size: what each step is measured at."""


STATUS = Path("/proc/self/status")
"""Where Linux says what a process holds, and held at most."""


@dataclass(frozen=True)
class Cost:
    """What so many *items* took.

    ``wall`` are seconds that went by, ``processor`` those of this process and of those that
    it started; ``peak_mb`` is the greatest resident memory of the largest of them, in
    megabytes; ``shares`` are parts of the processor's time by what they went into.
    """

    items: int
    wall: float
    processor: float
    peak_mb: float
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Items per second that went by."""
        return self.items / self.wall


@dataclass(frozen=True)
class Row:
    """One *step* at each size, beside the cost of its *yardstick* at each size."""

    step: str
    unit: str
    yardstick: str
    costs: list[Cost]
    beside: list[Cost]

    @property
    def growth(self) -> float | None:
        """The exponent of time over items between the two largest sizes: 1 is linear."""
        if len(self.costs) < 2 or self.costs[-2].items == self.costs[-1].items:
            return None
        small, large = self.costs[-2:]
        return math.log(large.wall / small.wall) / math.log(large.items / small.items)

    @property
    def times(self) -> float:
        """How many times the yardstick's time an item takes, at the largest size."""
        return self.beside[-1].rate / self.costs[-1].rate

    def told(self) -> dict[str, Any]:
        """The row as a JSON object."""
        rounded = {"growth": self.growth and round(self.growth, 3), "times": round(self.times, 3)}
        return asdict(self) | rounded


def watched(work: Callable[[], int]) -> Cost:
    """What *work*, which gives how many items it did, takes in this process and its children."""
    begun, used = time.perf_counter(), _used()
    items = work()
    wall, processor = time.perf_counter() - begun, _used() - used
    return Cost(items, round(wall, 4), round(processor, 4), round(_peak(), 1))


def _used() -> float:
    own, started = (
        resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def _peak() -> float:
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return max(started, _own_peak())


def _own_peak() -> float:
    """Of this process alone, where that is told: what getrusage has counts its parent's too."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS has bytes
    return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024


def apart(task: Callable[..., Cost], *given: Any) -> Cost:
    """What *task* measures in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(task, *given).result()


def rows(
    unit: str, steps: Mapping[str, str], measured: Sequence[Mapping[str, Cost]]
) -> Iterator[Row]:
    """A row for each of *steps* (by step, its yardstick) from what was *measured* at each size."""
    for step, yardstick in steps.items():
        costs, beside = ([size[name] for size in measured] for name in (step, yardstick))
        yield Row(step, unit, yardstick, costs, beside)


def table(every: Sequence[Row]) -> Table:
    """All rows; what they were measured at is told as times the smallest size."""
    sizes = [f"{by}×" for by in BY[: max(len(row.costs) for row in every)]]
    shown = Table(title="Items a second, and peak memory", box=None, pad_edge=False)
    heads = ["step", *(f"{size} items/s" for size in sizes), *(f"{size} MB" for size in sizes)]
    for head in (*heads, "items", "s", "growth", "yardstick", "items/s", "times it"):
        is_words = head in ("step", "yardstick")
        shown.add_column(head, justify="left" if is_words else "right", no_wrap=True)
    for row in every:
        last, growth = row.costs[-1], row.growth
        shown.add_row(
            row.step,
            *(_figure(cost.rate) for cost in row.costs),
            *(f"{cost.peak_mb:.0f}" for cost in row.costs),
            f"{last.items:,} {row.unit}",
            f"{last.wall:.1f}",
            "–" if growth is None else f"{growth:.2f}",
            row.yardstick,
            _figure(row.beside[-1].rate),
            f"{row.times:.2f}",
        )
    return shown


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"
