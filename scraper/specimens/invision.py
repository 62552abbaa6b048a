"""The Invision corner: ``/forum/`` and ``/topic/`` as Invision Community 4 shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

TOPICS_PER_PAGE = 4
POSTS_PER_PAGE = 10
_FORUM = re.compile(r"/forum/7-marketplaces/(?:page/(\d+)/)?")
_TOPIC = re.compile(r"/topic/(\d+)-[\w-]*/(?:page/(\d+)/)?")


class Invision(Corner):
    """One forum of a community, paged by ``page/N/``."""

    engine: ClassVar[str] = "invision"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/profile/", "/search/", "/login/")

    def path(self, thread: Thread) -> str:
        """``/topic/id-slug/``."""
        return f"/topic/{thread.id}-{thread.slug}/"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The community's index, the forum, and its topics."""
        if path == "/":
            return self.page("index.html")
        if forum := _FORUM.fullmatch(path):
            page = int(forum[1] or 1)
            return self.page(
                "forum.html",
                shown=chunk(self.threads, page - 1, TOPICS_PER_PAGE),
                here=f"{self.root}/forum/7-marketplaces/",
                current=page,
                last=-(-len(self.threads) // TOPICS_PER_PAGE),
                size=TOPICS_PER_PAGE,
            )
        asked = _TOPIC.fullmatch(path)
        thread = self.find(int(asked[1])) if asked else None
        return self._topic(thread, int(asked[2] or 1)) if asked and thread else None

    def missing(self, path: str) -> Reply:
        """The community's error page."""
        return Reply(self.page("missing.html").body, status=404)

    def _topic(self, thread: Thread, page: int) -> Reply:
        posts = [post for post in thread.post if not post.deleted]
        shown = chunk(posts, page - 1, POSTS_PER_PAGE)
        address = self.address(thread)
        return self.page(
            "topic.html",
            thread,
            posts=shown,
            here=address,
            current=page,
            last=-(-len(posts) // POSTS_PER_PAGE),
            size=POSTS_PER_PAGE,
            facts=_facts(thread, address, shown),
            quoted=lambda post: _quoted(thread, post),
            stamp=_stamp,
            message=_message,
        )


def _facts(thread: Thread, address: str, shown: Sequence[Post]) -> dict[str, object]:
    """The page in JSON-LD; its text does not tell what is quoted."""
    return {
        "@context": "http://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": address,
        "url": address,
        "headline": thread.title,
        "dateCreated": f"{thread.started:%Y-%m-%dT%H:%M:%S+0000}",
        "author": {"@type": "Person", "name": thread.post[0].author},
        "comment": [
            {
                "@type": "Comment",
                "@id": f"{address}#comment-{thread.post_id(post)}",
                "author": {"@type": "Person", "name": post.author},
                "dateCreated": f"{post.time:%Y-%m-%dT%H:%M:%S+0000}",
                "text": " ".join(post.words),
            }
            for post in shown
        ],
    }


def _quoted(thread: Thread, post: Post) -> dict[str, object]:
    return {
        "userid": thread.post_id(post),
        "username": post.author,
        "timestamp": int(post.time.timestamp()),
        "contentapp": "forums",
        "contenttype": "forums",
        "contentid": thread.id,
        "contentclass": "forums_Topic",
        "contentcommentid": thread.post_id(post),
    }


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


_QUOTE = Markup(
    '<blockquote class="ipsQuote" data-ipsquote="" data-ipsquote-contentapp="forums" '
    'data-ipsquote-username="{name}">\n{cited}<div class="ipsQuote_contents">\n{inner}\n</div>\n'
    "</blockquote>"
)
_CITED = Markup('<div class="ipsQuote_citation">{name} said:</div>\n')


def _message(post: Post) -> Markup:
    return html(post.text, _quote)


def _quote(block: Block) -> Markup:
    cited = _CITED.format(name=block.speaker) if block.speaker else Markup("")
    return _QUOTE.format(name=block.speaker, cited=cited, inner=tagged(block.paragraphs))
