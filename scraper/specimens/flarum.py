"""The Flarum corner: ``/api/discussions`` and ``/api/posts``, as JSON:API."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, json_reply, number
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread

KIND = "application/vnd.api+json"
DISCUSSIONS_PER_PAGE = 3
POSTS_PER_PAGE = 4
"""The most that this corner gives at once, whatever is asked for."""

_READ = re.compile(r"/d/(\d+)(?:-[^/]*)?(?:/\d+)?")


class Flarum(Corner):
    """All discussions of one forum, newest first."""

    engine: ClassVar[str] = "flarum"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/admin", "/u/", "/settings")

    def path(self, thread: Thread) -> str:
        """``/d/id-slug``."""
        return f"/d/{thread.id}-{thread.slug}"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The API's lists, and the shell that a browser fills."""
        if path == "/api/discussions":
            return self._discussions(number(query, "page[offset]", 0))
        if path == "/api/posts" and (thread := self.find(number(query, "filter[discussion]", 0))):
            return self._posts(thread, number(query, "page[offset]", 0))
        if path == "/":
            return self.page("shell.html", title="Gig Lantern")
        read = _READ.fullmatch(path)
        thread = self.find(int(read[1])) if read else None
        return self.page("shell.html", thread, title=thread.title) if thread else None

    def missing(self, path: str) -> Reply:
        """Flarum's own 404, JSON:API below ``/api``."""
        if not path.startswith("/api/"):
            return Reply(self.page("shell.html", title="Not found").body, status=404)
        errors = {"errors": [{"status": "404", "code": "not_found"}]}
        return Reply(json_reply(errors).body, KIND, 404)

    def _discussions(self, offset: int) -> Reply:
        shown = self.threads[offset : offset + DISCUSSIONS_PER_PAGE]
        data = [_discussion(thread) for thread in shown]
        more = offset + DISCUSSIONS_PER_PAGE < len(self.threads)
        following = {"page[offset]": offset + DISCUSSIONS_PER_PAGE} if more else None
        return self._answer("/api/discussions", data, [], following)

    def _posts(self, thread: Thread, offset: int) -> Reply:
        shown = thread.post[offset : offset + POSTS_PER_PAGE]
        people = {post.author: post for post in shown}
        included = [_discussion(thread), *map(_user, people.values())]
        more = offset + POSTS_PER_PAGE < len(thread.post)
        asked: dict[str, Any] = {"filter[discussion]": thread.id, "sort": "number"}
        following = {**asked, "page[offset]": offset + POSTS_PER_PAGE} if more else None
        data = [_post(thread, post) for post in shown]
        return self._answer("/api/posts", data, included, following)

    def _answer(
        self, path: str, data: list[Any], included: list[Any], following: dict[str, Any] | None
    ) -> Reply:
        links = {"first": f"{self.root}{path}"}
        if following:
            links["next"] = f"{self.root}{path}?{urlencode(following)}"
        content = {"links": links, "data": data, "included": included}
        return Reply(json_reply(content).body, KIND)


def _number(name: str) -> str:
    return str(sum(map(ord, name)))


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}+00:00"


def _discussion(thread: Thread) -> dict[str, Any]:
    said = {
        "title": thread.title,
        "slug": f"{thread.id}-{thread.slug}",
        "commentCount": len(thread.post),
        "createdAt": _time(thread.started),
        "lastPostedAt": _time(thread.changed),
    }
    return {"type": "discussions", "id": str(thread.id), "attributes": said}


def _user(post: Post) -> dict[str, Any]:
    groups = [{"type": "groups", "id": "4"}] if post.staff else []
    return {
        "type": "users",
        "id": _number(post.author),
        "attributes": {"username": post.author, "displayName": post.author},
        "relationships": {"groups": {"data": groups}},
    }


def _post(thread: Thread, post: Post) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": thread.post.index(post) + 1,
        "createdAt": _time(post.time),
        "contentType": "comment",
        "contentHtml": "" if post.deleted else str(html(post.text, _quote)),
    }
    if post.deleted:
        said |= {"isHidden": True, "hiddenAt": _time(post.time)}
    about = {"data": {"type": "discussions", "id": str(thread.id)}}
    author = {"data": {"type": "users", "id": _number(post.author)}}
    return {
        "type": "posts",
        "id": str(thread.post_id(post)),
        "attributes": said,
        "relationships": {"user": author, "discussion": about},
    }


def _quote(block: Block) -> Markup:
    quoted = tagged(block.paragraphs)
    return Markup('<blockquote class="uncited"><div>{}</div></blockquote>').format(quoted)
