"""The archive: every response as it was received, in WARC files with one CDXJ index.

A file is named ``<source>-<UTC time>.warc.gz`` and holds what one run received from one
source. While it is being written its name ends in ``.open``, and each record is on the disk
before the next page is asked for; a file that a broken run left so is closed at the next
one, without its last record where that is not whole.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import responses
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NoReturn

from scraper import warc
from scraper.files import unwritable, write_whole
from scraper.limits import without_visitor
from scraper.rules import BusyError, DataError
from scraper.warc import Capture, Headers, Line

INDEX = "index.cdxj"
KEPT = frozenset({200, 300, 301, 302, 303, 307, 308, 404, 410})
"""Statuses that are kept: what a source says for good, not that it is busy or refuses."""
ANEW = f"move it and {INDEX} away, which is made again from the files that are there"
"""What else can be done about a damaged file."""
PATIENCE = 2.0
"""Seconds that a collect may take to end after whoever started it was killed."""

Fail = Callable[[str], None]
Keep = Callable[[str, int, bytes], None]
"""Takes the name of a file in the archive's folder, an offset, and what was just put there."""


def keep_here(name: str, offset: int, content: bytes) -> None:
    """Keep what was written where it was written, and nowhere else."""


class Archive:
    """The captures of one record, as the index in *folder* lists them.

    ``fail`` is told what is wrong where the folder cannot be written; what is to be written
    after that is lost. By default it raises a :class:`DataError`. ``keep`` is told what is
    appended to a file there, and raises OSError where it cannot take it.
    """

    def __init__(self, folder: Path, fail: Fail | None = None, keep: Keep = keep_here) -> None:
        self.folder, self.keep = folder, keep
        self.fail = fail or self._raise
        self._lines = _read_index(folder / INDEX)
        self._latest = {(_source(line), line.url): line for line in sorted(self._lines, key=_age)}

    def lines(self, source: str) -> list[Line]:
        """The index lines of *source*, oldest capture first."""
        return sorted((line for line in self._lines if _source(line) == source), key=_age)

    def held(self, source: str) -> set[tuple[str, str]]:
        """Address and moment (14 digits) of all captures of *source*."""
        return {(line.url, line.timestamp) for line in self._lines if _source(line) == source}

    @property
    def names(self) -> list[str]:
        """The sources that there are captures of."""
        return sorted({_source(line) for line in self._lines})

    def latest(self, source: str, url: str) -> Line | None:
        """Where the latest capture of *url* by *source* lies."""
        return self._latest.get((source, url))

    def read(self, line: Line) -> Capture:
        """The capture that *line* points at.

        Raises:
            DataError: the record is missing, cut off or damaged.
        """
        path = self.folder / line.filename
        being_written = path.with_name(f"{path.name}.open")
        return warc.read_capture(path if path.exists() else being_written, line.offset)

    def distrust(self, line: Line) -> None:
        """Have the page of *line*, which cannot be read, written again when it comes."""
        self._latest.pop((_source(line), line.url), None)

    def add(self, source: str, line: Line) -> None:
        """Take *line*, which was just written, into the list."""
        self._lines.append(line)
        known = self._latest.get((source, line.url))
        if known is None or _age(known) <= _age(line):  # one of another archive can be older
            self._latest[source, line.url] = line

    def save(self) -> None:
        """Write the index."""
        try:
            _write_index(self.folder / INDEX, self._lines)
        except DataError as error:
            self.fail(str(error))

    def _raise(self, problem: str) -> NoReturn:
        raise DataError(self.folder, "", problem)


class Writer:
    """The WARC file of one source and run; there is none until something is written."""

    def __init__(self, archive: Archive, source: str) -> None:
        self._archive, self._source = archive, source
        self._path = archive.folder / source
        self._file: BinaryIO | None = None

    def write(
        self,
        url: str,
        status: int,
        headers: Headers,
        payload: bytes,
        date: str = "",
        origin: Mapping[str, str] = MappingProxyType({}),
    ) -> str | None:
        """Keep one response and give its WARC-Date; nothing where the latest is the same.

        What in *url* and *headers* tells of the visitor is left out. One of a *date* gone by
        is kept in any case; *origin* are WARC headers that tell which archive it comes from.
        """
        url = without_visitor(url)
        latest = self._archive.latest(self._source, url)
        same = (str(status), warc.payload_digest(payload))
        if latest and (latest.status, latest.digest) == same and not date:
            return None
        date = date or now()
        words = f"{status} {responses[status]}"
        dated = {"WARC-Date": date, "WARC-Payload-Digest": same[1], **origin}
        try:
            file = self._open()
            parts = (self._name, file.tell(), url, dated, words, headers, payload)
            record, line = warc.packed(*parts)
            self._append(file, record)
        except OSError as error:
            problem = f"cannot be written ({error.strerror}); what it holds stays, and the next "
            self._archive.fail(problem + "collect goes on from there")
            return None
        self._archive.add(self._source, line)
        return date

    def take(self, capture: Capture, origin: Mapping[str, str]) -> None:
        """Keep a *capture* of another archive; *origin* are WARC headers that tell of which."""
        parts = (capture.url, capture.status, capture.headers, capture.payload)
        self.write(*parts, capture.date, origin)

    def close(self) -> None:
        """Give the file its name and list its captures in the index."""
        if self._file:
            os.fsync(self._file.fileno())
            self._file.close()
            _unfinished(self._path).rename(self._path.with_name(self._name))
            self._archive.save()

    @property
    def _name(self) -> str:
        return f"{self._path.name}.warc.gz"

    def _open(self) -> BinaryIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            moment = f"{_now():%Y%m%d%H%M%S%f}"[:-3]
            self._path = self._path.with_name(f"{self._source}-{moment}")
            self._file = _unfinished(self._path).open("xb", buffering=0)
            software = f"suspension-record/{version('suspension-record')}"
            self._append(self._file, warc.info(self._name, software))
        return self._file

    def _append(self, file: BinaryIO, content: bytes) -> None:
        end = file.tell()
        _append(file, content)
        self._archive.keep(f"{self._name}.open", end, content)


