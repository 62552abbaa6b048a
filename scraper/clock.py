"""Whether this machine's clock can be right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scraper.archive import ANEW, Archive
from scraper.rules import DataError

SLACK = timedelta(days=1)
"""Clocks of two machines may differ by so much."""


def check_clock(archive: Archive) -> None:
    """Whether this machine's clock can be right: nothing was captured later than now.

    What is captured by a wrong clock would be taken for older, or newer, than what is kept.

    Raises:
        DataError: the archive holds captures of a day to come.
    """
    lines = (line for name in archive.names for line in archive.lines(name))
    last = max(lines, key=lambda line: (line.timestamp, line.offset), default=None)
    now = datetime.now(UTC)
    if last and last.timestamp > f"{now + SLACK:%Y%m%d%H%M%S}":
        when = f"{last.timestamp[:4]}-{last.timestamp[4:6]}-{last.timestamp[6:8]}"
        problem = (
            f"was captured on {when}, and this machine's clock says {now:%Y-%m-%d}: set the "
            f"clock right; if the capture's day is wrong, {ANEW}"
        )
        raise DataError(archive.folder / last.filename, f"record at offset {last.offset}", problem)
