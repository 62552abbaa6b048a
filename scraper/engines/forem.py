"""Forem, which serves dev.to: articles by its API (https://developers.forem.com/api)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from scraper.engines.answers import Address, Shape, ask, count, page_number, parse, query
from scraper.engines.html import fragment, to_text
from scraper.post import Message, Page, Reading
from scraper.sources import Source

PER_PAGE = 30
"""Articles on one page of a list where the address does not say."""


class _Listed(Shape):
    id: int


class _User(Shape):
    username: str = ""


class _Article(Shape):
    id: int
    title: str
    url: Address
    body_html: str
    published_timestamp: str = ""
    user: _User = _User()


_ANSWER: TypeAdapter[_Article | tuple[_Listed, ...]] = TypeAdapter(_Article | tuple[_Listed, ...])


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: a tag or an article."""
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    path = urlsplit(url).path.strip("/")
    if path.startswith("api/"):
        return url
    if tag := re.fullmatch(r"t/([^/]+)", path):
        return ask(url, "/api/articles", tag=tag[1], per_page=PER_PAGE, page=1)
    return ask(url, f"/api/articles/{path}")


def read(page: Page, source: Source) -> Reading:
    """An article, or the articles of a list and its next page.

    Comments are not read: the API gives them without the address of their article.

    Raises:
        EngineError: the page is not an answer of this API.
    """
    answer = parse(page, _ANSWER)
    if isinstance(answer, _Article):
        return Reading((_message(answer),))
    links = [ask(page.url, f"/api/articles/{each.id}") for each in answer]
    if len(links) >= count(query(page.url).get("per_page", ""), otherwise=PER_PAGE):
        following = {**query(page.url), "page": page_number(page.url) + 1}
        links.append(ask(page.url, **following))
    return Reading(links=tuple(links))


def _message(article: _Article) -> Message:
    text, quotes = to_text(fragment(article.body_html))
    return Message(
        engine_id=str(article.id),
        thread_url=article.url,
        url=article.url,
        position=1,
        author=article.user.username,
        published=article.published_timestamp,
        title=article.title,
        text=text,
        quotes=quotes,
    )
