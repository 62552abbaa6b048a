"""The crawl in a process of its own, seen from the one that waits for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable

from scraper.counts import SourceCount
from scraper.rules import DataError
from scraper.spiders.walk import Job


def crawl(
    job: Job, proxy: str | None, show: Callable[[SourceCount], None], lock: int, store: str = ""
) -> list[SourceCount]:
    """Visit the sources of *job*; their counts, in order.

    All requests go through *proxy* where there is one; *show* is told the counts as they
    change; *lock* is the file descriptor that keeps the archive locked; what is written is
    put into *store*, where there is one, before the next page is asked for.

    Raises:
        DataError: the archive cannot be written, or the crawl was ended from outside.
    """
    counts = {source.name: SourceCount(source.name) for source in job.sources}
    environment = dict(os.environ)
    if proxy:
        environment |= {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "scraper.crawl", *filter(None, [store])],
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
