"""Indexes of web archives (CDX servers): how they are asked, and what their answers list.

Common Crawl's is a pywb (https://pywb.readthedocs.io, "CDXJ Server API"), one per crawl,
named in ``collinfo.json``; the Wayback Machine's is its own
(https://github.com/internetarchive/wayback, "wayback-cdx-server").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from pydantic import Field, TypeAdapter

from scraper.engines.answers import Address, Shape, ask, parse
from scraper.post import EngineError, Page
from scraper.sources import Source

LIMIT = 5000
"""Captures that one answer of the Wayback Machine's index lists at the most."""

FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest"

_TEXT = re.compile(r"text/(?!css|javascript)|application/(json|xml|[a-z]+\+(xml|json))|-$|unk$|$")
"""Media types of pages that an engine could read, or of which nothing is known."""


@dataclass(frozen=True)
class Listed:
    """One capture that an index lists.

    Attributes:
        key: of its address, the same for all captures of one page.
        timestamp: when it was captured, UTC, 14 digits.
        url: the address that was asked, without the port that its scheme has anyway.
        digest: of what was received.
        filename: the WARC file that it lies in, where the index tells.
        offset: bytes from the file's beginning to its record.
        length: bytes of its record.
    """

    key: str
    timestamp: str
    url: str
    digest: str
    filename: str = ""
    offset: int = 0
    length: int = 0


class _Crawl(Shape):
    id: str
    api: Address = Field(alias="cdx-api")
    first: str = Field(default="", alias="from")
    last: str = Field(default="", alias="to")


class _Pages(Shape):
    pages: int = Field(ge=0, le=100_000)


class _Line(Shape):
    urlkey: str
    timestamp: str = Field(pattern=r"^\d{14}$")
    url: str
    status: str = ""
    mime: str = ""
    digest: str = ""
    filename: str
    offset: int = Field(ge=0)
    length: int = Field(gt=0)
    truncated: str = ""


_CRAWLS = TypeAdapter(tuple[_Crawl, ...])
_COUNT = TypeAdapter(_Pages)
_LINE = TypeAdapter(_Line)
_ROWS = TypeAdapter(list[list[str | None]])


def crawls(page: Page, source: Source) -> tuple[str, ...]:
    """The indexes of the crawls that *source* asks for, of those that ``collinfo.json`` names.

    Raises:
        EngineError: *page* is no such list, or none of its crawls is asked for.
    """
    named = source.crawls or ("",)
    first, last = source.since, source.until or "9"
    found = tuple(
        ask(page.url, urlsplit(crawl.api).path)
        for crawl in parse(page, _CRAWLS)
        if crawl.id.startswith(named)
        and not (crawl.last and crawl.last < first)
        and not (crawl.first and crawl.first[: len(last)] > last)
    )
    if not found:
        raise EngineError("names no crawl of those that crawls, since and until ask for")
    return found


def crawl_query(index: str, pattern: str, source: Source, page: int | None = None) -> str:
    """The address at which the *index* of a crawl lists the captures of *pattern*.

    Without *page*, that at which it tells how many pages of them there are.
    """
    asked = _scope(pattern) | _span(source) | {"output": "json", "filter": "=status:200"}
    asked |= {"showNumPages": "true"} if page is None else {"page": str(page)}
    return f"{index}?{urlencode(asked)}"


def page_count(page: Page) -> int:
    """How many pages there are, by the answer to a query without page; 0 where none was found.

    Raises:
        EngineError: it is no such answer.
    """
    return 0 if page.status == 404 else parse(page, _COUNT).pages


def crawl_lines(page: Page) -> list[Listed]:
    """The captures that a *page* of a crawl's index lists, but those cut off when captured.

    Raises:
        EngineError: it is no such page.
    """
    found = []
    for text in filter(None, page.body.splitlines()):
        line = parse(Page(page.url, text), _LINE)
        url, whole = plain(line.url), not line.truncated
        if url and whole and line.status in ("200", "") and _TEXT.match(line.mime):
            place = (line.filename, line.offset, line.length)
            found.append(Listed(line.urlkey, line.timestamp, url, line.digest, *place))
    return found


