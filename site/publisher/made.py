"""Who makes files past MkDocs: one line a maker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.case_outputs import case_outputs
from publisher.case_table import table_outputs
from publisher.downloads import download_outputs
from publisher.lists import shelf_outputs
from publisher.letter_page import fingerprint_outputs
from publisher.outputs import MadePage, Output
from publisher.record import Record

MAKERS: tuple[Callable[[Record], Iterator[Output | MadePage]], ...] = (
    case_outputs,
    table_outputs,
    shelf_outputs,
    download_outputs,
    fingerprint_outputs,
)


def outputs(record: Record) -> Iterator[Output | MadePage]:
    """Every file that is made from *record* past MkDocs."""
    for maker in MAKERS:
        yield from maker(record)
