"""More than one machine: Dask workers that share the hosts, and one of them lost."""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from distributed import Client, LocalCluster

from scraper.archive import Archive
from scraper.counts import SourceCount
from scraper.rules import DataError
from scraper.store import Store

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place

HOSTS = [f"127.0.0.{number}" for number in range(2, 8)]
TOPICS = 9
DELAY = 0.15


@dataclass
class Run:
    """What six hosts were asked by two workers, one of which was killed."""

    places: dict[str, Place]
    counts: list[SourceCount]
    folder: Path
    store: Path
    stopped: str


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory,
    collect_into: Collect,
    new_place: Callable[..., Place],
) -> Run:
    folder, store = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("store")
    places = {f"forum-{place}": new_place(host) for place, host in enumerate(HOSTS, 1)}
    for place in places.values():
        place.put("/robots.txt", place.answer(b"User-agent: *\nDisallow:\n"))
        place.listing(*range(1, TOPICS + 1))
        for number in range(1, TOPICS + 1):
            place.thread_page(number, f"They closed my account {number} times.")
    sources = [place.source(name, delay=DELAY) for name, place in places.items()]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers,  # type: ignore[no-untyped-call]
        Client(workers) as client,  # type: ignore[no-untyped-call]
        ThreadPoolExecutor() as beside,
    ):
        there = {"cluster": workers.scheduler_address, "store": f"file://{store}"}
        collecting = beside.submit(collect_into, folder, *sources, **there)
        stopped = _kill_one(client, places)
        counts = collecting.result()
    return Run(places, counts, folder, store, stopped)


def _kill_one(client: Client, places: dict[str, Place]) -> str:
    """Kill the worker that is in the middle of a host; the name of what it visited."""
    while True:
        sleep(0.02)
        for address, tasks in client.processing().items():  # type: ignore[no-untyped-call]
            for key in tasks:
                name = str(key).removeprefix("visit ")
                if TOPICS // 3 <= len(places[name].visits) <= TOPICS:
                    os.kill(client.run(os.getpid)[address], signal.SIGKILL)
                    return name


def _posts(folder: Path, name: str) -> list[dict[str, Any]]:
    packed = (folder / "posts" / f"{name}.jsonl.gz").read_bytes()
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


def test_all_hosts_are_visited_though_a_worker_was_killed(run: Run) -> None:
    assert [count.source for count in run.counts] == [*run.places]
    assert [count.errors for count in run.counts] == [[]] * len(HOSTS)
    texts = {f"They closed my account {number} times." for number in range(1, TOPICS + 1)}
    for name in run.places:
        assert {post["text"] for post in _posts(run.folder, name)} == texts


def test_every_page_is_asked_for_once(run: Run) -> None:
    pages = {"/latest.json", *(f"/t/{number}.json" for number in range(1, TOPICS + 1))}
    for name, place in run.places.items():
        asked = Counter(path for path, _ in place.visits if path != "/robots.txt")
        assert asked.keys() == pages
        # the page that was under way when its worker was killed cannot be known to have come
        assert asked.total() <= len(pages) + (name == run.stopped)


def test_every_page_is_kept_once(run: Run) -> None:
    archive = Archive(run.folder / "archive")
    assert archive.names == [*run.places]
    for name in run.places:
        lines = [line for line in archive.lines(name) if not line.url.endswith("/robots.txt")]
        assert len({line.url for line in lines}) == len(lines) == TOPICS + 1
        assert [archive.read(line).url for line in lines] == [line.url for line in lines]


def test_the_rate_of_each_host_is_kept(run: Run) -> None:
    for place in run.places.values():
        assert place.times[-1] - place.times[0] >= DELAY * (len(place.times) - 2)


def test_what_the_lost_worker_wrote_was_gone_on_from(run: Run) -> None:
    files = {line.filename for line in Archive(run.folder / "archive").lines(run.stopped)}
    assert len(files) == 2


def test_the_store_holds_what_came_and_nothing_half_done(run: Run) -> None:
    kept = sorted(path.name for path in (run.store / "archive").iterdir())
    here = sorted(path.name for path in (run.folder / "archive").iterdir())
    ours = [name for name in here if name.endswith((".warc.gz", ".seen.json"))]
    assert kept == ours


def test_a_second_run_finds_nothing_new(run: Run, collect_into: Collect) -> None:
    name, place = next(iter(run.places.items()))
    counts = collect_into(run.folder, place.source(name), cluster="local", store=str(run.store))
    assert (counts[0].fetched, counts[0].new_posts, counts[0].errors) == (0, 0, [])
    assert counts[0].cached == TOPICS + 2


def test_a_cluster_that_is_not_there_is_told(place: Place, collected: Callable[..., Any]) -> None:
    with pytest.raises(DataError, match=r"--cluster: tcp://127\.0\.0\.1:9: cannot be reached"):
        collected(place.small().source(), cluster="tcp://127.0.0.1:9")


def test_parts_are_put_together_as_far_as_they_go(tmp_path: Path) -> None:
    store = Store(f"memory://{tmp_path.name}")
    for offset, content in ((0, b"one"), (3, b"two"), (9, b"later")):
        store.append("forum-20260301120000000.warc.gz.open", offset, content)
    store.append("other-20260301120000000.warc.gz.open", 0, b"of another source")
    store.bring({"forum"}, tmp_path)
    (file,) = (tmp_path / "archive").iterdir()
    assert (file.name, file.read_bytes()) == ("forum-20260301120000000.warc.gz.open", b"onetwo")
