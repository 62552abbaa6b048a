"""The XenForo corner: ``/forums/`` and ``/threads/`` as XenForo 2 shows them."""

from __future__ import annotations

import re
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply
from scraper.specimens.markup import Block, broken, html
from scraper.specimens.threads import Post, Thread, chunk

THREADS_PER_PAGE = 4
POSTS_PER_PAGE = 10
_FORUM = re.compile(r"/forums/marketplaces\.7/(?:page-(\d+))?")
_THREAD = re.compile(r"/threads/(?:[\w-]+\.)?(\d+)/(?:page-(\d+))?")


class XenForo(Corner):
    """One forum of a board, paged by ``page-N``."""

    engine: ClassVar[str] = "xenforo"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/members/", "/search/", "/login/")

    def path(self, thread: Thread) -> str:
        """``/threads/slug.id/``."""
        return f"/threads/{thread.slug}.{thread.id}/"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The board's index, the forum, and its threads."""
        if path == "/":
            return self.page("index.html")
        if forum := _FORUM.fullmatch(path):
            page = int(forum[1] or 1)
            return self.page(
                "forum.html",
                shown=chunk(self.threads, page - 1, THREADS_PER_PAGE),
                here="/forums/marketplaces.7/",
                current=page,
                last=-(-len(self.threads) // THREADS_PER_PAGE),
            )
        asked = _THREAD.fullmatch(path)
        thread = self.find(int(asked[1])) if asked else None
        return self._thread(thread, int(asked[2] or 1)) if asked and thread else None

    def missing(self, path: str) -> Reply:
        """The board's error page."""
        return Reply(self.page("missing.html").body, status=404)

    def _thread(self, thread: Thread, page: int) -> Reply:
        posts = [post for post in thread.post if not post.deleted]
        return self.page(
            "thread.html",
            thread,
            posts=chunk(posts, page - 1, POSTS_PER_PAGE),
            here=self.path(thread),
            current=page,
            last=-(-len(posts) // POSTS_PER_PAGE),
            before=(page - 1) * POSTS_PER_PAGE,
            message=_message,
        )


_QUOTE = Markup(
    '<blockquote data-attributes="" data-quote="{name}" data-source=""\n'
    '\tclass="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch">\n'
    '<div class="bbCodeBlock-title">{name} said:</div>\n'
    '<div class="bbCodeBlock-content">\n'
    '<div class="bbCodeBlock-expandContent js-expandContent ">\n{inner}\n</div>\n'
    '<div class="bbCodeBlock-expandLink js-expandLink"><a role="button" tabindex="0">'
    "Click to expand...</a></div>\n</div>\n</blockquote>"
)


def _message(post: Post) -> Markup:
    return html(post.text, _quote, broken)


def _quote(block: Block) -> Markup:
    return _QUOTE.format(name=block.speaker, inner=broken(block.paragraphs))
