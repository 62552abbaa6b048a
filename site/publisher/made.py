"""Who makes files past MkDocs: one line a maker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.case_outputs import case_outputs
from publisher.case_table import table_outputs
from publisher.chart_page import chart_outputs
from publisher.downloads import download_outputs
from publisher.feeds import feed_outputs
from publisher.figure_page import figure_outputs
from publisher.figures_page import group_outputs
from publisher.letter_page import fingerprint_outputs
from publisher.lists import shelf_outputs
from publisher.outputs import MadePage, Output
from publisher.record import Record
from publisher.release_pages import release_outputs

MAKERS: tuple[Callable[[Record], Iterator[Output | MadePage]], ...] = (
    case_outputs,
    table_outputs,
    shelf_outputs,
    figure_outputs,
    group_outputs,
    chart_outputs,
    download_outputs,
    feed_outputs,
    release_outputs,
    fingerprint_outputs,
)


def outputs(record: Record) -> Iterator[Output | MadePage]:
    """Every file that is made from *record* past MkDocs."""
    for maker in MAKERS:
        yield from maker(record)
