"""What Scrapy leaves to its user: who is asked, when again, and what robots.txt says in full."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from scraper import refusals
from scraper.addresses import published_url
from scraper.ends import CIRCLE, LeadsAway, LeftOut, TurnedAway
from scraper.limits import load_limits
from scraper.post import Page
from scraper.spiders.walk import RUN, Walk

BUSY = (429, 503)
WAIT = 10.0
"""Seconds to wait where a busy source names none."""
LONGEST = 600.0
"""Seconds; a source that asks for more is left for this run."""

ROBOTS = 512 * 1024
"""Bytes of a robots.txt that are read, as RFC 9309 has it at the least."""


class AtHome:
    """Keeps a walk at the hosts of its source, within its budget, and from what is left out.

    robots.txt may stand elsewhere.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of *crawler*."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let *request* pass, or end it where it leads away."""
        host, spider = urlsplit(request.url).hostname or "", self._crawler.spider
        if "is_start" not in request.meta or not isinstance(spider, Walk):
            return
        removed = spider.job.removed
        if request.meta.get("redirect_times") and (kind := refusals.wall(Page(request.url, b""))):
            raise TurnedAway(kind)
        if host not in spider.hosts:
            there = published_url(f"https://{host}/", removed.addresses)  # a host can be a name
            raise LeadsAway(there)
        if removed.excluded.has(request.url):
            raise LeftOut("excluded")
        if removed.has(request.url):
            raise LeftOut("removed")
        self._check_budget(spider)

    def _check_budget(self, spider: Walk) -> None:
        own, run = spider.source, load_limits().run
        if over := spider.spent.over(own.max_bytes, own.max_minutes):
            raise LeftOut("budget", f"its budget is spent ({over}); the rest is left for this run")
        over = RUN.over(run.max_bytes, run.max_minutes)
        if over := over or (f"max_pages, {run.max_pages}" if RUN.pages >= run.max_pages else ""):
            raise LeftOut("budget", f"the budget of the run is spent ({over}); the rest is left")


class Redirect(RedirectMiddleware):
    """Follows redirects, but not back to where they came from."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """*response*, or the request that it redirects to."""
        further = super().process_response(request, response)
        if isinstance(further, Request) and further.url in further.meta["redirect_urls"]:
            raise IgnoreRequest(CIRCLE)
        return further


class RetryAfter(RetryMiddleware):
    """Asks again after a wait; where the source says when, not before; a failing host never.

    One request at a time is under way, so waiting here keeps the whole source waiting.
    """

    failures: ClassVar[Counter[str]] = Counter()
    """Failures in a row of each host, for all sources of this run."""

    def process_request(self, request: Request) -> None:
        """Let *request* pass, or end it where its host has failed too often."""
        host = urlsplit(request.url).netloc
        if "is_start" in request.meta and self.failures[host] >= load_limits().host.failures:
            times = load_limits().host.failures
            words = f"its host failed {times} times in a row and is left for this run"
            raise LeftOut("failing host", words)

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """*response*, or its request again after the wait that the source asked for."""
        if response.status not in self.retry_http_codes:
            if "is_start" in request.meta:  # a robots.txt tells nothing of the pages
                self.failures.pop(urlsplit(request.url).netloc, None)
            return response
        if refusals.wall(_page(response)):
            return response
        backing_off = self._failed(request)
        if response.status in BUSY:
            wait = asked_wait(response.headers.get("Retry-After"), datetime.now(UTC))
            if wait > LONGEST:
                self._leave(request, wait)
                return response
            backing_off = max(wait, backing_off)
        again = super().process_response(request, response)
        if again is not response:
            await asyncio.sleep(backing_off)
        return again

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """The request again after a wait, where *exception* is one that may pass."""
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        backing_off = self._failed(request)
        again = super().process_exception(request, exception)
        if again is not None:
            await asyncio.sleep(backing_off)
        return again

    def _failed(self, request: Request) -> float:
        """Count a failure of the host of *request*; seconds to wait, twice as long each time."""
        if "is_start" not in request.meta:
            return 0.0
        host = urlsplit(request.url).netloc
        self.failures[host] += 1
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        return float(min(delay * 2 ** (self.failures[host] - 1), LONGEST))

    def _leave(self, request: Request, wait: float) -> None:
        """Leave the source, and other sources at its host, for this run."""
        self.failures[urlsplit(request.url).netloc] = load_limits().host.failures
        stop = self.crawler.engine.close_spider_async(reason=f"it asks to wait {wait:.0f} s")
        self._stopping = asyncio.ensure_future(stop)


def _page(response: Response) -> Page:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Page(response.url, response.body, headers, response.status)


def asked_wait(header: bytes | None, now: datetime) -> float:
    """Seconds from *now* that a Retry-After header (seconds or a date) asks to wait."""
    text = (header or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return WAIT
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


class Robots(RobotsTxtMiddleware):
    """Reads robots.txt as RFC 9309 does: none there allows all, a failing server nothing."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status in BUSY:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 400:
            response = response.replace(body=b"")
        elif len(response.body) > ROBOTS:
            response = response.replace(body=response.body[:ROBOTS])
        await super()._parse_robots(response, netloc, request)


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below the Crawl-delay of robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"])
        if asked:
            self.mindelay = max(self.mindelay, min(asked, self.maxdelay))
            for slot in self.crawler.engine.downloader.slots.values():
                slot.delay = max(slot.delay, self.mindelay)
