"""Khoros Aurora: the data that its pages carry for their own script."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from pydantic import Field, TypeAdapter, ValidationError

from scraper.engines.answers import Shape
from scraper.engines.forum import exact, is_staff
from scraper.engines.html import absolute, fragment, to_text
from scraper.post import EngineError, Message, Reading

_DATA = etree.XPath("//script[@id = '__NEXT_DATA__']")
_THREAD = re.compile(r"(https?://[^?#]+/(\d{1,18}))(?:/replies/\d+)?/?(?:[?#]|$)")
_LINKS = CSSSelector("a[data-testid=MessageLink][href], a[data-testid=nodeLink][href]")
_NEXT = CSSSelector("link[rel=next], a[rel=next], a[data-testid*='next'][href], a[href*='after=']")
_NOISE = CSSSelector(".lia-quote-header, .lia-message-signature, li-user")


class _Reference(Shape):
    to: str = Field("", alias="__ref")


class _Post(Shape):
    uid: int
    kind: str = Field(alias="__typename")
    time: str = Field(alias="postTime")
    body: str
    subject: str = ""
    author: _Reference = _Reference()


class _Props(Shape):
    state: dict[str, Any] = Field(alias="apolloState")


class _Page(Shape):
    props: _Props = Field(alias="pageProps")


class _Whole(Shape):
    props: _Page


_WHOLE: TypeAdapter[_Whole] = TypeAdapter(_Whole)
_POST: TypeAdapter[_Post] = TypeAdapter(_Post)


def data(tree: HtmlElement) -> str | None:
    """The data of an Aurora page; None of a classic one."""
    return next((script.text or "" for script in _DATA(tree)), None)


def read(url: str, tree: HtmlElement, data: str) -> Reading:
    """The topic and the replies in *data*, or the topics that the page at *url* links.

    A reply's position is its place among those of its page, by time.

    Raises:
        EngineError: there are neither messages nor links to any.
    """
    try:
        state = _WHOLE.validate_json(data).props.props.state
    except ValidationError as error:
        raise EngineError("carries no data of a Khoros community") from error
    links = (absolute(url, link.get("href")) for link in _LINKS(tree))
    listed = tuple(
        dict.fromkeys(link.partition("?")[0].partition("#")[0] for link in links if link)
    )
    following = tuple(filter(None, (absolute(url, link.get("href")) for link in _NEXT(tree))))[:1]
    asked = _THREAD.match(url)
    posts = _posts(state, int(asked[2])) if asked else []
    if not asked or not posts:
        if not listed:
            raise EngineError("shows neither messages nor threads of a Khoros community")
        return Reading(links=(*listed, *following))
    title = next((post.subject for post in posts if str(post.uid) == asked[2]), "")
    messages = tuple(
        _message(post, asked[1], title, place, state) for place, post in enumerate(posts, 1)
    )
    return Reading(messages, following)


def _posts(state: dict[str, Any], topic: int) -> list[_Post]:
    """The opening message of *topic* and the replies, in order."""
    found = {}
    for value in state.values():
        try:
            post = _POST.validate_python(value)
        except ValidationError:
            continue
        if post.uid == topic or post.kind.endswith("ReplyMessage"):
            found[post.uid] = post
    return sorted(found.values(), key=lambda post: (post.uid != topic, exact(post.time), post.uid))


def _message(post: _Post, thread: str, title: str, place: int, state: dict[str, Any]) -> Message:
    author = _dict(state.get(post.author.to))
    rank = _dict(author.get("rank"))
    rank = _dict(state.get(str(rank.get("__ref")))) or rank
    text, quotes = to_text(fragment(post.body), _NOISE)
    return Message(
        engine_id=str(post.uid),
        thread_url=thread,
        url=thread if thread.endswith(f"/{post.uid}") else f"{thread}/replies/{post.uid}",
        position=place,
        author=str(author.get("login") or ""),
        published=exact(post.time),
        title=title,
        text=text,
        quotes=quotes,
        staff=is_staff([str(rank.get("name") or "")]),
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
