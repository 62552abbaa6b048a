"""WordPress as its themes show it, for where the API is closed."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from scraper.engines.html import absolute, canonical, document, lang, to_text, words
from scraper.post import EngineError, Message, Page, Reading

_CONTENT = CSSSelector(".entry-content, .wp-block-post-content, .post-content")
_TITLE = CSSSelector(".entry-title, .wp-block-post-title, .post-title, h1")
_BYLINE = CSSSelector(".byline .fn, .byline .author, .wp-block-post-author-name, a[rel=author]")
_PUBLISHED = CSSSelector("meta[property='article:published_time'], time.published, time.entry-date")
_HEADLINES = CSSSelector(".entry-title a, .wp-block-post-title a, .post-title a, a[rel=bookmark]")
_OLDER = CSSSelector("a.next, .nav-previous a, .wp-block-query-pagination-next, link[rel=next]")
_COMMENTS = CSSSelector("li.comment[id^='comment-']")
_COMMENT_TEXT = CSSSelector(".comment-content, .wp-block-comment-content, .comment-text")
_COMMENT_AUTHOR = CSSSelector(".fn, .wp-block-comment-author-name")
_COMMENT_TIME = CSSSelector("time")


def read(page: Page, noise: CSSSelector) -> Reading:
    """An article with the comments shown below it, or the links of a list of articles.

    Raises:
        EngineError: it is neither, or the theme does not mark its text in a known way.
    """
    tree = document(page)
    body = tree.find("body")
    marks = re.search(r"\bpostid-(\d+)\b", (body.get("class") or "") if body is not None else "")
    if marks:
        return _article(page, tree, marks[1], noise)
    hrefs = [link.get("href") for link in (*_HEADLINES(tree), *_OLDER(tree))]
    links = dict.fromkeys(absolute(page.url, href) for href in hrefs if href)
    if not links:
        raise EngineError("shows neither an article nor a list of articles")
    return Reading(links=tuple(filter(None, links)))


def thread_of(link: str) -> str:
    """The article's address, from that of one of its comments."""
    return re.sub(r"comment-page-\d+/?$", "", urldefrag(link).url)


def _article(page: Page, tree: HtmlElement, number: str, noise: CSSSelector) -> Reading:
    content = next(iter(_CONTENT(tree)), None)
    if content is None:
        raise EngineError("an article whose text is not marked as a WordPress theme does")
    thread, title, language = canonical(page.url, tree), _words(tree, _TITLE), lang(tree)
    text, quotes = to_text(content, noise)
    opening = Message(
        engine_id=f"post-{number}",
        thread_url=thread,
        url=thread,
        position=1,
        author=_words(tree, _BYLINE),
        published=_moment(tree, _PUBLISHED),
        title=title,
        text=text,
        quotes=quotes,
        lang=language,
    )
    ordered = sorted(
        _COMMENTS(tree), key=lambda node: (_moment(node, _COMMENT_TIME), node.get("id"))
    )
    replies = (
        _comment(node, thread, title, position, noise) for position, node in enumerate(ordered, 2)
    )
    return Reading((opening, *filter(None, replies)))


def _comment(
    node: etree._Element, thread: str, title: str, position: int, noise: CSSSelector
) -> Message | None:
    content = next(iter(_COMMENT_TEXT(node)), None)
    if content is None:
        return None
    text, quotes = to_text(content, noise)
    name = node.get("id") or ""
    return Message(
        engine_id=name,
        thread_url=thread,
        url=f"{thread}#{name}",
        position=position,
        author=_words(node, _COMMENT_AUTHOR),
        published=_moment(node, _COMMENT_TIME),
        title=title,
        text=text,
        quotes=quotes,
    )


def _words(node: etree._Element, selector: CSSSelector) -> str:
    return words(next(iter(selector(node)), None))


def _moment(node: etree._Element, selector: CSSSelector) -> str:
    found = next(iter(selector(node)), None)
    return "" if found is None else found.get("content") or found.get("datetime") or ""
