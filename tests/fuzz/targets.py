"""What is fuzzed: every parser and coder, as a function of bytes, and the seeds it starts from.

A target may refuse what it gets by the errors that it documents; any other is a finding.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from pathlib import Path

from pipeline.codebook import load_codebook
from pipeline.coding.coder import RulesCoder
from pipeline.coding.dates import dates
from pipeline.coding.durations import durations
from pipeline.coding.money import money
from pipeline.coding.numbers import numbers, scores
from pipeline.coding.numerals import LANGUAGES, numerals
from pipeline.coding.phrases import folded
from pipeline.coding.sentences import sentences
from pipeline.coding.telling import Telling
from pipeline.decisions import CORRECTIONS, decisions_schema
from pipeline.letters import fingerprint, masked, read_fingerprint, signature
from pipeline.platforms import load_platforms
from pipeline.posts import from_text, read_file, with_language
from pipeline.privacy import load_addresses, published_url
from pipeline.reports import Reports
from pipeline.tables import read_table, reports_schema
from pipeline.turns import turns
from pipeline.workspace import record
from scraper.addresses import page_name, shown_url
from scraper.cdx import crawl_lines, crawls, page_count, wayback_rows
from scraper.post import EngineError, Message, Page
from scraper.rules import DataError
from scraper.sound import shown, unsound, unsound_cell
from scraper.sources import READABLE, Source, load_sources
from scraper.warc import index_lines, members, parse_line, read_capture
from tests.hostile.inputs import INPUTS
from tests.scraper.test_engine_garbage import JSON, PAGES

Target = Callable[[bytes], object]
RULES = record().rules
BY_LEARNING = ("screen", "learned")
"""Targets that need what was learned: half a minute of learning, once."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _fits(error: Exception) -> None:
    """What is told is one line that steers nothing."""
    assert not unsound_cell(f"a {error}")


