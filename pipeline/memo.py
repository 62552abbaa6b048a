"""What a step said last time, where nothing that it reads or wrote has changed since."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.files import write_whole

UNCHANGED = "nothing has changed since"


@dataclass(frozen=True)
class Memo:
    """The memory of one step in *file*; ``reads`` and ``writes`` are files and folders.

    What is both read and written is a write. ``built`` are folders that hold too much to be
    read again: they are known by their files' names, sizes and times. ``also`` is whatever
    else the step rests on.
    """

    file: Path
    reads: Sequence[Path]
    writes: Sequence[Path]
    built: Sequence[Path] = ()
    also: str = ""

    def done(self, work: Callable[[], list[str]]) -> list[str]:
        """What *work* says: remembered where it need not be done again, else by doing it."""
        reads, known = self._reads(), self._known()
        if known.get("reads") == reads and known.get("writes") == self._writes():
            return [*known["said"], UNCHANGED]
        said = work()
        self._note(reads, said)
        return said

    @property
    def holds(self) -> bool:
        """Whether nothing has changed since it was last noted that the step is done."""
        known = self._known()
        return known.get("reads") == self._reads() and known.get("writes") == self._writes()

    def note(self) -> None:
        """Note that the step is done."""
        self._note(self._reads(), [])

    def _note(self, reads: str, said: list[str]) -> None:
        kept = {"reads": reads, "writes": self._writes(), "said": said}
        write_whole(self.file, json.dumps(kept).encode())

    def _reads(self) -> str:
        return f"{fingerprint(self.reads)} {self.also}"

    def _writes(self) -> str:
        return " ".join([fingerprint(self.writes), *map(_standing, self.built)])

    def _known(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError):  # none there, or a broken run's: then it is done again
            return {}


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and bytes of *paths*, of a folder every file that git would see."""
    digest = hashlib.sha256()
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _standing(folder: Path) -> str:
    """SHA-256 over the names, sizes and times of all files in *folder*."""
    digest = hashlib.sha256()
    for place, folders, names in os.walk(folder):
        folders.sort()
        for path in sorted(Path(place, name) for name in names):
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()
