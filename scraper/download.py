"""Scrapy's download of one answer, with a bound on its headers, and what is too long named."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure

LONGEST_HEAD = 256 * 1024
"""Bytes; an answer whose headers are longer is not taken."""


class TooMuchError(Exception):
    """An answer that is not taken whole, and is not asked for again."""


class _LongHeadError(Exception):
    pass


class _Protocol(_LenientHTTP11ClientProtocol):
    """Twisted bounds the length of a header, but not how many there are."""

    _head = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Take *data*, unless the headers never end."""
        if self._parser is not None:
            self._parser.MAX_LENGTH = 2 * LONGEST_HEAD  # or one long header is a lost connection
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        in_head = self._parser is not None and self._parser.state in ("STATUS", "HEADER")
        self._head = self._head + len(data) if in_head else 0
        if self._head > LONGEST_HEAD:
            self._giveUp(Failure(_LongHeadError()))  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class Download(HTTP11DownloadHandler):
    """Downloads one answer; see ``DOWNLOAD_MAXSIZE`` and ``DOWNLOAD_TIMEOUT`` for its bounds."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """The answer to *request*.

        Raises:
            TooMuchError: it is longer than allowed, or its headers are.
        """
        try:
            return await super().download_request(request)
        except DownloadCancelledError as error:
            raise TooMuchError("its answer is too long") from error
        except DownloadFailedError as error:
            reasons = getattr(error.__cause__, "reasons", ())
            if any(reason.check(_LongHeadError) for reason in reasons):
                raise TooMuchError("its headers are too long") from error
            raise
