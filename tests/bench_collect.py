"""What collecting costs: pages per second with and without the archive, and of a replay.

``make bench-collect`` serves a board of phpBB's pages (the specimens' over and over) on
loopback, compressed as servers send them, and visits it three ways in turn: by plain Scrapy
with the engine alone, by our walk without an archive, and by our walk as it is. Then what was
kept is replayed. Each visit is a process of its own; of several rounds the median counts.
Processor time tells what a step costs, since on loopback nothing else is waited for.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import scrapy
from rich.console import Console
from rich.table import Table
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

PAGES = 2_000
ROUNDS = 3
LISTED = 50
"""Topics of one page of the board."""

WAYS = {
    "plain": "plain Scrapy, the engine alone",
    "walk": "our walk, no archive",
    "archive": "our walk, archive on",
}
STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "reading a page by its engine": ((reading, "read"),),
    "posts": ((Found, "read"), (Found, "save")),
    "archive: looking up": ((ArchiveStorage, "retrieve_response"),),
    "archive: writing": ((ArchiveStorage, "store_response"), (ArchiveStorage, "close_spider")),
}
KEY = "a key for measuring, and for nothing else"


@dataclass
class Cost:
    """What one visit took: seconds of the processor, wall seconds, and both of each step."""

    pages: int
    cpu: float
    wall: float
    steps: dict[str, float] = field(default_factory=dict)
    median: float = 0.0


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
    took = _watched() if way == "archive" else {}
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    if way == "plain":
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
        kept = {"HTTPCACHE_ENABLED": way == "archive"}
        crawler = Crawler(Walk, {**settings(place, "Bench/1"), **kept})
        given = {"source": place, "archive": Archive(archive), "job": job, "show": _silent}
    process.crawl(crawler, **given)
    cpu, wall = time.process_time(), time.perf_counter()
    process.start()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    came = crawler.stats.get_value("downloader/response_count") - 1  # less robots.txt
    assert came == pages + -(-pages // LISTED), f"{came} pages came"
    reads = took.get((reading, "read"), [0.0])
    steps = {
        step: sum(sum(took.get(each, ())) for each in each_of) for step, each_of in STEPS.items()
    }
    return Cost(came, cpu, wall, steps, statistics.median(reads))


def _silent(count: SourceCount) -> None:
    pass


def _watched() -> dict[tuple[Any, str], list[float]]:
    """Seconds of the processor of each call of a step's functions, from now on."""
    took: dict[tuple[Any, str], list[float]] = defaultdict(list)
    for functions in STEPS.values():
        for owner, name in functions:
            setattr(owner, name, _timed(getattr(owner, name), took[owner, name]))
    return took


def _timed(function: Callable[..., Any], took: list[float]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **more: Any) -> Any:
        begun = time.thread_time()
        try:
            return function(*args, **more)
        finally:
            took.append(time.thread_time() - begun)

    return timed


def main() -> None:
    """Measure, and print what was measured."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    console = Console()
    costs: dict[str, list[Cost]] = defaultdict(list)
    with served(board(pages)) as port, tempfile.TemporaryDirectory() as temporary:
        for number in range(ROUNDS):
            for way in WAYS:
                folder = Path(temporary) / f"{way}-{number}"
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                    costs[way].append(process.submit(visit, way, port, pages, folder).result())
        replayed = replay(port, pages, Path(temporary) / "archive-0")
    console.print(*tables(costs, replayed), sep="\n\n")


def replay(port: int, pages: int, folder: Path) -> float:
    """Pages per second of a replay of what was kept in *folder*."""
    with locked(folder / "archive"):
        pass  # the index is made before the clock starts
    begun = time.perf_counter()
    (count,) = collect(
        [source(port, pages)], folder / "archive", folder / "posts",
        key=KEY.encode(), agent="Bench/1", replay=True,
    )  # fmt: skip
    return count.cached / (time.perf_counter() - begun)


def tables(costs: dict[str, list[Cost]], replayed: float) -> Iterator[Any]:
    """What was measured, to be printed."""
    visits = Table("visit", "pages/s", "processor ms/page", "beside the walk without", box=None)
    each = {way: statistics.median(cost.cpu / cost.pages for cost in costs[way]) for way in WAYS}
    for way, words in WAYS.items():
        rate = statistics.median(cost.pages / cost.wall for cost in costs[way])
        share = f"{each[way] / each['walk'] - 1:+.1%}"
        visits.add_row(words, f"{rate:.0f}", f"{each[way] * 1000:.2f}", share)
    yield visits
    own = sorted(costs["archive"], key=lambda cost: cost.cpu)[ROUNDS // 2]
    steps = Table("step", "share of the processor", box=None)
    for step, seconds in own.steps.items():
        steps.add_row(step, f"{seconds / own.cpu:.1%}")
    steps.add_row("Scrapy, and all else", f"{1 - sum(own.steps.values()) / own.cpu:.1%}")
    yield steps
    yield f"reading a page by its engine: {own.median * 1000:.2f} ms (median)"
    yield f"replay: {replayed:.0f} pages/s"


if __name__ == "__main__":
    main()
