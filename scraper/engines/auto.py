"""Unknown pages: the engine is recognised by what the page shows of it, and then reads it.

A page that no engine fits is read by what it says of itself in JSON-LD or microdata, or by
what the posts of any forum program have in common, whichever gives more; a page of its own
text alone is read as an article. The reading says by what mark the engine was known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Literal
from urllib.parse import urlsplit

from scraper.engines import article, generic, structured
from scraper.engines.html import document
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

REFUSALS = (401, 403, 404)
HEAD = 200_000
"""Characters of a page in which an engine's marks are looked for."""

Where = Literal["host", "path", "header", "generator", "page", "answer"]


@dataclass(frozen=True)
class Mark:
    """What shows an *engine*: *shows* is found in that part of a page or of its answer."""

    engine: str
    where: Where
    shows: str
    words: str


MARKS = (
    Mark("reddit", "host", r"(^|\.)reddit\.com$", "its host"),
    Mark("hackernews", "host", r"^(news\.ycombinator|hn\.algolia)\.com$", "its host"),
    Mark("stackexchange", "host", r"(^|\.)(stackoverflow|stackexchange)\.com$", "its host"),
    Mark("stackexchange", "host", r"^(serverfault|superuser|askubuntu)\.com$", "its host"),
    Mark("habr", "host", r"^qna\.habr\.com$", "its host"),
    Mark("forem", "host", r"^dev\.to$", "its host"),
    Mark("medium", "host", r"(^|\.)medium\.com$", "its host"),
    Mark("blogger", "host", r"\.blogspot\.[a-z.]+$", "its host"),
    Mark("wordpress", "path", r"/wp-json/", "the path of its API"),
    Mark("lemmy", "path", r"^/api/v[34]/(post|comment|search|community)", "the path of its API"),
    Mark("flarum", "header", r"content-type: application/vnd\.api\+json", "its kind of answer"),
    Mark("discourse", "answer", r'"(topic_list|post_stream)":', "what its answers hold"),
    Mark("discourse", "answer", r'"grouped_search_result":', "what its answers hold"),
    Mark("nodebb", "answer", r'"(mainPid|topicCount|loggedInUser)":', "what its answers hold"),
    Mark("forem", "answer", r'"(type_of|public_reactions_count)":', "what its answers hold"),
    Mark("feed", "answer", r"<(rss|feed|rdf:RDF)\b", "its first element"),
    Mark("discourse", "generator", r"discourse", "its generator tag"),
    Mark("wordpress", "generator", r"wordpress", "its generator tag"),
    Mark("vbulletin", "generator", r"vbulletin", "its generator tag"),
    Mark("blogger", "generator", r"blogger", "its generator tag"),
    Mark("ghost", "generator", r"ghost", "its generator tag"),
    Mark("discourse", "header", r"^x-discourse-|set-cookie: .*_forum_session=", "its headers"),
    Mark("wordpress", "header", r'^link: .*rel="https://api\.w\.org/"', "the link to its API"),
    Mark("nodebb", "header", r"^x-powered-by: nodebb", "its headers"),
    Mark("invision", "header", r"^x-ips-|set-cookie: .*\bips4_", "its headers"),
    Mark("xenforo", "header", r"set-cookie: .*\bxf_(csrf|session)=", "its cookies"),
    Mark("phpbb", "header", r"set-cookie: .*\bphpbb3?_\w+_(u|k|sid)=", "its cookies"),
    Mark("vbulletin", "header", r"set-cookie: .*\bbb(sessionhash|lastvisit)=", "its cookies"),
    Mark("flarum", "header", r"set-cookie: .*\bflarum_\w+=", "its cookies"),
    Mark("khoros", "header", r"set-cookie: .*\blithium(visitor|\.)", "its cookies"),
    Mark("phpbb", "page", r"<body[^>]*\bid=.?phpbb", "the name of its page"),
    Mark("xenforo", "page", r"<html[^>]*\bid=.?(xf|xenforo)\b", "the name of its page"),
    Mark("vbulletin", "page", r"vbulletin[-_](global|init|core)", "its scripts"),
    Mark(
        "invision", "page", r"data-controller=.core\.(front|global)\.|ips\.settings", "its scripts"
    ),
    Mark("khoros", "page", r"<body[^>]*\bclass=.[^\"'>]*\blia-", "the names of its elements"),
    Mark(
        "nodebb", "page", r"/assets/nodebb(\.min)?\.js|component=.(topic|category)\b", "its scripts"
    ),
    Mark("flarum", "page", r"id=.?flarum-(json-payload|content|loading)", "its data"),
    Mark("lemmy", "page", r"window\.isoData\b", "its data"),
    Mark("forem", "page", r"<meta[^>]*name=.?forem:", "its data"),
    Mark("discourse", "page", r"id=.?data-(discourse-setup|preloaded)", "its data"),
    Mark(
        "wordpress", "page", r"<(link|script)[^>]*/wp-(content|includes)/", "the paths of its files"
    ),
)
"""Tried in this order; the more an engine alone can show something, the earlier it stands."""

