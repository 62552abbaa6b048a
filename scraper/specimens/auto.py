"""The corner of a forum program that exists nowhere else, to be read without an engine."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, number
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

THREADS_PER_PAGE = 3
POSTS_PER_PAGE = 4
_BOARD = re.compile(r"/boards/marketplaces-7/")
_THREAD = re.compile(r"/boards/marketplaces-7/thread/(\d+)-[^/]*/")


class Auto(Corner):
    """Boards, threads and posts as such programs show them, by names of its own."""

    engine: ClassVar[str] = "auto"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/members/", "/search/", "/sign-in/")

    def path(self, thread: Thread) -> str:
        """Below its board, by number and slug."""
        return f"/boards/marketplaces-7/thread/{thread.id}-{thread.slug}/"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The index, the board, and its threads."""
        page = number(query, "page", 1)
        if path == "/":
            return self.page("index.html", newest=self.threads[0], said=_said)
        if _BOARD.fullmatch(path):
            shown = chunk(self.threads, page - 1, THREADS_PER_PAGE)
            last = -(-len(self.threads) // THREADS_PER_PAGE)
            return self.page("board.html", shown=shown, current=page, last=last, said=_said)
        asked = _THREAD.fullmatch(path)
        thread = self.find(int(asked[1])) if asked else None
        if thread is None:
            return None
        return self.page(
            "thread.html",
            thread,
            posts=chunk(thread.post, page - 1, POSTS_PER_PAGE),
            before=(page - 1) * POSTS_PER_PAGE,
            current=page,
            last=-(-len(thread.post) // POSTS_PER_PAGE),
            said=_said,
            text=_text,
        )

    def missing(self, path: str) -> Reply:
        """The program's own 404."""
        return Reply(self.page("missing.html").body, status=404)


def _said(time: datetime) -> str:
    hour = time.hour % 12 or 12
    half = "a.m." if time.hour < 12 else "p.m."
    return f"{time:%B} {time.day}, {time.year}, {hour}:{time:%M} {half}"


def _text(post: Post) -> Markup:
    return html(post.text, _quote)


def _quote(block: Block) -> Markup:
    quoted = tagged(block.paragraphs)
    said = Markup("<cite>{} said:</cite>").format(block.speaker) if block.speaker else Markup("")
    return Markup("<blockquote>{}{}</blockquote>").format(said, quoted)
