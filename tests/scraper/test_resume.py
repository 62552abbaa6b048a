"""A crawl that is stopped at any moment goes on where it was; what cannot be written is told."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from fastwarc import warc as fast

from scraper.archive import Archive, now
from scraper.sources import Source, load_sources
from scraper.specimens import FOLDER, serve

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place

PROGRAM = """
import sys
from pathlib import Path
from scraper.collect import collect
from scraper.rules import DataError
from scraper.sources import Source
folder, source, proxy = Path(sys.argv[1]), Source.model_validate_json(sys.argv[2]), sys.argv[3]
key, agent = b"k" * 32, "Test/1 (nobody)"
try:
    [count] = collect(
        [source], folder / "archive", folder / "posts", key=key, agent=agent, proxy=proxy or None
    )
except DataError as error:
    sys.exit(str(error))
print(*count.errors, sep="\\n")
"""


def start(folder: Path, source: Source, proxy: str = "", **more: Any) -> subprocess.Popen[str]:
    """A collect of *source* into *folder* in a process of its own."""
    program = [sys.executable, "-c", PROGRAM, str(folder), source.model_dump_json(), proxy]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*more.pop("before", ()), *program], **pipes, **more)


def board(folder: Path, topics: int) -> Source:
    """A specimen board of *topics*, every third of them with two pages, below *folder*."""
    threads = folder / "threads" / "phpbb"
    threads.mkdir(parents=True)
    (folder / "engines").symlink_to(FOLDER / "engines")
    for number in range(1, topics + 1):
        lines = [f"id = {number}", f'title = "Topic {number}"', 'why = "talk"']
        for place in range(1, 13 if number % 3 == 0 else 1 + number % 4 + 1):
            time = f"2021-{1 + number % 12:02}-{1 + number % 28:02}T{place:02}:00:00Z"
            lines += ["[[post]]", f'author = "Member {number * place % 50}"', f"time = {time}"]
            lines += [f'text = "Post {place} of topic {number}."']
        (threads / f"topic-{number}.toml").write_text("\n".join(lines) + "\n")
    known = load_sources(FOLDER / "sources.toml")["specimen-phpbb"]
    return known.model_copy(update={"max_pages": 10 * topics})


def posts(folder: Path, source: Source) -> list[dict[str, Any]]:
    """The posts of *source* in the file's order, but for when they were captured."""
    packed = (folder / "posts" / f"{source.name}.jsonl.gz").read_bytes()
    assert packed[4:8] == bytes(4)  # the time in the gzip header
    rows = [json.loads(line) for line in gzip.decompress(packed).decode().split("\n") if line]
    return [{name: cell for name, cell in row.items() if name != "captured_at"} for row in rows]


@dataclass
class Crawl:
    """A crawl that was killed: what it asked for, and what was said on the way."""

    folder: Path
    undisturbed: list[dict[str, Any]]
    posts: list[dict[str, Any]]
    pages: int
    kills: int
    asked: Counter[str] = field(default_factory=Counter)
    torn: int = 0
    said: list[str] = field(default_factory=list)


def killed(tmp_path: Path, topics: int, kills: int, seed: int) -> Crawl:
    """A crawl of a board of *topics*, killed *kills* times, and one that was not.

    It is the collect that is killed, or the process that crawls for it, or both; of some the
    last record is torn then, as where the machine itself goes down.
    """
    random = Random(seed)
    source = board(tmp_path / "board", topics)
    folder = tmp_path / "killed"
    with serve(tmp_path / "board") as web:

        def asked() -> list[str]:
            visits = web.visits[first:]
            return [path for _, path, _ in visits if path != "/robots.txt"]

        first = 0
        out, _ = start(tmp_path / "undisturbed", source, web.proxy).communicate()
        assert out == "\n"
        pages, first = len(asked()), len(web.visits)
        moments = sorted(random.sample(range(1, pages), kills))
        crawl = Crawl(folder, posts(tmp_path / "undisturbed", source), [], pages, kills)
        for moment in moments:
            run = start(folder, source, web.proxy)
            while len(asked()) < moment:
                sleep(0.001)
                assert run.poll() is None, run.communicate()
            sleep(random.random() * 0.05)
            _kill(run, random)
            crawl.said += run.communicate()
            crawl.torn += _tear(folder, source, random)
        run = start(folder, source, web.proxy)
        crawl.said += run.communicate()
        assert run.returncode == 0
        crawl.asked = Counter(asked())
    crawl.posts = posts(folder, source)
    return crawl


def _kill(run: subprocess.Popen[str], random: Random) -> None:
    found = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True)
    pids = [run.pid, *map(int, found.stdout.split())]
    whom = random.choice([pids, pids[:1], pids[-1:]])
    for pid in whom:
        os.kill(pid, signal.SIGKILL)


def _tear(folder: Path, source: Source, random: Random) -> int:
    """Perhaps cut into the last record of the file being written; how many were cut."""
    sleep(0.3)  # a crawl whose collect is gone ends by itself
    files = list((folder / "archive").glob(f"{source.name}-*.open"))
    if not files or random.random() < 0.6:
        return 0
    [path] = files
    path.write_bytes(path.read_bytes()[: -random.randrange(1, 200)])
    return 1


