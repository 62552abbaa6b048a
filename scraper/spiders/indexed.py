"""Archives of the web as sources: their index is asked first, then the captures it lists."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import replace
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from scraper import cdx, warc
from scraper.addresses import shown_url
from scraper.archive import Writer, identity
from scraper.cdx import Listed
from scraper.post import EngineError, Page
from scraper.refusals import may_keep
from scraper.rules import DataError
from scraper.spiders.walk import Walk
from scraper.warc import Capture

LARGEST_INDEX = 64 * 1024 * 1024
"""Bytes; a longer answer of an index is not taken."""

PATIENCE = 180
"""Seconds to wait for an index, which may have to read for long."""

Origin = dict[str, str]
"""WARC headers that tell which archive a capture comes from."""


class Indexed(Walk):
    """Visits one archive: of each page the newest capture, then older ones.

    A capture is kept as if it had been received from its own address at its own time, so
    that a replay needs the archive no more. Links are not followed: what there is of a
    page, the index lists.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.index_url, self.records_url = self.source.start
        self._writer = Writer(self.archive, self.home.name)
        self._held = {
            (line.url, line.timestamp): line for line in self.archive.lines(self.home.name)
        }

    async def start(self) -> AsyncIterator[Request]:
        """The requests for captures that the archive here does not hold."""
        listed = [capture async for captures in self.index() for capture in captures]
        left = self.source.max_pages
        for capture in cdx.chosen(listed, self.source):
            if self.job.removed.leaves_out(capture.url):
                self.count.skip("removed")
            elif self._is_held(capture):
                self.count.cached += 1
            elif left:
                left -= 1
                yield self.fetch(capture)
            else:
                self.count.skip("budget")
        self.show(self.count)

    @abstractmethod
    def index(self) -> AsyncIterator[list[Listed]]:
        """What the index lists, answer by answer."""

    @abstractmethod
    def place(self, capture: Listed) -> tuple[str, Origin]:
        """The address of *capture*'s record, and the headers to ask for it with."""

    @abstractmethod
    def capture(self, response: Response, listed: Listed) -> tuple[Capture, Origin]:
        """The capture that *response* holds.

        Raises:
            EngineError: it holds none.
        """

    async def ask(self, url: str) -> Page | None:
        """The index's answer at *url*; what is wrong with it is noted."""
        meta = {"is_start": True, "dont_cache": True, "download_timeout": PATIENCE}
        request = Request(url, meta=meta | {"download_maxsize": LARGEST_INDEX})
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            failure = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
            self.failed(failure)
            return None
        if response.status in (200, 404):
            return Page(url, response.body, status=response.status)
        self._unread(response, _status(response))
        return None

    def misread(self, page: Page, error: EngineError) -> None:
        """Note that an answer of the index cannot be read."""
        self.count.failed += 1
        self.error(Request(page.url, meta={"is_start": True}), f"cannot be read ({error})")

    def fetch(self, capture: Listed) -> Request:
        """A request for the record of *capture*."""
        url, headers = self.place(capture)
        meta = {"is_start": False, "dont_cache": True, "listed": capture}
        # records of one file differ in their range alone, which no filter looks at
        return Request(
            url, self.parse_capture, headers=headers, errback=self.failed, meta=meta,
            dont_filter=True,
        )  # fmt: skip

    def parse_capture(self, response: Response) -> None:
        """Keep the capture in *response* and the posts in it."""
        listed: Listed = response.meta["listed"]
        try:
            capture, origin = self.capture(response, listed)
        except EngineError as error:
            self._unread(response, str(error))
        else:
            if self.job.removed.is_in(capture, self.home):
                self.count.skip("removed")
            elif identity(capture) in self._held:
                self.count.cached += 1
            else:
                if may_keep(capture):
                    self._writer.take(capture, origin)
                    self.count.fetched += 1
                self._read(_response(capture, response.request))
        self.show(self.count)

    def closed(self, reason: str) -> None:
        """Finish the file of captures, and write the posts."""
        self._writer.close()
        super().closed(reason)

    def shown(self, request: Request) -> str:
        """The page, and its moment, that *request* asks for; of the index, its address."""
        listed: Listed | None = request.meta.get("listed")
        if listed is None:
            return request.url.partition("?")[0]
        return f"{shown_url(listed.url, self.job.removed.addresses)} of {listed.timestamp}"

    def _is_held(self, listed: Listed) -> bool:
        """Whether the archive here has *listed*; its posts are read then."""
        line = self._held.get((listed.url, listed.timestamp))
        if line is None:
            return False
        try:
            capture = self.archive.read(line)
        except DataError as error:
            self.archive.distrust(line)
            self.count.errors.append(f"{error}; the page is asked for again")
            return False
        self._read(_response(capture, self.fetch(listed)))
        return True


