"""The one spider: it walks from a source's start addresses along the links of its engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from http.client import responses
from pathlib import Path
from urllib.parse import urlsplit

import scrapy
from pydantic import BaseModel
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from scraper import reading
from scraper.addresses import shown_url
from scraper.archive import Archive
from scraper.counts import SourceCount
from scraper.post import EngineError
from scraper.posts import Found
from scraper.removed import Removed
from scraper.rules import DataError
from scraper.sources import Source

REFUSED = frozenset({401, 403, 407, 429, 451})
"""Statuses by which a source refuses a page."""

CAUSES = {
    CannotResolveHostError: "no host of that name",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no answer in time",
}


class RemovedPage(IgnoreRequest):
    """A page that was removed on request, and so is not asked for."""


class Job(BaseModel):
    """What one crawl does.

    Attributes:
        sources: the sources to visit.
        file: where they are listed, to be named in what goes wrong.
        archive: the folder of captures.
        posts: the folder of posts.
        key: the secret that authors are hashed with.
        agent: the user agent.
        removed: what is not asked for, kept or read, and how addresses are named.
    """

    sources: tuple[Source, ...]
    file: Path
    archive: Path
    posts: Path
    key: str
    agent: str
    removed: Removed

    def of(self, sources: Sequence[Source]) -> Job:
        """The same job for *sources* alone."""
        return self.model_copy(update={"sources": tuple(sources)})


class Walk(scrapy.Spider):
    """Visits one source of a job; its posts are written when the walk ends."""

    name = "walk"

    def __init__(
        self, source: Source, archive: Archive, job: Job, show: Callable[[SourceCount], None]
    ) -> None:
        super().__init__()
        self.source, self.archive, self.job, self.show = source, archive, job, show
        self.home = source.home
        self.count = SourceCount(source.name)
        self.found = Found()
        self.hosts = set(reading.hosts(source))
        self._asked: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """The requests for the start addresses."""
        for address in reading.first(self.source):
            url = address.partition("#")[0]
            self._asked.add(url)
            yield self.request(url, is_start=True)

    def request(self, url: str, *, is_start: bool = False) -> Request:
        """A request for *url*."""
        meta = {"is_start": is_start}
        return Request(url, self.parse, errback=self.failed, meta=meta)

    def parse(self, response: Response) -> Iterator[Request]:
        """Keep the posts of *response* and follow its links."""
        links = self._read(response)
        for url in links:
            if request := self._next(url):
                yield request
        self.show(self.count)

    def failed(self, failure: Failure) -> None:
        """Count a page that did not come."""
        request: Request = failure.request  # type: ignore[attr-defined]
        problem = failure.value
        if isinstance(problem, RemovedPage):
            self.count.skipped += 1
        elif isinstance(problem, IgnoreRequest) and "robots.txt" in str(problem):
            self.count.refused += 1
            if request.meta["is_start"]:
                self.error(request, "is forbidden by the source's robots.txt")
        else:
            self.count.failed += 1
            known = (words for kind, words in CAUSES.items() if isinstance(problem, kind))
            cause = next(known, " ".join(str(problem).split()) or type(problem).__name__)
            self.error(request, f"cannot be reached ({cause})")
        self.show(self.count)

    def error(self, request: Request, problem: str) -> None:
        """Note what is wrong with the page of *request*, without the names of people."""
        key = ".start" if request.meta["is_start"] else ""
        place = f"{self.job.file}: source[{self.source.name}]{key}"
        self.count.errors.append(f"{place}: {self.shown(request)} {problem}")

    def shown(self, request: Request) -> str:
        """What *request* asks for, as an error names it."""
        listed = request.url in reading.first(self.source)
        return request.url if listed else shown_url(request.url, self.job.removed.addresses)

    def closed(self, reason: str) -> None:
        """Write the posts, and say why the walk ended early, if it did."""
        place = f"{self.job.file}: source[{self.source.name}]"
        if reason != "finished":
            self.count.errors.append(f"{place}: stopped before the end: {reason}")
        mistakes = self.crawler.stats.get_value("spider_exceptions/count", 0)
        if mistakes:
            self.count.failed += mistakes
            self.count.errors.append(f"{place}: {mistakes} pages broke the walk")
        try:
            self.count.new_posts = self.found.save(self.job.posts, self.home)
        except DataError as error:
            self.count.errors.append(str(error))
        self.show(self.count)

    def _read(self, response: Response) -> tuple[str, ...]:
        """The links of *response*; its posts are taken on the way."""
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        try:
            page = reading.read(response.url, response.body, headers, response.status, self.home)
        except EngineError as error:
            page, problem = None, str(error)
        else:
            problem = f"{response.status} {responses.get(response.status, '')}".strip()
        if page is None:
            self._unread(response, problem)
            return ()
        self.found.read(
            self.job.removed.rest(page),
            self.home,
            response.meta.get("captured_at", ""),
            self.job.key,
        )
        self.count.recognised(page.read_as)
        self.count.posts = len(self.found)
        self.count.reached |= response.meta["is_start"]
        return page.links

    def _unread(self, response: Response, problem: str) -> None:
        if response.status in REFUSED:
            self.count.refused += 1
        else:
            self.count.failed += 1
        assert response.request  # noqa: S101
        self.error(response.request, f"cannot be read ({problem})")

    def _next(self, url: str) -> Request | None:
        url = url.partition("#")[0]
        if url in self._asked:
            return None
        outside = urlsplit(url).hostname not in self.hosts
        if outside or len(self._asked) >= self.source.max_pages:
            self.count.skipped += 1
            return None
        self._asked.add(url)
        return self.request(url)
