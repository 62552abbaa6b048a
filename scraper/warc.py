"""One capture as one gzip member of a WARC 1.1 file, and its line of a CDXJ index."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]
from w3lib.url import safe_url_string
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.timeutils import (  # type: ignore[import-untyped]
    iso_date_to_timestamp,
    timestamp_to_iso_date,
)
from warcio.utils import Digester  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from scraper.limits import without_visitor
from scraper.rules import DataError

DROPPED = re.compile(
    r"cookie|auth|token|secret|session|credential|passw|api-?key|[cx]srf"
    r"|forwarded|(client|connecting|real|remote)-?(ip|addr)"
    r"|^content-length$|^transfer-encoding$",
    re.IGNORECASE,
)
"""Response headers that are never kept: those that let in who holds them, tell where the
visitor is, or describe the transfer."""

LARGEST = 64 * 1024 * 1024
"""Bytes; a body that unpacks to more stays as it is, such a record is not taken."""

LEVEL = 6
"""Of compression: most bodies come compressed, and more effort gains nothing on these."""

CHUNK = 64 * 1024
"""Bytes read at once."""


def _inflate(packed: bytes, wbits: int) -> bytes:
    unpacker = zlib.decompressobj(wbits)
    content = unpacker.decompress(packed, LARGEST)
    if not unpacker.eof:
        raise zlib.error("is cut off, or too large")
    return content


def _unbrotli(packed: bytes) -> bytes:
    unpacker = brotli.Decompressor()
    content: bytes = unpacker.process(packed, output_buffer_limit=LARGEST)
    if not unpacker.is_finished():
        raise brotli.error("is cut off, or too large")
    return content


DECODERS: dict[str, tuple[Callable[[bytes], bytes], ...]] = {
    "gzip": (partial(_inflate, wbits=31),),
    "x-gzip": (partial(_inflate, wbits=31),),
    # servers send it with and without the header that belongs to it
    "deflate": (partial(_inflate, wbits=15), partial(_inflate, wbits=-15)),
    "br": (_unbrotli,),
}

Headers = Iterable[tuple[str, str]]

_SAFE = re.compile(r"https?://[\w.:-]+/[\w./~?=&;,:+-]*", re.ASCII)
"""An address that needs no quoting, as nearly all are."""
_WORD = re.compile(r"[^\s<>\"',]+")
"""What may be an address, in a header."""


@dataclass(frozen=True)
class Capture:
    """One response as it was received.

    Attributes:
        url: the address that was asked.
        date: the WARC-Date, UTC, ISO 8601.
        status: the HTTP status.
        headers: of the response, in order, names as sent.
        payload: the body with its content encoding undone.
    """

    url: str
    date: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes


@dataclass(frozen=True)
class Line:
    """One line of the index: where a capture lies. Numbers are bytes of the WARC file."""

    key: str
    timestamp: str
    url: str
    mime: str
    status: str
    digest: str
    length: int
    offset: int
    filename: str

    def __str__(self) -> str:
        fields = {"url": self.url, "mime": self.mime, "status": self.status}
        fields |= {"digest": self.digest, "length": str(self.length)}
        fields |= {"offset": str(self.offset), "filename": self.filename}
        if not self.mime:
            del fields["mime"]
        return f"{self.key} {self.timestamp} {json.dumps(fields)}"


def key(url: str) -> str:
    """The SURT form of *url*, by which an index is sorted: ``org,example)/path?query``."""
    try:
        parts = urlsplit((url if _SAFE.fullmatch(url) else safe_url_string(url)).lower())
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:  # an address that cannot be taken apart is its own key
        return url
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    query = "&".join(sorted(parts.query.split("&")))
    path = f"{parts.path.rstrip('/') or '/'}{query and '?'}{query}"
    return f"{','.join(reversed(host.split('.')))}{port}){path}"


def parse_line(line: str) -> Line:
    """The index line *line*.

    Raises:
        ValueError: it is none.
    """
    try:
        key, moment, rest = line.split(" ", 2)
        fields = json.loads(rest)
        numbers = int(fields.pop("length")), int(fields.pop("offset"))
        fields = {name: fields.get(name, "") for name in ("url", "mime", "status", "digest")} | {
            "filename": fields["filename"]
        }
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ValueError("is not a CDXJ line") from error
    return Line(key=key, timestamp=moment, length=numbers[0], offset=numbers[1], **fields)


def info(name: str, software: str) -> bytes:
    """The warcinfo record that opens the file called *name*."""
    content = BytesIO()
    writer = WARCWriter(content, gzip=True, warc_version="1.1")
    told = {"software": software, "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, told))
    return content.getvalue()


def packed(
    name: str,
    offset: int,
    url: str,
    fields: Mapping[str, str],
    status: str,
    headers: Headers,
    payload: bytes,
) -> tuple[bytes, Line]:
    """One response record to stand at *offset* of the WARC file called *name*, and its line.

    ``fields`` are the record's own headers: WARC-Date, where it comes from, and the digest of
    the payload, where that is known. ``status``
    is the code and its words (``200 OK``). *payload* stands as received:
    where it is content-encoded, *headers* say so.
    """
    content = BytesIO()
    writer = WARCWriter(content, gzip=False, warc_version="1.1")
    kept = [(key, _plain(value)) for key, value in headers if not DROPPED.search(key)]
    kept.append(("Content-Length", str(len(payload))))
    record = writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(payload),
        length=len(payload),
        http_headers=StatusAndHeaders(status, kept, protocol="HTTP/1.1"),
        warc_headers_dict=dict(fields),
    )
    writer.write_record(record)
    member = zlib.compress(content.getvalue(), LEVEL, wbits=31)
    return member, _line(record, name, offset, len(member))


def _plain(value: str) -> str:
    """The *value* of a header, each address in it without what tells of the visitor."""
    return _WORD.sub(lambda found: without_visitor(found[0]), value)


def _line(record: Any, name: str, offset: int, length: int) -> Line:
    header, http = record.rec_headers.get_header, record.http_headers
    mime = (http.get_header("Content-Type") or "").replace(" ", ";").split(";")[0].strip()
    return Line(
        key=key(header("WARC-Target-URI")),
        timestamp=timestamp(header("WARC-Date")),
        url=header("WARC-Target-URI"),
        mime=mime,
        status=http.get_statuscode(),
        digest=header("WARC-Payload-Digest") or "",
        length=length,
        offset=offset,
        filename=name,
    )


def timestamp(date: str) -> str:
    """The WARC-Date *date* as the index holds it, 14 digits."""
    return str(iso_date_to_timestamp(date))


def date_of(timestamp: str) -> str:
    """The WARC-Date of *timestamp*, 14 digits."""
    return str(timestamp_to_iso_date(timestamp))


def payload_digest(payload: bytes) -> str:
    """The digest of *payload* as the index holds it."""
    digester = Digester("sha1")
    digester.update(payload)
    return str(digester)


def index_lines(path: Path) -> Iterator[Line]:
    """The index lines of the WARC file at *path*, each response record once.

    Raises:
        DataError: a record is cut off or damaged.
    """
    for offset, length, content in members(path):
        record = _record(path, offset, content)
        if record.rec_type == "response" and record.http_headers:
            yield _line(record, path.name, offset, length)


def read_capture(path: Path, offset: int) -> Capture:
    """The capture at *offset* of the file at *path*.

    Raises:
        DataError: the record is missing, cut off or damaged.
    """
    try:
        with path.open("rb") as file:
            content, _ = _member(file, path, offset)
    except OSError as error:
        raise DataError(path, "", f"cannot be read ({error.strerror})") from error
    return capture_of(_record(path, offset, content), path, offset)


def capture_in(packed: bytes, path: Path, offset: int) -> Capture:
    """The capture in *packed*, one gzip member that was fetched from *offset* of a file.

    Raises:
        DataError: it is no whole response record, or unpacks to more than ``LARGEST``.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, LARGEST)
    except zlib.error as error:
        raise _error(path, offset, f"is damaged: {error}") from error
    if not unpacker.eof:
        raise _error(path, offset, f"is cut off, or larger than {LARGEST} bytes")
    record = _record(path, offset, content)
    if record.rec_type != "response" or not record.http_headers:
        raise _error(path, offset, "is no response")
    try:
        timestamp(record.rec_headers.get_header("WARC-Date"))
    except (ValueError, TypeError) as error:
        raise _error(path, offset, "has no date") from error
    return capture_of(record, path, offset)


