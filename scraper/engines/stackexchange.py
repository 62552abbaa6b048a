"""Stack Exchange: questions and answers by its API (https://api.stackexchange.com/docs)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from scraper.engines.answers import Shape, ask, moment, number_after, page_number, parse, query
from scraper.engines.html import fragment, to_text, words
from scraper.post import Message, Page, Reading
from scraper.sources import Source

API = "https://api.stackexchange.com/2.3"
MOST = 100
"""Items on one page, the most that the API gives."""


class _Owner(Shape):
    user_id: int | None = None
    display_name: str = ""


class _Question(Shape):
    question_id: int
    title: str
    body: str
    creation_date: int
    answer_count: int = 0
    owner: _Owner = _Owner()


class _Answer(Shape):
    answer_id: int
    question_id: int
    body: str
    creation_date: int
    owner: _Owner = _Owner()


class _Items(Shape):
    items: tuple[_Answer | _Question, ...]
    has_more: bool


_ITEMS = TypeAdapter(_Items)


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address: a tag, a search, a question, a whole site."""
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    parts = urlsplit(url)
    if parts.hostname == urlsplit(API).hostname:
        return url
    tag = re.search(r"/questions/tagged/([^/]+)", parts.path)
    number = number_after("/questions/", parts.path)
    asked: dict[str, object] = {"order": "desc", "sort": "creation"}
    path = f"/questions/{number}" if number else "/questions"
    if tag:
        asked |= {"tagged": tag[1]}
    elif "q" in query(url):
        path, asked = "/search/advanced", asked | {"q": query(url)["q"]}
    return _ask(f"{API}{path}", parts.hostname or "", **asked)


def _ask(url: str, site: str, **asked: object) -> str:
    return ask(url, **asked, site=site, filter="withbody", pagesize=MOST, page=1)


def read(page: Page, source: Source) -> Reading:
    """Questions, each with a link to its answers, or a question's answers, oldest first.

    The site is named by its domain in each address that this asks for, so that answers,
    which do not say where they stand, get the same thread as their question.

    Raises:
        EngineError: the page is not an answer of this API.
    """
    answer = parse(page, _ITEMS)
    site = query(page.url).get("site", "")
    site = site if "." in site else f"{site}.stackexchange.com"
    before = 1 + (page_number(page.url) - 1) * MOST
    messages, links = [], []
    for place, item in enumerate(answer.items, 1):
        thread = f"https://{site}/questions/{item.question_id}"
        if isinstance(item, _Answer):
            permalink = f"https://{site}/a/{item.answer_id}"
            number = f"answer-{item.answer_id}"
            messages.append(_message(item, number, thread, permalink, before + place))
            continue
        messages.append(_message(item, f"question-{item.question_id}", thread, thread, 1))
        if item.answer_count:
            url = f"/2.3/questions/{item.question_id}/answers"
            links.append(_ask(ask(page.url, url), site, order="asc", sort="creation"))
    if answer.has_more:
        following = {**query(page.url), "page": page_number(page.url) + 1}
        links.append(ask(page.url, **following))
    return Reading(tuple(messages), tuple(links))


def _message(
    item: _Answer | _Question, number: str, thread: str, url: str, position: int
) -> Message:
    text, quotes = to_text(fragment(item.body))
    return Message(
        engine_id=number,
        thread_url=thread,
        url=url,
        position=position,
        author=str(item.owner.user_id or item.owner.display_name),
        published=moment(item.creation_date),
        title=words(fragment(item.title)) if isinstance(item, _Question) else "",
        text=text,
        quotes=quotes,
    )
