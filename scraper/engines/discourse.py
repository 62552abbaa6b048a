"""Discourse: JSON of topic lists, searches and topics (https://docs.discourse.org).

Pages are read too, as archives hold them. A post is known by its topic and its number
there, which all of them show.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from lxml import etree
from pydantic import TypeAdapter

from scraper.engines import discourse_pages as pages
from scraper.engines.answers import Shape, ask, number_after, page_number, parse, query
from scraper.engines.html import absolute, canonical, document, fragment, to_text
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

WRITTEN = (1, 2)
"""Post types that a person wrote: plain, and marked as a moderator's. The others are notes
of the software and whispers."""

_NOISE = etree.XPath(
    ".//aside[contains(@class, 'onebox')] | .//aside[contains(@class, 'quote')]"
    "/div[contains(@class, 'title')] | .//div[@class = 'meta'] | .//div[@class = 'poll']"
    " | .//span[contains(@class, 'badge')]"
)


_TOPIC = re.compile(r"^(.*)/t/(?:([^/]*[^/\d][^/]*)/)?(\d+)(?=/|$)")
_WITHDRAWN = re.compile(r"\((post|topic) (deleted|withdrawn) by author\b", re.IGNORECASE)
"""What stands in the place of a post that its author deleted, for a day or for good."""


class _Post(Shape):
    id: int
    post_number: int
    cooked: str
    created_at: str
    username: str = ""
    post_type: int = 1
    topic_id: int | None = None
    topic_slug: str = ""
    action_code: str | None = None
    hidden: bool = False
    user_deleted: bool = False
    deleted_at: str | None = None
    moderator: bool = False
    admin: bool = False
    staff: bool = False


class _Stream(Shape):
    posts: tuple[_Post, ...]
    stream: tuple[int, ...] = ()


class _Topic(Shape):
    id: int
    post_stream: _Stream
    title: str = ""
    slug: str = ""
    chunk_size: int = 20


class _Listed(Shape):
    id: int
    title: str = ""


class _TopicList(Shape):
    topics: tuple[_Listed, ...]
    more_topics_url: str | None = None


class _Listing(Shape):
    topic_list: _TopicList


class _More(Shape):
    more_full_page_results: bool | None = None


class _Found(Shape):
    grouped_search_result: _More
    topics: tuple[_Listed, ...] = ()


_ANSWER: TypeAdapter[_Topic | _Listing | _Found] = TypeAdapter(_Topic | _Listing | _Found)


def first(source: Source) -> tuple[str, ...]:
    """The JSON behind each start address: a category, a tag, a search, a topic, the home."""
    return tuple(_json(url) for url in source.start)


def read(page: Page, source: Source) -> Reading:
    """The posts of a topic's page and its next page, or the topics of a listing.

    A post's position is its number in the topic, which never changes. Posts that were
    deleted, hidden by flags, or written by the software give no message. A page for
    crawlers does not tell whose posts are the staff's.

    Raises:
        EngineError: the page is neither an answer of Discourse's API nor one of its pages.
    """
    if page.body.lstrip()[:1] == b"<":
        return _page(page, source)
    answer = parse(page, _ANSWER)
    if isinstance(answer, _Topic):
        return _topic(page.url, answer)
    if isinstance(answer, _Listing):
        listed = answer.topic_list
        more = absolute(page.url, listed.more_topics_url) if listed.more_topics_url else ""
        titles = _threads(page.url, listed.topics)
        links = tuple(titles)
        return Reading(links=(*links, _json(more)) if more else links, titles=titles)
    titles = _threads(page.url, answer.topics)
    links = tuple(titles)
    if answer.grouped_search_result.more_full_page_results:
        following = query(page.url) | {"page": str(page_number(page.url) + 1)}
        links = (*links, ask(page.url, **following))
    return Reading(links=links, titles=titles)


def _json(url: str) -> str:
    """The address of the JSON for the page that a reader sees at *url*."""
    path = urlsplit(url).path
    topic = number_after(r"/t/(?:[^/]+/)?", path)
    if path.endswith(".json"):
        return url
    if topic:
        path = f"{_base(path)}/t/{topic}"
    elif path.rstrip("/") == _base(path):
        path = f"{_base(path)}/latest"
    return ask(url, path.rstrip("/") + ".json", **query(url))


def _base(path: str) -> str:
    """What stands before Discourse's own routes, where it is served below a folder."""
    return re.split(r"/(?:t|c|tags?|latest|top|new|search)(?=[/.]|$)", path, maxsplit=1)[0].rstrip(
        "/"
    )


