"""The specimen web over HTTP: one loopback port that answers for all hosts, as a proxy does."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from scraper.specimens.corner import Query, Reply
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import FOLDER


class Host(Protocol):
    """One host of the specimen web."""

    @property
    def host(self) -> str:
        """Its name."""

    def answer(self, path: str, query: Query) -> Reply:
        """What it answers to *path* with *query*."""


@dataclass
class Specimens:
    """The running web: ``proxy`` is its address, ``visits`` what was asked of it.

    A visit is ``(host, path with query, status)``, in the order of the answers.
    """

    proxy: str
    visits: list[tuple[str, str, int]] = field(default_factory=list)


@contextmanager
def serve(folder: Path = FOLDER, more: Sequence[Host] = ()) -> Iterator[Specimens]:
    """Serve the threads below *folder* on a free loopback port until the block ends.

    *more* are other hosts of that web, as its archives.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    server = _Server((*open_corners(folder), *more))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.specimens
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hosts: Sequence[Host]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hosts = {host.host: host for host in hosts}
        self.specimens = Specimens(f"http://127.0.0.1:{self.server_port}")
        self._lock = threading.Lock()

    def note(self, host: str, target: str, reply: Reply) -> Reply:
        """Enter the visit; a busy page puts its first visitor off by a second."""
        with self._lock:
            seen = any((h, t) == (host, target) for h, t, _ in self.specimens.visits)
            if reply.busy and not seen:
                reply = Reply("Too many requests.\n", "text/plain", 429, {"Retry-After": "1"})
            self.specimens.visits.append((host, target, reply.status))
        return reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer one request, addressed as to a proxy or by its Host header."""
        asked = urlsplit(self.path)
        host = asked.hostname or self.headers.get("Host", "").partition(":")[0]
        target = asked._replace(scheme="", netloc="").geturl() or "/"
        place = self.server.hosts.get(host)
        if place is None:
            reply = Reply(f"No specimen host {host!r}.\n", "text/plain", 502)
        else:
            query = parse_qs(asked.query, keep_blank_values=True)
            reply = place.answer(asked.path or "/", query)
        body = reply.content
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        if reply.status == 200 and self._known(tag, reply.changed):
            reply = Reply("", reply.kind, 304, reply.headers, reply.changed)
        reply = self.server.note(host, target, self._part(reply))
        self._send(reply, tag)

    do_HEAD = do_GET  # noqa: N815 — the name that http.server calls

    def _known(self, tag: str, changed: datetime | None) -> bool:
        """Whether the visitor's copy still holds; an ETag goes before a date."""
        if named := self.headers.get("If-None-Match"):
            return tag in (part.strip() for part in named.split(","))
        since = self.headers.get("If-Modified-Since")
        return changed is not None and since == _http_date(changed)

    def _part(self, reply: Reply) -> Reply:
        """Of a file the range of bytes that was asked for."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None or not isinstance(reply.body, bytes) or reply.status != 200:
            return reply
        first, last = int(asked[1]), int(asked[2])
        part, size = reply.body[first : last + 1], len(reply.body)
        if not part:
            return Reply(b"", reply.kind, 416, {"Content-Range": f"bytes */{size}"})
        shown = f"bytes {first}-{first + len(part) - 1}/{size}"
        return Reply(part, reply.kind, 206, {**reply.headers, "Content-Range": shown})

    def _send(self, reply: Reply, tag: str) -> None:
        body = reply.content
        headers = {"Content-Type": reply.kind, "Vary": "Accept-Encoding", **reply.headers}
        if reply.status in (200, 304):
            headers["ETag"] = tag
            if reply.changed is not None:
                headers["Last-Modified"] = _http_date(reply.changed)
        if isinstance(reply.body, bytes):
            headers["Accept-Ranges"] = "bytes"
        elif body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        if reply.status != 304:
            headers["Content-Length"] = str(len(body))
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: ``visits`` is the log."""


def _http_date(time: datetime) -> str:
    return format_datetime(time.astimezone(UTC), usegmt=True)
