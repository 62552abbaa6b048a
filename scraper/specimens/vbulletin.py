"""The vBulletin corner: ``forumdisplay.php`` and ``showthread.php`` as vBulletin 4 shows them."""

from __future__ import annotations

from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, number
from scraper.specimens.markup import Block, broken, html
from scraper.specimens.threads import Post, Thread, chunk

THREADS_PER_PAGE = 4
POSTS_PER_PAGE = 10
FORUM = 7


class VBulletin(Corner):
    """One forum of a board; its addresses carry a session, as for visitors without cookies."""

    engine: ClassVar[str] = "vbulletin"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/member.php", "/search.php", "/newreply.php")

    def path(self, thread: Thread) -> str:
        """``/showthread.php?t=id``."""
        return f"/showthread.php?t={thread.id}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The board's index, the forum, and its threads."""
        page = number(query, "page", 1)
        if path in ("/", "/forum.php"):
            return self.page("forumhome.html", forum=FORUM)
        if path == "/forumdisplay.php" and number(query, "f", 0) == FORUM:
            return self.page(
                "forumdisplay.html",
                shown=chunk(self.threads, page - 1, THREADS_PER_PAGE),
                here=f"forumdisplay.php?f={FORUM}",
                current=page,
                last=-(-len(self.threads) // THREADS_PER_PAGE),
            )
        if path == "/showthread.php" and (thread := self.find(number(query, "t", 0))):
            return self._thread(thread, page)
        return None

    def missing(self, path: str) -> Reply:
        """The board's message."""
        return Reply(self.page("message.html").body, status=404)

    def _thread(self, thread: Thread, page: int) -> Reply:
        return self.page(
            "showthread.html",
            thread,
            posts=chunk(thread.post, page - 1, POSTS_PER_PAGE),
            here=f"showthread.php?t={thread.id}",
            current=page,
            last=-(-len(thread.post) // POSTS_PER_PAGE),
            before=(page - 1) * POSTS_PER_PAGE,
            message=_message,
        )


_BOX = Markup(
    '<div class="bbcode_container">\n<div class="bbcode_quote">\n<div class="quote_container">\n'
    '<div class="bbcode_quote_container"></div>\n{inner}\n</div>\n</div>\n</div>'
)
_NAMED = Markup(
    '<div class="bbcode_postedby"><img src="images/misc/quote_icon.png" alt="Quote" /> '
    'Originally Posted by <strong>{name}</strong></div>\n<div class="message">{text}</div>'
)


def _message(post: Post) -> Markup:
    return html(post.text, _quote, broken)


def _quote(block: Block) -> Markup:
    text = broken(block.paragraphs)
    inner = _NAMED.format(name=block.speaker, text=text) if block.speaker else text
    return _BOX.format(inner=inner)
