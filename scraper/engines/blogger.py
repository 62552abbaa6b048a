"""Blogger: the feed of a blog holds whole posts, page by page."""

from __future__ import annotations

from urllib.parse import urlsplit

from scraper.engines.answers import ask, query
from scraper.engines.feed import read
from scraper.sources import Source

__all__ = ["first", "read"]


def first(source: Source) -> tuple[str, ...]:
    """The feed behind each start address: a blog's home, a label, a search, or a feed."""
    return tuple(_feed(url) for url in source.start)


def _feed(url: str) -> str:
    path = urlsplit(url).path
    if path.startswith("/feeds/"):
        return url
    label = path.partition("/search/label/")[2].strip("/")
    asked = {"q": query(url)["q"]} if "q" in query(url) else {}
    return ask(url, "/feeds/posts/default" + (f"/-/{label}" if label else ""), **asked)