@contextmanager
def _file(data: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def engine(name: str, data: bytes) -> None:
    """The engine *name* on a page whose address is the first line."""
    address, _, body = data.partition(b"\n")
    known: dict[str, object] = {
        "name": "any",
        "title": "Any",
        "engine": name,
        "access": "page",
        "robots": "",
    }
    known |= {"start": ["https://any.example/"], "source_kind": "forum", "terms": ""}
    source = Source.model_validate({**known, "checked": "2026-01-01"})
    path = "".join(c for c in _text(address) if c.isprintable() and c != " ")
    read = import_module(f"scraper.engines.{name}").read
    try:
        reading = read(Page(f"https://any.example/{path.lstrip('/')}", body), source)
    except EngineError as error:
        _fits(error)
        return
    for message in reading.messages:
        assert isinstance(message, Message)
        assert all(0 <= a < b <= len(message.text) for a, b in message.quotes)
    assert all(link.startswith(("http://", "https://")) for link in reading.links)


@cache
def _reports() -> Reports:
    return Reports(RULES)


@cache
def _rules() -> RulesCoder:
    return RulesCoder(load_codebook(RULES / "codebook"), load_platforms(RULES / "platforms.toml"))


def _thread(data: bytes) -> list[dict[str, object]]:
    return turns([with_language(from_text(_text(data), "https://any.example/t/1", "My account"))])


def by_rules(data: bytes) -> None:
    """The coder by rules: each value rests on a span of the text."""
    for post in _thread(data):
        for value in _rules().code(Telling((post,))):
            assert 0 <= value.start <= value.end <= len(str(post["text"]))


def screen(data: bytes) -> None:
    """The screen, on a text as a thread."""
    _reports().screen.judge(_thread(data))


def learned(data: bytes) -> None:
    """The coders in use, on a text as one telling."""
    for post in _thread(data):
        _reports().code(Telling((post,)))


def parted(data: bytes) -> None:
    """A text parted into messages, none of which is longer than it."""
    text = _text(data)
    assert all(len(str(p["text"])) == len(text) for p in turns([from_text(text)]))


def quantities(data: bytes) -> None:
    """Numerals, durations, sums, dates, sentences of a text in every language."""
    text = folded(_text(data))
    for lang in LANGUAGES:
        for read in (numerals, durations, money, numbers, scores):
            for found in read(text, lang):
                assert 0 <= found.start < found.end <= len(text)
        dates(text, lang, None)
    spans = sentences(text)
    assert all(a < b for a, b in spans)


def letters(data: bytes) -> None:
    """A text's fingerprint, which can be read again."""
    text = _text(data)
    masked(text)
    made = signature(text[:4000])
    assert read_fingerprint(fingerprint(made)).jaccard(made) == 1
    read = shown(text)
    assert (len(read), unsound(read)) == (len(text), "")


def addresses(data: bytes) -> None:
    """An address as it is published, shown, and told from others."""
    url, rules = _text(data), _addresses()
    assert not unsound_cell(published_url(url, rules))
    shown_url(url, rules)
    page_name(url, rules)


_addresses = cache(partial(load_addresses, RULES))


def _refused(read: Callable[[Path], object], name: str, data: bytes) -> None:
    with _file(data, name) as path:
        try:
            read(path)
        except DataError as error:
            _fits(error)


def warc(data: bytes) -> None:
    """A WARC file from elsewhere: its members, index and captures."""

    def read(path: Path) -> None:
        for offset, _, _ in members(path):
            read_capture(path, offset)
        list(index_lines(path))

    _refused(read, "a.warc.gz", data)


def cdxj(data: bytes) -> None:
    """Lines of an index, and what the two web archives answer."""
    known: dict[str, object] = {
        "name": "any",
        "title": "A",
        "engine": "commoncrawl",
        "access": "archive",
    }
    known |= {"start": ["https://a.example/", "https://b.example/"], "source_kind": "forum"}
    known |= {"robots": "", "terms": "", "checked": "2026-01-01", "pages": ["a.example/*"]}
    source = Source.model_validate({**known, "served_by": "phpbb"})
    page = Page("https://any.example/", data)
    for read in (crawl_lines, page_count, wayback_rows, partial(crawls, source=source)):
        try:
            read(page)
        except (EngineError, DataError) as error:
            _fits(error)
    try:
        parse_line(_text(data))
    except (DataError, ValueError):
        return


def _tables(path: Path) -> None:
    codebook = load_codebook(RULES / "codebook")
    read_table(path, decisions_schema(*CORRECTIONS))
    read_table(path, reports_schema(codebook))


def targets() -> dict[str, Target]:
    """Every target by its name."""
    made: dict[str, Target] = {f"engine-{name}": partial(engine, name) for name in READABLE}
    made |= {"rules": by_rules, "screen": screen, "learned": learned, "turns": parted}
    made |= {"quantities": quantities, "letters": letters, "addresses": addresses}
    made |= {"warc": warc, "cdxj": cdxj}
    made |= {"toml": partial(_refused, load_sources, "sources.toml")}
    made |= {"platforms": partial(_refused, load_platforms, "platforms.toml")}
    made |= {"tables": partial(_refused, _tables, "corrections.csv")}
    made |= {"posts": partial(_refused, read_file, "posts.jsonl")}
    return made


def seeds(name: str) -> list[bytes]:
    """What *name* starts from: specimens of ours, and hostile texts."""
    hostile = [each.text.encode("utf-8", "replace")[:3000] for each in INPUTS[::7]]
    if name.startswith("engine-"):
        kind = name.removeprefix("engine-")
        path, page = (JSON.get(kind) or PAGES[kind])[:2]
        body = page if isinstance(page, str) else json.dumps(page)
        return [f"{path}\n{body}".encode()]
    files = {
        "toml": [RULES / "specimens/sources.toml"],
        "platforms": [RULES / "platforms.toml"],
        "tables": [RULES / "corrections.csv", RULES / "reports.csv"],
    }
    if name in files:
        return [path.read_bytes()[:4000] for path in files[name]]
    if name == "posts":
        return [json.dumps(from_text("My account", "https://a.example/")).encode()]
    if name == "warc":
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>closed"
        head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n"
        head += b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        head += b"Content-Type: application/http; msgtype=response\r\n"
        whole = head + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(http), http)
        return [gzip.compress(whole, mtime=0)]
    if name == "cdxj":
        line = {"url": "https://a.example/", "filename": "a.warc.gz", "offset": "1"}
        line |= {"length": "9", "status": "200", "mime": "text/html", "digest": "A"}
        return [json.dumps(line).encode(), b'[["timestamp","original"],["20200101000000","x"]]']
    story = "My Upwork account was suspended on 3 May 2021 for 2 weeks; 三百 jobs, $1,200 held."
    return [story.encode(), *hostile]
