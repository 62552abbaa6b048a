"""Common Crawl: ``collinfo.json``, an index per crawl as pywb answers, and WARC files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import ClassVar

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from scraper.specimens.cdx import Kept, found, one, passes
from scraper.specimens.corner import JSON, Query, Reply

LINES = 4
"""Lines of the index on one page of answers."""


class Index:
    """The host that answers for the indexes; it is busy when it is first asked for lines."""

    host: ClassVar[str] = "index.commoncrawl.org"

    def __init__(self, crawls: Mapping[str, Sequence[Kept]]) -> None:
        self.files = Files()
        self._crawls = crawls
        self._lines = {name: self.files.add(name, kept) for name, kept in crawls.items()}
        self._is_busy = True

    def answer(self, path: str, query: Query) -> Reply:
        """What the host answers to *path* with *query*."""
        if path == "/robots.txt":
            return Reply("User-agent: *\nDisallow:\n", "text/plain")
        if path == "/collinfo.json":
            newest_first = sorted(self._crawls, reverse=True)
            return Reply(json.dumps(list(map(self._crawl, newest_first))), JSON)
        name = path.removeprefix("/").removesuffix("-index")
        if name not in self._crawls:
            return Reply("<h1>Not Found</h1>", status=404)
        if self._is_busy:
            self._is_busy = False
            words = "Please reduce your request rate."
            return Reply(words, "text/plain", 503, {"Retry-After": "1"})
        return self._list(name, query)

    def _crawl(self, name: str) -> dict[str, str]:
        moments = sorted(kept.moment for kept in self._crawls[name])
        return {
            "id": name,
            "name": f"{name.removeprefix('CC-MAIN-')} Index",
            "timegate": f"https://{self.host}/{name}/",
            "cdx-api": f"https://{self.host}/{name}-index",
            "from": f"{moments[0]:%Y-%m-%dT%H:%M:%S}",
            "to": f"{moments[-1]:%Y-%m-%dT%H:%M:%S}",
        }

    def _list(self, name: str, query: Query) -> Reply:
        captures = found(self._crawls[name], query)
        pages = -(-len(captures) // LINES)
        if one(query, "showNumPages") == "true":
            counts = {"pages": pages, "pageSize": 1, "blocks": pages}
            return Reply(json.dumps(counts), "text/x-ndjson")
        page = int(one(query, "page", "0"))
        if not captures:
            words = f"No Captures found for: {one(query, 'url')}"
            return Reply(json.dumps({"message": words}), JSON, 404)
        if page >= pages:
            words = f"Page {page} invalid: First Page is 0, Last Page is {pages - 1}"
            return Reply(json.dumps({"message": words}), JSON, 400)
        lines = [self._lines[name][kept] for kept in captures[page * LINES : (page + 1) * LINES]]
        shown = [line for line in lines if passes(line, query.get("filter", ()))]
        return Reply("".join(f"{json.dumps(line)}\n" for line in shown), "text/x-ndjson")


class Files:
    """The host that the WARC files lie on; one per crawl."""

    host: ClassVar[str] = "data.commoncrawl.org"

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def add(self, crawl: str, captures: Sequence[Kept]) -> dict[Kept, dict[str, str]]:
        """Write *captures* into a file of *crawl*, each with its request; their index lines."""
        name = f"crawl-data/{crawl}/segments/1550.1/warc/CC-MAIN-00001.warc.gz"
        content, lines = BytesIO(), {}
        writer = WARCWriter(content, gzip=True)
        writer.write_record(writer.create_warcinfo_record(name, {"isPartOf": crawl}))
        for kept in captures:
            dated = {"WARC-Date": f"{kept.moment:%Y-%m-%dT%H:%M:%SZ}"}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "CCBot/2.0")])
            record = writer.create_warc_record(
                kept.url, "request", http_headers=asked, warc_headers_dict=dated
            )
            writer.write_record(record)
            offset = content.tell()
            writer.write_record(_response(writer, kept, dated))
            lines[kept] = _line(kept, name, offset, content.tell() - offset)
        self._files[f"/{name}"] = content.getvalue()
        return lines

    def answer(self, path: str, query: Query) -> Reply:
        """The file at *path*; what part of it is sent, the server sees to."""
        if path not in self._files:
            return Reply("<Error><Code>NoSuchKey</Code></Error>", "application/xml", 404)
        return Reply(self._files[path], "application/octet-stream")


def _response(writer: WARCWriter, kept: Kept, dated: dict[str, str]) -> object:
    headers = [
        ("Content-Type", kept.kind),
        # what the crawler undid, it renames
        ("X-Crawl-Content-Encoding", "gzip"),
        ("Content-Length", str(len(kept.body))),
        ("Set-Cookie", "session=secret"),
    ]
    http = StatusAndHeaders(f"{kept.status} OK", headers, protocol="HTTP/1.1")
    return writer.create_warc_record(
        kept.url, "response", BytesIO(kept.body), http_headers=http, warc_headers_dict=dated
    )


def _line(kept: Kept, filename: str, offset: int, length: int) -> dict[str, str]:
    return {
        "urlkey": kept.key,
        "timestamp": kept.timestamp,
        "url": kept.url,
        "mime": kept.mime,
        "mime-detected": kept.mime,
        "status": str(kept.status),
        "digest": kept.digest,
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
        "languages": "eng",
        "encoding": "UTF-8",
    }
