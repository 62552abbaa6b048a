"""The NodeBB corner: ``/api/category/7/marketplaces`` and ``/api/topic/id/slug``."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from markupsafe import Markup, escape

from scraper.specimens.corner import JSON, Corner, Query, Reply, iso, json_reply, number
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

TOPICS_PER_PAGE = 3
POSTS_PER_PAGE = 4
_CATEGORY = re.compile(r"(/api)?/category/7/marketplaces")
_TOPIC = re.compile(r"(?P<api>/api)?/topic/(?P<id>\d+)(?:/[^/]*)?")
_CITED = Markup(
    '<p dir="auto"><a class="plugin-mentions-user" href="/user/x">@{name}</a> '
    '<a href="/post/1">said</a>:</p>\n{quoted}'
)


class NodeBB(Corner):
    """One category; the same addresses without ``/api`` are the pages for readers."""

    engine: ClassVar[str] = "nodebb"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/admin/", "/reset/", "/user/")

    def path(self, thread: Thread) -> str:
        """``/topic/id/slug``."""
        return f"/topic/{thread.id}/{thread.slug}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The category and its topics, as JSON or as the shell that a browser fills."""
        page = number(query, "page", 1)
        if category := _CATEGORY.fullmatch(path):
            return self._category(page) if category[1] else self.page("shell.html", title="Talk")
        topic = _TOPIC.fullmatch(path)
        thread = self.find(int(topic["id"])) if topic else None
        if path == "/":
            return self.page("shell.html", title="Gig Harbour")
        if topic is None or thread is None:
            return None
        if topic["api"]:
            return self._topic(thread, page)
        return self.page("shell.html", thread, title=thread.title)

    def missing(self, path: str) -> Reply:
        """NodeBB's own 404, JSON below ``/api``."""
        if not path.startswith("/api/"):
            return Reply(self.page("shell.html", title="Not Found").body, status=404)
        return Reply(json_reply({"path": path, "title": "[[global:404.title]]"}).body, JSON, 404)

    def _category(self, page: int) -> Reply:
        shown = chunk(self.threads, page - 1, TOPICS_PER_PAGE)
        return json_reply(
            {
                "cid": 7,
                "name": "Marketplaces",
                "slug": "7/marketplaces",
                "topic_count": len(self.threads),
                "topics": [_head(thread) for thread in shown],
                "children": [],
                "loggedInUser": {"uid": 0},
                "pagination": _pages(page, len(self.threads), TOPICS_PER_PAGE),
            }
        )

    def _topic(self, thread: Thread, page: int) -> Reply:
        shown = chunk(thread.post, page - 1, POSTS_PER_PAGE)
        answer = {
            **_head(thread),
            "titleRaw": thread.title,
            "loggedInUser": {"uid": 0},
            "posts": [_post(thread, post) for post in shown],
            "pagination": _pages(page, len(thread.post), POSTS_PER_PAGE),
        }
        return json_reply(answer, thread)


def _head(thread: Thread) -> dict[str, Any]:
    return {
        "tid": thread.id,
        "cid": 7,
        "mainPid": thread.post_id(thread.post[0]),
        "title": str(escape(thread.title)),
        "slug": f"{thread.id}/{thread.slug}",
        "postcount": len(thread.post),
        "timestampISO": iso(thread.started),
        "lastposttimeISO": iso(thread.changed),
        "deleted": 0,
        "locked": 0,
    }


def _post(thread: Thread, post: Post) -> dict[str, Any]:
    groups = [{"name": "Global Moderators", "slug": "global-moderators"}] if post.staff else []
    gone = "<p>[[topic:post-is-deleted]]</p>"
    return {
        "pid": thread.post_id(post),
        "tid": thread.id,
        "index": thread.post.index(post),
        "content": gone if post.deleted else str(html(post.text, _quote)),
        "timestampISO": iso(post.time),
        "editedISO": "",
        "deleted": int(post.deleted),
        "upvotes": 2,
        "user": {
            "uid": 40 + len(post.author),
            "username": post.author,
            "displayname": post.author,
            "signature": post.signature,
            "selectedGroups": groups,
        },
    }


def _pages(page: int, total: int, size: int) -> dict[str, Any]:
    last = -(-total // size)
    following = {"page": min(page + 1, last), "active": page < last}
    return {"currentPage": page, "pageCount": last, "next": following}


def _quote(block: Block) -> Markup:
    quoted = Markup("<blockquote>\n{}\n</blockquote>").format(tagged(block.paragraphs))
    return _CITED.format(name=block.speaker, quoted=quoted) if block.speaker else quoted
