"""``make bench``: all that is measured, in one table, and as JSON to compare commits by.

Each step is measured at one, ten and a hundred times its smallest size, each time in a process
of its own, beside its yardstick in the same run. ``build/bench/<commit>.json`` holds what
the table shows; ``make bench-compare OLD=… NEW=…`` puts two of them side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from rich.console import Console

from scraper.files import write_whole
from tests.bench import coding, crawl, record, site_build
from tests.bench.costs import BY, Row, rows, table

MEASURES: dict[str, ModuleType] = {
    "crawl": crawl, "coding": coding, "record": record, "site": site_build
}  # fmt: skip
OUT = Path("build/bench")


def measured(names: Sequence[str], scale: float, console: Console) -> list[Row]:
    """The rows of the measures called *names*, their sizes times *scale*."""
    found: list[Row] = []
    for name in names:
        measure, costs = MEASURES[name], []
        for by in BY:
            items = max(1, round(measure.SMALLEST * by * scale))
            console.print(f"{name}: {items:,} {measure.UNIT}", highlight=False)
            costs.append(measure.measure(items))
        found += rows(measure.UNIT, measure.STEPS, costs)
    return found


def commit() -> str:
    """What is measured, as git names it; ``unknown`` outside of a clone."""
    words = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main() -> None:
    """Measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)}; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="of all sizes, as 0.1")
    given = parser.parse_args()
    if unknown := set(given.measures) - MEASURES.keys():
        parser.error(f"{unknown.pop()!r} is not measured; one of {', '.join(MEASURES)}")
    console = Console(width=200)
    found = measured(given.measures or list(MEASURES), given.scale, console)
    console.print(table(found))
    for row in found:
        for part, share in row.costs[-1].shares.items():
            console.print(f"{row.step}: {share:.1%} of the processor: {part}", highlight=False)
    told = {
        "commit": commit(), "python": platform.python_version(), "machine": platform.machine(),
        "cores": len(os.sched_getaffinity(0)), "rows": [row.told() for row in found],
    }  # fmt: skip
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{told['commit']}.json"
    write_whole(path, (json.dumps(told, indent=2) + "\n").encode())
    console.print(f"written: {path}", highlight=False)


if __name__ == "__main__":
    main()
