"""One crawl in a process of its own: a job comes in as JSON, counts go out as JSON lines.

The address of a store is its argument, where what is written goes into one at once.

A Twisted reactor runs once per process, so :func:`scraper.collect.collect` starts this
module as a program for each collect. It ends when its input does, so that no crawl goes on
whose collect was killed; what is written then is as after any other end.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from twisted.internet.error import ReactorNotRunning

from scraper.archive import Archive, Keep, keep_here
from scraper.counts import SourceCount
from scraper.logs import begin_log
from scraper.reading import hosts
from scraper.settings import settings
from scraper.sources import Source
from scraper.spiders.indexed import CommonCrawl, Wayback
from scraper.spiders.reddit import RedditWalk
from scraper.spiders.walk import Job, Walk

KINDS: dict[str, type[Walk]] = {
    "commoncrawl": CommonCrawl,
    "reddit": RedditWalk,
    "wayback": Wayback,
}
"""Engines whose sources are walked in a way of their own."""


def main() -> None:
    """Read a job from standard input and do it."""
    job = Job.model_validate_json(sys.stdin.readline())
    Thread(target=_end_with_input, daemon=True).start()
    process = AsyncCrawlerProcess({"LOG_INSTALL_ROOT_HANDLER": False})
    begin_log()
    # a robots.txt that cannot be fetched is told as the failure of its source
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    loop = asyncio.get_event_loop()
    stopping: list[asyncio.Task[None]] = []

    def fail(problem: str) -> None:
        if not stopping:
            print(json.dumps({"problem": problem}), flush=True)
            stopping.append(loop.create_task(process.stop()))

    archive = Archive(job.archive, fail, _keeper(*sys.argv[1:]))
    groups = [_in_turn(process, group, job, archive) for group in by_host(job.sources)]
    ended = loop.create_task(_all(groups))
    process.start(stop_after_crawl=False)
    if ended.done() and (error := ended.exception()):
        raise error


def _keeper(store: str = "") -> Keep:
    if not store:
        return keep_here
    from scraper.store import Store  # what it needs is an extra

    return Store(store).append


def _end_with_input() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


async def _all(groups: Sequence[Any]) -> None:
    from twisted.internet import reactor

    try:
        await asyncio.gather(*groups)
    finally:
        with suppress(ReactorNotRunning):  # an interrupt stops it too
            reactor.stop()  # type: ignore[misc]


async def _in_turn(
    process: AsyncCrawlerProcess, sources: Sequence[Source], job: Job, archive: Archive
) -> None:
    for source in sources:
        kind = KINDS.get(source.engine, Walk)
        crawler = Crawler(kind, settings(source, job.agent))
        await process.crawl(crawler, source=source, archive=archive, job=job, show=_tell)
        if crawler.stats.get_value("finish_reason") == "shutdown":
            break


def _tell(count: SourceCount) -> None:
    print(json.dumps(count.row()), flush=True)


def by_host(sources: Sequence[Source]) -> list[list[Source]]:
    """*sources* in groups: two that share a host, also by way of a third, are in one."""
    groups: list[list[Source]] = []
    for source in sources:
        mine = hosts(source)
        near = [group for group in groups if any(mine & hosts(one) for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(one for group in near for one in group), source])
    return groups


if __name__ == "__main__":
    main()