class CommonCrawl(Indexed):
    """Visits Common Crawl: an index for each crawl, and files that the records lie in."""

    async def index(self) -> AsyncIterator[list[Listed]]:
        """The captures of each pattern in each crawl, page by page."""
        named = await self.ask(self.index_url)
        try:
            crawls = cdx.crawls(named, self.source) if named else ()
        except EngineError as error:
            assert named  # noqa: S101
            self.misread(named, error)
            return
        for crawl in crawls:
            for pattern in self.source.pages:
                async for captures in self._pages(crawl, pattern):
                    yield captures

    async def _pages(self, crawl: str, pattern: str) -> AsyncIterator[list[Listed]]:
        """The captures of *pattern* in one crawl."""
        answer = await self.ask(cdx.crawl_query(crawl, pattern, self.source))
        try:
            count = cdx.page_count(answer) if answer else 0
            for number in range(count):
                answer = await self.ask(cdx.crawl_query(crawl, pattern, self.source, number))
                if answer and answer.status == 200:
                    yield cdx.crawl_lines(answer)
            self.count.reached |= answer is not None
        except EngineError as error:
            assert answer  # noqa: S101
            self.misread(answer, error)

    def place(self, capture: Listed) -> tuple[str, Origin]:
        """The file, and the range of bytes in it."""
        last = capture.offset + capture.length - 1
        return self.records_url + capture.filename, {"Range": f"bytes={capture.offset}-{last}"}

    def capture(self, response: Response, listed: Listed) -> tuple[Capture, Origin]:
        """The record, one member of a gzip file."""
        if response.status != 206:
            raise EngineError(_status(response))
        try:
            found = warc.capture_in(response.body, Path(listed.filename), listed.offset)
        except DataError as error:
            raise EngineError(str(error)) from error
        if cdx.plain(found.url) != listed.url:
            raise EngineError("another page's record lies there")
        url, asked = self.place(listed)
        origin = {"WARC-Source-URI": url, "WARC-Source-Range": asked["Range"]}
        return replace(found, url=listed.url), origin


class Wayback(Indexed):
    """Visits the Wayback Machine: an index, and each capture as it was received."""

    async def index(self) -> AsyncIterator[list[Listed]]:
        """The captures of each pattern, answer by answer."""
        for pattern in self.source.pages:
            asked, resume = set[str](), ""
            while resume not in asked:
                asked.add(resume)
                url = cdx.wayback_query(self.index_url, pattern, self.source, resume)
                answer = await self.ask(url)
                if answer is None:
                    break
                try:
                    captures, resume = cdx.wayback_rows(answer)
                except EngineError as error:
                    self.misread(answer, error)
                    break
                self.count.reached = True
                yield captures
                if not resume:
                    break

    def place(self, capture: Listed) -> tuple[str, Origin]:
        """The capture's own address, with ``id_`` for: as it was received."""
        url = quote(capture.url, safe="/:?&=%#+,;@!~*'()$[]")
        return f"{self.records_url}{capture.timestamp}id_/{url}", {}

    def capture(self, response: Response, listed: Listed) -> tuple[Capture, Origin]:
        """The page, whose own headers stand behind a prefix; the moment may be one near by."""
        if response.status != 200:
            raise EngineError(_status(response))
        there = re.search(r"/(\d{14})[a-z_]{0,4}/(https?:.+)", response.url)
        if there is None or warc.key(there[2]) != warc.key(listed.url):
            raise EngineError("leads to another page")
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        own = {
            name.removeprefix("x-archive-orig-"): value
            for name, value in headers.items()
            if name.startswith("x-archive-orig-")
        }
        # the encoding may be undone already, or be there and not named
        payload = warc.decoded(response.body, own.pop("content-encoding", "gzip"))
        if "content-type" in headers:
            own.setdefault("content-type", headers["content-type"])
        capture = Capture(listed.url, warc.date_of(there[1]), 200, tuple(own.items()), payload)
        return capture, {"WARC-Source-URI": response.url}


def _status(response: Response) -> str:
    return f"{response.status} {responses.get(response.status, '')}".strip()


def _response(capture: Capture, request: Request | None) -> Response:
    """*capture* as if it had been received just now."""
    assert request  # noqa: S101
    meta = {**request.meta, "captured_at": capture.date}
    return Response(
        capture.url,
        status=capture.status,
        headers=dict(capture.headers),
        body=capture.payload,
        request=request.replace(meta=meta),
    )
