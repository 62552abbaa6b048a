"""Flarum: discussions and posts by its API, in JSON:API (https://docs.flarum.org/rest-api)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter

from scraper.engines.answers import Shape, ask, parse, query, shaped
from scraper.engines.html import absolute, fragment, to_text
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

LIMIT = 50
"""Discussions or posts on one page, the most that Flarum gives."""

STAFF = frozenset({"1", "4"})
"""The groups that Flarum is delivered with for administrators and moderators."""


class _Named(Shape):
    type: str
    id: str


class _One(Shape):
    data: _Named | None = None


class _Many(Shape):
    data: tuple[_Named, ...] = ()


class _Related(Shape):
    user: _One = _One()
    discussion: _One = _One()
    groups: _Many = _Many()


class _Said(Shape):
    number: int | None = None
    created: str = Field(default="", alias="createdAt")
    kind: str = Field(default="", alias="contentType")
    markup: str = Field(default="", alias="contentHtml")
    hidden: bool = Field(default=False, alias="isHidden")
    title: str = ""
    slug: str = ""
    username: str = ""


class _Resource(Shape):
    type: str
    id: str = Field(pattern=r"^[0-9]+$")
    attributes: _Said = _Said()
    relationships: _Related = _Related()


class _Links(Shape):
    next: str = ""


class _Answer(Shape):
    data: tuple[_Resource, ...] | _Resource
    included: tuple[Any, ...] = ()
    links: _Links = _Links()


_ANSWER = TypeAdapter(_Answer)
_RESOURCE = TypeAdapter(_Resource)


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: the home, a tag, a search, a discussion."""
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    path, asked = urlsplit(url).path, query(url)
    if re.search(r"/api/(?:discussions|posts)", path):
        return url
    if found := re.match(r"(?P<base>.*)/d/(?P<id>\d+)", path):
        return _posts(url, found["base"], found["id"])
    tagged = re.match(r"(?P<base>.*)/t/(?P<tag>[^/]+)", path)
    base = tagged["base"] if tagged else re.sub(r"/all$", "", path.rstrip("/"))
    wanted: dict[str, object] = {"filter[q]": asked["q"]} if "q" in asked else {}
    if tagged:
        wanted["filter[tag]"] = tagged["tag"]
    limits = {"sort": "-createdAt", "page[offset]": 0, "page[limit]": LIMIT}
    return ask(url, f"{base}/api/discussions", **wanted, **limits)


def _posts(url: str, base: str, discussion: str) -> str:
    wanted = {"filter[discussion]": discussion, "sort": "number"}
    wanted["include"] = "user,user.groups,discussion"
    return ask(url, f"{base}/api/posts", **wanted, **{"page[offset]": 0, "page[limit]": LIMIT})


def read(page: Page, source: Source) -> Reading:
    """The posts of a discussion's page, or the discussions of a list; the next page.

    A post's position is its number in the discussion. What was hidden, and what Flarum notes
    itself (a new title, a lock), gives no message.

    Raises:
        EngineError: the page is not an answer of Flarum's API.
    """
    answer = parse(page, _ANSWER)
    base = urlsplit(page.url).path.partition("/api/")[0]
    data = answer.data if isinstance(answer.data, tuple) else (answer.data,)
    listed = [each.id for each in data if each.type == "discussions"]
    posts = [each for each in data if each.type == "posts"]
    if not listed and not posts and data:
        raise EngineError("holds neither discussions nor posts")
    following = absolute(page.url, answer.links.next) if answer.links.next else ""
    links = [_posts(page.url, base, number) for number in listed]
    known = _known(answer.included)
    messages = [_message(page.url, base, post, known) for post in posts]
    return Reading(
        tuple(message for message in messages if message),
        tuple(filter(None, (*links, following))),
    )


def _known(included: tuple[Any, ...]) -> dict[tuple[str, str], _Resource]:
    """Users and discussions that the answer carries beside its data."""
    kinds = ("users", "discussions")
    wanted = [each for each in included if isinstance(each, dict) and each.get("type") in kinds]
    found = [shaped(each, _RESOURCE) for each in wanted]
    return {(each.type, each.id): each for each in found}


def _message(
    url: str, base: str, post: _Resource, known: dict[tuple[str, str], _Resource]
) -> Message | None:
    said, about = post.attributes, post.relationships.discussion.data
    if said.kind != "comment" or said.hidden or said.number is None or about is None:
        return None
    discussion = known.get(("discussions", about.id))
    slug = discussion.attributes.slug if discussion else ""
    numbered = slug if re.match(rf"{re.escape(about.id)}(-|$)", slug) else f"{about.id}-{slug}"
    thread = ask(url, f"{base}/d/{numbered.rstrip('-')}")
    user = post.relationships.user.data
    author = known.get(("users", user.id)) if user else None
    text, quotes = to_text(fragment(said.markup))
    return Message(
        engine_id=post.id,
        thread_url=thread,
        url=f"{thread}/{said.number}",
        position=said.number,
        author=author.attributes.username if author else "",
        published=said.created,
        title=discussion.attributes.title if discussion else "",
        text=text,
        quotes=quotes,
        staff=author is not None
        and any(group.id in STAFF for group in author.relationships.groups.data),
    )
