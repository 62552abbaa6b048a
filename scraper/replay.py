"""Posts from the archive alone: every capture is read again, and nothing is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from urllib.parse import urlsplit

from scraper import reading
from scraper.archive import Archive
from scraper.counts import SourceCount
from scraper.post import EngineError
from scraper.posts import Found, Post
from scraper.refusals import Refused
from scraper.sources import Source
from scraper.spiders.walk import Job
from scraper.warc import Line

AT_ONCE = 100
"""Captures that a process reads at a time; where there are no more, this one reads them."""

Result = tuple[list[Post], SourceCount]
_own: list[Callable[[Sequence[Line]], Result]] = []
"""What a process of its own reads captures with."""


def replay(
    job: Job, show: Callable[[SourceCount], None], begun: Sequence[SourceCount] = ()
) -> list[SourceCount]:
    """Read all captures of each source of *job*, on all cores, and write its posts.

    The counts go on from those *begun*, of sources whose captures came just now.

    Raises:
        DataError: a capture is damaged, or the posts that are there cannot be read.
    """
    archive = Archive(job.archive)
    counts = {source.name: SourceCount(source.name) for source in job.sources}
    counts |= {count.source: count for count in begun}
    return [_source(archive, source, job, counts[source.name], show) for source in job.sources]


def _source(
    archive: Archive,
    source: Source,
    job: Job,
    count: SourceCount,
    show: Callable[[SourceCount], None],
) -> SourceCount:
    found, home = Found(), source.home
    for rows, part in _results(partial(_read, archive, home, job), archive.lines(home.name)):
        for row in rows:
            found.add(row)
        count.add(part)
        count.posts = len(found)
        show(count)
    count.cached -= count.fetched
    if not (count.cached or count.fetched):
        count.errors.append(f"{job.file}: source[{source.name}]: the archive has nothing of it")
    count.new_posts = found.save(job.posts, home)
    show(count)
    return count


def _results(read: Callable[[Sequence[Line]], Result], lines: Sequence[Line]) -> Iterator[Result]:
    """What *read* makes of *lines*, in their order."""
    if len(lines) <= AT_ONCE:
        yield read(lines)
        return
    parts = [lines[start : start + AT_ONCE] for start in range(0, len(lines), AT_ONCE)]
    # forked, since to begin anew takes a process longer than a thousand captures
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, get_context("fork"), _own.append, (read,)) as processes:
        yield from processes.map(_read_here, parts)


def _read_here(lines: Sequence[Line]) -> Result:
    return _own[-1](lines)


def _read(archive: Archive, home: Source, job: Job, lines: Sequence[Line]) -> Result:
    """The posts that the captures at *lines* hold, and what there is to count and to tell."""
    found, count = Found(), SourceCount(home.name)
    for line in lines:
        capture = archive.read(line)
        count.cached += 1
        if urlsplit(capture.url).path == "/robots.txt" or job.removed.leaves_out(capture.url):
            continue
        headers = dict(capture.headers)
        try:
            page = reading.read(capture.url, capture.payload, headers, capture.status, home)
        except EngineError as error:
            if isinstance(error, Refused):
                count.refuse(error.cause)
            else:
                count.failed += 1
            place = f"{archive.folder / line.filename}: record at offset {line.offset}"
            count.errors.append(f"{place}: cannot be read ({error})")
            continue
        if page:
            count.recognised(page.read_as)
            if page.withheld:
                count.refuse("noindex")
            found.read(job.removed.rest(page), home, capture.date, job.key)
            count.reached = True
    return list(found), count
