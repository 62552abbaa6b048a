"""What collecting costs with the archive and without it, and a replay, beside plain Scrapy.

A board of phpBB's pages (the specimens' over and over) is served on loopback, compressed as
servers send them, and visited by plain Scrapy with the engine alone, by our walk without an
archive, and by our walk as it is, in turn; what was kept is replayed. Of several rounds the
median counts.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from scraper import reading
from scraper.archive import Archive, locked
from scraper.cache import ArchiveStorage
from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.journal import begin
from scraper.posts import Found, post
from scraper.removed import Removed
from scraper.settings import settings
from scraper.sources import Source
from scraper.specimens.phpbb import POSTS_PER_PAGE, PhpBB
from scraper.specimens.threads import FOLDER
from scraper.spiders.walk import Job, Walk
from tests.bench.costs import Cost, apart, watched

UNIT = "pages"
SMALLEST = 20
ROUNDS = 3
LISTED = 50
"""Topics of one page of the board."""

PLAIN = "plain Scrapy"
STEPS = {"crawl": PLAIN, "crawl, no archive": PLAIN, "replay": PLAIN}
PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "reading pages by their engine": ((reading, "read"),),
    "posts": ((Found, "read"), (Found, "save")),
    "looking up in the archive": ((ArchiveStorage, "retrieve_response"),),
    "writing the archive": ((ArchiveStorage, "store_response"), (ArchiveStorage, "close_spider")),
}
KEY = "a key for measuring, and for nothing else"


def measure(pages: int) -> dict[str, Cost]:
    """Each way of visiting a board of so many *pages* of topics, and a replay of it."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    with served(board(pages)) as port, tempfile.TemporaryDirectory() as temporary:
        for number in range(ROUNDS):
            folder = Path(temporary) / str(number)
            for way in (PLAIN, "crawl, no archive", "crawl"):
                costs[way].append(apart(visit, way, port, pages, folder / way))
            costs["replay"].append(apart(replay, port, pages, folder / "crawl"))
    return {
        way: sorted(rounds, key=lambda cost: cost.wall)[ROUNDS // 2]
        for way, rounds in costs.items()
    }


def board(pages: int) -> dict[str, bytes]:
    """The answers of a board of so many *pages* of topics, by path and query."""
    corner = PhpBB(FOLDER)
    short = [thread for thread in corner.threads if len(thread.post) <= POSTS_PER_PAGE]
    thread = max(short, key=lambda thread: len(thread.post))
    topic = corner.answer("/viewtopic.php", {"t": [str(thread.id)]}).content.decode()
    answers = {"/robots.txt": b"User-agent: *\nDisallow: /ucp.php\n"}
    for number in range(pages):
        own = topic.replace(f"t={thread.id}", f"t={number}")
        own = re.sub(r"(?<=\bp)\d+|(?<=p=)\d+", lambda found: f"{number}0{found[0]}", own)  # noqa: B023
        answers[f"/viewtopic.php?t={number}"] = own.encode()
    rows = [f'<a class="topictitle" href="./viewtopic.php?t={n}">Closed</a>' for n in range(pages)]
    for start in range(0, pages, LISTED):
        later = f"./viewforum.php?f=7&start={start + LISTED}"
        following = f"<div class='pagination'><a href='{later}' rel='next'>Next</a></div>"
        shown = "".join(f"<li class='row'>{row}</li>" for row in rows[start : start + LISTED])
        ending = following if start + LISTED < pages else ""
        page = f"<body id='phpbb'><ul class='topiclist'>{shown}</ul>{ending}</body>"
        answers[f"/viewforum.php?f=7&start={start}"] = page.encode()
    return answers


class _Server(asyncio.Protocol):
    """Answers GET from what was packed before; keeps the connection."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers, self._asked = answers, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what was asked whole."""
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._answers.get(head.split(b" ", 2)[1], _answer(b"", 404)))


def _answer(body: bytes, status: int = 200) -> bytes:
    packed = gzip.compress(body, 6, mtime=0)
    head = (
        f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    )
    return head.encode() + packed


