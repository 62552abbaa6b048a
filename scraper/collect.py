"""Collecting: visit sources, keep what they answer, read the posts in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from scraper.archive import Archive, locked, take_out
from scraper.counts import SourceCount
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
    show: Callable[[SourceCount], None] = _silent,
) -> list[SourceCount]:
    """Collect *sources* into the folders *archive* and *posts*; their counts, in order.

    Sources on different hosts are visited side by side, those that share one in turn; the
    files of a source of files are taken into the archive first.
    *key* hashes authors, *agent* is the user agent, *file* where the sources are listed.
    With *replay* nothing is asked for and every capture is read again. All requests go
    through *proxy* where there is one. What was *removed*, or excluded by its owner, is
    neither asked for nor kept nor read; what there is of excluded places goes. Pages of the
    posts *on_record* (their ids) are visited again. *show* is told the counts as they change.

    Raises:
        DataError: a source is off, another collect is under way, the archive or the posts
            are damaged, or the archive's folder cannot be written.
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
        _take_out(job)
        begin(archive, (source.name for source in web))
        counts = _crawl(job.of(web), proxy, show, lock) if web else []
        _tell_changed(job, counts)
        counts += read_archive(job.of(files), show, taken)
    names = [source.name for source in sources]
    return sorted(counts, key=lambda count: names.index(count.source))


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


def _crawl(
    job: Job, proxy: str | None, show: Callable[[SourceCount], None], lock: int
) -> list[SourceCount]:
    counts = {source.name: SourceCount(source.name) for source in job.sources}
    environment = dict(os.environ)
    if proxy:
        environment |= {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    with subprocess.Popen(
        [sys.executable, "-m", "scraper.crawl"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=(lock,),
        process_group=0,  # it is told of an interrupt once, here
    ) as crawl:
        assert crawl.stdin  # noqa: S101
        assert crawl.stdout  # noqa: S101
        crawl.stdin.write(f"{job.model_dump_json()}\n")
        crawl.stdin.flush()
        try:
            problem = _follow(crawl.stdout, counts, show)
        except KeyboardInterrupt:
            crawl.send_signal(signal.SIGINT)  # it writes what it has before it ends
            _follow(crawl.stdout, counts, show)
            raise
    if crawl.returncode < 0:
        by = signal.Signals(-crawl.returncode).name
        problem = f"the crawl was ended by {by}; what it received stays, collect goes on from there"
    if problem:
        raise DataError(job.archive, "", problem)
    if crawl.returncode:
        raise RuntimeError(f"the crawl ended with status {crawl.returncode}")
    return list(counts.values())


def _follow(
    lines: Iterable[str], counts: dict[str, SourceCount], show: Callable[[SourceCount], None]
) -> str:
    """Take the counts of a crawl until it ends; what kept it from writing, if something did."""
    problem = ""
    for line in lines:
        told = json.loads(line)
        if "problem" in told:
            problem = told["problem"]
            continue
        count = SourceCount(**told)
        counts[count.source] = count
        show(count)
    return problem
