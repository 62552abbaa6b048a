"""The Discourse corner: ``/latest.json``, ``/t/slug/id.json``, ``/t/id/posts.json``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup, escape

from scraper.specimens.corner import (
    JSON,
    Corner,
    Query,
    Reply,
    iso,
    json_reply,
    number,
    redirect,
)
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Post, Thread, chunk

TOPICS_PER_PAGE = 6
POSTS_PER_PAGE = 20
_LISTING = re.compile(r"/(latest|top|c/marketplaces/5/l/latest)(\.json)?")
_TOPIC = re.compile(r"/t/(?:(?P<slug>[^/]*[^/\d][^/]*)/)?(?P<id>\d+)(?:/\d+)?(?P<json>\.json)?")
_POSTS = re.compile(r"/t/(?P<id>\d+)/posts\.json")


class Discourse(Corner):
    """Topics as JSON; the same addresses without ``.json`` are the page for readers."""

    engine: ClassVar[str] = "discourse"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/admin/", "/auth/", "/u/", "/search")

    def path(self, thread: Thread) -> str:
        """``/t/slug/id``."""
        return f"/t/{thread.slug}/{thread.id}"

    def ruled_out(self, thread: Thread) -> tuple[str, ...]:
        """With and without the slug."""
        return (self.path(thread), f"/t/{thread.id}")

    def reply(self, path: str, query: Query) -> Reply | None:
        """Listings, topics and further posts of a topic."""
        if path == "/" or (listing := _LISTING.fullmatch(path)):
            as_json = path != "/" and bool(listing and listing[2])
            return self._listing(number(query, "page", 0), as_json=as_json)
        if posts := _POSTS.fullmatch(path):
            return self._more(int(posts["id"]), query)
        topic = _TOPIC.fullmatch(path)
        thread = self.find(int(topic["id"])) if topic else None
        if topic is None or thread is None:
            return None
        if topic["slug"] not in (None, thread.slug):
            return redirect(self.address(thread) + (topic["json"] or ""))
        if not topic["json"]:
            return self._page(thread)
        shown = chunk(thread.post, number(query, "page", 1) - 1, POSTS_PER_PAGE)
        return json_reply(self._topic(thread, shown), thread) if shown else None

    def missing(self, path: str) -> Reply:
        """Discourse's own 404, JSON where JSON was asked for."""
        if not path.endswith(".json"):
            return Reply(self.page("missing.html").body, status=404)
        errors = {"errors": ["The requested URL or resource could not be found."]}
        return Reply(json_reply({**errors, "error_type": "not_found"}).body, JSON, 404)

    def _page(self, thread: Thread) -> Reply:
        return self.page("topic.html", thread, cooked=lambda post: self._cooked(thread, post))

    def _listing(self, page: int, *, as_json: bool) -> Reply:
        shown = chunk(self.threads, page, TOPICS_PER_PAGE)
        more = (page + 1) * TOPICS_PER_PAGE < len(self.threads)
        if not as_json:
            return self.page("listing.html", shown=shown, next=page + 1 if more else None)
        topics: dict[str, Any] = {
            "can_create_topic": False,
            "per_page": TOPICS_PER_PAGE,
            "topics": [self._row(thread) for thread in shown],
        }
        if more:
            topics["more_topics_url"] = f"/latest?no_definitions=true&page={page + 1}"
        names = sorted({post.author for thread in shown for post in thread.post})
        users = [_user(name) for name in names]
        return json_reply({"users": users, "primary_groups": [], "topic_list": topics})

    def listed_slug(self, thread: Thread) -> str:
        """The slug in listings; a renamed topic is still listed under its former one."""
        return f"{thread.slug}-2" if thread.state == "moved" else thread.slug

    def _row(self, thread: Thread) -> dict[str, Any]:
        return {
            **_head(thread),
            "slug": self.listed_slug(thread),
            "image_url": None,
            "bumped": True,
            "bumped_at": iso(thread.changed),
            "unseen": False,
            "pinned": False,
            "excerpt": thread.post[0].text[:60],
            "last_poster_username": _username(thread.post[-1].author),
            "posters": [
                {"extras": None, "description": "Original Poster", "user_id": 1 + thread.id}
            ],
        }

    def _topic(self, thread: Thread, shown: Sequence[Post]) -> dict[str, Any]:
        similar = [self._row(other) for other in self.threads[:3] if other is not thread]
        return {
            "post_stream": {
                "posts": [self._post(thread, post) for post in shown],
                "stream": [thread.post_id(post) for post in thread.post],
            },
            "timeline_lookup": [[1, 0]],
            "suggested_topics": similar,
            **_head(thread),
            "slug": thread.slug,
            "word_count": sum(len(post.text.split()) for post in thread.post),
            "participant_count": len({post.author for post in thread.post}),
            "chunk_size": POSTS_PER_PAGE,
            "details": {"created_by": _user(thread.post[0].author), "can_flag_topic": False},
        }

    def _more(self, topic: int, query: Query) -> Reply | None:
        thread = self.find(topic)
        if thread is None:
            return None
        asked = {int(value) for value in query.get("post_ids[]", ()) if value.isdigit()}
        posts = [post for post in thread.post if thread.post_id(post) in asked]
        stream = {"posts": [self._post(thread, post) for post in posts]}
        return json_reply({"post_stream": stream, "id": thread.id}, thread)

    def _post(self, thread: Thread, post: Post) -> dict[str, Any]:
        place = thread.post.index(post) + 1
        return {
            "id": thread.post_id(post),
            **_user(post.author),
            "created_at": iso(post.time),
            "updated_at": iso(post.time),
            "cooked": str(self._cooked(thread, post)),
            "post_number": place,
            "post_type": 1,
            "reply_count": 0,
            "reply_to_post_number": None,
            "quote_count": 0,
            "reads": 40 + place,
            "score": 12.4,
            "yours": False,
            "topic_id": thread.id,
            "topic_slug": thread.slug,
            "display_username": post.author,
            "version": 1,
            "link_counts": [],
            "user_title": "Community Manager" if post.staff else None,
            "actions_summary": [{"id": 2, "count": 3}],
            "moderator": post.staff,
            "admin": False,
            "staff": post.staff,
            "hidden": False,
            "trust_level": 4 if post.staff else 1,
            "deleted_at": None,
            "user_deleted": post.deleted,
            "edit_reason": None,
            "wiki": False,
        }

    def _cooked(self, thread: Thread, post: Post) -> Markup:
        if post.deleted:
            return _GONE
        return html(post.text, lambda block: _quote(thread, block))


