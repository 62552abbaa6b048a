"""The Lemmy corner: ``/api/v3/post/list`` and ``/api/v3/comment/list``."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from scraper.specimens.corner import JSON, Corner, Query, Reply, iso, json_reply, number
from scraper.specimens.markup import blocks
from scraper.specimens.threads import Post, Thread, chunk

POSTS_PER_PAGE = 3
COMMENTS_PER_PAGE = 50


class Lemmy(Corner):
    """One community; texts are in Markdown."""

    engine: ClassVar[str] = "lemmy"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/login", "/settings", "/create_")

    def path(self, thread: Thread) -> str:
        """``/post/id``."""
        return f"/post/{thread.id}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The API's lists, and the shell that a browser fills."""
        page = number(query, "page", 1)
        if path == "/api/v3/post/list":
            shown = chunk(self.threads, page - 1, number(query, "limit", POSTS_PER_PAGE))
            return json_reply({"posts": [_view(self.root, thread) for thread in shown]})
        if path == "/api/v3/comment/list" and (thread := self.find(number(query, "post_id", 0))):
            size = number(query, "limit", COMMENTS_PER_PAGE)
            shown_posts = chunk(thread.post[1:], page - 1, size)
            views = [_comment(self.root, thread, post) for post in shown_posts]
            return json_reply({"comments": views}, thread)
        if path in ("/", "/c/gigs"):
            return self.page("shell.html", title="Gigs")
        read = re.fullmatch(r"/post/(\d+)", path)
        thread = self.find(int(read[1])) if read else None
        return self.page("shell.html", thread, title=thread.title) if thread else None

    def missing(self, path: str) -> Reply:
        """Lemmy's own 404, JSON below ``/api``."""
        if not path.startswith("/api/"):
            return Reply(self.page("shell.html", title="Not found").body, status=404)
        return Reply(json_reply({"error": "not_found"}).body, JSON, 404)


def _view(root: str, thread: Thread) -> dict[str, Any]:
    return {
        **_author(thread.post[0]),
        "post": _post(root, thread),
        "counts": {"post_id": thread.id, "comments": len(thread.post) - 1, "score": 3},
    }


def _post(root: str, thread: Thread) -> dict[str, Any]:
    opening = thread.post[0]
    return {
        "id": thread.id,
        "name": thread.title,
        "body": "" if opening.deleted else _markdown(opening.text),
        "published": iso(opening.time),
        "deleted": opening.deleted,
        "removed": False,
        "ap_id": f"{root}/post/{thread.id}",
    }


def _comment(root: str, thread: Thread, post: Post) -> dict[str, Any]:
    identity = thread.post_id(post)
    said = {
        "id": identity,
        "content": "" if post.deleted else _markdown(post.text),
        "published": iso(post.time),
        "deleted": post.deleted,
        "removed": False,
        "path": f"0.{identity}",
        "ap_id": f"{root}/comment/{identity}",
    }
    return {**_author(post), "comment": said, "post": _post(root, thread)}


def _author(post: Post) -> dict[str, Any]:
    name = post.author.replace(" ", "_")
    creator = {"name": name, "display_name": post.author, "bot_account": False}
    return {"creator": creator, "creator_is_moderator": post.staff, "creator_is_admin": False}


def _markdown(text: str) -> str:
    """*text* as Markdown, without the names of who is quoted."""
    parts = []
    for block in blocks(text):
        mark = "> " if block.quoted else ""
        lines = [line for part in block.paragraphs for line in (*part.splitlines(), "")][:-1]
        parts.append("\n".join(f"{mark}{line}".rstrip() for line in lines))
    return "\n\n".join(parts)
