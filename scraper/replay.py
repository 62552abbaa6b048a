"""Posts from the archive alone: every capture is read again, and nothing is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from scraper import reading
from scraper.archive import Archive
from scraper.counts import SourceCount
from scraper.post import EngineError
from scraper.posts import Found
from scraper.refusals import Refused
from scraper.sources import Source
from scraper.spiders.walk import Job


def replay(
    job: Job, show: Callable[[SourceCount], None], begun: Sequence[SourceCount] = ()
) -> list[SourceCount]:
    """Read all captures of each source of *job* and write its posts.

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
    for line in archive.lines(home.name):
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
            count.posts, count.reached = len(found), True
        show(count)
    count.cached -= count.fetched
    if not (count.cached or count.fetched):
        count.errors.append(f"{job.file}: source[{source.name}]: the archive has nothing of it")
    count.new_posts = found.save(job.posts, home)
    show(count)
    return count
