"""The articles' corner: a publication of single articles with their metadata in the page."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import ClassVar

from markupsafe import Markup

from scraper.specimens.corner import Corner, Query, Reply, iso, number, redirect
from scraper.specimens.markup import Block, html, tagged
from scraper.specimens.threads import Thread, chunk

PER_PAGE = 6
_SHORT = re.compile(r"/p/(?P<id>[0-9a-f]{12})")


class Articles(Corner):
    """A front page that lists articles, and the articles; the rest of each page is noise."""

    engine: ClassVar[str] = "articles"
    always_forbidden: ClassVar[tuple[str, ...]] = ("/me/", "/search")

    def path(self, thread: Thread) -> str:
        """``/slug-`` and twelve hexadecimal digits."""
        return f"/{thread.slug}-{hexadecimal(thread)}"

    def listed(self, thread: Thread) -> str:
        """The path in listings; a moved article is still listed under its short one."""
        return f"/p/{hexadecimal(thread)}" if thread.state == "moved" else self.path(thread)

    def reply(self, path: str, query: Query) -> Reply | None:
        """The front page, short addresses, articles."""
        if path == "/":
            page = number(query, "page", 1)
            more = page * PER_PAGE < len(self.threads)
            shown = chunk(self.threads, page - 1, PER_PAGE)
            return self._listing(shown, page, more=more) if shown else None
        there = [thread for thread in self.threads if thread.state != "gone"]
        for thread in there:
            if path == self.path(thread):
                return self._article(thread)
        if short := _SHORT.fullmatch(path):
            found = [thread for thread in there if hexadecimal(thread) == short["id"]]
            return redirect(self.address(found[0])) if found else None
        return None

    def missing(self, path: str) -> Reply:
        """The publication's own 404."""
        return Reply(self.page("missing.html").body, status=404)

    def _listing(self, shown: Sequence[Thread], page: int, *, more: bool) -> Reply:
        trending = [thread for thread in self.threads if thread.state == "open"][:3]
        return self.page("index.html", shown=shown, trending=trending, page=page, more=more)

    def _article(self, thread: Thread) -> Reply:
        others = [other for other in self.threads if other.state == "open" and other != thread]
        return self.page(
            "article.html",
            thread,
            body=html(thread.post[0].text, _quote),
            metadata=Markup(self._metadata(thread)),  # noqa: S704 — JSON of our own, no "<" in it
            published=iso(thread.started),
            minutes=1 + len(thread.post[0].text.split()) // 200,
            others=others[:3],
        )

    def _metadata(self, thread: Thread) -> str:
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": thread.title,
            "inLanguage": thread.lang,
            "datePublished": iso(thread.started),
            "dateModified": iso(thread.started),
            "author": {"@type": "Person", "name": thread.post[0].author},
            "publisher": {"@type": "Organization", "name": "Loose Threads"},
            "mainEntityOfPage": self.address(thread),
            "identifier": hexadecimal(thread),
        }
        return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")


def hexadecimal(thread: Thread) -> str:
    """Twelve digits made from the article's number, the same each time."""
    return f"{thread.id * 0x9E3779B97F4A % 2**48:012x}"


def _quote(block: Block) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(tagged(block.paragraphs))
