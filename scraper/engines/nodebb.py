"""NodeBB: the JSON of its read API, which stands below ``/api`` (https://docs.nodebb.org/api/)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from lxml import etree
from pydantic import Field, TypeAdapter

from scraper.engines.answers import Shape, ask, parse, query
from scraper.engines.html import absolute, fragment, to_text, words
from scraper.post import Message, Page, Reading
from scraper.sources import Source

STAFF = frozenset({"administrators", "global moderators", "moderators"})
"""The groups of NodeBB whose members run the place."""

_CITED = etree.XPath(
    ".//p[following-sibling::*[1][self::blockquote]][substring(normalize-space(),"
    " string-length(normalize-space())) = ':'][.//a[contains(@href, '/post/')"
    " or contains(@href, '/topic/')]]"
)
"""What the editor writes before a quote: who said it, and where."""

ROUTES = ("topic", "category", "tags", "search", "recent", "unread", "popular", "top", "api")


class _Group(Shape):
    name: str = ""


class _User(Shape):
    username: str = ""
    groups: tuple[_Group, ...] = Field(default=(), alias="selectedGroups")


class _Post(Shape):
    pid: int | str
    content: str = ""
    published: str = Field(default="", alias="timestampISO")
    index: int | None = None
    deleted: bool = False
    user: _User = _User()


class _To(Shape):
    page: int = 1
    active: bool = False


class _Pages(Shape):
    next: _To = _To()


class _Topic(Shape):
    tid: int
    slug: str
    title: str
    posts: tuple[_Post, ...]
    deleted: bool = False
    pagination: _Pages = _Pages()


class _Listed(Shape):
    tid: int
    slug: str = ""
    deleted: bool = False


class _Board(Shape):
    cid: int
    slug: str


class _List(Shape):
    topics: tuple[_Listed, ...]
    children: tuple[_Board, ...] = ()
    pagination: _Pages = _Pages()


class _Hit(Shape):
    tid: int
    topic: _Listed | None = None


class _Search(Shape):
    posts: tuple[_Hit, ...]
    pagination: _Pages = _Pages()


_ANSWER: TypeAdapter[_Topic | _List | _Search] = TypeAdapter(_Topic | _List | _Search)


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: a category, a tag, a search, a topic, the home."""
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    base, route = _split(urlsplit(url).path)
    if route.startswith("api/"):
        return url
    kind, _, rest = route.partition("/")
    if kind in ("topic", "category"):  # what follows the name is a place on the page
        route = "/".join((kind, *rest.split("/")[:2]))
    asked = query(url)
    if kind == "search":
        asked = {"in": "titlesposts", **asked}
    return ask(url, f"{base}/api/{route or 'recent'}", **asked)


def _split(path: str) -> tuple[str, str]:
    """The folder that NodeBB is served below, and its route."""
    parts = path.strip("/").split("/")
    for place, part in enumerate(parts):
        if part in ROUTES:
            return "".join(f"/{name}" for name in parts[:place]), "/".join(parts[place:])
    return path.rstrip("/"), ""


def read(page: Page, source: Source) -> Reading:
    """The posts of a topic's page, or the topics of a category, a tag or a search; the next page.

    A post's position is its index in the topic and one more. Posts that were deleted give no
    message. A category leads to those below it too.

    Raises:
        EngineError: the page is not an answer of NodeBB's API.
    """
    answer = parse(page, _ANSWER)
    base, _ = _split(urlsplit(page.url).path)
    links = _following(page.url, answer.pagination)
    if isinstance(answer, _Topic):
        return Reading(() if answer.deleted else _messages(page.url, base, answer), links)
    if isinstance(answer, _Search):
        listed = [hit.topic or _Listed(tid=hit.tid) for hit in answer.posts]
        return Reading(links=(*_threads(page.url, base, listed), *links))
    boards = [ask(page.url, f"{base}/api/category/{board.slug}") for board in answer.children]
    return Reading(links=(*_threads(page.url, base, answer.topics), *boards, *links))


def _threads(url: str, base: str, topics: list[_Listed] | tuple[_Listed, ...]) -> tuple[str, ...]:
    there = [topic for topic in topics if not topic.deleted]
    return tuple(
        dict.fromkeys(ask(url, f"{base}/api/topic/{topic.slug or topic.tid}") for topic in there)
    )


def _following(url: str, pages: _Pages) -> tuple[str, ...]:
    return (ask(url, **{**query(url), "page": pages.next.page}),) if pages.next.active else ()


def _messages(url: str, base: str, topic: _Topic) -> tuple[Message, ...]:
    thread = ask(url, f"{base}/topic/{topic.slug}")
    title = words(fragment(topic.title))
    given = []
    for place, post in enumerate(topic.posts):
        text, quotes = to_text(fragment(post.content), _CITED)
        if post.deleted:
            continue
        given.append(
            Message(
                engine_id=str(post.pid),
                thread_url=thread,
                url=absolute(url, f"{base}/post/{quote(str(post.pid), safe='')}"),
                position=1 + (place if post.index is None else post.index),
                author=post.user.username,
                published=post.published,
                title=title,
                text=text,
                quotes=quotes,
                staff=any(group.name.lower() in STAFF for group in post.user.groups),
            )
        )
    return tuple(given)
