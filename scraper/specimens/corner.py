"""What the corners of the specimen web share: one host, its threads, its robots.txt."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scraper.specimens.threads import Thread, load_threads

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
DOMAIN = "specimens.example"

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reply:
    """One answer before HTTP: ``changed`` becomes Last-Modified, ``busy`` a first 429.

    A body of bytes is a file: it is sent as it is, or the range of it that was asked for.
    """

    body: str | bytes
    kind: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: datetime | None = None
    busy: bool = False

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else self.body.encode()


def json_reply(
    content: Any, thread: Thread | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """*content* as JSON; of one *thread* where that is given."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _of(thread, body, JSON, headers or {})


def _of(thread: Thread | None, body: str, kind: str, headers: Mapping[str, str]) -> Reply:
    if thread is None:
        return Reply(body, kind, headers=headers)
    return Reply(body, kind, headers=headers, changed=thread.changed, busy=thread.state == "busy")


def redirect(address: str) -> Reply:
    """301 to *address*."""
    return Reply("", status=301, headers={"Location": address})


def iso(time: datetime) -> str:
    """*time* as JSON answers write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def number(query: Query, name: str, default: int) -> int:
    """The whole number that the address gives as *name*."""
    value = query.get(name, ["", ""])[0]
    return int(value) if value.isdigit() else default


class Corner(ABC):
    """One host of the specimen web: the threads of one engine in that engine's shape."""

    engine: ClassVar[str]
    always_forbidden: ClassVar[tuple[str, ...]]

    def __init__(self, folder: Path) -> None:
        self.threads = load_threads(folder, self.engine)
        self.host = f"{self.engine}.{DOMAIN}"
        self.root = f"http://{self.host}"
        self._templates = Environment(
            loader=FileSystemLoader(folder / "engines" / self.engine),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @abstractmethod
    def path(self, thread: Thread) -> str:
        """Path and query at which the engine shows *thread* to readers."""

    @abstractmethod
    def reply(self, path: str, query: Query) -> Reply | None:
        """The engine's answer; None where it has nothing there."""

    @abstractmethod
    def missing(self, path: str) -> Reply:
        """The engine's own 404."""

    def ruled_out(self, thread: Thread) -> tuple[str, ...]:
        """The paths of a forbidden thread that robots.txt names."""
        return (self.path(thread),)

    def address(self, thread: Thread) -> str:
        """The lasting address of *thread*."""
        return self.root + self.path(thread)

    def answer(self, path: str, query: Query) -> Reply:
        """What this host answers to *path* with *query*."""
        if path == "/robots.txt":
            return Reply(self.robots(), "text/plain; charset=utf-8")
        return self.reply(path, query) or self.missing(path)

    def robots(self) -> str:
        """The host's robots.txt."""
        paths = list(self.always_forbidden)
        for thread in self.threads:
            if thread.state == "forbidden":
                paths += self.ruled_out(thread)
        return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths)

    def page(self, name: str, thread: Thread | None = None, **values: Any) -> Reply:
        """The HTML template *name* filled in; of one *thread* where that is given."""
        body = self._templates.get_template(name).render(thread=thread, corner=self, **values)
        return _of(thread, body, HTML, {})

    def find(self, number: int) -> Thread | None:
        """The thread with that id which a reader can still open."""
        there = (thread for thread in self.threads if thread.state != "gone")
        return next((thread for thread in there if thread.id == number), None)
