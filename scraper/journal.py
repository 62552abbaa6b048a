"""How far a run of one source came, so that the next can go on where it broke off.

``<source>.run`` stands in the archive's folder until the run ends well. Its first line is
when the run began, each other one the address of a page that it found unchanged; pages that
it received are in the archive themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.archive import Archive, now
from scraper.files import write_whole

LONGEST = timedelta(days=7)
"""After this long a page is asked for again, whichever run asked for it."""


def begin(folder: Path, sources: Iterable[str]) -> None:
    """Have a run of each of *sources* go on, or begin where none broke off lately.

    Raises:
        DataError: the *folder* of the archive cannot be written.
    """
    for name in sources:
        path = _path(folder, name)
        if not _goes_on(path):
            write_whole(path, f"{now()}\n".encode())


class Journal:
    """The run of *source* that was begun in the folder of *archive*."""

    def __init__(self, archive: Archive, source: str) -> None:
        self._archive, self._path = archive, _path(archive.folder, source)
        self._begun, *unchanged = _lines(self._path)
        self._unchanged = set(unchanged)

    def has(self, url: str, date: str) -> bool:
        """Whether the run asked for *url*, whose latest capture is of *date* (a WARC-Date)."""
        return date >= self._begun or url in self._unchanged

    def note(self, url: str) -> None:
        """Enter that *url* was asked for and is as the archive holds it."""
        self._unchanged.add(url)
        line = f"{url}\n".encode()
        try:
            with self._path.open("ab", buffering=0) as file:
                end = file.tell()
                file.write(line)
            self._archive.keep(self._path.name, end, line)
        except OSError as error:
            self._archive.fail(f"cannot be written ({error.strerror})")

    def end(self) -> None:
        """The run is done; the next one asks for every page again."""
        self._path.unlink(missing_ok=True)


def _path(folder: Path, source: str) -> Path:
    return folder / f"{source}.run"


def _lines(path: Path) -> list[str]:
    """The whole lines of the journal at *path*; the last may have been cut off."""
    return path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]


def _goes_on(path: Path) -> bool:
    try:
        begun = datetime.fromisoformat(_lines(path)[0])
    except (OSError, ValueError, IndexError):
        return False
    return datetime.now(UTC) - begun < LONGEST
