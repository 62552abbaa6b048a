"""The Reddit corner: ``/r/NAME/new.json`` and ``/comments/ID.json`` listings."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from markupsafe import Markup, escape

from scraper.specimens.corner import JSON, Corner, Query, Reply, json_reply, number
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread

SUBREDDIT = "gigdesk"
MOST = 6
_LISTING = re.compile(rf"/r/{SUBREDDIT}(/new|/hot|/top)?/?(\.json)?")
_THREAD = re.compile(r"(?:/r/\w+)?/comments/(?P<id>[0-9a-z]+)(?:/[^/.]*)?/?(?P<json>\.json)?")


class Reddit(Corner):
    """One subreddit; a listing page holds six posts at the most, whatever is asked for."""

    engine: ClassVar[str] = "reddit"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/user/", "/message/", "/login")

    def path(self, thread: Thread) -> str:
        """``/r/NAME/comments/ID/slug/``."""
        return f"/r/{SUBREDDIT}/comments/{_base36(thread.id)}/{thread.slug.replace('-', '_')}/"

    def ruled_out(self, thread: Thread) -> tuple[str, ...]:
        """With and without the subreddit before it."""
        short = f"/comments/{_base36(thread.id)}"
        return (f"/r/{SUBREDDIT}{short}", short)

    def reply(self, path: str, query: Query) -> Reply | None:
        """Listings and threads."""
        if listing := _LISTING.fullmatch(path):
            shown, after = self._shown(query)
            if listing[2]:
                return json_reply(_things([_link(self, thread) for thread in shown], after))
            return self.page("listing.html", shown=shown, after=after)
        asked = _THREAD.fullmatch(path)
        thread = self.find(int(asked["id"], 36)) if asked else None
        if asked is None or thread is None:
            return None
        if not asked["json"]:
            return self.page("comments.html", thread)
        comments = [_comment(self, thread, post) for post in thread.post[1:]]
        return json_reply([_things([_link(self, thread)]), _things(comments)], thread)

    def missing(self, path: str) -> Reply:
        """Reddit's own 404 in JSON."""
        error = {"reason": "banned", "message": "Not Found", "error": 404}
        return Reply(json_reply(error).body, JSON, 404)

    def _shown(self, query: Query) -> tuple[tuple[Thread, ...], str | None]:
        after = query.get("after", [""])[0]
        names = [_name(thread) for thread in self.threads]
        start = names.index(after) + 1 if after in names else 0
        end = start + min(number(query, "limit", MOST), MOST)
        return self.threads[start:end], names[end - 1] if end < len(names) else None


def _base36(value: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def _name(thread: Thread) -> str:
    return f"t3_{_base36(thread.id)}"


def _things(things: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    data = {"after": after, "dist": len(things), "modhash": "", "geo_filter": None}
    return {"kind": "Listing", "data": {**data, "children": things, "before": None}}


def _shared(post: Post) -> dict[str, Any]:
    return {
        "subreddit": SUBREDDIT,
        "subreddit_id": "t5_9gd1",
        "subreddit_name_prefixed": f"r/{SUBREDDIT}",
        "author": "[deleted]" if post.deleted else post.author.replace(" ", "_"),
        "created": post.time.timestamp(),
        "created_utc": post.time.timestamp(),
        "distinguished": "moderator" if post.staff else None,
        "edited": False,
        "stickied": False,
        "score": 7,
        "ups": 7,
        "downs": 0,
        "gilded": 0,
        "all_awardings": [],
        "author_flair_text": None,
        "archived": False,
        "locked": False,
        "likes": None,
        "saved": False,
    }


def _link(corner: Reddit, thread: Thread) -> dict[str, Any]:
    post = thread.post[0]
    if thread.state == "forbidden":  # a listing holds whole texts, so this one only links
        post = post.model_copy(update={"text": ""})
    link = {
        "id": _base36(thread.id),
        "name": _name(thread),
        "title": str(escape(thread.title)),
        "selftext": _source(post),
        "selftext_html": _rendered(post),
        "is_self": True,
        "domain": f"self.{SUBREDDIT}",
        "permalink": corner.path(thread),
        "url": corner.address(thread),
        "num_comments": len(thread.post) - 1,
        "link_flair_text": "Discussion",
        "over_18": False,
        "upvote_ratio": 0.88,
        "thumbnail": "self",
        "media": None,
    }
    return {"kind": "t3", "data": {**_shared(post), **link}}


def _comment(corner: Reddit, thread: Thread, post: Post) -> dict[str, Any]:
    name = _base36(thread.post_id(post))
    comment = {
        "id": name,
        "name": f"t1_{name}",
        "link_id": _name(thread),
        "parent_id": _name(thread),
        "body": _source(post),
        "body_html": _rendered(post),
        "permalink": f"{corner.path(thread)}{name}/",
        "is_submitter": post.author == thread.post[0].author,
        "depth": 0,
        "controversiality": 0,
        "collapsed": False,
        "score_hidden": False,
        "replies": "",
    }
    return {"kind": "t1", "data": {**_shared(post), **comment}}


def _source(post: Post) -> str:
    """Markdown as Reddit gives it, with ``&``, ``<`` and ``>`` escaped."""
    text = "[deleted]" if post.deleted else post.text.strip()
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rendered(post: Post) -> str:
    inner = Markup("<p>[deleted]</p>") if post.deleted else html(post.text, _quote)
    marked = Markup('<!-- SC_OFF --><div class="md">{}\n</div><!-- SC_ON -->').format(inner)
    return str(escape(str(marked)))


def _quote(block: Block) -> Markup:
    speaker = (f"u/{block.speaker}:",) if block.speaker else ()
    inner = tagged(speaker + block.paragraphs)
    return Markup("<blockquote>\n{}\n</blockquote>").format(inner)
