"""Indexes of archives: what is asked, what is listed, and what is chosen of it."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scraper import cdx, warc
from scraper.cdx import Listed
from scraper.post import EngineError, Page
from scraper.rules import DataError
from scraper.sources import Source
from scraper.specimens.cdx import Kept
from scraper.specimens.commoncrawl import Files

INDEX = "https://index.commoncrawl.org/CC-MAIN-2019-09-index"
COLLINFO = "https://index.commoncrawl.org/collinfo.json"


def source(**more: Any) -> Source:
    known: dict[str, Any] = {"name": "old", "title": "Old", "engine": "commoncrawl"}
    known |= {"access": "archive"}
    known |= {"source_kind": "forum", "robots": "", "terms": "", "checked": "2026-01-01"}
    known |= {"start": [COLLINFO, "https://data.commoncrawl.org/"], "served_by": "phpbb"}
    return Source.model_validate(known | {"pages": ["forum.example/t/*"]} | more)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize(
    ("pattern", "url", "kind"),
    [
        ("forum.example", "forum.example", "host"),
        ("forum.example/*", "forum.example", "host"),
        ("forum.example/t/*", "forum.example/t/", "prefix"),
        ("forum.example/t/*/print", "forum.example/t/", "prefix"),
        ("forum.example/viewtopic.php?t=1", "forum.example/viewtopic.php?t=1", "exact"),
        ("*.example.com", "example.com", "domain"),
        ("*.example.com/t/*", "example.com", "domain"),
    ],
)
def test_a_pattern_is_asked_for_as_a_cdx_server_understands_it(
    pattern: str, url: str, kind: str
) -> None:
    sought = source(since="2018", until="2019-03")
    crawl = asked(cdx.crawl_query(INDEX, pattern, sought, 2))
    assert (crawl["url"], crawl["matchType"], crawl["page"]) == (url, kind, "2")
    assert (crawl["from"], crawl["to"], crawl["filter"]) == ("2018", "201903", "=status:200")
    key = "org%2Cexample%29%2F+20190101000000%21"
    wayback = cdx.wayback_query("https://web.archive.org/cdx/search/cdx", pattern, sought, key)
    assert wayback.endswith(f"&resumeKey={key}")
    assert (asked(wayback)["url"], asked(wayback)["matchType"]) == (url, kind)


@pytest.mark.parametrize(
    ("pattern", "url", "held"),
    [
        ("forum.example/t/*", "https://www.forum.example/t/a/7?page=2", True),
        ("forum.example/t/*", "http://Forum.Example:80/T/a", True),
        ("forum.example/t/*", "https://forum.example/topics", False),
        ("forum.example/t/*", "https://other.example/forum.example/t/1", False),
        ("forum.example/t/*/print", "https://forum.example/t/7/print/", True),
        ("forum.example/t/*/print", "https://forum.example/t/7", False),
        ("forum.example", "https://forum.example/anything?at=all", True),
        ("forum.example", "https://sub.forum.example/", False),
        ("*.example", "https://sub.forum.example/", True),
        ("*.forum.example", "https://forum.example/", True),
        ("*.forum.example", "https://myforum.example/", False),
        ("forum.example/日本*", "https://forum.example/%E6%97%A5%E6%9C%AC/1", True),
        ("forum.example", "http://[", False),
    ],
)
def test_what_a_pattern_holds(pattern: str, url: str, held: bool) -> None:
    assert cdx.holds(source(pages=[pattern]), url) == held


def collinfo(*crawls: tuple[str, str, str]) -> Page:
    named = [
        {"id": name, "cdx-api": f"https://index.commoncrawl.org/{name}-index"}
        | ({"from": first, "to": last} if first else {})
        for name, first, last in crawls
    ]
    return Page(COLLINFO, json.dumps(named).encode())


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["2020-05", "2019-09", "2013"]),
        ({"crawls": ["CC-MAIN-2019"]}, ["2019-09"]),
        ({"since": "2020-01-20"}, ["2020-05", "2013"]),
        ({"until": "2019-12"}, ["2019-09", "2013"]),
        ({"since": "2019-02", "until": "2019-02-18"}, ["2019-09", "2013"]),
    ],
)
def test_crawls_of_the_time_are_asked(wanted: dict[str, Any], names: list[str]) -> None:
    page = collinfo(
        ("CC-MAIN-2020-05", "2020-01-17T00:00:00", "2020-01-29T23:00:00"),
        ("CC-MAIN-2019-09", "2019-02-15T00:00:00", "2019-02-24T00:00:00"),
        ("CC-MAIN-2013", "", ""),  # of the first ones no days are told
    )
    found = cdx.crawls(page, source(**wanted))
    assert list(found) == [f"https://index.commoncrawl.org/CC-MAIN-{name}-index" for name in names]


def line(**more: Any) -> bytes:
    cells = {"urlkey": "example,forum)/t/7", "timestamp": "20190220101112", "status": "200"}
    cells |= {"url": "https://forum.example:443/t/7#x", "mime": "text/html", "digest": "A"}
    cells |= {"length": "900", "offset": "12", "filename": "crawl-data/a.warc.gz"}
    return json.dumps(cells | more).encode() + b"\n"


def test_lines_of_a_crawls_index_are_read() -> None:
    others: tuple[dict[str, str], ...] = (
        {"status": "301"}, {"truncated": "length"}, {"mime": "image/png"}, {"url": "dns:forum"},
    )  # fmt: skip
    page = Page(INDEX, line() + b"".join(line(**other) for other in others))
    [capture] = cdx.crawl_lines(page)
    place = ("crawl-data/a.warc.gz", 12, 900)
    url = "https://forum.example/t/7"
    assert capture == Listed("example,forum)/t/7", "20190220101112", url, "A", *place)
    none = Page(INDEX, b'{"message": "No Captures found for: forum.example/t/*"}', status=404)
    assert cdx.page_count(none) == 0
    assert cdx.page_count(Page(INDEX, b'{"pages": 3, "pageSize": 5, "blocks": 11}')) == 3


HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"]
ROW = ["example,forum)/t/7", "20190220101112", "http://forum.example:80/t/7", "text/html", "200"]


def rows(*answer: list[str]) -> Page:
    return Page("https://web.archive.org/cdx/search/cdx", json.dumps(answer).encode())


def test_rows_of_the_wayback_machine_are_read() -> None:
    found, resume = cdx.wayback_rows(rows(HEAD, [*ROW, "A"], [], ["example%2Cforum%29%2F+2019%21"]))
    assert found == [Listed(ROW[0], ROW[1], "http://forum.example/t/7", "A")]
    assert resume == "example%2Cforum%29%2F+2019%21"
    assert cdx.wayback_rows(rows()) == ([], "")
    assert cdx.wayback_rows(Page("https://web.archive.org/", b"\n")) == ([], "")
    for wrong in (rows(["a"], ["b"]), rows(HEAD, ["x", "last year", "y"])):
        with pytest.raises(EngineError):
            cdx.wayback_rows(wrong)


def test_every_state_of_a_page_once_and_the_newest_of_each_page_first() -> None:
    def listed(page: str, year: int, digest: str) -> Listed:
        url = f"http://forum.example/t/{page}"
        return Listed(f"example,forum)/t/{page}", f"{year}0101000000", url, digest)

    captures = [
        *(listed("a", 2016, "one"), listed("a", 2017, "two"), listed("a", 2018, "one")),
        *(listed("b", 2015, "b"), listed("b", 2019, "b"), listed("c", 2014, "c")),
        Listed("example,other)/", "20200101000000", "http://other.example/", "x"),
    ]
    order = [(one.url[-1], one.timestamp[:4]) for one in cdx.chosen(captures, source())]
    assert order == [("a", "2018"), ("b", "2019"), ("c", "2014"), ("a", "2017")]


READERS: dict[str, tuple[Callable[[Page], object], bytes]] = {
    "collinfo": (lambda page: cdx.crawls(page, source()), collinfo(("CC-1", "2019", "2020")).body),
    "pages": (cdx.page_count, b'{"pages": 3}'),
    "lines": (cdx.crawl_lines, line()),
    "rows": (cdx.wayback_rows, rows(HEAD, [*ROW, "A"], [], ["key"]).body),
}


@pytest.mark.parametrize("name", READERS)
def test_damaged_answers_are_read_or_refused(name: str) -> None:
    reader, whole = READERS[name]
    luck = random.Random(7)
    junk = [b"", b"\x00", b"null", b"[]", b"{}", b"[" * 5000, b'[{"cdx-api": "http://a//["}]']
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(luck.randint(1, 6)):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        junk.append(bytes(damaged[: luck.randint(1, len(damaged))]))
    for body in junk:
        with suppress(EngineError):
            reader(Page(COLLINFO, body))


def test_damaged_records_are_read_or_refused() -> None:
    files = Files()
    kept = Kept("http://forum.example/t/7", datetime(2019, 2, 20, tzinfo=UTC), b"<p>one</p>" * 9)
    place = files.add("CC-MAIN-2019-09", [kept])[kept]
    body = files.answer(f"/{place['filename']}", {}).content
    record = body[int(place["offset"]) :][: int(place["length"])]
    path = Path(place["filename"])
    assert warc.capture_in(record, path, 0).payload == kept.body
    luck, content = random.Random(7), zlib.decompress(record, wbits=31)
    whole = 0
    for _ in range(400):
        damaged = bytearray(content)
        for _ in range(luck.randint(1, 6)):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        packed = zlib.compress(bytes(damaged[: luck.randint(1, len(damaged))]), wbits=31)
        with suppress(DataError):
            warc.capture_in(packed, path, 0)
            whole += 1
    assert whole < 300
    bomb = zlib.compress(bytes(warc.LARGEST + 1), wbits=31)
    for packed in (b"", record[:-9], record[9:], bomb):
        with pytest.raises(DataError, match="record at offset 0"):
            warc.capture_in(packed, path, 0)
