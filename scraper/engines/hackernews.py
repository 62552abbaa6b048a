"""Hacker News by its two APIs: lists and single items of its own, threads of its search.

Its own (https://hacker-news.firebaseio.com/v0) lists what is new and gives one item at a time,
which does not say to which story a comment belongs. The search service
(https://hn.algolia.com/api) gives a story with all its comments, so each thread is read there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter

from scraper.engines.answers import Shape, ask, parse, query
from scraper.engines.html import fragment, to_text
from scraper.post import Message, Page, Reading
from scraper.sources import Source

API = "https://hn.algolia.com/api/v1"
OWN = "https://hacker-news.firebaseio.com/v0"
HOSTS = ("hn.algolia.com", "hacker-news.firebaseio.com")


class _Hit(Shape):
    object_id: str = Field(alias="objectID")
    story_id: int | None = None


class _Search(Shape):
    hits: tuple[_Hit, ...]
    page: int = 0
    pages: int = Field(alias="nbPages")


class _Item(Shape):
    id: int
    created_at: str
    type: str
    author: str | None = None
    title: str | None = None
    text: str | None = None
    story_id: int | None = None
    children: tuple[_Item, ...] = ()


class _OwnItem(Shape):
    id: int
    time: float = 0
    type: str
    parent: int | None = None


_List = Annotated[tuple[int, ...], Field(min_length=1)]
_ANSWER: TypeAdapter[_Search | _Item | _OwnItem | _List | None] = TypeAdapter(
    _Search | _Item | _OwnItem | _List | None
)


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: a search or an item, of either web site.

    A list of the site's own API (``…/v0/askstories.json``) stays as it is.
    """
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    asked = query(url)
    if "/api/" in urlsplit(url).path or urlsplit(url).hostname == HOSTS[1]:
        return url
    if "id" in asked:
        return f"{API}/items/{asked['id']}"
    return ask(f"{API}/search_by_date", query=asked.get("q", ""), hitsPerPage=100, page=0)


def read(page: Page, source: Source) -> Reading:
    """A story with all its comments, or the stories of a search and its next page.

    A search that finds a comment leads to the whole story. Comments are numbered from 2 by
    the time they were made; deleted ones keep their number and give no message. Of the site's
    own API a list leads to its stories, a comment to what it answers, a story to its thread.

    Raises:
        EngineError: the page is not an answer of this API.
    """
    answer = parse(page, _ANSWER)
    if isinstance(answer, _Search):
        stories = (str(hit.story_id or hit.object_id) for hit in answer.hits)
        links = list(dict.fromkeys(ask(page.url, f"/api/v1/items/{story}") for story in stories))
        if answer.page + 1 < answer.pages:
            links.append(ask(page.url, **{**query(page.url), "page": answer.page + 1}))
        return Reading(links=tuple(links))
    if answer is None or isinstance(answer, tuple | _OwnItem):
        return Reading(links=_led_to(answer))
    if answer.type == "comment" and answer.story_id:
        return Reading(links=(ask(page.url, f"/api/v1/items/{answer.story_id}"),))
    comments = sorted(_below(answer), key=lambda item: (item.created_at, item.id))
    messages = (_message(item, answer, place) for place, item in enumerate((answer, *comments), 1))
    return Reading(tuple(message for message in messages if message.text))


def _led_to(answer: _OwnItem | tuple[int, ...] | None) -> tuple[str, ...]:
    if answer is None:  # so the site says that there is no such item
        return ()
    if isinstance(answer, tuple):
        return tuple(f"{API}/items/{story}" for story in answer)
    if answer.parent:
        return (f"{OWN}/item/{answer.parent}.json",)
    return (f"{API}/items/{answer.id}",)


def _below(item: _Item) -> Iterator[_Item]:
    for child in item.children:
        yield child
        yield from _below(child)


def _message(item: _Item, story: _Item, position: int) -> Message:
    text, quotes = to_text(fragment(item.text or ""))
    return Message(
        engine_id=str(item.id),
        thread_url=_shown(story),
        url=_shown(item),
        position=position,
        author=item.author or "",
        published=item.created_at,
        title=story.title or "",
        text=text,
        quotes=quotes,
    )


def _shown(item: _Item) -> str:
    return f"https://news.ycombinator.com/item?id={item.id}"
