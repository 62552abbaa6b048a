"""Lemmy: posts and comments by its API, version 3 or 4 (https://join-lemmy.org/docs)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from pydantic import AliasChoices, Field, TypeAdapter

from scraper.engines.answers import Shape, ask, count, number_after, page_number, parse, query
from scraper.engines.html import Spans, fragment, to_text
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

LIMIT = 50
"""Posts or comments on one page, the most that Lemmy gives."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class _Creator(Shape):
    name: str = ""


class _Post(Shape):
    id: int
    name: str
    body: str | None = None
    published: str = Field(validation_alias=AliasChoices("published", "published_at"))
    deleted: bool = False
    removed: bool = False
    comments: int = 0


class _Comment(Shape):
    id: int
    content: str
    published: str = Field(validation_alias=AliasChoices("published", "published_at"))
    deleted: bool = False
    removed: bool = False


class _Counts(Shape):
    comments: int = 0


class _PostView(Shape):
    post: _Post
    creator: _Creator = _Creator()
    counts: _Counts = _Counts()
    creator_is_admin: bool = False
    creator_is_moderator: bool = False


class _CommentView(Shape):
    comment: _Comment
    post: _Post
    creator: _Creator = _Creator()
    creator_is_admin: bool = False
    creator_is_moderator: bool = False


class _One(Shape):
    post_view: _PostView


class _Comments(Shape):
    comments: tuple[_CommentView, ...] = Field(
        validation_alias=AliasChoices("comments", "items"), min_length=1
    )
    next_page: str | None = None


class _Posts(Shape):
    posts: tuple[_PostView, ...] = Field(validation_alias=AliasChoices("posts", "items"))
    next_page: str | None = None


class _Nothing(Shape):
    comments: tuple[()] = Field(validation_alias=AliasChoices("comments", "items"))


Answer = _One | _Comments | _Posts | _Nothing
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: a community, a search, a post, the home."""
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    path, asked = urlsplit(url).path, query(url)
    if path.startswith("/api/"):
        return url
    if number := number_after("/post/", path):
        return ask(url, "/api/v3/post", id=number)
    limits: dict[str, object] = {"sort": "New", "limit": LIMIT, "page": 1}
    if "q" in asked:
        return ask(url, "/api/v3/search", q=asked["q"], type_="Posts", listing_type="All", **limits)
    community = re.match(r"/c/([^/]+)", path)
    wanted = {"community_name": community[1]} if community else {}
    return ask(url, "/api/v3/post/list", **wanted, type_="All", **limits)


def read(page: Page, source: Source) -> Reading:
    """The posts of a list or search and the way to their comments, or a page of comments.

    A post stands at position 1, its comments follow in the order of time; what was deleted
    or removed gives no message and keeps its place. Texts are in Markdown.

    Raises:
        EngineError: the page is not an answer of Lemmy's API.
    """
    answer = parse(page, _ANSWER)
    version = urlsplit(page.url).path.partition("/api/")[2].partition("/")[0]
    if isinstance(answer, _One):
        return _posts(page.url, version, (answer.post_view,), ())
    if isinstance(answer, _Posts):
        links = _following(page.url, len(answer.posts), answer.next_page)
        return _posts(page.url, version, answer.posts, links)
    if isinstance(answer, _Nothing):
        return Reading()
    before = 1 + (page_number(page.url) - 1) * _limit(page.url)
    messages = [
        _comment(page.url, view, before + place) for place, view in enumerate(answer.comments, 1)
    ]
    links = _following(page.url, len(answer.comments), answer.next_page)
    return Reading(tuple(message for message in messages if message), links)


def _limit(url: str) -> int:
    return count(query(url).get("limit", ""), otherwise=LIMIT)


def _following(url: str, given: int, cursor: str | None) -> tuple[str, ...]:
    """The next page: the one that the answer names, else the next by number after a full one."""
    asked = query(url)
    if cursor and "/api/v4/" in url:
        return (ask(url, **{**asked, "page_cursor": cursor, "page": page_number(url) + 1}),)
    return (ask(url, **{**asked, "page": page_number(url) + 1}),) if given >= _limit(url) else ()


def _posts(
    url: str, version: str, views: tuple[_PostView, ...], following: tuple[str, ...]
) -> Reading:
    messages, links = [], []
    for view in views:
        post = view.post
        if not (post.deleted or post.removed):
            messages.append(_opening(url, view))
        if view.counts.comments or post.comments:
            limits = {"type_": "All", "sort": "Old", "limit": LIMIT, "page": 1}
            links.append(ask(url, f"/api/{version}/comment/list", post_id=post.id, **limits))
    return Reading(tuple(messages), (*links, *following))


def _opening(url: str, view: _PostView) -> Message:
    thread = ask(url, f"/post/{view.post.id}")
    text, quotes = _text(view.post.body or view.post.name)
    return Message(
        engine_id=f"post-{view.post.id}",
        thread_url=thread,
        url=thread,
        position=1,
        author=view.creator.name,
        published=_zoned(view.post.published),
        title=view.post.name,
        text=text,
        quotes=quotes,
        staff=view.creator_is_admin or view.creator_is_moderator,
    )


def _comment(url: str, view: _CommentView, position: int) -> Message | None:
    if view.comment.deleted or view.comment.removed:
        return None
    text, quotes = _text(view.comment.content)
    return Message(
        engine_id=f"comment-{view.comment.id}",
        thread_url=ask(url, f"/post/{view.post.id}"),
        url=ask(url, f"/comment/{view.comment.id}"),
        position=position,
        author=view.creator.name,
        published=_zoned(view.comment.published),
        title=view.post.name,
        text=text,
        quotes=quotes,
        staff=view.creator_is_admin or view.creator_is_moderator,
    )


def _text(markdown: str) -> tuple[str, Spans]:
    try:
        return to_text(fragment(_MARKDOWN.render(markdown)))
    except RecursionError as error:
        raise EngineError("a text is nested too deep") from error


def _zoned(time: str) -> str:
    """*time* with its zone, which Lemmy before version 0.19 leaves out: it is UTC."""
    return time if re.search(r"(Z|[+-]\d\d:?\d\d)$", time) or not time else f"{time}Z"
