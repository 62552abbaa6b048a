"""WARC files from elsewhere: what they hold of the sources is taken into the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os.path import commonpath
from pathlib import Path
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from scraper import warc
from scraper.archive import KEPT, Archive, Writer, identity, locked
from scraper.cdx import holds
from scraper.counts import SourceCount
from scraper.reading import hosts
from scraper.refusals import may_keep
from scraper.removed import Removed
from scraper.rules import DataError
from scraper.sources import READABLE, Source
from scraper.warc import Capture


def import_warc(
    file: Path, folder: Path, sources: Sequence[Source], removed: Removed | None = None
) -> int:
    """Take the responses of a WARC *file* from elsewhere into the archive; how many.

    What the archive holds already is not taken again, what was *removed* not at all. A
    response goes to the source that seeks it in files, else to that whose host it came from,
    of several the one whose start address is the most like it; responses of other hosts and
    request records are left.

    Raises:
        DataError: the file is no WARC or holds a damaged record; nothing is taken then.
    """
    for _ in _foreign(file):
        pass  # all of it is read once before anything is written
    with locked(folder):
        archive = Archive(folder)
        writers = {source.name: Writer(archive, source.home.name) for source in sources}
        held = {source.name: archive.held(source.home.name) for source in sources}
        taken = 0
        for capture in _foreign(file):
            source = _home(capture.url, sources)
            if not source or capture.status not in KEPT or identity(capture) in held[source.name]:
                continue
            if not may_keep(capture):
                continue
            if not (removed and removed.is_in(capture, source.home)):
                writers[source.name].take(capture, {"WARC-Source-URI": f"file:{file.name}"})
                taken += 1
        for writer in writers.values():
            writer.close()
    return taken


def take_files(source: Source, folder: Path, removed: Removed | None) -> SourceCount:
    """Take what *source* seeks in its files into the archive in *folder*: new captures.

    A file that cannot be read is told of and left; the others are taken.
    """
    count = SourceCount(source.name)
    for pattern in source.start:
        path = Path(pattern).expanduser().absolute()
        files = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        if not files:
            count.errors.append(f"source[{source.name}].start: there is no file {pattern}")
        for file in files:
            try:
                count.fetched += import_warc(file, folder, [source], removed)
            except DataError as error:
                count.errors.append(str(error))
    return count


def _foreign(file: Path) -> Iterator[Capture]:
    try:
        with file.open("rb") as opened:
            start = opened.read(2)
            if not start:
                raise ArchiveLoadFailed("it is empty")
            for _ in warc.members(file) if start == b"\x1f\x8b" else ():
                pass  # a cut-off member is named with its place before anything is read
            opened.seek(0)
            records = ArchiveIterator(opened, check_digests=True)
            for record in records:
                if record.rec_type == "response" and record.http_headers:
                    yield warc.capture_of(record, file, records.offset)
    except OSError as error:
        raise DataError(file, "", f"cannot be read ({error.strerror})") from error
    except (ArchiveLoadFailed, ValueError, AttributeError) as error:
        words = " ".join(str(error).split())
        raise DataError(file, "", f"is no WARC file that can be read: {words}") from error


def _home(url: str, sources: Sequence[Source]) -> Source | None:
    host = urlsplit(url).hostname
    for source in sources:
        if source.engine == "warc" and holds(source, url):
            return source
    readable = (source for source in sources if source.engine in READABLE)
    at_home = [source for source in readable if host in hosts(source)]
    return max(at_home, key=lambda source: _likeness(url, source), default=None)


def _likeness(url: str, source: Source) -> int:
    return max(len(commonpath([url, start])) for start in source.start)