def _serve(port: Any, answers: dict[str, bytes]) -> None:
    packed = {path.encode(): _answer(body) for path, body in answers.items()}

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Server(packed), "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def served(answers: dict[str, bytes]) -> Iterator[int]:
    """The port of a process that gives *answers*, until the block ends."""
    spawn = get_context("spawn")
    port = spawn.Queue()
    process = spawn.Process(target=_serve, args=(port, answers))
    process.start()
    try:
        yield port.get()
    finally:
        process.terminate()
        process.join()


def source(port: int, pages: int) -> Source:
    """The board at *port*."""
    known = {"name": "board", "title": "A board", "engine": "phpbb", "access": "page"}
    known |= {"source_kind": "forum", "robots": "allows all", "terms": "ours"}
    start = [f"http://127.0.0.1:{port}/viewforum.php?f=7&start=0"]
    bounds = {"delay": 0, "max_pages": pages * 2, "checked": "2026-11-24"}
    return Source.model_validate({**known, **bounds, "start": start})


class Plain(scrapy.Spider):
    """What a Scrapy user writes: the engine reads, its links are followed, posts are kept."""

    name = "plain"

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source, self.start_urls = source, list(source.start)
        self.rows: list[dict[str, Any]] = []

    def parse(self, response: Any) -> Iterator[Any]:
        """Keep the posts and follow the links."""
        headers = {
            name.decode().lower(): values[0].decode() for name, values in response.headers.items()
        }
        page = reading.read(response.url, response.body, headers, response.status, self.source)
        if page:
            self.rows += [post(each, self.source, "", KEY.encode()) for each in page.messages]
            for url in page.links:
                yield scrapy.Request(url)


def visit(way: str, port: int, pages: int, folder: Path) -> Cost:
    """One visit of the board, in this process."""
    place = source(port, pages)
    took = _watched() if way == "crawl" else {}
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    if way == PLAIN:
        crawler = Crawler(Plain, {"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR"})
        given: dict[str, Any] = {"source": place}
    else:
        archive, posts = folder / "archive", folder / "posts"
        archive.mkdir(parents=True)
        begin(archive, [place.name])
        job = Job(
            sources=(place,), file=Path("bench"), archive=archive, posts=posts,
            key=KEY, agent="Bench/1", removed=Removed(),
        )  # fmt: skip
        kept = {"HTTPCACHE_ENABLED": way == "crawl"}
        crawler = Crawler(Walk, {**settings(place, "Bench/1"), **kept})
        given = {"source": place, "archive": Archive(archive), "job": job, "show": _silent}
    process.crawl(crawler, **given)

    def work() -> int:
        process.start()
        return int(crawler.stats.get_value("downloader/response_count")) - 1  # less robots.txt

    cost = watched(work)
    assert cost.items == pages + -(-pages // LISTED), f"{cost.items} pages came"
    shares = {
        part: round(sum(took[each] for each in each_of) / cost.processor, 3)
        for part, each_of in PARTS.items()
        if took
    }
    return replace(cost, shares=shares)


def _silent(count: SourceCount) -> None:
    pass


def _watched() -> dict[tuple[Any, str], float]:
    """Seconds of the processor that a part's functions take together, from now on."""
    took: dict[tuple[Any, str], float] = {}
    for functions in PARTS.values():
        for owner, name in functions:
            took[owner, name] = 0.0
            setattr(owner, name, _timed(getattr(owner, name), took, (owner, name)))
    return took


def _timed(
    function: Callable[..., Any], took: dict[tuple[Any, str], float], key: tuple[Any, str]
) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **more: Any) -> Any:
        begun = time.thread_time()
        try:
            return function(*args, **more)
        finally:
            took[key] += time.thread_time() - begun

    return timed


def replay(port: int, pages: int, folder: Path) -> Cost:
    """A replay of what was kept in *folder*, on all cores."""
    with locked(folder / "archive"):
        pass  # the index is made before the clock starts

    def work() -> int:
        (count,) = collect(
            [source(port, pages)], folder / "archive", folder / "posts",
            key=KEY.encode(), agent="Bench/1", replay=True,
        )  # fmt: skip
        return count.cached

    return watched(work)
