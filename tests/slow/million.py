"""A million posts on two workers, one of them killed midway: ``make bench-cluster``.

``POSTS`` of them as they lie about in the web (``tests/wild.py``), from a file store by two
Dask workers of 2 GB each. Time must grow with the posts and no faster, and the first posts,
coded again by one process, must give the same files and tables byte for byte. What was
measured goes into ``data/measured/scale.json``, of which the estimate in CONTRIBUTING.md is
made.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import sleep, time

import psutil  # type: ignore[import-untyped]
from distributed import Client, LocalCluster
from rich.console import Console

from pipeline.normalise import Counts, normalise
from pipeline.scale import Measured, estimate
from pipeline.workspace import Workspace, record
from scraper.files import write_whole
from tests.wild import PART, write

KEY = b"a key for measuring only, long enough to be one"
WORKERS = 2
MEMORY = "2GB"
SAMPLE = 50_000
CONTRIBUTING = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
MARK = "<!-- scale -->\n"


def measure(folder: Path, posts: int) -> Measured:
    """Code *posts* posts in *folder* by a cluster, and some of them again by one process."""
    rules, store = record().rules, folder / "store"
    write(store / "posts", posts)
    peaks, ended = [0.0], Event()
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=WORKERS, threads_per_worker=1, memory_limit=MEMORY, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
        ThreadPoolExecutor() as beside,
    ):
        there = {"cluster": cluster.scheduler_address, "store": f"file://{store}"}
        begun = time()
        coding = beside.submit(normalise, Workspace(rules, folder / "all"), KEY, **there)
        watching = beside.submit(_watch, peaks, ended)
        killed = _kill_midway(client, store, coding)
        counts = coding.result()
        ended.set()
        watching.result()
    times = sorted(path.stat().st_mtime for path in (store / "tellings").glob("*.jsonl.gz"))
    return Measured(
        posts=counts.posts,
        threads=counts.threads,
        tellings=counts.tellings,
        workers=WORKERS,
        seconds=round(times[-1] - begun, 1),
        growth=_growth([moment - begun for moment in times]),
        peak_mb=round(peaks[0]),
        sample=min(SAMPLE, posts),
        equal=_is_equal(folder, store, rules),
        killed=killed,
    )


def _kill_midway(client: Client, store: Path, coding: Future[Counts]) -> int:
    """Kill one worker that codes when half of the files are done; how many were killed."""
    half = len(list((store / "posts").iterdir())) // 2
    while not coding.done():
        sleep(0.05)
        if len(list((store / "tellings").glob("*.jsonl.gz"))) >= half:
            for address, tasks in client.processing().items():  # type: ignore[no-untyped-call]
                if tasks:
                    os.kill(client.run(os.getpid)[address], signal.SIGKILL)
                    return 1
    return 0


def _watch(peaks: list[float], ended: Event) -> None:
    """Keep in *peaks* the most megabytes that a process which this one started held."""
    while not ended.wait(0.2):
        for process in psutil.Process().children(recursive=True):
            try:
                peaks[0] = max(peaks[0], process.memory_info().rss / 1e6)
            except psutil.Error:  # it has just ended
                continue


def _growth(times: list[float]) -> float:
    """The exponent of time over files done, from the first quarter to the whole."""
    quarter = max(1, len(times) // 4)
    if quarter == len(times):
        return 1.0
    return round(math.log(times[-1] / times[quarter - 1]) / math.log(len(times) / quarter), 3)


def _is_equal(folder: Path, store: Path, rules: Path) -> bool:
    """Whether one process gives the same of the first posts: their files, and all tables."""
    alone, some = Workspace(rules, folder / "alone"), folder / "some"
    names = [path.name for path in sorted((store / "posts").iterdir())][: SAMPLE // PART]
    for source, target in (("posts", alone.root), ("posts", some), ("tellings", some)):
        (target / source).mkdir(parents=True)
        for name in names:
            shutil.copy(store / source / name, target / source / name)
    normalise(alone, KEY)
    normalise(Workspace(rules, folder / "few"), KEY, cluster="local", store=str(some))
    return _bytes(alone.tellings) == _bytes(some / "tellings") and (
        _bytes(alone.root) == _bytes(folder / "few")
    )


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def main() -> None:
    """Measure ``POSTS``, a million where none is given; write and print what came of it."""
    with TemporaryDirectory() as folder:
        measured = measure(Path(folder), int(os.environ.get("POSTS") or 1_000_000))
    text = json.dumps(measured.model_dump(), indent=2, sort_keys=True) + "\n"
    write_whole(record().rules / "measured" / "scale.json", text.encode())
    said = estimate(record().rules)
    before, _, after = CONTRIBUTING.read_text(encoding="utf-8").split(MARK)
    write_whole(CONTRIBUTING, f"{before}{MARK}{said}{MARK}{after}".encode())
    Console().print(said, markup=False, soft_wrap=True)
    if not measured.equal or measured.killed != 1 or measured.peak_mb > 2000:
        raise SystemExit("not what was to be shown")


if __name__ == "__main__":
    main()