def _threads(url: str, topics: tuple[_Listed, ...]) -> dict[str, str]:
    """The addresses of *topics*, and what they are called."""
    base = _base(urlsplit(url).path)
    return {ask(url, f"{base}/t/{topic.id}.json"): topic.title for topic in topics}


def _topic(url: str, topic: _Topic) -> Reading:
    if not topic.post_stream.posts:
        raise EngineError("a topic without posts")
    base = _base(urlsplit(url).path)
    slug = topic.slug or topic.post_stream.posts[0].topic_slug or "-"
    thread = ask(url, f"{base}/t/{slug}/{topic.id}")
    messages = tuple(
        _message(post, thread, topic) for post in topic.post_stream.posts if _is_there(post)
    )
    page = page_number(url)
    if len(topic.post_stream.stream) <= page * topic.chunk_size:
        return Reading(messages)
    return Reading(messages, (ask(url, f"{base}/t/{topic.id}.json", page=page + 1),))


def _page(page: Page, source: Source) -> Reading:
    tree = document(page)
    if carried := pages.answer(tree):
        return read(replace(page, body=carried), source)
    shown = tuple(pages.posts(tree))
    more = pages.following(tree, page.url)
    links = (_json(more),) if more else ()
    topic = _TOPIC.search(urlsplit(canonical(page.url, tree)).path)
    if not shown or not topic:
        topics = tuple(_json(url) for url in pages.topics(tree, page.url))
        if not topics:
            raise EngineError("shows neither posts nor topics of a Discourse forum")
        return Reading(links=topics + links)
    thread = ask(page.url, f"{topic[1]}/t/{topic[2] or '-'}/{topic[3]}")
    title = pages.title(tree)
    messages = (_shown(post, thread, topic[3], title) for post in shown)
    return Reading(tuple(message for message in messages if message), links)


def _shown(post: pages.Shown, thread: str, topic: str, title: str) -> Message | None:
    text, quotes = to_text(post.content, _NOISE)
    if not text or _WITHDRAWN.match(text):
        return None
    return Message(
        engine_id=f"{topic}-{post.number}",
        thread_url=thread,
        url=f"{thread}/{post.number}",
        position=post.number,
        author=post.author,
        published=_whole_seconds(post.published),
        title=title,
        text=text,
        quotes=quotes,
    )


def _is_there(post: _Post) -> bool:
    gone = post.hidden or post.user_deleted or post.deleted_at or post.action_code
    return post.post_type in WRITTEN and not gone


def _message(post: _Post, thread: str, topic: _Topic) -> Message:
    text, quotes = to_text(fragment(post.cooked), _NOISE)
    return Message(
        engine_id=f"{topic.id}-{post.post_number}",
        thread_url=thread,
        url=f"{thread}/{post.post_number}",
        position=post.post_number,
        author=post.username,
        published=_whole_seconds(post.created_at),
        title=topic.title,
        text=text,
        quotes=quotes,
        staff=post.staff or post.moderator or post.admin,
    )


def _whole_seconds(moment: str) -> str:
    """*moment* as pages give it; the API tells the thousandths too."""
    return re.sub(r"\.\d+(?=Z|[+-]|$)", "", moment)
