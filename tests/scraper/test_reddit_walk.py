"""Reddit's API with credentials: a token first, then the API's host, over TLS."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import parse_headers
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place

HOSTS = ("www.reddit.com", "oauth.reddit.com")
SUBMISSION = {
    "name": "t3_abc",
    "permalink": "/r/gigs/comments/abc/closed/",
    "title": "Closed",
    "created_utc": 1772359200.0,
    "author": "some_teller",
    "selftext": "They closed my account.",
    "num_comments": 0,
}
LISTING = {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": SUBMISSION}]}}


def certificate(path: Path) -> Path:
    """A file with a key and a certificate for the hosts, to serve with and to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


class Tunnel(ThreadingTCPServer):
    """A proxy that answers in the place of Reddit: asked is (method, host, path, headers)."""

    daemon_threads = True

    def __init__(self, pem: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(pem)
        self.asked: list[tuple[str, str, str, str]] = []
        self.token = {"access_token": "tok-0123456789"}
        self.repeats = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(StreamRequestHandler):
    server: Tunnel

    def handle(self) -> None:
        host = self.rfile.readline().split()[1].decode().partition(":")[0]
        parse_headers(self.rfile)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.server.context.wrap_socket(self.connection, server_side=True) as secure:
            file = secure.makefile("rwb")
            method, path, _ = file.readline().decode().split()
            headers = parse_headers(file)
            file.read(int(headers.get("Content-Length", "0")))
            self.server.asked.append((method, host, path, headers.get("Authorization", "")))
            content = self.server.token if method == "POST" else LISTING
            body = b"" if path == "/robots.txt" else json.dumps(content).encode()
            if self.server.repeats:
                told = json.dumps({"you_sent": headers.get("Authorization", "")}).encode()
                body = body[:-1] + b", " + told[1:]
            file.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            )
            file.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            file.flush()


@pytest.fixture
def reddit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tunnel]:
    pem = certificate(tmp_path / "reddit.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("SUSPENSIONS_REDDIT_ID", "an-id")
    monkeypatch.setenv("SUSPENSIONS_REDDIT_SECRET", "a-secret")
    with Tunnel(pem) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_token_is_asked_for_and_used_and_never_kept(
    reddit: Tunnel, place: Place, collected: Collect, tmp_path: Path
) -> None:
    start = ["https://www.reddit.com/r/gigs/"]
    [count] = collected(place.source(engine="reddit", start=start), proxy=reddit.url)
    assert (count.posts, count.errors) == (1, [])
    assert [(method, host) for method, host, _, _ in reddit.asked] == [
        ("POST", "www.reddit.com"),
        ("GET", "oauth.reddit.com"),
    ]
    assert reddit.asked[0][3].startswith("Basic ")
    assert reddit.asked[1][3] == "Bearer tok-0123456789"
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.rglob("*.gz"))
    assert b"oauth.reddit.com/r/gigs/new.json" in kept
    assert b"https://www.reddit.com/r/gigs/comments/abc/closed/" in kept
    assert not any(secret in kept for secret in (b"Bearer", b"access_token", b"Basic "))


def test_an_answer_that_repeats_the_credentials_is_not_kept(
    reddit: Tunnel, place: Place, collected: Collect, tmp_path: Path
) -> None:
    reddit.repeats = True
    start = ["https://www.reddit.com/r/gigs/"]
    [count] = collected(place.source(engine="reddit", start=start), proxy=reddit.url)
    assert (count.posts, count.fetched) == (1, 0)
    assert not list((tmp_path / "archive").glob("*.warc.gz"))


def test_refused_credentials_are_one_line(reddit: Tunnel, place: Place, collected: Collect) -> None:
    reddit.token = {"error": "unauthorized_client"}
    start = ["https://www.reddit.com/r/gigs/"]
    [count] = collected(place.source(engine="reddit", start=start), proxy=reddit.url)
    assert not count.reached
    assert len(count.errors) == 1
    assert "source[forum].start" in count.errors[0]
    assert "gives no token for SUSPENSIONS_REDDIT_ID" in count.errors[0]
    assert "a-secret" not in count.errors[0]
