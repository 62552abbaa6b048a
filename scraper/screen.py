"""What an answer is looked at for before it is kept: its size, what it asks for, what it tells."""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from scraper import refusals
from scraper.download import TooMuchError
from scraper.post import Page
from scraper.spiders.walk import RUN, Walk


class Screen(HttpCompressionMiddleware):
    """Stands between the source and the archive: bombs, walls and ``noarchive`` go no further.

    Nor does an answer that repeats the credentials with which it was asked for.
    """

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Let *request* pass."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """*response*, marked not to be kept where it asks for that or is not what was asked.

        Raises:
            TooMuchError: it unpacks to more than is allowed, or cannot be unpacked.
        """
        body, walk = self._plain(request, response), self._crawler.spider
        if not isinstance(walk, Walk) or "is_start" not in request.meta or response.status == 304:
            return response
        for spent in (walk.spent, RUN):
            spent.pages += 1
        page = Page(response.url, body, walk.headers(response), response.status)
        if not refusals.is_kept(page) or _echoes(request, body):
            # the cache's own mark for what it is not to keep, which it takes off again
            request.meta["_dont_cache"] = True
        return response

    def _plain(self, request: Request, response: Response) -> bytes:
        if not response.headers.get("Content-Encoding"):
            return response.body
        try:
            unpacked = super().process_response(request, response.copy())
        except IgnoreRequest as error:
            raise TooMuchError("it unpacks to more than is taken") from error
        except (OSError, EOFError, zlib.error, brotli.error) as error:
            raise TooMuchError("it cannot be unpacked") from error
        assert isinstance(unpacked, Response)  # noqa: S101
        return unpacked.body

    def _received(self, data: bytes) -> None:
        if isinstance(walk := self._crawler.spider, Walk):
            for spent in (walk.spent, RUN):
                spent.received += len(data)


def _echoes(request: Request, body: bytes) -> bool:
    """Whether *body* holds the credentials that *request* was sent with."""
    sent = request.headers.get("Authorization") or b""
    return bool(sent) and sent.split()[-1] in body
