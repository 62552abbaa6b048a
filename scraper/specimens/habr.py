"""The Habr Q&A corner: ``/tag/freelance`` and ``/q/id``, answers below their question."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, number
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

QUESTIONS_PER_PAGE = 2


class Habr(Corner):
    """The questions of one tag: the first reply is a comment on the question, the rest answers."""

    engine: ClassVar[str] = "habr"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/login", "/ask", "/user/")

    def path(self, thread: Thread) -> str:
        """``/q/id``."""
        return f"/q/{thread.id}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The tag's pages, and the questions."""
        if path in ("/", "/tag/freelance"):
            page = number(query, "page", 1)
            shown = chunk(self.threads, page - 1, QUESTIONS_PER_PAGE)
            last = -(-len(self.threads) // QUESTIONS_PER_PAGE)
            return self.page("tag.html", shown=shown, current=page, last=last, told=_told)
        asked = re.fullmatch(r"/q/(\d+)", path)
        thread = self.find(int(asked[1])) if asked else None
        if thread is None:
            return None
        said = [post for post in thread.post[1:] if not post.deleted]
        return self.page(
            "question.html",
            thread,
            comments=said[:1],
            answers=said[1:],
            told=_told,
            text=_text,
        )

    def missing(self, path: str) -> Reply:
        """The site's own 404."""
        return Reply(self.page("missing.html").body, status=404)


def _told(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}+00:00"


def _text(post: Post) -> Markup:
    return html(post.text, _quote)


def _quote(block: Block) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(tagged(block.paragraphs))
