"""The posts that a report was coded from, as far as the maintainer holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from rich.text import Text

from pipeline.posts import Post, page
from pipeline.tables import read_posts
from pipeline.workspace import Workspace
from scraper.sound import shown

AROUND = 160
"""Characters shown before and after a span."""

MARK = "black on yellow"

Row = dict[str, str]


class Held:
    """The posts of one workspace, found by the hash that evidence names."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def _posts(self) -> list[Post]:
        return list(read_posts(self._workspace.posts))

    @cached_property
    def _by_hash(self) -> dict[str, Post]:
        return {post["sha256"]: post for post in self._posts}

    def posts(self, evidence: Iterable[Row]) -> list[Post]:
        """The telling that *evidence* stands in, and what the platform's staff answered there.

        Empty where no post is held, or nobody holds evidence.
        """
        found = [self._by_hash[row["text_sha256"]] for row in evidence if self._is_here(row)]
        if not found:
            return []
        place, author = (found[0]["source"], page(found[0])), found[0]["author_key"]
        thread = [post for post in self._posts if (post["source"], page(post)) == place]
        own = [post for post in thread if post["author_key"] == author or post["staff"]]
        return sorted(own, key=lambda post: int(post["position"]))

    def excerpts(self, evidence: Sequence[Row]) -> list[Text]:
        """The words around each span of *evidence*, the span marked."""
        return [
            _excerpt(self._by_hash[row["text_sha256"]]["text"], int(row["start"]), int(row["end"]))
            for row in evidence
            if self._is_here(row) and row["end"] != "0"
        ]

    def _is_here(self, row: Row) -> bool:
        return row["text_sha256"] in self._by_hash


def plain(text: str) -> Text:
    """*text* as it is safe to print; every offset stays true."""
    return Text(shown(text))


def _excerpt(text: str, start: int, end: int) -> Text:
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    around = plain(text[first:last])
    around.stylize(MARK, start - first, end - first)
    return Text.assemble("… " if first else "", around, " …" if last < len(text) else "")
