"""A source that does its worst is visited to the end, within its bounds, each trick named."""

from __future__ import annotations

import gzip
import json
import re
import socketserver
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import brotli  # type: ignore[import-untyped]
import pytest

from scraper.limits import load_limits
from scraper.sources import Source

MEGABYTE = 1024 * 1024
MEMORY = 400
"""Megabytes that the crawl may take at its peak."""

LINKS = 100_000
TYPE = "Content-Type: text/html; charset="
OVER = Event()
TOPIC = (
    '<h2 class="topic-title"><a href="{url}">My account</a></h2><div id="p{number}" class="post">'
    '<div class="postbody"><p class="author"><strong>x</strong></p>'
    '<div class="content">{text}</div></div></div>'
)


def topic(number: int, text: str) -> bytes:
    return TOPIC.format(url=f"viewtopic.php?t={number}", number=number, text=text).encode()


def listing(*addresses: str) -> bytes:
    links = "".join(f'<a class="topictitle" href="{each}">Topic</a>' for each in addresses)
    return f"<html><body>{links}</body></html>".encode()


def paged(here: str, following: str) -> bytes:
    link = f'<div class="pagination"><li class="next"><a href="{following}">next</a></li></div>'
    return f'<html><body><a class="topictitle" href="{here}">Topic</a>{link}</body></html>'.encode()


class Handler(socketserver.StreamRequestHandler):
    """Answers with whatever bytes the trick that is asked for has."""

    tricks: Callable[[Handler, str, dict[str, str]], None]

    def handle(self) -> None:
        with suppress(OSError, IndexError):
            target = self.rfile.readline().split()[1].decode("latin-1")
            while self.rfile.readline().strip():
                pass
            self.server.asked.append(target)  # type: ignore[attr-defined]
            parts = urlsplit(target)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/robots.txt":
                self.answer(b"User-agent: *\nDisallow:\n")
            else:
                self.server.trick(self, parts.path, asked)  # type: ignore[attr-defined]

    def answer(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += headers if any("Content-Type" in each for each in headers) else [
            *headers, "Content-Type: text/html; charset=utf-8"
        ]  # fmt: skip
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def endless(self, head: bytes, chunk: bytes, wait: float) -> None:
        """*head*, then *chunk* again and again until the visitor leaves."""
        self.wfile.write(head)
        while not OVER.wait(wait):
            self.wfile.write(chunk)


BOMB = b"0" * (64 * MEGABYTE)
BOMBS = {
    "gzip": (gzip.compress(BOMB), "gzip"),
    "deflate": (zlib.compress(BOMB), "deflate"),
    "brotli": (brotli.compress(BOMB, quality=1), "br"),
    "twice": (gzip.compress(gzip.compress(BOMB)), "gzip, gzip"),
}
ORDER = (
    *("gzip", "deflate", "brotli", "twice", "circle", "stream", "ten-gigabytes", "drip"),
    *("no-charset", "cut", "wrong-charset", "no-http", "broken", "deep", "long-header"),
    *("many-headers", "no-gzip", "good"),
)


def endless_pages(self: Handler, path: str, asked: dict[str, str]) -> None:
    """The board's list, a calendar without end, and addresses that name each visit anew."""
    number = len(self.server.asked)  # type: ignore[attr-defined]
    if path == "/viewforum.php":
        topics = (f"viewtopic.php?t={place}" for place in range(1, len(ORDER) + 1))
        other = ("/calendar/2026/1", "/visit?zz=1", f"/again?t=1&sid={'a' * 32}")
        self.answer(listing(*topics, *other))
    elif path.startswith("/calendar/"):
        year, month = map(int, path.split("/")[2:])
        following = f"/calendar/{year + month // 12}/{month % 12 + 1}"
        self.answer(paged(f"/calendar/{year}/{month}", following))
    elif path == "/visit":
        self.answer(paged("/visit?zz=1", f"/visit?zz={number}"))
    else:
        self.answer(listing(f"/again?t=1&sid={number:032x}", f"/again;jsessionid={number}?t=1"))


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ENDLESS = {
    "stream": (STREAM + b"Connection: close\r\n\r\n", b"<p>more" * 9000, 0),
    "ten-gigabytes": (STREAM + b"Content-Length: 10737418240\r\n\r\n", b"<p>more" * 9000, 0),
    "drip": (STREAM + b"Content-Length: 100000\r\n\r\n", b"<", 0.5),
    "long-header": (STREAM + b"X-Long: ", b"y" * 9000, 0),
    "many-headers": (STREAM, b"X-More: and more\r\n" * 500, 0),
}
"""How an answer without end begins, what it goes on with, and after how many seconds."""

WHOLE = {
    "cut": STREAM + b"Content-Length: 5000\r\n\r\n<p>not all of it",
    "no-http": b"\x16\x03\x01 nothing that was agreed on\r\n\r\n",
}
BROKEN = b"<div <<b>Closed, and my account<table></div>"
BODIES = {
    **{name: (body, f"Content-Encoding: {encoding}") for name, (body, encoding) in BOMBS.items()},
    "no-charset": (topic(9, "In spite of \xff\xfe.").decode().encode("latin-1"), f"{TYPE}no-such"),
    "wrong-charset": (topic(11, "Kept.") + b"\xff\x00\xed\xa0\x80\x81", f"{TYPE}utf-16"),
    "broken": (topic(13, "").replace(b"</div>", BROKEN, 1), f"{TYPE}utf-8"),
    "deep": (b"<div>" * 100_000 + topic(14, "Far down."), f"{TYPE}utf-8"),
    "no-gzip": (b"\x1f\x8b\x08\x00 not packed at all", "Content-Encoding: gzip"),
    "good": (topic(18, "They closed my account in March."), f"{TYPE}utf-8"),
}


def tricks(self: Handler, path: str, asked: dict[str, str]) -> None:
    """A board on which each topic is a trick."""
    if path != "/viewtopic.php":
        endless_pages(self, path, asked)
        return
    trick = ORDER[int(asked["t"]) - 1]
    if trick in ENDLESS:
        self.endless(*ENDLESS[trick])
    elif trick in WHOLE:
        self.wfile.write(WHOLE[trick])
    elif trick == "circle":
        step = (int(asked.get("step", 0)) + 1) % 3
        self.answer(b"", f"Location: /viewtopic.php?t=5&step={step}", status="302 Found")
    else:
        self.answer(*BODIES[trick])


def many(self: Handler, path: str, asked: dict[str, str]) -> None:
    """A board that lists a hundred thousand topics."""
    if path == "/viewforum.php":
        self.answer(listing(*(f"viewtopic.php?t={number}" for number in range(1, LINKS + 1))))
    else:
        self.answer(topic(int(asked["t"]), "They closed my account."))


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">'
    '<!ENTITY page SYSTEM "{here}/stolen"><!ENTITY a "ha"><!ENTITY b "{twice_a}">'
    '<!ENTITY c "{twice_b}"><!ENTITY d "{twice_c}">]>'
    '<rss version="2.0"><channel><title>Feed</title><item><title>Mine</title><link>{here}/1</link>'
    "<description>Begin &file; &page; &d; end.</description></item></channel></rss>"
)


