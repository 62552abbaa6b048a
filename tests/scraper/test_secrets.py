"""Credentials and names that reach a run end in it: none in the archive, the posts, or a log."""

from __future__ import annotations

import gzip
import json
import pickle
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dask._task_spec import Task
from pydantic import ValidationError
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from scraper.cluster import Sealed, visit
from scraper.foreign import import_warc

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place

SECRET = "hunter2-0123456789abcdef"
NAME = "Wilhelmina-Quackenbush"
ADDRESS = "203.0.113.77"
HEADERS = {
    "Set-Cookie": f"id={SECRET}",
    "X-Auth-Token": SECRET,
    "X-Session-Id": SECRET,
    "X-Api-Key": SECRET,
    "Authentication-Info": f"nextnonce={SECRET}",
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Link": f"</latest.json?page=2&api_key={SECRET}>; rel=next, </t/2.json?x=1>; rel=alternate",
    "X-Harmless": "kept",
}


def kept(folder: Path) -> bytes:
    """All that a collect left in *folder*, unpacked."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    )


def test_what_answers_say_of_the_visitor_is_not_kept(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    place.small()
    [topic] = place.pages["/t/1.json"]
    way = f"/t/1/my-account.json?access_token={SECRET}&page=1"
    place.put("/t/1.json", place.answer(b"", 302, {"Location": way}))
    place.put(way, place.answer(topic.body, headers={**topic.headers, **HEADERS}))
    [count] = collected(place.source())
    assert (count.posts, count.errors) == (3, [])
    content = kept(tmp_path)
    assert not any(each.encode() in content for each in (SECRET, ADDRESS, "session=secret"))
    assert b"Location: /t/1/my-account.json?page=1" in content
    assert b"</latest.json?page=2>; rel=next, </t/2.json?x=1>; rel=alternate" in content
    assert b"X-Harmless: kept" in content
    posts = (tmp_path / "posts/forum.jsonl.gz").read_bytes()
    collected(place.source(), replay=True)
    assert gzip.decompress((tmp_path / "posts/forum.jsonl.gz").read_bytes()) == gzip.decompress(
        posts
    )


def test_requests_are_never_in_the_archive(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    collected(place.small().source())
    for path in (tmp_path / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            kinds = [record.rec_type for record in ArchiveIterator(file)]
        assert kinds == ["warcinfo", *["response"] * (len(kinds) - 1)]


@pytest.mark.parametrize(
    "start",
    ["https://me:{}@a.example/", "https://a.example/?access_token={}", "https://a.example/?jwt={}"],
)
def test_no_start_address_may_hold_a_credential(place: Place, start: str) -> None:
    with pytest.raises(ValidationError, match="credentials come from the environment alone"):
        place.source(start=[start.format(SECRET)])


def test_what_comes_from_elsewhere_is_cleaned_too(place: Place, tmp_path: Path) -> None:
    place.thread_page(1, "They closed my account in March.")
    http = StatusAndHeaders("200 OK", list(HEADERS.items()), protocol="HTTP/1.1")
    with (tmp_path / "theirs.warc").open("wb") as file:
        record = WARCWriter(file, gzip=False).create_warc_record(
            f"{place.url}/t/1.json?token={SECRET}",
            "response",
            BytesIO(place.pages["/t/1.json"][0].body),
            http_headers=http,
        )
        WARCWriter(file, gzip=False).write_record(record)
    archive = tmp_path / "here"
    assert import_warc(tmp_path / "theirs.warc", archive, [place.source()]) == 1
    assert SECRET.encode() not in kept(archive)


def test_names_in_addresses_and_pages_reach_no_log(
    place: Place, collected: Collect, capfd: pytest.CaptureFixture[str]
) -> None:
    """Dead links, pages that cannot be read or unpacked, circles and leavings, each with a name."""
    listed = [f'<a class="topictitle" href="/viewtopic.php?t={n}&u={NAME}">x</a>' for n in range(6)]
    front = f"<body id='phpbb'><ul class='topiclist'>{''.join(listed)}</ul></body>".encode()
    html = {"Content-Type": "text/html"}
    place.put("/robots.txt", place.answer(b"User-agent: *\nDisallow:\n"))
    place.put("/viewforum.php?f=1", place.answer(front, headers=html))
    ways = [f"/viewtopic.php?t={n}&u={NAME}" for n in range(6)]
    place.put(ways[0], place.answer(f"no account of {NAME}".encode(), 404))
    place.put(ways[1], place.answer(f"<p>{NAME}".encode(), 200, {"Content-Encoding": "gzip"}))
    place.put(ways[2], place.answer(b"", 302, {"Location": ways[2]}))
    place.put(ways[3], place.answer(b"", 302, {"Location": f"http://{NAME}.example/"}))
    place.put(ways[4], place.answer(f"<p>{NAME}".encode(), 500))
    place.put(ways[5], place.answer(f"<p>{NAME}".encode(), 200, {"Content-Type": NAME}))
    source = place.source(path="/viewforum.php?f=1", engine="phpbb")
    [count] = collected(source)
    assert count.failed + count.skipped >= 5
    told = "\n".join([*count.errors, count.moved, *capfd.readouterr()])
    assert "cannot be read (404 Not Found)" in told
    assert NAME not in told
    assert NAME.lower() not in told


PROGRAM = """
import logging, warnings
from scraper.logs import begin_log
begin_log()
name = {name!r}
logging.getLogger("trafilatura.core").error("discarding data: %s", name)
logging.getLogger("elsewhere").warning("skipped %s", name)
logging.getLogger("scraper.archive").warning("data/archive: is cut off")
warnings.warn(f"looks like an address: {{name}}")
try:
    {{}}[name]
except KeyError:
    logging.getLogger("scrapy.core").exception("Spider error processing %s", name)
int(name)
"""


def test_a_library_and_a_mistake_of_ours_are_told_without_what_they_quote() -> None:
    program = PROGRAM.format(name=NAME)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert NAME not in done.stdout + done.stderr
    told = done.stderr.splitlines()
    assert told[0] == "trafilatura.core: error at <string>:6"
    assert told[1] == "data/archive: is cut off"
    assert told[2:5] == [
        "scrapy.core: error at <string>:13", "  <string>:11 in <module>", "  builtins.KeyError"
    ]  # fmt: skip
    assert told[-1] == "  builtins.ValueError"


def test_a_task_that_a_worker_logs_shows_nothing_of_its_job() -> None:
    """Dask's workers log how a failed task prints, with its arguments."""
    told = Sealed(json.dumps({"key": SECRET}))
    task = pickle.loads(pickle.dumps(Task("visit forum", visit, told, "store", None)))
    assert SECRET not in repr(task)
    assert json.loads(task.args[0]) == {"key": SECRET}
