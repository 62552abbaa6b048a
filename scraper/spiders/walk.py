"""The one spider: it walks from a source's start addresses along the links of its engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from http.client import responses
from pathlib import Path
from urllib.parse import urlsplit

import scrapy
from pydantic import BaseModel
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from scraper import reading
from scraper.addresses import shown_url
from scraper.archive import Archive
from scraper.counts import SourceCount
from scraper.discovery import Screen
from scraper.ends import (
    FOR_GOOD,
    GONE,
    REFUSED,
    LeadsAway,
    LeftOut,
    TurnedAway,
    words,
)
from scraper.health import load_bounds
from scraper.journal import Journal
from scraper.limits import Spent, Traps, form, load_limits, without_visitor
from scraper.post import EngineError, Reading
from scraper.posts import Found
from scraper.refusals import WORDS, Refused
from scraper.removed import Removed
from scraper.rules import DataError
from scraper.seen import Seen
from scraper.seen import pages as pages_of
from scraper.seen import read as read_seen
from scraper.sources import ARCHIVES, Source

MOST = 1000
"""Links of a page that are looked at to see whether it brought anything."""

RUN = Spent()
"""What all sources together took: one process does one run."""


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
        on_record: the ids of posts that reports on record stand in; their pages are visited
            again, whether or not anything still leads there.
    """

    sources: tuple[Source, ...]
    file: Path
    archive: Path
    posts: Path
    key: str
    agent: str
    removed: Removed
    on_record: frozenset[str] = frozenset()

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
        self.journal, self.seen = Journal(archive, source.name), Seen(self.home.name)
        self.hosts = set(reading.hosts(source))
        self.spent = Spent()
        self._traps, self._screen = Traps(), Screen() if source.queries else None
        self._told: set[str] = set()
        self._asked: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """The requests for the start addresses, and for pages that reports stand in."""
        for address in reading.first(self.source):
            url = address.partition("#")[0]
            self._asked.add(url)
            yield self.request(url, is_start=True)
        known = read_seen(self.archive.folder, self.home.name)
        for url in pages_of(known, self.job.on_record):
            yield self.request(url)  # not in _asked: they take nothing from the budget

    def request(self, url: str, *, is_start: bool = False) -> Request:
        """A request for *url*."""
        meta = {"is_start": is_start}
        return Request(url, self.parse, errback=self.failed, meta=meta)

    def parse(self, response: Response) -> Iterator[Request]:
        """Keep the posts of *response* and follow its links."""
        before = len(self.found)
        page = self._read(response)
        if page:
            assert response.request  # noqa: S101
            here = response.request.url
            self._traps.visited(here, self._brought(page, here, before))
            links = self._chosen(page)
            for place, url in enumerate(links):
                if len(self._asked) >= self.source.max_pages:
                    self.count.skip("budget", len({*links[place:]} - self._asked))
                    break
                if request := self._next(url):
                    yield request
        self.show(self.count)

    def _brought(self, page: Reading, here: str, before: int) -> bool | None:
        """Whether *page* brought posts, or pages of another form; None: it leads nowhere."""
        if len(self.found) > before:
            return True
        new = [url for url in page.links[:MOST] if without_visitor(url) not in self._asked]
        return any(form(url) != form(here) for url in new) if new else None

    def failed(self, failure: Failure) -> None:
        """Count a page that did not come."""
        request: Request = failure.request  # type: ignore[attr-defined]
        problem = failure.value
        if isinstance(problem, LeftOut):
            self.count.skip(problem.cause)
            self._tell(problem.why)
        elif isinstance(problem, TurnedAway):
            self.count.refuse(problem.cause)
            self.error(request, f"is refused ({WORDS[problem.cause]})")
        elif isinstance(problem, IgnoreRequest) and "robots.txt" in str(problem):
            self.count.refuse("robots.txt")
            if request.meta["is_start"]:
                self.error(request, "is forbidden by the source's robots.txt")
        else:
            self.count.failed += 1
            self.error(request, f"cannot be reached ({words(problem)})")
        if request.meta["is_start"]:
            self.count.failed_start(self._end(request, problem))
        self.show(self.count)

    def _end(self, request: Request, problem: BaseException | None) -> str:
        """What became of the start address that *request* asked for."""
        ways = request.meta.get("redirect_reasons", [0])
        if isinstance(problem, LeadsAway) and FOR_GOOD.issuperset(ways):
            self.count.moved = problem.there
            return "moved"
        if isinstance(problem, CannotResolveHostError):
            return "gone"
        is_ours = isinstance(problem, LeadsAway | LeftOut)
        return "refused" if isinstance(problem, IgnoreRequest) and not is_ours else "failed"

    def error(self, request: Request, problem: str) -> None:
        """Note what is wrong with the page of *request*, without the names of people."""
        key = ".start" if request.meta["is_start"] else ""
        place = f"{self.job.file}: source[{self.source.name}]{key}"
        self.count.errors.append(f"{place}: {self.shown(request)} {problem}")

    def shown(self, request: Request) -> str:
        """What *request* asks for, as an error names it: another host can be a person's name."""
        url = request.url
        if urlsplit(url).hostname not in self.hosts:
            url = request.meta.get("redirect_urls", [url])[0]
        listed = url in reading.first(self.source)
        return url if listed else shown_url(url, self.job.removed.addresses)

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
            if self.source.engine not in ARCHIVES:
                is_sound = self.count.reached and not load_bounds().are_missed(self.count)
                self.seen.save(self.archive.folder, is_sound=is_sound)
        except DataError as error:
            self.count.errors.append(str(error))
        else:
            if reason == "finished":
                self.journal.end()
        self.show(self.count)

    def headers(self, response: Response) -> dict[str, str]:
        """The headers of *response*, names in lower case."""
        return {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }

    def _tell(self, problem: str) -> None:
        """Note once what is wrong with the source as a whole."""
        if problem and problem not in self._told:
            self._told.add(problem)
            self.count.errors.append(f"{self.job.file}: source[{self.source.name}]: {problem}")

    def _read(self, response: Response) -> Reading | None:
        """What *response* gives; its posts are taken on the way."""
        headers, url = self.headers(response), without_visitor(response.url)
        try:
            page = reading.read(url, response.body, headers, response.status, self.home)
        except Refused as refusal:
            assert response.request  # noqa: S101
            self.count.refuse(refusal.cause)
            self.error(response.request, f"is refused ({refusal})")
            if response.meta["is_start"]:
                self.count.failed_start("refused")
            return None
        except EngineError as error:
            page, problem = None, str(error)
        else:
            problem = f"{response.status} {responses.get(response.status, '')}".strip()
        if page is None:
            self._unread(response, problem)
            return None
        if page.withheld:
            self.count.refuse("noindex")
        else:
            self.seen.page(url, self.job.removed.rest(page).messages)
        self.found.read(
            self.job.removed.rest(page),
            self.home,
            response.meta.get("captured_at", ""),
            self.job.key,
        )
        self.count.took(page)
        self.count.recognised(page.read_as)
        self.count.posts = len(self.found)
        self.count.reached |= response.meta["is_start"]
        return page

    def _unread(self, response: Response, problem: str) -> None:
        if response.status in REFUSED:
            self.count.refuse(f"status {response.status}")
            end = "refused"
        else:
            self.count.failed += 1
            end = "gone" if response.status in GONE else "failed"
        if response.status in GONE:
            self.seen.page(without_visitor(response.url), ())
        if response.status == 200:
            self.count.took(None)
            end = "unread"
        if response.meta["is_start"]:
            self.count.failed_start(end)
        assert response.request  # noqa: S101
        self.error(response.request, f"cannot be read ({problem})")

    def _chosen(self, page: Reading) -> tuple[str, ...]:
        """The links of *page* that are followed, as far as it can be said from the page."""
        if self._screen is None:
            return page.links
        kept = self._screen.kept(page)
        if left := {without_visitor(url) for url in page.links} - self._asked - set(kept):
            self.count.skip("off-topic", len(left))
        return kept

    def _next(self, url: str) -> Request | None:
        url = without_visitor(url.partition("#")[0])
        if url in self._asked:
            return None
        if cause := self._left_out(url):
            self.count.skip(cause)
            return None
        self._asked.add(url)
        return self.request(url)

    def _left_out(self, url: str) -> str:
        """Why the link to *url* is not followed; "" where it is."""
        if urlsplit(url).hostname not in self.hosts:
            return "other host"
        if self._traps.are_at(url):
            barren = load_limits().trap.barren
            self._tell(f"{barren} pages of one form in a row brought nothing; the rest are left")
            return "trap"
        return ""
