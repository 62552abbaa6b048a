"""The archive: WARC files that any tool reads, an index as others write it, damage named."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import pytest
from fastwarc import warc as fast
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from scraper.archive import Archive, Writer, check_archive, locked
from scraper.foreign import import_warc
from scraper.rules import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scraper.conftest import Collect, Place

HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))


def written(folder: Path, *pages: tuple[str, bytes], source: str = "forum") -> Path:
    """The WARC file of a run that received *pages* as (address, body)."""
    writer = Writer(Archive(folder), source)
    for url, body in pages:
        writer.write(url, 200, HEADERS, body)
    writer.close()
    return max(folder.glob(f"{source}-*.warc.gz"))


PAGES = (
    ("http://forum.example/t/B", b"<p>one</p>" * 50),
    ("http://forum.example/t/b?y=1&x=\u00fc", b"<p>two</p>" * 50),
    ("http://forum.example/empty", b""),
)


def test_warcio_and_fastwarc_read_what_was_collected(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    place.listing(1)
    place.thread_page(1, "They closed my account in March.")
    collected(place.source())
    [path] = (tmp_path / "archive").glob("forum-*.warc.gz")
    with path.open("rb") as file:
        by_warcio = {}
        for record in ArchiveIterator(file, check_digests="raise"):
            assert record.rec_headers.protocol == "WARC/1.1"
            if record.rec_type == "response":
                body = record.content_stream().read()
                by_warcio[record.rec_headers.get_header("WARC-Target-URI")] = body
                assert record.http_headers.get_header("Set-Cookie") is None
            else:
                assert record.rec_type == "warcinfo"
    assert set(by_warcio) == {
        f"{place.url}/{page}" for page in ("latest.json", "robots.txt", "t/1.json")
    }
    assert b"They closed my account" in by_warcio[f"{place.url}/t/1.json"]

    by_fastwarc = {}
    with path.open("rb") as file:
        for one in fast.ArchiveIterator(
            file, record_types=fast.WarcRecordType.response, parse_http=False
        ):
            assert one.verify_block_digest()
            one.parse_http()
            body = one.reader.read()
            if one.http_headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            by_fastwarc[one.headers["WARC-Target-URI"]] = body
    assert by_fastwarc == by_warcio
    assert b"secret" not in gzip.decompress(path.read_bytes())


def test_index_is_the_one_that_cdxj_indexer_writes(tmp_path: Path) -> None:
    written(tmp_path, *PAGES)
    written(tmp_path, ("http://forum.example/t/B", b"<p>changed</p>"))
    files = sorted(str(path) for path in tmp_path.glob("*.warc.gz"))
    indexer = [sys.executable, "-m", "cdxj_indexer.main", "--sort", *files]
    other = subprocess.run(indexer, check=True, capture_output=True, text=True).stdout
    index = tmp_path / "index.cdxj"
    assert index.read_text() == other
    assert len(other.splitlines()) == 4
    index.unlink()
    check_archive(tmp_path)
    assert index.read_text() == other


def test_latest_capture_wins_and_the_same_is_not_written_twice(tmp_path: Path) -> None:
    url, body = PAGES[0]
    written(tmp_path, (url, body))
    written(tmp_path, (url, body + b"new"))
    written(tmp_path, (url, body + b"new"))
    archive = Archive(tmp_path)
    line = archive.latest("forum", url)
    assert line
    assert archive.read(line).payload == body + b"new"
    assert len(archive.lines("forum")) == len(list(tmp_path.glob("*.warc.gz"))) == 2
    assert archive.latest("another", url) is None
    assert archive.latest("forum", url.lower()) is None


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("Deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("br", brotli.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
        ("gzip", bytes),  # a server that says so and does not
        ("", bytes),
    ],
)
def test_content_encodings_are_undone(
    tmp_path: Path, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    body = random.Random(1).randbytes(300_000)
    writer = Writer(Archive(tmp_path), "forum")
    writer.write("http://forum.example/", 200, [("Content-Encoding", encoding)], encode(body))
    writer.close()
    archive = Archive(tmp_path)
    [line] = archive.lines("forum")
    capture = archive.read(line)
    assert (capture.payload == body, capture.headers) == (True, ())


@pytest.mark.parametrize("left", [1, 9, 200])
def test_a_file_that_was_cut_off_is_named_with_its_place(tmp_path: Path, left: int) -> None:
    path = written(tmp_path, *PAGES)
    last = max(line.offset for line in Archive(tmp_path).lines("forum"))
    path.write_bytes(path.read_bytes()[: last + left])
    before = (tmp_path / "index.cdxj").read_bytes()
    with pytest.raises(DataError, match=rf"{path.name}: record at offset {last}: is cut off"):
        check_archive(tmp_path)
    assert (tmp_path / "index.cdxj").read_bytes() == before
    (tmp_path / "index.cdxj").unlink()
    with pytest.raises(DataError, match=rf"{path.name}: record at offset {last}: is cut off"):
        check_archive(tmp_path)


def test_a_damaged_record_is_named_with_its_place(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    place.listing(1)
    place.thread_page(1, "They closed my account in March.")
    collected(place.source())
    archive = Archive(tmp_path / "archive")
    line = archive.latest("forum", f"{place.url}/t/1.json")
    assert line
    path = tmp_path / "archive" / line.filename
    content = bytearray(path.read_bytes())
    middle = line.offset + line.length // 2
    content[middle : middle + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    posts = tmp_path / "posts" / "forum.jsonl.gz"
    before = posts.read_bytes()
    with pytest.raises(DataError, match=rf"record at offset {line.offset}: is damaged"):
        collected(place.source(), replay=True)
    assert posts.read_bytes() == before
    [count] = collected(place.source())
    assert (count.fetched, count.posts) == (1, 1)
    assert f"record at offset {line.offset}" in count.errors[0]


def test_a_broken_run_keeps_what_was_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(tmp_path)
    writer = Writer(archive, "forum")
    for url, body in PAGES:
        writer.write(url, 200, HEADERS, body)
    [path] = tmp_path.glob("*.open")
    last = max(line.offset for line in archive.lines("forum"))
    path.write_bytes(path.read_bytes()[: last + 20])
    check_archive(tmp_path)
    assert [line.url for line in Archive(tmp_path).lines("forum")] == [url for url, _ in PAGES[:2]]
    assert not list(tmp_path.glob("*.open"))
    assert f"{path.with_suffix('')}: record at offset {last}: was being written" in caplog.text


def test_a_broken_index_is_one_line(tmp_path: Path) -> None:
    written(tmp_path, *PAGES)
    index = tmp_path / "index.cdxj"
    index.write_text(index.read_text() + "nonsense\n")
    with pytest.raises(DataError, match=r"index\.cdxj: line 4: is not a CDXJ line"):
        check_archive(tmp_path)


def foreign(path: Path, place: Place, *, packed: bool = True) -> None:
    """A WARC as a crawler elsewhere writes it: a request, a chunked and a strange response."""
    topic = place.pages["/t/1.json"][0].body
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(topic), topic)
    responses: tuple[tuple[str, bytes, list[tuple[str, str]]], ...] = (
        (f"{place.url}/t/1.json", chunked, [("Transfer-Encoding", "chunked"), ("Set-Cookie", "s")]),
        ("http://elsewhere.example/", b"not ours", []),
    )
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Authorization", "Bearer x")])
        writer.write_record(writer.create_warc_record(place.url, "request", http_headers=asked))
        for url, body, headers in responses:
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            dated = {"WARC-Date": "2025-01-02T03:04:05Z"}
            writer.write_record(
                writer.create_warc_record(
                    *(url, "response", BytesIO(body)), http_headers=http, warc_headers_dict=dated
                )
            )


@pytest.mark.parametrize("packed", [True, False])
def test_a_warc_from_elsewhere_is_imported_and_read(
    place: Place, collected: Collect, tmp_path: Path, packed: bool
) -> None:
    place.thread_page(1, "They closed my account in March.")
    foreign(tmp_path / "theirs.warc", place, packed=packed)
    sources = [place.source("far", start=["http://far.example/"]), place.source()]
    assert import_warc(tmp_path / "theirs.warc", tmp_path / "archive", sources) == 1
    assert import_warc(tmp_path / "theirs.warc", tmp_path / "archive", sources) == 0
    [count] = collected(place.source(), replay=True)
    assert (count.posts, count.new_posts, place.visits) == (1, 1, [])
    [path] = (tmp_path / "archive").glob("*.warc.gz")
    kept = gzip.decompress(path.read_bytes())
    assert b"2025-01-02T03:04:05Z" in kept
    assert b"Authorization" not in kept
    assert b"Set-Cookie" not in kept


@pytest.mark.parametrize("packed", [True, False])
def test_a_foreign_warc_that_is_cut_off_is_refused_whole(
    place: Place, tmp_path: Path, packed: bool
) -> None:
    place.thread_page(1, "They closed my account in March.")
    path = tmp_path / "theirs.warc"
    foreign(path, place, packed=packed)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataError, match=r"theirs\.warc: record at offset \d+: is cut off"):
        import_warc(path, tmp_path / "archive", [place.source()])
    assert not list((tmp_path / "archive").glob("*.warc*"))


@pytest.mark.parametrize("content", [b"", b"<html>no archive</html>", gzip.compress(b"text")])
def test_a_file_that_is_no_warc_is_refused(place: Place, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "theirs.warc"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"theirs\.warc: .*no WARC"):
        import_warc(path, tmp_path / "archive", [place.source()])


def test_two_collects_do_not_write_into_one_archive(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    with locked(tmp_path / "archive"), pytest.raises(DataError, match="another collect"):
        collected(place.source())
    assert place.visits == []