def _append(file: BinaryIO, content: bytes) -> None:
    """Put *content* at the end of *file*, which is not buffered, or nothing of it."""
    end = file.tell()
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(end)
        file.seek(end)
        raise


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The archive in *folder*, checked, and nobody else's until the block ends.

    Gives the lock's file descriptor: as long as another process holds it open too, the
    archive stays locked.

    Raises:
        BusyError: another collect is under way.
        DataError: the folder cannot be written, or what :func:`check_archive` raises.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise unwritable(folder, error) from error
    with lock:
        _take(lock.fileno(), folder)
        check_archive(folder)
        yield lock.fileno()


def _take(lock: int, folder: Path) -> None:
    for last in (*[False] * round(PATIENCE * 10), True):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if last:
                problem = "another collect is writing here; wait for it"
                raise BusyError(folder, "", problem) from error
            time.sleep(0.1)
        else:
            return


def check_archive(folder: Path) -> None:
    """Close what a broken run left open and bring the index up to date with the files.

    A last record that is not whole is cut off, and told of as a warning.

    Raises:
        DataError: a file is shorter than the index says, a record in it is damaged, or the
            folder cannot be written.
    """
    broken = [path.with_suffix("") for path in sorted(folder.glob("*.warc.gz.open"))]
    for path in broken:
        try:
            _close_broken(path)
        except OSError as error:
            raise unwritable(path, error) from error
    known = _read_index(folder / INDEX)
    _check_all_there(folder, known)
    lines: list[Line] = []
    for path in sorted(folder.glob("*.warc.gz")):
        of_file = [] if path in broken else [line for line in known if line.filename == path.name]
        last = max(of_file, key=lambda line: line.offset, default=None)
        end = last.offset + last.length if last else 0
        if last and end > path.stat().st_size:
            problem = f"is cut off; put a whole copy of the file in its place, or {ANEW}"
            raise DataError(path, f"record at offset {last.offset}", problem)
        lines += of_file if end == path.stat().st_size else warc.index_lines(path)
    if set(lines) != set(known):
        _write_index(folder / INDEX, lines)


def _check_all_there(folder: Path, known: Sequence[Line]) -> None:
    for name, lines in Counter(line.filename for line in known).items():
        if not (folder / name).exists():
            problem = f"is missing, though {INDEX} lists {lines} captures in it; put it back, or "
            raise DataError(folder / name, "", problem + f"delete {INDEX}, which is made again")


def identity(capture: Capture) -> tuple[str, str]:
    """What *capture* is told from others by, as :meth:`Archive.held` lists it."""
    return capture.url, warc.timestamp(capture.date)


def take_out(folder: Path, lines: Collection[Line]) -> None:
    """Take the captures at *lines* out of the archive in *folder*, which must be locked.

    Their files are written anew, other records byte for byte. Where this ends early, the
    archive can be read, and doing it again ends it.
    """
    files = {line.filename for line in lines}
    known = _read_index(folder / INDEX)
    _write_index(folder / INDEX, [line for line in known if line.filename not in files])
    for name in sorted(files):
        gone = {line.offset for line in lines if line.filename == name}
        content = (folder / name).read_bytes()
        places = [(start, length) for start, length, _ in warc.members(folder / name)]
        kept = (content[start : start + length] for start, length in places if start not in gone)
        write_whole(folder / name, b"".join(kept))
    check_archive(folder)


def _close_broken(path: Path) -> None:
    """Give the file that should have become *path* its name, or delete it if it holds nothing."""
    unfinished = path.with_name(f"{path.name}.open")
    ends = [0]
    try:
        ends += (offset + length for offset, length, _ in warc.members(unfinished))
    except DataError:
        with unfinished.open("r+b") as file:
            file.truncate(ends[-1])
        place = f"{path}: record at offset {ends[-1]}"
        logging.getLogger(__name__).warning(
            "%s: was being written when a run broke off, and is cut off", place
        )
    captures = len(ends) - 2  # the first record tells of the file
    unfinished.rename(path) if captures > 0 else unfinished.unlink()


def _read_index(path: Path) -> list[Line]:
    lines = []
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            lines.append(warc.parse_line(line))
        except ValueError as error:
            problem = f"{error}; delete the file, it is made again from the WARC files"
            raise DataError(path, f"line {number}", problem) from error
    return lines


def _write_index(path: Path, lines: Sequence[Line]) -> None:
    text = "".join(f"{line}\n" for line in sorted({str(line) for line in lines}))
    write_whole(path, text.encode())


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.warc.gz.open")


def _source(line: Line) -> str:
    return line.filename.rsplit("-", 1)[0]


def _age(line: Line) -> tuple[str, str, int]:
    return line.timestamp, line.filename, line.offset


def now() -> str:
    """The WARC-Date of this moment."""
    return f"{_now():%Y-%m-%dT%H:%M:%S.%fZ}"


def _now() -> datetime:
    return datetime.now(UTC)
