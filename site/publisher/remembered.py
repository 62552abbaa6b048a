"""Made once, kept in the user's cache: what is slow to make and the same wherever it is made."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

MOST = 10_000
"""Files of one folder that are kept; of more, those least recently made go."""


def remembered(name: str, make: Callable[[], bytes]) -> bytes:
    """The content called *name*, a file in a folder of the cache; made where it is not there.

    *name* has to hold a hash of all that the content is made from. A cache that cannot be
    written is done without.
    """
    file = user_cache_path("suspension-record") / name
    try:
        return file.read_bytes()
    except OSError:
        made = make()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}")
        part.write_bytes(made)
        part.replace(file)
        _forget_the_oldest(file.parent)
    except OSError:
        pass  # it is made again next time
    return made


@cache
def _forget_the_oldest(folder: Path) -> None:
    """Once in a run, since looking at all files takes a while."""
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in kept[: max(0, len(kept) - MOST)]:
        path.unlink(missing_ok=True)
