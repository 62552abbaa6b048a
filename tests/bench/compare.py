"""``make bench-compare OLD=… NEW=…``: what changed between two runs of ``make bench``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ALIKE = ("machine", "cores", "python")
"""What two runs should have in common, else their times say little."""


def compared(old: dict[str, Any], new: dict[str, Any]) -> Table:
    """One row per step and size that both runs measured."""
    differs = [f"{name} {old[name]} and {new[name]}" for name in ALIKE if old[name] != new[name]]
    caption = f"not measured alike: {', '.join(differs)}" if differs else None
    title = f"{old['commit']} and {new['commit']}"
    shown = Table(title=title, caption=caption, box=None, pad_edge=False)
    heads = ("items", "items/s", "now", "change", "MB", "now", "times its yardstick", "now")
    for head in ("step", *heads):
        shown.add_column(head, justify="left" if head == "step" else "right", no_wrap=True)
    before = {row["step"]: row for row in old["rows"]}
    for row in new["rows"]:
        was = before.get(row["step"], {"costs": []})
        known = {cost["items"]: cost for cost in was["costs"]}
        for cost in row["costs"]:
            if then := known.get(cost["items"]):
                is_last = cost is row["costs"][-1]
                ratios = [f"{each['times']:.2f}" if is_last else "" for each in (was, row)]
                shown.add_row(row["step"], *_cells(then, cost), *ratios)
    return shown


def _cells(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    then, now = (cost["items"] / cost["wall"] for cost in (old, new))
    megabytes = [f"{cost['peak_mb']:.0f}" for cost in (old, new)]
    return [
        f"{new['items']:,}",
        f"{then:,.1f}",
        f"{now:,.1f}",
        f"{now / then - 1:+.0%}",
        *megabytes,
    ]


def main() -> None:
    """Print how the second run differs from the first."""
    if len(sys.argv) != 3:
        sys.exit("give two files: make bench-compare OLD=build/bench/A.json NEW=build/bench/B.json")
    try:
        old, new = (json.loads(Path(name).read_text()) for name in sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"{error}; give two files that make bench wrote")
    Console(width=160).print(compared(old, new))


if __name__ == "__main__":
    main()
