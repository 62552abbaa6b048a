"""What people have confirmed so far, and how far codings agree, as a table on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from pipeline.agreement import PRECISE, Agreement, Interval, agreement, screen_precision, standings
from pipeline.record import Record, decisions


def sum_up(record: Record, console: Console) -> None:
    """Print, for *record*: values confirmed, the screen's precision by source, agreement."""
    decided = decisions(record)
    counts = standings(record.reports, decided, record.codebook)
    total = {
        what: sum(each[what] for each in counts.values()) for what in ("confirmed", "corrected")
    }
    everything = sum(sum(each.values()) for each in counts.values())
    console.print(
        f"Of {everything} values {total['confirmed']} are confirmed and {total['corrected']} "
        "corrected by a person; `suspensions publish` brings them to the record.",
        highlight=False,
        soft_wrap=True,
    )
    for source, found in screen_precision(record.reports, decided).items():
        counted = "its finds are counted" if found.low >= PRECISE else "not counted unconfirmed"
        console.print(
            f"{source}: {found.right} of {found.judged} finds are reports, precision "
            f"{found.low:.2f} to {found.high:.2f}: {counted}",
            highlight=False,
            soft_wrap=True,
        )
    measured = agreement(record.workspace, record.codebook)
    if measured:
        console.print(_table(measured))


def _table(measured: dict[str, Agreement]) -> Table:
    table = Table(title="Record's coder and people, coding blind", box=None)
    for head in ("column", "n", "equal", "kappa", "95 %", "alpha", "95 %"):
        table.add_column(head, justify="left" if head == "column" else "right", no_wrap=True)
    for name, found in measured.items():
        table.add_row(
            *(name, str(found.n), f"{found.equal:.2f}", _number(found.kappa)),
            *(_range(found.kappa_interval), _number(found.alpha), _range(found.alpha_interval)),
        )
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _range(interval: Interval) -> str:
    return "–" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"
