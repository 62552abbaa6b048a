"""Who makes files past MkDocs: one line a maker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.case_outputs import case_outputs
from publisher.downloads import download_outputs
from publisher.outputs import MadePage, Output
from publisher.record import Record

MAKERS: tuple[Callable[[Record], Iterator[Output | MadePage]], ...] = (
    case_outputs,
    download_outputs,
)


def outputs(record: Record) -> Iterator[Output | MadePage]:
    """Every file that is made from *record* past MkDocs."""
    for maker in MAKERS:
        yield from maker(record)
