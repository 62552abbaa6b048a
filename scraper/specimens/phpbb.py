"""The phpBB corner: ``viewforum.php`` and ``viewtopic.php`` as the stock style shows them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, number
from scraper.specimens.markup import Block, broken, html
from scraper.specimens.threads import Post, Thread, chunk

TOPICS_PER_PAGE = 6
POSTS_PER_PAGE = 10
FORUM = 7


class PhpBB(Corner):
    """One forum of a board, paged by ``start``."""

    engine: ClassVar[str] = "phpbb"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/ucp.php", "/memberlist.php", "/posting.php")

    def path(self, thread: Thread) -> str:
        """``/viewtopic.php?t=id``."""
        return f"/viewtopic.php?t={thread.id}"

    def ruled_out(self, thread: Thread) -> tuple[str, ...]:
        """With and without the forum's number before it."""
        return (self.path(thread), f"/viewtopic.php?f={FORUM}&t={thread.id}")

    def reply(self, path: str, query: Query) -> Reply | None:
        """The board's index, the forum, and its topics."""
        start = number(query, "start", 0)
        if path in ("/", "/index.php"):
            return self.page("index.html")
        if path == "/viewforum.php" and number(query, "f", 0) == FORUM:
            return self._forum(start)
        if path == "/viewtopic.php" and (thread := self.find(number(query, "t", 0))):
            return self._topic(thread, start)
        return None

    def missing(self, path: str) -> Reply:
        """The board's message page; it answers 404 for a topic that does not exist."""
        return Reply(self.page("missing.html").body, status=404)

    def _forum(self, start: int) -> Reply:
        return self.page(
            "viewforum.html",
            shown=chunk(self.threads, start // TOPICS_PER_PAGE, TOPICS_PER_PAGE),
            pages=_pages(f"./viewforum.php?f={FORUM}", len(self.threads), TOPICS_PER_PAGE),
            current=start // TOPICS_PER_PAGE,
            total=len(self.threads),
            said=_said,
        )

    def _topic(self, thread: Thread, start: int) -> Reply:
        posts = [post for post in thread.post if not post.deleted]
        return self.page(
            "viewtopic.html",
            thread,
            posts=posts[start : start + POSTS_PER_PAGE],
            pages=_pages(f"./viewtopic.php?t={thread.id}", len(posts), POSTS_PER_PAGE),
            current=start // POSTS_PER_PAGE,
            total=len(posts),
            message=_message,
            said=_said,
        )


_CITED = Markup("<blockquote><div><cite>{name} wrote:</cite>{inner}</div></blockquote>")


def _pages(address: str, total: int, size: int) -> list[str]:
    starts = range(0, max(total, 1), size)
    return [address if start == 0 else f"{address}&start={start}" for start in starts]


def _said(time: datetime) -> str:
    hour = time.hour % 12 or 12
    half = "am" if time.hour < 12 else "pm"
    return f"{time:%a %b %d, %Y} {hour}:{time:%M} {half}"


def _message(post: Post) -> Markup:
    return html(post.text, _quote, broken)


def _quote(block: Block) -> Markup:
    inner = broken(block.paragraphs)
    if not block.speaker:
        return Markup('<blockquote class="uncited"><div>{}</div></blockquote>').format(inner)
    return _CITED.format(name=block.speaker, inner=inner)
