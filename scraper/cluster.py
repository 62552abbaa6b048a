"""Collecting on more than one machine: sources that share a host are one task of one worker.

A worker brings what the store has of its sources into a folder of its own, visits them there
as :mod:`scraper.crawling` does, and puts every record into the store before it asks for the
next page. The tasks of a worker that is lost are given to another, which goes on from what
was written. So a host is never asked by two at once, and no page twice but for the one that
was under way when its worker was lost. The run's budget (``data/limits.toml``) holds for
each task.

Workers need this project, Dask and fsspec as they are here, and no account at any source.
They are told the key that authors are hashed with: a scheduler on an open network has to
use TLS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scraper.archive import check_archive, locked
from scraper.counts import SourceCount
from scraper.crawl import by_host
from scraper.crawling import crawl
from scraper.journal import begin
from scraper.rules import DataError
from scraper.sources import Source
from scraper.spiders.walk import Job

try:
    from distributed import Client, LocalCluster
    from distributed import KilledWorker as KilledWorker
    from distributed import as_completed as as_completed

    from scraper.store import Store
    from scraper.store import url_to_fs as url_to_fs
except ImportError as missing:
    words = f"needs the extra cluster ({missing.name}): pip install 'suspension-record[cluster]'"
    raise DataError(Path("--cluster"), "", words) from missing

PATIENCE = 5.0
"""Seconds in which a scheduler has to answer."""

Show = Callable[[SourceCount], None]


class Sealed(str):
    """Text that a worker does not show where it logs a task that failed: a job holds the key."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "…"


def crawl_on(
    cluster: str, address: str, job: Job, proxy: str | None, show: Show
) -> list[SourceCount]:
    """Visit the sources of *job* by the workers of *cluster*; their counts.

    *cluster* is ``local``, for workers on this machine, or the address of a Dask scheduler.
    *address* is the store that they write into; by default the folder that holds the
    archive here, which all workers must then reach by the same path. What they wrote is in
    the folders of *job* at the end.

    Raises:
        DataError: the cluster or the store cannot be reached, or the archive is damaged.
    """
    folder = job.archive.parent
    counts = {source.name: SourceCount(source.name) for source in job.sources}
    try:
        store = Store(address or str(folder.resolve()))
        groups = _groups(job.sources)
        names = {name for group in groups for name in _names(group)}
        store.bring(names, folder)  # what a run left whose own machine was lost
        check_archive(job.archive)
        store.give(names, folder)
        with client_of(cluster) as client:
            tasks = {_submit(client, job.of(group), address, proxy): group for group in groups}
            for task in as_completed(tasks):  # type: ignore[no-untyped-call]
                for count in _outcome(task, tasks[task], job):
                    counts[count.source] = count
                    show(count)
        store.bring(names, folder, over=True)
    except OSError as error:
        raise DataError(Path("--cluster"), cluster, f"cannot be reached ({error})") from error
    check_archive(job.archive)
    store.give(names, folder)
    return list(counts.values())


@contextmanager
def client_of(cluster: str) -> Iterator[Client]:
    """A client of *cluster*: ``local``, or the address of a Dask scheduler."""
    if cluster != "local":
        with Client(cluster, timeout=PATIENCE) as client:  # type: ignore[no-untyped-call]
            yield client
        return
    with (
        LocalCluster(dashboard_address=None) as workers,  # type: ignore[no-untyped-call]
        Client(workers) as client,  # type: ignore[no-untyped-call]
    ):
        yield client


def _submit(client: Client, job: Job, address: str, proxy: str | None) -> Any:
    store = address or str(job.archive.parent.resolve())
    name = "+".join(source.name for source in job.sources)
    told = (Sealed(job.model_dump_json()), store, proxy)
    return client.submit(visit, *told, key=f"visit {name}", pure=False)


def visit(job_json: str, address: str, proxy: str | None) -> list[str]:
    """Visit the sources of a job on this worker; their counts as JSON.

    Raises:
        DataError: what the store has of them is damaged, or cannot be written here.
    """
    told, store = Job.model_validate_json(job_json), Store(address)
    names = _names(told.sources)
    with TemporaryDirectory(prefix="suspensions-") as place:
        folder = Path(place)
        own = {"archive": folder / "archive", "posts": folder / "posts"}
        job = told.model_copy(update=own)
        store.bring(names, folder)
        with locked(job.archive) as lock:  # what a lost worker left open is closed
            begin(job.archive, (source.name for source in job.sources))
            store.give(names, folder)
            try:
                counts = crawl(job, proxy, lambda count: None, lock, address)
            finally:
                store.give(names, folder)
    return [json.dumps(count.row()) for count in counts]


def _outcome(task: Any, group: Sequence[Source], job: Job) -> list[SourceCount]:
    try:
        return [SourceCount(**json.loads(row)) for row in task.result()]
    except (DataError, KilledWorker) as error:
        is_lost = isinstance(error, KilledWorker)
        problem = "its workers were lost again and again" if is_lost else str(error)
        place = f"{job.file}: source"
        return [
            SourceCount(source.name, errors=[f"{place}[{source.name}]: {problem}"])
            for source in group
        ]


def _groups(sources: Sequence[Source]) -> list[list[Source]]:
    """*sources* in groups: those that share a host, or write the same posts, are in one."""
    groups: list[list[Source]] = []
    for group in by_host(sources):
        homes = {source.home.name for source in group}
        near = [known for known in groups if homes & {source.home.name for source in known}]
        groups = [known for known in groups if known not in near]
        groups.append([*(source for known in near for source in known), *group])
    return groups


def _names(sources: Sequence[Source]) -> set[str]:
    """What the files of *sources* are named after."""
    return {name for source in sources for name in (source.name, source.home.name)}
