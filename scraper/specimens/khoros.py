"""The Khoros corner: ``/t5/`` boards and threads as the classic communities show them."""

from __future__ import annotations

import re
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply
from scraper.specimens.markup import Block, html, lines, tagged
from scraper.specimens.threads import Post, Thread, chunk

THREADS_PER_PAGE = 4
POSTS_PER_PAGE = 10
_BOARD = re.compile(r"/t5/Marketplaces/bd-p/marketplaces(?:/page/(\d+))?")
_THREAD = re.compile(r"/t5/Marketplaces/[\w-]+/td-p/(\d+)(?:/page/(\d+))?")


class Khoros(Corner):
    """One board of a community, paged by ``/page/N``."""

    engine: ClassVar[str] = "khoros"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/t5/user/", "/t5/forums/searchpage/")

    def path(self, thread: Thread) -> str:
        """``/t5/Marketplaces/slug/td-p/id``."""
        return f"/t5/Marketplaces/{thread.slug}/td-p/{thread.post_id(thread.post[0])}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The community's front page, the board, and its threads."""
        if path == "/":
            return self.page("index.html")
        if board := _BOARD.fullmatch(path):
            page = int(board[1] or 1)
            return self.page(
                "board.html",
                shown=chunk(self.threads, page - 1, THREADS_PER_PAGE),
                here=f"{self.root}/t5/Marketplaces/bd-p/marketplaces",
                current=page,
                last=-(-len(self.threads) // THREADS_PER_PAGE),
            )
        asked = _THREAD.fullmatch(path)
        thread = self.find(int(asked[1]) // 100) if asked else None
        return self._thread(thread, int(asked[2] or 1)) if asked and thread else None

    def missing(self, path: str) -> Reply:
        """The community's error page."""
        return Reply(self.page("missing.html").body, status=404)

    def _thread(self, thread: Thread, page: int) -> Reply:
        posts = [post for post in thread.post if not post.deleted]
        return self.page(
            "thread.html",
            thread,
            posts=chunk(posts, page - 1, POSTS_PER_PAGE),
            here=self.address(thread),
            current=page,
            last=-(-len(posts) // POSTS_PER_PAGE),
            before=(page - 1) * POSTS_PER_PAGE,
            total=len(posts),
            message=_message,
        )


_QUOTE = Markup(
    '<BLOCKQUOTE><HR /><A href="/t5/user/viewprofilepage/user-id/5" target="_blank">@{name}</A>'
    "&nbsp;wrote:<BR />{inner}<HR /></BLOCKQUOTE>"
)


def _message(post: Post) -> Markup:
    return html(post.text, _quote)


def _quote(block: Block) -> Markup:
    if not block.speaker:
        return Markup("<BLOCKQUOTE>{}</BLOCKQUOTE>").format(tagged(block.paragraphs))
    inner = Markup("<BR /><BR />").join(lines(text) for text in block.paragraphs)
    return _QUOTE.format(name=block.speaker.replace(" ", "_"), inner=inner)