_GONE = Markup("<p>(post deleted by author)</p>")
_ASIDE = Markup(
    '<aside class="quote no-group" data-username="{name}" data-post="1" data-topic="{id}">\n'
    '<div class="title">\n<div class="quote-controls"></div>\n'
    '<img alt="" width="24" height="24" src="/letter_avatar/24.png" class="avatar"> '
    "{name}:</div>\n{quoted}\n</aside>"
)


def _head(thread: Thread) -> dict[str, Any]:
    return {
        "id": thread.id,
        "title": thread.title,
        "fancy_title": str(escape(thread.title)),
        "posts_count": len(thread.post),
        "reply_count": len(thread.post) - 1,
        "highest_post_number": len(thread.post),
        "created_at": iso(thread.started),
        "last_posted_at": iso(thread.changed),
        "archetype": "regular",
        "visible": True,
        "closed": False,
        "archived": False,
        "tags": [],
        "views": 100 + thread.id,
        "like_count": 3,
        "category_id": 5,
    }


def _username(name: str) -> str:
    return name.replace(" ", "_")


def _user(name: str) -> dict[str, Any]:
    avatar = f"/letter_avatar_proxy/v4/letter/{name[0].lower()}/c77e96/{{size}}.png"
    return {"username": _username(name), "name": name, "avatar_template": avatar}


def _quote(thread: Thread, block: Block) -> Markup:
    quoted = Markup("<blockquote>\n{}\n</blockquote>").format(tagged(block.paragraphs))
    if not block.speaker:
        return quoted
    name = _username(block.speaker)
    return _ASIDE.format(name=name, id=thread.id, quoted=quoted)
