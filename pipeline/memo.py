"""What a step said last time, where nothing that it reads or wrote has changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.files import write_whole


@dataclass(frozen=True)
class Memo:
    """The memory of one step in *file*; ``reads`` and ``writes`` are files and folders."""

    file: Path
    reads: Sequence[Path]
    writes: Sequence[Path]

    def done(self, work: Callable[[], list[str]]) -> list[str]:
        """What *work* says: remembered where it need not be done again, else by doing it."""
        reads = fingerprint(self.reads)
        known = self._known()
        if known.get("reads") == reads and known.get("writes") == fingerprint(self.writes):
            return [*known["said"], "nothing has changed since"]
        said = work()
        kept = {"reads": reads, "writes": fingerprint(self.writes), "said": said}
        write_whole(self.file, json.dumps(kept).encode())
        return said

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
