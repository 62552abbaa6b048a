"""Collecting: visit sources, keep what they answer, read the posts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from scraper.archive import Archive, locked, take_out
from scraper.clock import check_clock
from scraper.counts import SourceCount
from scraper.crawling import crawl
from scraper.discovery import load_discovery
from scraper.foreign import take_files
from scraper.health import load_bounds, note
from scraper.journal import begin
from scraper.limits import load_limits
from scraper.posts import leave_out
from scraper.refusals import load_refusals
from scraper.removed import Removed
from scraper.replay import replay as read_archive
from scraper.rules import DataError
from scraper.seen import forget
from scraper.sources import Source
from scraper.spiders.walk import Job


def _silent(count: SourceCount) -> None:
    pass


def collect(
    sources: Sequence[Source],
    archive: Path,
    posts: Path,
    *,
    key: bytes,
    agent: str,
    file: Path = Path("data/sources.toml"),
    removed: Removed | None = None,
    on_record: Iterable[str] = (),
    replay: bool = False,
    proxy: str | None = None,
    cluster: str = "",
    store: str = "",
    show: Callable[[SourceCount], None] = _silent,
) -> list[SourceCount]:
    """Collect *sources* into the folders *archive* and *posts*; their counts, in order.

    Sources on different hosts are visited side by side, those that share one in turn; the
    files of a source of files are taken into the archive first.
    *key* hashes authors, *agent* is the user agent, *file* where the sources are listed.
    With *replay* nothing is asked for and every capture is read again. All requests go
    through *proxy* where there is one. On a *cluster*, ``local`` or the address of a Dask
    scheduler, its workers visit the sources; *store* is where they write, as
    :mod:`scraper.cluster` says. What was *removed*, or excluded by its owner, is
    neither asked for nor kept nor read; what there is of excluded places goes. Pages of the
    posts *on_record* (their ids) are visited again. *show* is told the counts as they change.

    Raises:
        BusyError: another collect is under way.
        DataError: a source is off, the archive or the posts are damaged, the clock is wrong, or
            the archive's folder cannot be written.
    """
    for source in sources:
        place = f"source[{source.name}]"
        if not (source.enabled or replay):
            problem = f"is false, so nothing is asked of it; its terms: {source.terms}"
            raise DataError(file, f"{place}.enabled", problem)
    job = Job(
        sources=tuple(sources),
        file=file,
        archive=archive,
        posts=posts,
        key=key.decode(),
        agent=agent,
        removed=removed or Removed(),
        on_record=frozenset(on_record),
    )
    load_limits(), load_refusals(), load_bounds()
    if replay:
        with locked(archive):
            _take_out(job)
            return read_archive(job, show)
    files = [source for source in sources if source.engine == "warc"]
    taken = [take_files(source, archive, job.removed) for source in files]
    web = [load_discovery().searched(source, file) for source in sources if source not in files]
    with locked(archive) as lock:
        check_clock(Archive(archive))
        _take_out(job)
        counts = _visit(job.of(web), proxy, show, lock, (cluster, store)) if web else []
        _tell_changed(job, counts)
        counts += read_archive(job.of(files), show, taken)
    names = [source.name for source in sources]
    return sorted(counts, key=lambda count: names.index(count.source))


def _visit(
    job: Job,
    proxy: str | None,
    show: Callable[[SourceCount], None],
    lock: int,
    there: tuple[str, str],
) -> list[SourceCount]:
    cluster, store = there
    if cluster:
        from scraper.cluster import crawl_on  # what it needs is an extra

        return crawl_on(cluster, store, job, proxy, show)
    begin(job.archive, (source.name for source in job.sources))
    return crawl(job, proxy, show, lock)


def _tell_changed(job: Job, counts: Sequence[SourceCount]) -> None:
    """Enter how the sources were, and name those whose shape is another than it was."""
    for health, count in zip(note(job.archive, counts), counts, strict=True):
        if health.state == "changed":
            count.errors.append(f"{job.file}: source[{count.source}]: changed: {health.why}")


def _take_out(job: Job) -> None:
    """Take what is kept of places that their owner excluded out of the archive and the posts."""
    excluded = job.removed.excluded
    if not excluded.excluded:
        return
    archive = Archive(job.archive)
    kept = (line for name in archive.names for line in archive.lines(name))
    if lines := [line for line in kept if excluded.has(line.url)]:
        take_out(job.archive, lines)
    leave_out(job.posts, job.removed)
    forget(job.archive, job.removed)
