"""What Scrapy leaves to its user: Retry-After, and what robots.txt says beside yes and no."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from scraper.addresses import published_url
from scraper.spiders.walk import RemovedPage, Walk

BUSY = (429, 503)
WAIT = 10.0
"""Seconds to wait where a busy source names none."""
LONGEST = 600.0
"""Seconds; a source that asks for more is left for this run."""


class AtHome:
    """Keeps redirects at the hosts of the source, and the walk from pages that were removed.

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
        if host not in spider.hosts:
            there = published_url(f"https://{host}/", removed.addresses)  # a host can be a name
            raise IgnoreRequest("it leads to another host" + (there and f", {there}"))
        if removed.has(request.url):
            raise RemovedPage


class RetryAfter(RetryMiddleware):
    """Retries; where the source says when, only then.

    One request at a time is under way, so waiting here keeps the whole source waiting.
    """

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """*response*, or its request again after the wait that the source asked for."""
        if response.status not in BUSY:
            return super().process_response(request, response)
        wait = asked_wait(response.headers.get("Retry-After"), datetime.now(UTC))
        if wait > LONGEST:
            stop = self.crawler.engine.close_spider_async(reason=f"it asks to wait {wait:.0f} s")
            self._stopping = asyncio.ensure_future(stop)
            return response
        again = super().process_response(request, response)
        if again is not response:
            await asyncio.sleep(wait)
        return again


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
