"""The site as it is published from this checkout's record, built once for all tests."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.codebook import load_codebook
from pipeline.record import read_record
from pipeline.release import describe, release, write_formats
from pipeline.tables import POSTS, evidence_schema, report_columns, reports_schema, write_table
from pipeline.taken_out import without
from pipeline.workspace import Workspace
from publisher.publish import publish

DATA = Path(__file__).resolve().parents[2] / "data"
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome"),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

STORY = """I have worked on Upwork for 4 years. Last week my account was suspended.
The email from Upwork says: "Your account has been suspended because you asked a client to pay
outside of Upwork. This decision is final." I appealed and they never answered <me>."""

REPORT = {
    "report_id": "r0001",
    "source_kind": "blog",
    "engine": "wordpress",
    "lang": "en",
    "platform": "upwork",
    "teller": "self",
    "role": "freelancer",
    "action": "suspended",
    "reasons": "off_platform_payment",
    "coder": "rules-1",
    "codebook_edition": "3",
    "review": "proposed",
    "status": "live",
    "first_seen": "2026-11-24",
}


def post(text: str) -> dict[str, Any]:
    filled = {
        "post_id": "specimen:1",
        "source": "specimen",
        "engine": "wordpress",
        "thread_url": "http://blog.specimens.example/1",
        "url": "http://blog.specimens.example/1",
        "position": 1,
        "published": "2021-03-04T00:00:00+00:00",
        "title": "My account is gone",
        "text": text,
        "lang": "en",
        "quotes": [],
    }
    return {name: filled.get(name, "") for name in POSTS}


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the published record, so that it stands still while tests read it."""
    copy = tmp_path_factory.mktemp("record") / "data"
    shutil.copytree(
        DATA, copy, ignore=shutil.ignore_patterns("archive", "posts", "run", "releases")
    )
    workspace = Workspace(copy, copy)
    with_editions(workspace)
    return workspace


def with_editions(workspace: Workspace) -> None:
    """Two editions of the record, the first of which has lost a report since it came out."""
    first = release(workspace, "2030-01-05")
    without(first, {"r0002"}, set(), read_record(workspace))
    describe(first, None)
    write_formats(first)
    release(workspace, "2030-04-01")


@pytest.fixture(scope="session")
def specimens(record: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One invented post, its report, and the span that one value rests on."""
    workspace = Workspace(record.rules, tmp_path_factory.mktemp("specimens"))
    workspace.posts.mkdir()
    line = json.dumps(post(STORY)).encode()
    (workspace.posts / "specimen.jsonl.gz").write_bytes(gzip.compress(line))
    codebook = load_codebook(record.rules / "codebook")
    report = dict.fromkeys(report_columns(codebook), "") | REPORT
    write_table(pd.DataFrame([report]), workspace.table("reports"), reports_schema(codebook))
    start = STORY.index("asked a client")
    span = {
        "report_id": "r0001",
        "column": "reasons",
        "value": "off_platform_payment",
        "start": str(start),
        "end": str(STORY.index("outside") + len("outside")),
        "text_sha256": hashlib.sha256(STORY.encode()).hexdigest(),
        "rule": "reasons.off_platform_payment:en",
    }
    write_table(pd.DataFrame([span]), workspace.table("evidence"), evidence_schema())
    (workspace.root / "ids.toml").write_text("report = 2\ncase = 1\nletter = 1\n")
    return workspace


@pytest.fixture(scope="session")
def site(
    record: Workspace,
    specimens: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Path:
    """The site, built by the first worker that needs it; the others take the same."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    out = shared / "site" / "public"
    out.parent.mkdir(exist_ok=True)
    with (shared / "site" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            publish(record, out, specimens)
    return out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *parts: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="session")
def address(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site served below a sub-path, as a project page would be."""
    root = tmp_path_factory.mktemp("served")
    (root / "some").mkdir()
    (root / "some" / "place").symlink_to(site, target_is_directory=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/some/place/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.fail("the site's tests need Chromium: apt-get install chromium libatomic1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
