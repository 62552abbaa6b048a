"""How a collect is shown: a table that fills on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from scraper.counts import SourceCount

COLUMNS = {
    "fetched": "fetched",
    "cached": "from cache",
    "posts": "found",
    "new_posts": "new",
    "refused": "refused",
    "failed": "failed",
}
MOST = 5
"""Lines of what went wrong, per source."""


@contextmanager
def showing(names: Sequence[str], console: Console) -> Iterator[Callable[[SourceCount], None]]:
    """A function to call with each source's counts as they change; the end is printed.

    On a terminal one table is kept up to date; elsewhere each source gets one line when
    all is done. What was left out and why follows, and what went wrong, one line each.
    """
    counts = {name: SourceCount(name) for name in names}

    def show(count: SourceCount) -> None:
        counts[count.source] = count

    if console.is_terminal:
        with Live(get_renderable=lambda: table(counts.values()), console=console):
            yield show
    else:
        yield show
        for count in counts.values():
            figures = ", ".join(f"{getattr(count, key)} {word}" for key, word in COLUMNS.items())
            console.print(f"{count.source}: {figures}", highlight=False, soft_wrap=True)
    for count in counts.values():
        for way in count.read_as:
            shown = f"{count.source}: read as {way}"
            console.print(escape(shown), highlight=False, soft_wrap=True)
        if count.causes:
            causes = ", ".join(f"{number} {cause}" for cause, number in count.causes.items())
            shown = f"{count.source}: left out: {causes}"
            console.print(escape(shown), highlight=False, soft_wrap=True)
        for error in _first(count.errors):
            console.print(escape(error), style="yellow", highlight=False, soft_wrap=True)


def _first(errors: list[str]) -> list[str]:
    rest = len(errors) - MOST
    return errors if rest <= 1 else [*errors[:MOST], f"… and {rest} more"]


def table(counts: Iterable[SourceCount]) -> Table:
    """The counts as a table, a row per source, with their sum where there are several."""
    rows = list(counts)
    shown = Table("source", box=None, pad_edge=False, show_footer=len(rows) > 1)
    shown.columns[0].footer = "all"
    for key, word in COLUMNS.items():
        total = sum(getattr(count, key) for count in rows)
        shown.add_column(word, str(total), justify="right")
    for count in rows:
        shown.add_row(count.source, *(str(getattr(count, key)) for key in COLUMNS))
    return shown
