"""The two shapes that engines work on: the page they get and the posts they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

POSTS = (
    *("post_id", "source", "engine", "thread_url", "url", "position", "author_key"),
    *("published", "title", "text", "quotes", "lang", "staff", "captured_at", "sha256"),
)
"""The keys of a post, as a line of ``posts/<source>.jsonl.gz`` holds them."""


@dataclass(frozen=True)
class Page:
    """One response as an engine sees it; nothing of Scrapy in it.

    Attributes:
        url: the address that answered.
        body: the payload, decompressed.
        headers: names in lower case.
        status: the HTTP status.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Message:
    """One message by one author, as an engine reads it; the spider makes a post of it.

    Attributes:
        engine_id: the engine's own, lasting id of the message, unique in its source.
        thread_url: address of the article or thread that it stands in.
        url: the message's own permalink.
        position: 1 for the opening message, 2 for the first reply, and so on.
        author: as shown; hashed by the spider at once and never written.
        published: ISO 8601 with its zone as far as the engine gives it, else "".
        title: of the thread or article.
        text: what the author wrote, quotes included, plain text with line breaks.
        quotes: (start, end) character offsets in *text* that the engine marks as quoted.
        lang: ISO 639-1 where the page declares it, else "".
        staff: whether the engine marks the author as staff of the place.
    """

    engine_id: str
    thread_url: str
    url: str
    position: int
    author: str
    published: str
    title: str
    text: str
    quotes: tuple[tuple[int, int], ...] = ()
    lang: str = ""
    staff: bool = False


@dataclass(frozen=True)
class Reading:
    """What one page gave.

    Attributes:
        messages: in the page's order.
        links: absolute addresses to fetch next (next listing page, threads, more replies).
        titles: of those links that lead to threads, what the page calls them, where it does.
        read_as: where the page had to be recognised, the engine that read it and by what it
            was known; the words are ours alone.
        withheld: whether messages were left out because the page asks to be in no index.
    """

    messages: tuple[Message, ...] = ()
    links: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    read_as: str = ""
    withheld: bool = False


class EngineError(ValueError):
    """A page that the engine cannot read: the one exception that engines raise.

    Its words are ours alone, never the page's: they are printed.
    """
