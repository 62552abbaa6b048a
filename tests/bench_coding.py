"""What coding costs: reports per second on one core and memory, beside main-text extraction.

``make bench`` prints one table and writes ``data/run/cost.json``. The posts are those of the
specimens over and over, each copy with its own number, author and address. Each measurement
is a process of its own, so that its memory is its own; what is loaded once (rules, compiled
phrases, language models) is loaded before its clock starts. The yardstick is trafilatura's
extraction of the main text from HTML pages of the same threads. Time is the processor's.
"""

from __future__ import annotations

import gzip
import json
import math
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from html import escape
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.posts import Post, from_text, read, threads
from pipeline.reports import Reports
from pipeline.workspace import Workspace, record
from scraper.files import write_whole
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import FOLDER, Thread

SIZES = (1_000, 10_000, 100_000)
OUT = Path("data/run/cost.json")

PAGE = """<!doctype html><html><head><title>{title}</title></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/new">New</a></li></ul></nav></header>
<main><h1>{title}</h1>{posts}</main>
<aside><h2>More</h2><ul><li><a href="/1">Another thread</a></li></ul></aside>
<footer><p><a href="/terms">Terms</a></p></footer></body></html>"""


def specimen_threads() -> list[Thread]:
    """The specimens' threads that can be read."""
    every = (thread for corner in open_corners(FOLDER) for thread in corner.threads)
    return [thread for thread in every if thread.state not in ("gone", "forbidden")]


def copies() -> Iterator[list[Post]]:
    """Threads of posts without end: the specimens in turn, each copy with its number."""
    originals = specimen_threads()
    for number in count():
        thread = originals[number % len(originals)]
        url = f"http://{thread.engine}.specimens.example/{number}"
        yield [_post(thread, index, url, number) for index in range(len(thread.post))]


def _post(thread: Thread, index: int, url: str, number: int) -> Post:
    original = thread.post[index]
    text = f"{original.text}\n\nNo. {number}"
    return {
        **from_text(text, url, thread.title, index + 1),
        "post_id": f"{thread.engine}:{number}-{index}",
        "source": thread.engine,
        "engine": thread.engine,
        "author_key": f"{number}-{original.author}",
        "published": original.time.isoformat(),
        "lang": thread.lang,
        "staff": original.staff,
    }


def some(posts: int) -> Iterator[list[Post]]:
    """Copies that make *posts* posts together; the last thread may be cut."""
    left = posts
    for thread in copies():
        yield thread[:left]
        left -= len(thread)
        if left <= 0:
            return


def code(folder: Path) -> dict[str, float]:
    """Read, screen and code the posts in *folder*, as ``suspensions normalise`` does."""
    maker = Reports(record().rules)
    for thread in islice(copies(), len(specimen_threads())):
        for telling in maker.screen.judge(thread).tellings:
            maker.code(telling)
    workspace = Workspace(record().rules, folder)
    found = {"posts": 0, "threads": 0, "reports": 0, "characters": 0}
    started = time.process_time()
    for thread in threads(read(workspace)):
        tellings = maker.screen.judge(thread).tellings
        for telling in tellings:
            maker.code(telling)
        found["posts"] += len(thread)
        found["threads"] += 1
        found["reports"] += len(tellings)
        found["characters"] += sum(len(post["text"]) for post in thread)
    return {**found, "seconds": time.process_time() - started, "peak_mb": _peak()}


def extract(folder: Path) -> dict[str, float]:
    """Take the main text from a page of each thread of the posts in *folder*."""
    from trafilatura import extract as main_text

    for thread in islice(copies(), len(specimen_threads())):
        main_text(_html(thread))
    pages = texts = 0
    seconds = 0.0
    for thread in threads(read(Workspace(record().rules, folder))):
        page = _html(thread)
        started = time.process_time()
        texts += bool(main_text(page))
        seconds += time.process_time() - started
        pages += 1
    return {"pages": pages, "texts": texts, "seconds": seconds, "peak_mb": _peak()}


def _html(thread: list[Post]) -> str:
    posts = "".join(
        "<article>"
        + "".join(f"<p>{escape(line)}</p>" for line in post["text"].splitlines() if line.strip())
        + "</article>"
        for post in thread
    )
    return PAGE.format(title=escape(thread[0]["title"]), posts=posts)


def _peak() -> float:
    """The process's greatest resident memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(posts: int) -> dict[str, Any]:
    """Both measurements on the same *posts* posts, one process after the other."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "posts").mkdir()
        with gzip.open(Path(folder) / "posts" / "copies.jsonl.gz", "wt", encoding="utf-8") as file:
            for thread in some(posts):
                file.writelines(json.dumps(post, ensure_ascii=False) + "\n" for post in thread)
        coding, extraction = (_apart(task, Path(folder)) for task in (code, extract))
    return {
        "coding": coding,
        "extraction": extraction,
        "reports_per_second": round(coding["reports"] / coding["seconds"], 1),
        "posts_per_second": round(coding["posts"] / coding["seconds"], 1),
        "times_extraction": round(coding["seconds"] / extraction["seconds"], 2),
    }


def _apart(task: Any, folder: Path) -> dict[str, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        found: dict[str, float] = process.submit(task, folder).result()
    return {name: round(value, 2) for name, value in found.items()}


def growth(sizes: list[dict[str, Any]]) -> float | None:
    """The exponent of time over posts from the first of *sizes* to the last: 1 is linear."""
    first, last = sizes[0]["coding"], sizes[-1]["coding"]
    if first["posts"] == last["posts"]:
        return None
    times = math.log(last["seconds"] / first["seconds"])
    return round(times / math.log(last["posts"] / first["posts"]), 3)


def table(sizes: list[dict[str, Any]], exponent: float | None) -> Table:
    """One row per size."""
    caption = "yardstick: main-text extraction of the same threads' pages"
    if exponent is not None:
        caption += f"\ntime grows as posts to the power of {exponent}"
    shown = Table(title="Cost of coding on one core", caption=caption, box=None)
    heads = ("posts", "reports", "s", "posts/s", "reports/s", "MB")
    for head in (*heads, "yardstick s", "MB", "times it"):
        shown.add_column(head, justify="right", no_wrap=True)
    for size in sizes:
        coding, extraction = size["coding"], size["extraction"]
        shown.add_row(
            f"{coding['posts']:,}",
            f"{coding['reports']:,}",
            f"{coding['seconds']:.1f}",
            f"{size['posts_per_second']:.0f}",
            f"{size['reports_per_second']:.0f}",
            f"{coding['peak_mb']:.0f}",
            f"{extraction['seconds']:.1f}",
            f"{extraction['peak_mb']:.0f}",
            f"{size['times_extraction']:.2f}",
        )
    return shown


def main() -> None:
    """Measure every size given, else ``SIZES``."""
    sizes = [measure(int(posts)) for posts in sys.argv[1:] or SIZES]
    exponent = growth(sizes)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    Console().print(table(sizes, exponent))
    result = {**machine, "exponent": exponent, "sizes": sizes}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    write_whole(OUT, (json.dumps(result, indent=2) + "\n").encode())


if __name__ == "__main__":
    main()
