"""Made once, kept in the user's cache: what is slow to make and the same wherever it is made."""

from __future__ import annotations

from collections.abc import Callable

from platformdirs import user_cache_path

from scraper.files import write_whole
from scraper.rules import DataError

MOST = 5_000
"""Files that are kept; of more, those least recently made go."""


def remembered(name: str, make: Callable[[], str]) -> str:
    """The text called *name*, a file in a folder of the cache; made where it is not there.

    *name* has to hold a hash of all that the text is made from. A cache that cannot be
    written is done without.
    """
    file = user_cache_path("suspension-record") / name
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        made = make()
    try:
        write_whole(file, made.encode())
        kept = sorted(file.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in kept[: max(0, len(kept) - MOST)]:
            path.unlink(missing_ok=True)
    except (DataError, OSError):
        pass  # it is made again next time
    return made
