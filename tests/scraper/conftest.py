"""A small forum on loopback that answers as Discourse does, and counts who asks for what."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.sources import Source

KEY = b"a key that only these tests know, 32 bytes and more"


@dataclass
class Answer:
    """One response; several for one path are given in turn, the last one for good."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Place:
    """A web server: ``pages`` by path, ``visits`` as (path, status), ``asked`` headers."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, list[Answer]] = {}
        self.visits: list[tuple[str, int]] = []
        self.asked: list[dict[str, str]] = []
        self.times: list[float] = []
        self.server = ThreadingHTTPServer((host, 0), self._handler())
        self.url = f"http://{host}:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    answer = Answer

    def source(self, name: str = "forum", path: str = "", **more: Any) -> Source:
        """A source that is the forum, asked without delay."""
        known: dict[str, Any] = {"title": "A forum", "engine": "discourse", "access": "api"}
        known |= {"source_kind": "forum", "robots": "allows all", "terms": "allow it"}
        known |= {"name": name, "start": [self.url + path], "checked": "2026-03-01", "delay": 0}
        return Source.model_validate(known | more)

    def small(self) -> Place:
        """The same forum with two topics, three posts, and a robots.txt that allows them."""
        self.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /private/\n"))
        self.listing(1, 2)
        self.thread_page(1, "They closed my account in March.", "Mine closed in May\u2028too.")
        self.thread_page(2, "What does a fee of 20 percent mean?")
        return self

    def put(self, path: str, *answers: Answer) -> None:
        self.pages[path] = list(answers)

    def thread_page(self, number: int, *texts: str) -> None:
        """A topic with a post of each of *texts*."""
        posts = [
            {
                "id": number * 100 + place,
                "post_number": place,
                "cooked": f"<p>{text}</p>",
                "created_at": f"2026-03-0{place}T10:00:00.000Z",
                "username": f"Teller Number {place}",
                "topic_id": number,
                "topic_slug": "my-account",
            }
            for place, text in enumerate(texts, 1)
        ]
        stream = {"posts": posts, "stream": [post["id"] for post in posts]}
        self.json(
            f"/t/{number}.json",
            {"id": number, "title": "My account", "slug": "my-account", "post_stream": stream},
        )

    def listing(self, *numbers: int) -> None:
        self.json(
            "/latest.json", {"topic_list": {"topics": [{"id": number} for number in numbers]}}
        )

    def json(self, path: str, content: Any) -> None:
        body = json.dumps(content).encode()
        self.put(path, Answer(body, headers={"Content-Type": "application/json"}))

    def paths(self, status: int = 200) -> list[str]:
        return [path for path, given in self.visits if given == status]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        place = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answers = place.pages.get(self.path, [Answer(b"not here", 404)])
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                etag = f'"{hashlib.sha256(answer.body).hexdigest()[:12]}"'
                status, body = answer.status, answer.body
                if self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                place.visits.append((self.path, status))
                place.asked.append(dict(self.headers))
                place.times.append(monotonic())
                headers = {"ETag": etag, "Set-Cookie": "session=secret", **answer.headers}
                if body and "gzip" in self.headers.get("Accept-Encoding", ""):
                    body = gzip.compress(body, mtime=0)
                    headers["Content-Encoding"] = "gzip"
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture(scope="session")
def new_place() -> Iterator[Callable[..., Place]]:
    """Opens forums that stay up until the end."""
    opened: list[Place] = []

    def new(host: str = "127.0.0.1") -> Place:
        opened.append(Place(host))
        return opened[-1]

    yield new
    for place in opened:
        place.close()


@pytest.fixture
def place() -> Iterator[Place]:
    """An empty forum."""
    server = Place()
    yield server
    server.close()


Collect = Callable[..., list[SourceCount]]


@pytest.fixture(scope="session")
def collect_into() -> Collect:
    """Collect into the folder given first."""

    def run(folder: Path, *sources: Source, **more: Any) -> list[SourceCount]:
        archive, posts = folder / "archive", folder / "posts"
        return collect(sources, archive, posts, key=KEY, agent="Test/1 (nobody)", **more)

    return run


@pytest.fixture
def collected(tmp_path: Path, collect_into: Collect) -> Collect:
    """Collect the given sources into ``tmp_path``."""
    return partial(collect_into, tmp_path)