def capture_of(record: Any, path: Path, offset: int) -> Capture:
    """The warcio response *record* as a capture.

    Raises:
        DataError: its payload is not what its headers or its digest say.
    """
    http = record.http_headers
    stream = record.raw_stream
    if not hasattr(stream, "limit"):
        raise _error(path, offset, "is damaged: its length is not told")
    if http.get_header("Transfer-Encoding", "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    try:
        payload = b"".join(iter(stream.read, b""))
        status = int(http.get_statuscode())
    except (OSError, ValueError, ArchiveLoadFailed) as error:
        raise _error(path, offset, f"is damaged: {error}") from error
    if record.raw_stream.limit:
        raise _error(path, offset, f"is cut off: {record.raw_stream.limit} bytes are missing")
    if record.digest_checker.passed is False:
        raise _error(path, offset, "is damaged: its content is not what its digest says")
    headers = tuple(
        (key, value)
        for key, value in http.headers
        if not DROPPED.search(key) and key.lower() != "content-encoding"
    )
    header = record.rec_headers.get_header
    payload = decoded(payload, http.get_header("Content-Encoding", ""))
    return Capture(header("WARC-Target-URI"), header("WARC-Date"), status, headers, payload)


def decoded(payload: bytes, encodings: str) -> bytes:
    """*payload* without its content encodings; as it is where it does not have them."""
    for encoding in reversed(encodings.lower().replace(" ", "").split(",")):
        for decode in DECODERS.get(encoding, ()):
            try:
                payload = decode(payload)
                break
            except (zlib.error, brotli.error):
                continue
    return payload


def members(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and content of each gzip member of the file at *path*.

    Raises:
        DataError: a member is cut off or is no gzip.
    """
    offset, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while offset < size:
            content, length = _member(file, path, offset)
            yield offset, length, content
            offset += length


def _member(file: BinaryIO, path: Path, offset: int) -> tuple[bytes, int]:
    file.seek(offset)
    unpacker = zlib.decompressobj(wbits=31)
    content = bytearray()
    while not unpacker.eof:
        packed = file.read(CHUNK)
        if not packed:
            problem = "is cut off; put a whole copy of the file in its place, or move it away"
            raise _error(path, offset, problem)
        try:
            content += unpacker.decompress(packed)
        except zlib.error as error:
            raise _error(path, offset, f"is damaged: {error}") from error
    return bytes(content), file.tell() - len(unpacker.unused_data) - offset


def _error(path: Path, offset: int, problem: str) -> DataError:
    return DataError(path, f"record at offset {offset}", problem)


def _record(path: Path, offset: int, content: bytes) -> Any:
    try:
        return next(ArchiveIterator(BytesIO(content), check_digests=True))
    except (StopIteration, ArchiveLoadFailed, ValueError, AttributeError, TypeError) as error:
        raise _error(path, offset, f"is no WARC record ({error or 'empty'})") from error