def feeds(self: Handler, path: str, asked: dict[str, str]) -> None:
    """Feeds that ask their reader to fetch more, or to grow, or to give up."""
    here = self.server.url  # type: ignore[attr-defined]
    grown = {f"twice_{name}": f"&{name};" * 2000 for name in "abc"}
    if path == "/entities":
        text = ENTITIES.format(here=here, **grown)
        self.answer(text.encode(), "Content-Type: application/rss+xml")
    elif path == "/broken":
        self.answer(
            b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</channel>',
            "Content-Type: text/xml",
        )
    else:
        self.answer(b"<stolen>", "Content-Type: text/xml")


def answers(self: Handler, path: str, asked: dict[str, str]) -> None:
    """An interface whose JSON is none, is too deep, has too long a number, or another shape."""
    bodies = {
        "/latest.json": b'{"topic_list": {"topics": [{"id":1},{"id":2},{"id":3},{"id":4}]}}',
        "/t/1.json": b'{"id": 1, "post_stream": ',
        "/t/2.json": b"[" * 200_000,
        "/t/3.json": b'{"id": ' + b"9" * 100_000 + b"}",
        "/t/4.json": b'{"post_stream": {"posts": [{"id": {"$ref": "#"}, "cooked": ["\\ud800"]}]}}',
    }  # fmt: skip
    self.answer(bodies.get(path, b"null"), "Content-Type: application/json")


