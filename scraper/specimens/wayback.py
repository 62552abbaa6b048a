"""The Wayback Machine: its CDX server, and captures as they were received."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from typing import ClassVar
from urllib.parse import quote, quote_plus, urlencode

from scraper import warc
from scraper.specimens.cdx import Kept, found, one, passes
from scraper.specimens.corner import HTML, JSON, Query, Reply

COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
MOST = 4
"""Lines that one answer holds at the most, whatever is asked for."""

_CAPTURE = re.compile(r"/web/(\d{1,14})(id_)?/(https?:/.+)")


class WaybackMachine:
    """The host; it sends the first who asks for a capture away for a second."""

    host: ClassVar[str] = "web.archive.org"

    def __init__(self, kept: Sequence[Kept], forbidden: str = "") -> None:
        self._kept, self._forbidden = kept, forbidden
        self._is_busy = True

    def answer(self, path: str, query: Query) -> Reply:
        """What the host answers to *path* with *query*."""
        if path == "/robots.txt":
            return Reply(f"User-agent: *\nDisallow: {self._forbidden}\n", "text/plain")
        if path == "/cdx/search/cdx":
            return self._list(query)
        if capture := _CAPTURE.fullmatch(path):
            if self._is_busy:
                self._is_busy = False
                return Reply("Too many requests.", "text/plain", 429, {"Retry-After": "1"})
            asked = urlencode(query, doseq=True, quote_via=quote)
            return self._play(f"{capture[3]}{asked and '?'}{asked}", capture[1])
        return Reply("<h1>Not found</h1>", status=404)

    def _list(self, query: Query) -> Reply:
        lines = [
            cells
            for kept in found(self._kept, query)
            if passes(cells := _line(kept), map(_regex, query.get("filter", ())))
        ]
        if one(query, "collapse") == "digest":
            lines = _collapsed(lines)
        if resume := one(query, "resumeKey"):
            lines = [line for line in lines if _key(line) > resume]
        most = min(MOST, int(one(query, "limit", "150000")))
        names = one(query, "fl", ",".join(COLUMNS)).split(",")
        rows = [[line[name] for name in names] for line in lines[:most]]
        answer = [names, *rows] if rows else []
        if len(lines) > most and one(query, "showResumeKey") == "true":
            answer += [[], [quote_plus(_key(lines[most - 1]))]]
        return Reply(json.dumps(answer), JSON)

    def _play(self, url: str, timestamp: str) -> Reply:
        captures = [kept for kept in self._kept if kept.key == warc.key(url)]
        if not captures:
            return Reply("<h1>The Wayback Machine has not archived that URL.</h1>", HTML, 404)
        asked = int(timestamp.ljust(14, "0"))
        nearest = min(captures, key=lambda kept: abs(int(kept.timestamp) - asked))
        if nearest.timestamp != timestamp:
            there = f"http://{self.host}/web/{nearest.timestamp}id_/{nearest.url}"
            return Reply("", status=302, headers={"Location": there})
        own = {"content-type": nearest.kind, "content-encoding": "gzip", "set-cookie": "s=secret"}
        headers = {f"x-archive-orig-{name}": value for name, value in own.items()}
        headers["memento-datetime"] = f"{nearest.moment:%a, %d %b %Y %H:%M:%S GMT}"
        # as it was received, with its encoding, which the machine names or does not
        body = gzip.compress(nearest.body) if nearest.moment.second % 2 else nearest.body.decode()
        return Reply(body, nearest.kind, nearest.status, headers)


def _line(kept: Kept) -> dict[str, str]:
    cells = (kept.key, kept.timestamp, kept.url, kept.mime, str(kept.status), kept.digest)
    return dict(zip(COLUMNS, (*cells, str(len(kept.body))), strict=True))


def _regex(condition: str) -> str:
    """A condition as pywb writes it: here what is sought for is a regular expression."""
    return f"!~{condition[1:]}" if condition.startswith("!") else f"~{condition}"


def _key(line: dict[str, str]) -> str:
    return f"{line['urlkey']} {line['timestamp']}!"


def _collapsed(lines: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """*lines* without those whose digest is that of the line before."""
    kept: list[dict[str, str]] = []
    for line in lines:
        if not kept or kept[-1]["digest"] != line["digest"]:
            kept.append(line)
    return kept
