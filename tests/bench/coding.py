"""What coding costs, beside main-text extraction.

The posts are those of the specimens over and over, each copy with its own number, author and
address. What is loaded once (rules, compiled phrases, what was learned) is loaded before the
clock starts. The yardstick is trafilatura's extraction of the main text from HTML pages of
the same threads.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import count, islice
from pathlib import Path

from pipeline.posts import Post, from_text, read, threads
from pipeline.reports import Reports
from pipeline.workspace import Workspace, record
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import FOLDER, Thread
from tests.bench.costs import Cost, apart, watched

UNIT = "posts"
SMALLEST = 100
EXTRACTION = "main text alone"
STEPS = {"coding": EXTRACTION}

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


def measure(posts: int) -> dict[str, Cost]:
    """Coding and its yardstick on the same *posts* posts."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "posts").mkdir()
        with gzip.open(Path(folder) / "posts" / "copies.jsonl.gz", "wt", encoding="utf-8") as file:
            for thread in some(posts):
                file.writelines(json.dumps(post, ensure_ascii=False) + "\n" for post in thread)
        return {"coding": apart(code, Path(folder)), EXTRACTION: apart(extract, Path(folder))}


def code(folder: Path) -> Cost:
    """Read, screen and code the posts in *folder*, as ``suspensions normalise`` does."""
    maker = Reports(record().rules)

    def work(every: Iterator[list[Post]]) -> int:
        posts = 0
        for thread in every:
            for telling in maker.screen.judge(thread).tellings:
                maker.code(telling)
            posts += len(thread)
        return posts

    work(islice(copies(), len(specimen_threads())))
    return watched(lambda: work(threads(read(Workspace(record().rules, folder)))))


def extract(folder: Path) -> Cost:
    """Take the main text from a page of each thread of the posts in *folder*."""
    from trafilatura import extract as main_text

    pages = [(_html(t), len(t)) for t in threads(read(Workspace(record().rules, folder)))]
    main_text(pages[0][0])

    def work() -> int:
        found = [main_text(page) for page, _ in pages]
        assert any(found)
        return sum(posts for _, posts in pages)

    return watched(work)


def _html(thread: list[Post]) -> str:
    posts = "".join(
        "<article>"
        + "".join(f"<p>{escape(line)}</p>" for line in post["text"].splitlines() if line.strip())
        + "</article>"
        for post in thread
    )
    return PAGE.format(title=escape(thread[0]["title"]), posts=posts)