def check(crawl: Crawl) -> None:
    """What must hold of a crawl that was killed, whenever and however often."""
    assert crawl.posts == crawl.undisturbed
    archive = crawl.folder / "archive"
    held = Archive(archive)
    urls = Counter(line.url for name in held.names for line in held.lines(name))
    assert set(urls.values()) == {1}
    assert len(urls) == crawl.pages + 1  # robots.txt
    # a page is asked for again only where it was under way, or its record was torn
    assert len(crawl.asked) == crawl.pages
    assert sum(crawl.asked.values()) <= crawl.pages + crawl.kills + crawl.torn
    assert not [*archive.glob("*.open"), *archive.glob("*.run")]
    files = sorted(map(str, archive.glob("*.warc.gz")))
    warcio = [sys.executable, "-m", "warcio.cli", "check", *files]
    assert subprocess.run(warcio, check=False).returncode == 0
    read = []
    for name in files:
        with Path(name).open("rb") as file:
            kinds = fast.WarcRecordType.response
            for record in fast.ArchiveIterator(file, record_types=kinds, parse_http=False):
                assert record.verify_block_digest()
                read.append(record.headers["WARC-Target-URI"])
    assert sorted(read) == sorted(urls)
    cut = [words for words in crawl.said if "and is cut off" in words]
    assert len(cut) == crawl.torn


def test_a_crawl_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    check(killed(tmp_path, topics=66, kills=3, seed=20261124))


def test_what_a_run_found_unchanged_is_not_asked_for_again(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    """An interrupt goes to the collect alone here, as from a program that started it."""
    source = place.small().source(delay=0.3)
    place.listing(*range(1, 6))
    for number in range(3, 6):
        place.thread_page(number, f"Post of topic {number}.")
    collected(source)
    place.visits.clear()
    run = start(tmp_path, source)
    while "/t/2.json" not in place.paths(304):
        sleep(0.05)
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    run.communicate()
    assert len(place.visits) < 7
    [count] = collected(source)
    asked = Counter(path for path, _ in place.visits)
    assert (asked.pop("/robots.txt"), set(asked.values()), len(asked)) == (2, {1}, 6)
    assert (count.fetched, count.cached) == (0, 7)


def test_a_run_that_broke_off_long_ago_begins_anew(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = place.small().source()
    collected(source)
    journal = tmp_path / "archive" / "forum.run"
    for begun, asked in (("2026-01-01T00:00:00.000000Z", {1, 2}), (now(), {2})):
        journal.write_text(f"{begun}\n{place.url}/t/1.json\n{place.url}/t/2.js")
        place.visits.clear()
        collected(source)
        assert {n for n in (1, 2) if f"/t/{n}.json" in place.paths(304)} == asked
        assert not journal.exists()


@pytest.mark.parametrize("room", [9_000, 30_000])
def test_a_full_disk_is_one_line_and_what_was_kept_stays(tmp_path: Path, room: int) -> None:
    """A limit on the size of files stands for the disk: what is written beyond it fails."""
    source = board(tmp_path / "board", 30)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    with serve(tmp_path / "board") as web:
        run = start(tmp_path, source, web.proxy, preexec_fn=limit)
        _, said = run.communicate()
        archive = tmp_path / "archive"
        assert said == (
            f"{archive}: cannot be written (File too large); what it holds stays, and the next "
            "collect goes on from there\n"
        )
        first = [path for _, path, _ in web.visits]
        out, said = start(tmp_path, source, web.proxy).communicate()
        assert (out, said) == ("\n", "")
        asked = Counter(path for _, path, _ in web.visits)
    assert asked.pop("/robots.txt") == 2
    assert sum(asked.values()) - len(asked) <= 1 < len(first)  # the page that had no room


@pytest.mark.parametrize("closed", ["archive", "posts"])
def test_a_folder_that_cannot_be_written_is_one_line(
    place: Place, collected: Collect, tmp_path: Path, closed: str
) -> None:
    source = place.small().source()
    collected(source)
    place.thread_page(1, "They closed my account in March, I meant April.")
    before = {path: path.read_bytes() for path in sorted(tmp_path.glob("*/*"))}
    place.visits.clear()
    folder = tmp_path / closed
    folder.chmod(0o555)
    # root may write anywhere, but for what it gave up
    before_it = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    out, said = start(tmp_path, source, before=before_it).communicate()
    folder.chmod(0o755)
    said = (said + out).strip()
    assert said.startswith(str(folder))
    assert said.endswith("cannot be written (Permission denied); nothing there was changed")
    assert len(said.split("\n")) == 1
    if closed == "archive":
        assert place.visits == []
        assert {path: path.read_bytes() for path in sorted(tmp_path.glob("*/*"))} == before
    posts_file = tmp_path / "posts" / "forum.jsonl.gz"
    assert posts_file.read_bytes() == before[posts_file]
    place.visits.clear()
    [count] = collected(source)
    assert posts_file.read_bytes() != before[posts_file]
    if closed == "posts":  # what was received is read again, not asked for
        assert [path for path, _ in place.visits] == ["/robots.txt"]
        assert (count.fetched, count.cached) == (0, 4)


def test_a_collect_that_is_under_way_is_waited_for_shortly(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = place.small().source(delay=1)
    run = start(tmp_path, source)
    while "/latest.json" not in place.paths():
        sleep(0.05)
        assert run.poll() is None
    run.kill()
    run.wait()
    run.communicate()
    [count] = collected(source)
    assert (count.posts, count.errors) == (3, [])
