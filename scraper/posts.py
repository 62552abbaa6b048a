"""Posts: one row per message, kept in ``<source>.jsonl.gz``."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scraper.files import write_whole
from scraper.limits import load_limits
from scraper.post import POSTS, Message, Reading
from scraper.removed import Removed
from scraper.rules import DataError
from scraper.sources import Source

Post = dict[str, Any]


def post(message: Message, source: Source, captured_at: str, key: bytes) -> Post:
    """The row of *message*; its author is a hash by *key*, never the name.

    ``captured_at`` is the WARC-Date of the capture, ``sha256`` that of the text. Of a text
    longer than ``data/limits.toml`` says only so much is kept.
    """
    most = load_limits().text
    text = _sound(message.text[: most.text])
    row = {
        "post_id": f"{source.name}:{message.engine_id}",
        "source": source.name,
        "engine": source.engine,
        "thread_url": message.thread_url,
        "url": message.url,
        "position": message.position,
        "author_key": author_key(message.author, source.name, key),
        "published": message.published,
        "title": _sound(message.title[: most.title]),
        "text": text,
        "quotes": [[a, min(b, len(text))] for a, b in message.quotes if a < len(text)],
        "lang": message.lang,
        "staff": message.staff,
        "captured_at": captured_at,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    return {name: row[name] for name in POSTS}


def author_key(author: str, source: str, key: bytes) -> str:
    """Keyed hash of *author* at *source* (HMAC-SHA256, 16 hexadecimal digits); "" for none."""
    if not author:
        return ""
    return hmac.new(key, f"{source}\0{_sound(author)}".encode(), hashlib.sha256).hexdigest()[:16]


def _sound(text: str) -> str:
    """*text*, of the same length, without the half characters that JSON can smuggle in."""
    return text.encode("utf-8", "replace").decode()


class Found:
    """The posts that one run found, each as its latest capture has it."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}

    def __len__(self) -> int:
        return len(self._posts)

    def __iter__(self) -> Iterator[Post]:
        return iter(self._posts.values())

    def read(self, page: Reading, source: Source, captured_at: str, key: str) -> None:
        """Take the messages that *page* of *source* gave."""
        for message in page.messages:
            if message.text.strip():
                self.add(post(message, source, captured_at, key.encode()))

    def add(self, row: Post) -> None:
        """Take *row*; of several captures of a post the latest, of one moment the fullest."""
        known = self._posts.get(row["post_id"])
        if known is None or _rank(row) > _rank(known):
            self._posts[row["post_id"]] = row

    def save(self, folder: Path, source: Source) -> int:
        """Write the posts of *source* beside those that *folder* has; how many are new.

        Raises:
            DataError: the file that is there cannot be read.
        """
        path = folder / f"{source.name}.jsonl.gz"
        kept = {row["post_id"]: row for row in _read(path)}
        new = self._posts.keys() - kept.keys()
        for post_id, row in self._posts.items():
            known = kept.get(post_id)
            if known is None or row["captured_at"] >= known["captured_at"]:
                kept[post_id] = row
        if kept:
            write_whole(path, _packed(kept.values()))
        return len(new)


def _rank(row: Post) -> tuple[str, int, str]:
    return row["captured_at"], len(row["text"]), _line(row)


def _packed(rows: Iterable[Post]) -> bytes:
    ordered = sorted(rows, key=lambda row: (row["thread_url"], row["position"], row["post_id"]))
    return gzip.compress("".join(map(_line, ordered)).encode(), mtime=0)


def _line(row: Post) -> str:
    return json.dumps(row) + "\n"


def _read(path: Path) -> list[Post]:
    if not path.exists():
        return []
    try:
        # not splitlines(): a text may hold the line separators of Unicode
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
        return [json.loads(line) for line in lines if line]
    except (OSError, EOFError, ValueError) as error:
        problem = f"cannot be read ({error}); delete it, a replay makes it again"
        raise DataError(path, "", problem) from error


def leave_out(folder: Path, removed: Removed) -> int:
    """Take what is left out, as *removed* says, out of every file in *folder*; how many posts.

    Raises:
        DataError: a file cannot be read; those before it are done.
    """
    gone = 0
    for path in sorted(folder.glob("*.jsonl.gz")):
        rows = _read(path)
        gone_from = removed.leaves_out
        kept = [row for row in rows if not (gone_from(row["thread_url"]) or gone_from(row["url"]))]
        if len(kept) < len(rows):
            write_whole(path, _packed(kept))
        gone += len(rows) - len(kept)
    return gone