class Server(socketserver.ThreadingTCPServer):
    """One hostile host; ``asked`` is what was asked for."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, trick: Callable[[Handler, str, dict[str, str]], None]) -> None:
        super().__init__((host, 0), Handler)
        self.trick, self.asked = trick, list[str]()

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


CODE = """
import json, resource, sys
from pathlib import Path
from scraper.collect import collect
from scraper.limits import load_limits
from scraper.sources import Source
sources = [Source.model_validate(each) for each in json.loads(sys.argv[2])]
folder = Path(sys.argv[1])
counts = collect(sources, folder / "archive", folder / "posts", key=b"k" * 32, agent="Test/1")
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps({"peak": peak, "counts": [count.row() for count in counts]}))
"""


class Visit:
    """What one visit to all hostile hosts gave."""

    def __init__(self, folder: Path, told: dict[str, Any], servers: dict[str, Server]) -> None:
        self.peak: int = told["peak"]
        self.counts = {count["source"]: count for count in told["counts"]}
        self.servers, self.folder = servers, folder

    def texts(self, name: str) -> list[str]:
        packed = (self.folder / "posts" / f"{name}.jsonl.gz").read_bytes()
        return [json.loads(line)["text"] for line in gzip.decompress(packed).decode().splitlines()]


def source(name: str, engine: str, *start: str, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"name": name, "title": name, "engine": engine, "access": "page"}
    known |= {"start": start, "source_kind": "forum", "robots": "", "terms": "", "delay": 0}
    known |= {"checked": "2026-03-01", "timeout": 20, "max_response": MEGABYTE}
    return Source.model_validate(known | more).model_dump(mode="json")


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp("hostile")
    OVER.clear()
    with ExitStack() as stack:
        kinds = {"board": tricks, "many": many, "feeds": feeds, "answers": answers}
        servers = {}
        for number, (name, trick) in enumerate(kinds.items(), 1):
            servers[name] = stack.enter_context(Server(f"127.0.0.{number}", trick))
            Thread(target=servers[name].serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(servers[name].shutdown)
        stack.callback(OVER.set)
        wide = {"max_pages": 20, "max_response": 10 * MEGABYTE}
        at = {name: server.url for name, server in servers.items()}
        sources = [
            source("board", "phpbb", f"{at['board']}/viewforum.php?f=1", timeout=2),
            source("many", "phpbb", f"{at['many']}/viewforum.php?f=1", **wide),
            source("feeds", "feed", f"{at['feeds']}/entities", f"{at['feeds']}/broken"),
            source("answers", "discourse", at["answers"]),
        ]  # fmt: skip
        program = [sys.executable, "-c", CODE, str(folder), json.dumps(sources)]
        told = subprocess.run(program, check=True, capture_output=True, text=True, timeout=120)
        assert told.stderr == ""
        yield Visit(folder, json.loads(told.stdout), servers)


def test_it_ends_within_its_memory(visit: Visit) -> None:
    assert 0 < visit.peak < MEMORY


@pytest.mark.parametrize(
    ("trick", "cause"),
    [
        *((bomb, "cannot be reached (it unpacks to more than is taken)") for bomb in BOMBS),
        ("circle", "cannot be reached (its redirects lead in a circle)"),
        ("stream", "cannot be reached (its answer is too long)"),
        ("ten-gigabytes", "cannot be reached (its answer is too long)"),
        ("drip", "cannot be reached (no answer in time)"),
        ("cut", "cannot be reached (the connection broke off)"),
        ("no-http", "cannot be reached (the connection broke off, or what came is no HTTP)"),
        ("long-header", "cannot be reached (its headers are too long)"),
        ("many-headers", "cannot be reached (its headers are too long)"),
        ("no-gzip", "cannot be reached (it cannot be unpacked)"),
        ("wrong-charset", "cannot be read (shows neither posts nor topics of a phpBB board)"),
        ("deep", "cannot be read (shows neither posts nor topics of a phpBB board)"),
    ],
)
def test_each_trick_is_named(visit: Visit, trick: str, cause: str) -> None:
    address = f"{visit.servers['board'].url}/viewtopic.php?t={ORDER.index(trick) + 1}"
    told = [each for each in visit.counts["board"]["errors"] if cause in each]
    assert any(re.search(rf"{re.escape(address)}(&step=\d)? ", each) for each in told)


def test_what_can_be_read_is_read(visit: Visit) -> None:
    texts = visit.texts("board")
    assert "They closed my account in March." in texts
    assert any(text.startswith("In spite of ") for text in texts)
    assert any(text.startswith("Closed, and my account") for text in texts)
    count = visit.counts["board"]
    assert (count["reached"], count["posts"], count["refused"]) == (True, 3, 0)


def test_pages_without_end_are_left_after_a_while(visit: Visit) -> None:
    count, asked = visit.counts["board"], visit.servers["board"].asked
    barren = load_limits().trap.barren
    for kind in ("/calendar/", "/visit"):
        assert sum(target.startswith(kind) for target in asked) == barren
    assert count["causes"] == {"trap": 2}
    assert f"{barren} pages of one form in a row brought nothing" in count["errors"][-1]


def test_an_address_that_names_the_visit_is_one_page(visit: Visit) -> None:
    asked = visit.servers["board"].asked
    assert [target for target in asked if target.startswith("/again")] == ["/again?t=1"]


def test_a_hundred_thousand_links_are_counted_and_not_followed(visit: Visit) -> None:
    count, asked = visit.counts["many"], visit.servers["many"].asked
    assert (count["posts"], count["causes"]) == (19, {"budget": LINKS - 19})
    assert len(set(asked)) == 21  # robots.txt, the list, and 19 topics


def test_xml_makes_nobody_fetch_or_grow(visit: Visit) -> None:
    count, asked = visit.counts["feeds"], visit.servers["feeds"].asked
    assert sorted(asked) == ["/broken", "/entities", "/robots.txt"]
    [text] = visit.texts("feeds")
    hostname = Path("/etc/hostname")
    assert text.startswith("Begin")
    assert len(text) < 1000
    assert not hostname.exists() or hostname.read_text().strip() not in text
    assert len(count["errors"]) == 1
    assert "/broken cannot be read (is a feed that breaks off" in count["errors"][0]


def test_json_of_no_use_is_named_page_by_page(visit: Visit) -> None:
    count = visit.counts["answers"]
    assert (count["failed"], count["posts"]) == (4, 0)
    for number in range(1, 5):
        assert f"/t/{number}.json cannot be read (" in count["errors"][number - 1]
