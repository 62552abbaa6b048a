"""The archive as Scrapy's HTTP cache: what is there is asked for only if it changed.

A run that goes on where one broke off does not ask at all for what that one had received.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from scraper.archive import KEPT, Writer, now
from scraper.limits import without_visitor
from scraper.rules import DataError
from scraper.spiders.walk import Walk
from scraper.warc import Capture, decoded

VALIDATORS = ((b"ETag", b"If-None-Match"), (b"Last-Modified", b"If-Modified-Since"))


class ArchiveCache(HttpCacheMiddleware):
    """Scrapy's own middleware, but a source that does not answer is not hidden by the cache."""

    DOWNLOAD_EXCEPTIONS = ()  # type: ignore[assignment]


class Revalidate:
    """Ask each time whether the page is still as captured; keep what is kept for good."""

    def __init__(self, settings: BaseSettings) -> None:
        pass

    def should_cache_request(self, request: Request) -> bool:
        """Whether the answer to *request* belongs into the archive."""
        return request.method == "GET" and request.url.startswith(("http:", "https:"))

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Whether *response* is one that is kept."""
        return response.status in KEPT

    def is_cached_response_fresh(self, cached: Response, request: Request) -> bool:
        """Whether this run had it before it broke off; else the source may say it is the same."""
        if request.meta["received"]:
            return True
        for known, asked in VALIDATORS:
            if value := cached.headers.get(known):
                request.headers[asked] = value
        return False

    def is_cached_response_valid(
        self, cached: Response, response: Response, request: Request
    ) -> bool:
        """Whether the source says that nothing has changed."""
        # the payload kept is decoded, so the encoding that a 304 names is not its own
        if response.status == 304:
            response.headers.pop("Content-Encoding", None)
        return response.status == 304


class ArchiveStorage:
    """Reads and writes captures for Scrapy's cache; ``meta["captured_at"]`` is their date."""

    def __init__(self, settings: BaseSettings) -> None:
        pass

    def open_spider(self, spider: Spider) -> None:
        """Take the archive and the counts of *spider*."""
        assert isinstance(spider, Walk)  # noqa: S101
        self._archive, self._count = spider.archive, spider.count
        self._removed, self._source = spider.job.removed, spider.source
        self._writer = Writer(spider.archive, spider.source.name)
        self._journal = spider.journal

    def close_spider(self, spider: Spider) -> None:
        """Finish the run's file."""
        self._writer.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The latest capture of the address of *request*, if it can be read."""
        line = self._archive.latest(self._count.source, request.url)
        if line is None:
            return None
        try:
            capture = self._archive.read(line)
        except DataError as error:
            self._archive.distrust(line)
            self._count.errors.append(f"{error}; the page is asked for again")
            return None
        request.meta["captured_at"] = capture.date
        request.meta["received"] = self._is_received(capture)
        self._count.cached += request.meta["received"]
        headers = Headers()
        for name, value in capture.headers:
            headers.appendlist(name, value)
        kind: type[Response] = responsetypes.from_args(
            headers=headers, url=capture.url, body=capture.payload
        )
        return kind(url=capture.url, status=capture.status, headers=headers, body=capture.payload)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep *response*, unless the archive holds the same already or it was removed."""
        date = None
        if "cached" not in response.flags:
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ]
            capture = Capture(request.url, now(), response.status, tuple(headers), response.body)
            if not self._is_left_out(capture):
                date = self._writer.write(request.url, response.status, headers, response.body)
        if date is None:
            self._count.cached += 1
            self._journal.note(without_visitor(request.url))
        else:
            request.meta["captured_at"] = date
            self._count.fetched += 1

    def _is_left_out(self, capture: Capture) -> bool:
        """Whether *capture*, whose payload is as it was received, is removed or excluded."""
        if self._removed.is_empty:
            return False
        headers = {name.lower(): value for name, value in capture.headers}
        payload = decoded(capture.payload, headers.get("content-encoding", ""))
        return self._removed.is_in(replace(capture, payload=payload), self._source)

    def _is_received(self, capture: Capture) -> bool:
        """Whether this run had *capture* before; what robots.txt says is asked for anew."""
        is_robots = urlsplit(capture.url).path == "/robots.txt"
        return not is_robots and self._journal.has(capture.url, capture.date)
