"""What the archives of the specimen web share: what they keep, and how an index finds it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scraper import warc
from scraper.specimens.corner import Query


@dataclass(frozen=True)
class Kept:
    """One capture: what *url* answered at ``moment``, its body without any encoding."""

    url: str
    moment: datetime
    body: bytes
    kind: str = "text/html; charset=UTF-8"
    status: int = 200

    @property
    def key(self) -> str:
        """By which the index is sorted; of captures of one page the same."""
        return warc.key(self.url)

    @property
    def timestamp(self) -> str:
        """The moment, 14 digits."""
        return f"{self.moment:%Y%m%d%H%M%S}"

    @property
    def mime(self) -> str:
        """The media type alone."""
        return self.kind.partition(";")[0]

    @property
    def digest(self) -> str:
        """SHA-1 of the body in base 32."""
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()  # noqa: S324


def one(query: Query, name: str, default: str = "") -> str:
    """The value that the address gives as *name*."""
    return query.get(name, [default])[0]


def found(kept: Iterable[Kept], query: Query) -> list[Kept]:
    """Of *kept* what ``url``, ``matchType``, ``from`` and ``to`` ask for, in the index's order."""
    asked, kind = one(query, "url"), one(query, "matchType", "exact")
    if asked.startswith("*."):
        asked, kind = asked[2:], "domain"
    elif asked.endswith("*"):
        asked, kind = asked[:-1], "prefix"
    whole = asked if "://" in asked else f"http://{asked}"
    sought = warc.key(whole) if kind == "exact" else warc.key(f"{whole}x")[:-1]
    if kind in ("host", "domain"):
        sought = warc.key(whole).partition(")")[0]
    first, last = one(query, "from"), one(query, "to", "9")
    return sorted(
        (
            capture
            for capture in kept
            if _matches(capture.key, sought, kind)
            and first <= capture.timestamp
            and capture.timestamp[: len(last)] <= last
        ),
        key=lambda capture: (capture.key, capture.timestamp),
    )


def _matches(key: str, sought: str, kind: str) -> bool:
    host = key.partition(")")[0]
    if kind == "domain":
        return host == sought or host.startswith(f"{sought},")
    return {"exact": key, "host": host}.get(kind) == sought or (
        kind == "prefix" and key.startswith(sought)
    )


def passes(cells: dict[str, str], conditions: Iterable[str]) -> bool:
    """Whether a line of *cells* passes all *conditions*: ``[!][=|~]field:value``."""
    return all(_passes(cells, condition) for condition in conditions)


def _passes(cells: dict[str, str], condition: str) -> bool:
    parts = re.fullmatch(r"(!?)([=~]?)([\w-]+):(.*)", condition)
    if parts is None:
        return False
    inverted, how, name, value = parts.groups()
    cell = cells.get(name, "")
    holds = {
        "=": cell == value,
        "~": bool(re.match(value, cell)),
        "": value in cell,
    }[how]
    return holds != bool(inverted)