def wayback_query(index: str, pattern: str, source: Source, resume: str = "") -> str:
    """The address at which the Wayback Machine's *index* lists the captures of *pattern*.

    *resume* is the key that its last answer ended with, which is encoded already.
    """
    asked = _scope(pattern) | _span(source) | {"output": "json", "fl": FIELDS}
    asked |= {"filter": "statuscode:200", "collapse": "digest"}
    asked |= {"limit": str(LIMIT), "showResumeKey": "true"}
    return f"{index}?{urlencode(asked)}" + (f"&resumeKey={resume}" if resume else "")


def wayback_rows(page: Page) -> tuple[list[Listed], str]:
    """The captures that a *page* of the Wayback Machine's index lists, and the key of the next.

    Raises:
        EngineError: it is no such page.
    """
    rows = parse(page, _ROWS) if page.body.strip() else []
    resume = ""
    if len(rows) > 2 and not rows[-2] and len(rows[-1]) == 1:
        resume = rows[-1][0] or ""
        rows = rows[:-2]
    head, listed = (rows[0], rows[1:]) if rows else ([], [])
    if rows and not {"urlkey", "timestamp", "original"} <= set(head):
        raise EngineError("is no answer of a CDX server: its columns are not named")
    found = []
    for row in listed:
        cells = {name: cell or "" for name, cell in zip(head, row, strict=False) if name}
        if not re.fullmatch(r"\d{14}", cells.get("timestamp", "")):
            raise EngineError("is no answer of a CDX server: a capture has no time")
        url = plain(cells.get("original", ""))
        if url and _TEXT.match(cells.get("mimetype", "")):
            key, digest = cells.get("urlkey", ""), cells.get("digest", "")
            found.append(Listed(key, cells["timestamp"], url, digest))
    return found, resume


def chosen(listed: Iterable[Listed], source: Source) -> list[Listed]:
    """The captures to read, each state of a page once: of every page the newest comes first.

    Older ones follow, page by page in the same way, since a post may stand in them alone.
    """
    newest: dict[tuple[str, str], Listed] = {}
    for capture in sorted(listed, key=lambda one: one.timestamp):
        if holds(source, capture.url):
            newest[capture.key, capture.digest or capture.timestamp] = capture
    pages = defaultdict(list)
    for capture in sorted(newest.values(), key=lambda one: (one.timestamp, one.url), reverse=True):
        pages[capture.key].append(capture)
    ranked = [(age, one) for states in pages.values() for age, one in enumerate(states)]
    return [one for _, one in sorted(ranked, key=lambda rank: (rank[0], rank[1].key))]


def holds(source: Source, url: str) -> bool:
    """Whether *url* is one of the pages that *source* seeks in an archive."""
    try:
        parts = urlsplit(url)
        host = _bare(parts.hostname or "")
    except ValueError:
        return False
    address = unquote(f"{host}{parts.path or '/'}{parts.query and '?'}{parts.query}")
    return any(_pattern(pattern).fullmatch(address) for pattern in source.pages)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    host, _, path = unquote(pattern).partition("/")
    domain = host.startswith("*.")
    wild = ".*".join(map(re.escape, (path or "*").split("*")))
    sub = "(?:.+\\.)?" if domain else ""
    return re.compile(f"{sub}{re.escape(_bare(host.removeprefix('*.')))}/{wild}/?", re.IGNORECASE)


def _bare(host: str) -> str:
    """*host* as an index sorts it, without the ``www.`` before it."""
    return re.sub(r"^www\d*\.", "", host.lower())


def _scope(pattern: str) -> dict[str, str]:
    """What a CDX server is asked for to get all that *pattern* means, and perhaps more."""
    host, _, path = pattern.partition("/")
    if host.startswith("*."):
        return {"url": host.removeprefix("*."), "matchType": "domain"}
    if path in ("", "*"):
        return {"url": host, "matchType": "host"}
    start, star, _ = path.partition("*")
    return {"url": f"{host}/{start}", "matchType": "prefix" if star else "exact"}


def _span(source: Source) -> dict[str, str]:
    span = {"from": source.since.replace("-", ""), "to": source.until.replace("-", "")}
    return {name: day for name, day in span.items() if day}


def plain(url: str) -> str:
    """*url* without its scheme's own port and its fragment; "" where it is no address."""
    try:
        parts = urlsplit(url)
        own = {"http": 80, "https": 443}.get(parts.scheme)
        if not parts.hostname or own is None:
            return ""
        host = parts.netloc.removesuffix(f":{own}") if parts.port == own else parts.netloc
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