_COMPILED = tuple((mark, re.compile(mark.shows, re.IGNORECASE | re.MULTILINE)) for mark in MARKS)
_GENERATOR = re.compile(r"<meta\b(?=[^>]*\bname=[\"']?generator\b)[^>]*>", re.IGNORECASE)


def first(source: Source) -> tuple[str, ...]:
    """The addresses to ask: an engine that is known by its host alone turns its own round."""
    asked: list[str] = []
    for url in source.start:
        mark = _shown({"host": urlsplit(url).hostname or "", "path": urlsplit(url).path})
        asked += _asked(mark.engine, url, source) if mark else (url,)
    return tuple(asked)


def read(page: Page, source: Source) -> Reading:
    """What the engine that the page shows reads on it, and by what mark it was known.

    An engine that asks elsewhere for what a page shows (an API, a feed) is given to follow;
    the posts that it reads on the page itself are taken too, since of a page in an archive
    there is nothing else.

    Raises:
        EngineError: neither an engine nor what pages have in common reads it.
    """
    mark = recognise(page)
    if mark is None:
        return _unknown(page, source)
    asked = _asked(mark.engine, page.url, source)
    known = f"{mark.engine}, known by {mark.words}"
    try:
        reading = replace(_read(mark.engine, page, source), read_as=known)
    except EngineError:
        if asked != (page.url,):
            return Reading(links=asked, read_as=known)
        if page.status != 200:
            raise
    else:
        return reading if asked == (page.url,) else replace(reading, links=asked)
    reading = _unknown(page, source)
    return replace(reading, read_as=f"{reading.read_as} (not {known}, which cannot read it)")


def _read(engine: str, page: Page, source: Source) -> Reading:
    module = _engine(engine)
    if page.status != 200 and page.status not in getattr(module, "REFUSALS", ()):
        raise EngineError(f"answers {page.status}")
    reading = module.read(page, source)
    assert isinstance(reading, Reading)  # noqa: S101
    return reading


def recognise(page: Page) -> Mark | None:
    """The first mark of an engine that *page* shows, if any."""
    parts = urlsplit(page.url)
    text = page.body[:HEAD].decode("utf-8", "replace")
    head = "\n".join(f"{name}: {value}" for name, value in page.headers.items())
    shown: dict[str, str] = {"host": parts.hostname or "", "path": parts.path, "header": head}
    if text.lstrip()[:1] in ("{", "[") or text.lstrip()[:5] in ("<?xml", "<rss ", "<feed"):
        shown["answer"] = text
    else:
        shown |= {"page": text, "generator": " ".join(_GENERATOR.findall(text))}
    return _shown(shown)


def _shown(shown: dict[str, str]) -> Mark | None:
    found = (
        mark for mark, shows in _COMPILED if mark.where in shown and shows.search(shown[mark.where])
    )
    return next(found, None)


def _engine(name: str) -> Any:
    return import_module(f"scraper.engines.{name}")


def _asked(engine: str, url: str, source: Source) -> tuple[str, ...]:
    """What the engine called *engine* asks for to read what a reader sees at *url*."""
    turn = getattr(_engine(engine), "first", None)
    return tuple(turn(source.model_copy(update={"start": (url,)}))) if turn else (url,)


def _unknown(page: Page, source: Source) -> Reading:
    if page.status != 200:
        raise EngineError(f"answers {page.status}")
    tree = document(page)
    said, common = structured.parts(page, tree), generic.parts(page, tree)
    if said.messages and len(said.messages) >= len(common.messages):
        links = said.links or common.links
        words = "what the page says of itself in JSON-LD or microdata"
        return Reading(said.messages, links, read_as=words)
    if common.messages or common.links:
        return replace(common, read_as="no engine known: by what posts and lists have in common")
    reading = article.read(page, source)
    return replace(reading, read_as="no engine known, no posts found: its main text")
