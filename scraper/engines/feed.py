"""RSS and Atom: one message for each entry, by the text that the feed carries."""

from __future__ import annotations

import hashlib
import io
from typing import Any
from xml.sax import SAXParseException

import feedparser  # type: ignore[import-untyped]

from scraper.engines.html import absolute, code, fragment, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source


def read(page: Page, source: Source) -> Reading:
    """The feed's entries as messages, each in a thread of its own, and the feed's next page.

    An entry's text is its full content, else the summary that stands in its place.

    Raises:
        EngineError: the page is not a feed.
    """
    parsed = entries_of(page)
    language = code(str(parsed.feed.get("language", "")))
    messages = (_message(page.url, entry, language) for entry in parsed.entries)
    following = (
        absolute(page.url, link.get("href"))
        for link in parsed.feed.get("links", ())
        if link.get("rel") == "next"
    )
    return Reading(tuple(filter(None, messages)), tuple(filter(None, following)))


def entries_of(page: Page) -> Any:
    """The feed on *page* as feedparser gives it.

    Raises:
        EngineError: the page is not a feed.
    """
    kind = page.headers.get("content-type", "application/xml")
    try:
        parsed = feedparser.parse(
            io.BytesIO(page.body), response_headers={"content-type": kind}, sanitize_html=False
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise EngineError(f"is not a feed ({type(error).__name__})") from error
    if not parsed.get("version"):
        raise EngineError("is not a feed")
    if not parsed.entries and isinstance(parsed.get("bozo_exception"), SAXParseException):
        raise EngineError("is a feed that breaks off before it says anything")
    return parsed


def markup_of(entry: Any) -> str:
    """The HTML of an entry: its content, else its summary, else ""."""
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    return max([*contents, ""], key=len) or str(entry.get("summary", ""))


def published_of(entry: Any) -> str:
    """When an entry was first published, in UTC; "" where it does not say."""
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if not moment:
        return ""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00".format(*moment[:6])


def _message(url: str, entry: Any, language: str) -> Message | None:
    link = absolute(url, entry.get("link"))
    text, quotes = to_text(fragment(markup_of(entry)))
    if not link or not text:
        return None
    identity = str(entry.get("id") or link)
    return Message(
        engine_id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        thread_url=link,
        url=link,
        position=1,
        author=str(entry.get("author", "")),
        published=published_of(entry),
        title=words(fragment(str(entry.get("title", "")))),
        text=text,
        quotes=quotes,
        lang=language,
    )
