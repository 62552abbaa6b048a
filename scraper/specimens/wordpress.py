"""The WordPress corner: the REST API, the feed, and the pages of one blog."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from markupsafe import Markup

from scraper.specimens.corner import JSON, Corner, Query, Reply, json_reply, number, redirect
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

POSTS_PER_PAGE = 5
"""Also the most that the API gives: some blogs hold it to what their pages show."""
COMMENTS_PER_PAGE = 10
MOST_COMMENTS = 100
"""The most that the API gives of comments, as WordPress has it."""
EMBEDDED = 10
"""Comments that come along with an article, where they are asked for so."""
API = "/wp-json/wp/v2"
_LISTING = re.compile(r"/(?:page/(?P<page>\d+)/)?")
_FEED = re.compile(r"/feed/?")
_ARTICLE = re.compile(
    r"(?P<path>/(?:\d{4}/\d\d/\d\d|members)/[^/]+/)(?:comment-page-(?P<page>\d+)/)?"
)


class WordPress(Corner):
    """Open articles stand in the API; the members' ones are linked from the pages alone."""

    engine: ClassVar[str] = "wordpress"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/wp-admin/", "/members/")

    def path(self, thread: Thread) -> str:
        """``/year/month/day/slug/``, or ``/members/slug/`` where robots are ruled out."""
        day = "members" if thread.state == "forbidden" else f"{thread.started:%Y/%m/%d}"
        return f"/{day}/{thread.slug}/"

    def reply(self, path: str, query: Query) -> Reply | None:
        """The API, the feed and the pages."""
        if path.startswith(API):
            return self._api(path.removeprefix(API).rstrip("/"), query)
        if path == "/" and (thread := self.find(number(query, "p", 0))):
            return redirect(self.address(thread))
        if listing := _LISTING.fullmatch(path):
            return self._listing(int(listing["page"] or 1))
        if _FEED.fullmatch(path):
            return self._feed(number(query, "paged", 1))
        return self._article(path)

    def missing(self, path: str) -> Reply:
        """WordPress's own 404: JSON below ``/wp-json/``, else the theme's page."""
        if path.startswith("/wp-json/"):
            return _problem("rest_no_route", "No route was found matching the URL.", 404)
        return Reply(self.page("missing.html").body, status=404)

    @property
    def open(self) -> tuple[Thread, ...]:
        """What the API and the feed list."""
        return tuple(t for t in self.threads if t.state not in ("forbidden", "gone"))

    def _listing(self, page: int) -> Reply | None:
        shown = chunk(self.threads, page - 1, POSTS_PER_PAGE)
        more = page * POSTS_PER_PAGE < len(self.threads)
        return self.page("index.html", shown=shown, page=page, more=more) if shown else None

    def _feed(self, page: int) -> Reply | None:
        shown = chunk(self.open, page - 1, POSTS_PER_PAGE)
        if not shown:
            return None
        feed = self.page("feed.xml", shown=shown, content=_content, rfc822=_rfc822)
        return Reply(feed.body, "application/rss+xml; charset=UTF-8", changed=shown[0].changed)

    def _article(self, path: str) -> Reply | None:
        asked = _ARTICLE.fullmatch(path)
        found = [t for t in self.threads if asked and self.path(t) == asked["path"]]
        if asked is None or not found or found[0].state == "gone":
            return None
        comments = _comments(found[0])
        page = int(asked["page"] or 1)
        start = (page - 1) * COMMENTS_PER_PAGE
        return self.page(
            "single.html",
            found[0],
            content=_content,
            total=len(comments),
            comments=comments[start : start + COMMENTS_PER_PAGE],
            older=page - 1,
            newer=page + 1 if start + COMMENTS_PER_PAGE < len(comments) else 0,
        )

    def _api(self, path: str, query: Query) -> Reply | None:
        if path == "/posts":
            row = self._embedding if query.get("_embed") == ["replies"] else self._row
            rows = [row(thread) for thread in self.open]
            size = min(number(query, "per_page", POSTS_PER_PAGE), POSTS_PER_PAGE)
            return self._rows("posts", rows, query, size)
        if path.startswith("/posts/") and path[7:].isdigit():
            thread = self.find(int(path[7:]))
            return json_reply(self._row(thread), thread) if thread else _unknown()
        if path == "/comments":
            asked = {int(v) for value in query.get("post", ()) for v in value.split(",") if v}
            threads = [t for t in self.open if not asked or t.id in asked]
            pairs = [(thread, post) for thread in threads for post in _comments(thread)]
            pairs.sort(key=lambda pair: pair[1].time, reverse=query.get("order") != ["asc"])
            rows = [self._comment(thread, post) for thread, post in pairs]
            size = min(number(query, "per_page", COMMENTS_PER_PAGE), MOST_COMMENTS)
            return self._rows("comments", rows, query, size)
        return None

    def _rows(self, name: str, rows: list[dict[str, Any]], query: Query, size: int) -> Reply:
        """One page of a collection, with its neighbours in the Link header."""
        page = number(query, "page", 1)
        pages = -(-len(rows) // size)
        if page > max(pages, 1):
            return _problem("rest_post_invalid_page_number", "The page number is too large.", 400)
        links = []
        kept = [(key, v) for key, values in query.items() if key != "page" for v in values]
        shown = "".join(f"{key}={value}&" for key, value in kept)
        for relation, other in (("prev", page - 1), ("next", page + 1)):
            if 1 <= other <= pages:
                links.append(f'<{self.root}{API}/{name}?{shown}page={other}>; rel="{relation}"')
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        if links:
            headers["Link"] = ", ".join(links)
        return json_reply(rows[(page - 1) * size : page * size], headers=headers)

    def _embedding(self, thread: Thread) -> dict[str, Any]:
        """The row of *thread* with its first comments, where it has any."""
        comments = [self._comment(thread, post) for post in _comments(thread)[:EMBEDDED]]
        embedded = {"_embedded": {"replies": [comments]}} if comments else {}
        return {**self._row(thread), **embedded}

    def _row(self, thread: Thread) -> dict[str, Any]:
        return {
            "id": thread.id,
            "date": f"{thread.started:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{thread.started:%Y-%m-%dT%H:%M:%S}",
            "guid": {"rendered": f"{self.root}/?p={thread.id}"},
            "modified_gmt": f"{thread.started:%Y-%m-%dT%H:%M:%S}",
            "slug": thread.slug,
            "status": "publish",
            "type": "post",
            "link": self.address(thread),
            "title": {"rendered": _title(thread)},
            "content": {"rendered": _content(thread.post[0]) + _SHARE, "protected": False},
            "excerpt": {"rendered": tagged((thread.post[0].text[:80],)), "protected": False},
            "author": 2,
            "featured_media": 0,
            "comment_status": "open",
            "sticky": False,
            "format": "standard",
            "categories": [4],
            "tags": [],
            "_links": {
                "self": [{"href": f"{self.root}{API}/posts/{thread.id}"}],
                "replies": [
                    {"embeddable": True, "href": f"{self.root}{API}/comments?post={thread.id}"}
                ],
            },
        }

    def _comment(self, thread: Thread, post: Post) -> dict[str, Any]:
        number = thread.post_id(post)
        return {
            "id": number,
            "post": thread.id,
            "parent": 0,
            "author": 2 if post.staff else 0,
            "author_name": post.author,
            "author_url": "",
            "date": f"{post.time:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{post.time:%Y-%m-%dT%H:%M:%S}",
            "content": {"rendered": _content(post)},
            "link": f"{self.address(thread)}#comment-{number}",
            "status": "approved",
            "type": "comment",
            "author_avatar_urls": {"24": f"{self.root}/avatar/24.png"},
            "meta": [],
        }


_QUOTED = Markup('<blockquote class="wp-block-quote">{}{}</blockquote>')
_SHARE = Markup(
    '\n<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3>'
    '<ul><li><a href="?share=print">Print</a></li></ul></div>'
)


def _comments(thread: Thread) -> list[Post]:
    return [post for post in thread.post[1:] if not post.deleted]


def _content(post: Post) -> Markup:
    return html(post.text, _quote)


def _quote(block: Block) -> Markup:
    cite = Markup("<cite>{}</cite>").format(block.speaker) if block.speaker else ""
    return _QUOTED.format(tagged(block.paragraphs), cite)


def _title(thread: Thread) -> str:
    """The title as WordPress texturises it."""
    return thread.title.replace("&", "&#038;").replace("'", "&#8217;")


def _rfc822(time: datetime) -> str:
    return f"{time:%a, %d %b %Y %H:%M:%S} +0000"


def _problem(code: str, message: str, status: int) -> Reply:
    problem = {"code": code, "message": message, "data": {"status": status}}
    return Reply(json_reply(problem).body, JSON, status)


def _unknown() -> Reply:
    return _problem("rest_post_invalid_id", "Invalid post ID.", 404)
