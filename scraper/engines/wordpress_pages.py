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
_BYLINE = CSSSelector(
    ".byline .fn, .byline .author, .wp-block-post-author-name, .wp-block-post-author__name, "
    "a[rel=author]"
)
_PUBLISHED = CSSSelector(
    "meta[property='article:published_time'], time.published, time.entry-date, "
    ".wp-block-post-date time"
)
_HEADLINES = CSSSelector(".entry-title a, .wp-block-post-title a, .post-title a, a[rel=bookmark]")
_OLDER = CSSSelector("a.next, .nav-previous a, .wp-block-query-pagination-next, link[rel=next]")
_COMMENTS = CSSSelector("li.comment[id^='comment-']")
_COMMENT_TEXT = CSSSelector(".comment-content, .wp-block-comment-content, .comment-text")
_COMMENT_AUTHOR = CSSSelector(".fn, .wp-block-comment-author-name")
_COMMENT_TIME = CSSSelector("time")
_COMMENT_LINKS = CSSSelector("a[href*='/comment-page-']:not([rel~=bookmark])")
_EARLIER = CSSSelector(
    ".comment-navigation .prev, .nav-previous a, .wp-block-comments-pagination-previous"
)
_COMMENT_PAGE = re.compile(r"/comment-page-(\d{1,6})(?=/|$|#)")
_NUMBER = re.compile(r"(?<![\w-])post(?:id)?-(\d+)(?![\w-])")
_LISTS = frozenset({"blog", "archive", "search"})

COMMENTS_PER_PAGE = 50
"""WordPress's default; no page says its own number."""


def read(page: Page, noise: CSSSelector) -> Reading:
    """An article with the comments shown below it, or the links of a list of articles.

    Comments on a further page are numbered as if each page held as many as WordPress's
    default, so that their order is right and their place may not be.

    Raises:
        EngineError: it is neither, or the theme does not mark its text in a known way.
    """
    tree = document(page)
    contents = _CONTENT(tree)
    number = _number(contents[0]) if len(contents) == 1 else _number(tree.find("body"))
    if number and not _LISTS.intersection(_classes(tree.find("body"))):
        return _article(page, tree, number, noise)
    hrefs = [link.get("href") for link in (*_HEADLINES(tree), *_OLDER(tree))]
    links = dict.fromkeys(absolute(page.url, href) for href in hrefs if href)
    if not links:
        raise EngineError("shows neither an article nor a list of articles")
    return Reading(links=tuple(filter(None, links)))


def thread_of(link: str) -> str:
    """The article's address, from that of one of its comments."""
    return re.sub(r"comment-page-\d+/?$", "", urldefrag(link).url)


def _classes(node: etree._Element | None) -> list[str]:
    return (node.get("class") or "").split() if node is not None else []


def _number(node: etree._Element | None) -> str:
    """The article's number, which *node* or what is around it has among its classes."""
    while node is not None:
        if found := _NUMBER.search(node.get("class") or ""):
            return found[1]
        node = node.getparent()
    return ""


def _comment_page(url: str, tree: HtmlElement) -> int:
    earlier = [link.get("href") or "" for link in _EARLIER(tree)]
    shown = _COMMENT_PAGE.search(url)
    before = (int(found[1]) for href in earlier if (found := _COMMENT_PAGE.search(href)))
    return int(shown[1]) if shown else max(before, default=0) + 1


def _article(page: Page, tree: HtmlElement, number: str, noise: CSSSelector) -> Reading:
    content = next(iter(_CONTENT(tree)), None)
    if content is None:
        raise EngineError("an article whose text is not marked as a WordPress theme does")
    thread = thread_of(canonical(page.url, tree))
    title, language = _words(tree, _TITLE), lang(tree)
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
    ordered = sorted(_COMMENTS(tree), key=_age)
    before = 1 + (_comment_page(page.url, tree) - 1) * COMMENTS_PER_PAGE
    replies = (
        _comment(node, thread, title, before + place, noise)
        for place, node in enumerate(ordered, 1)
    )
    links = (absolute(page.url, link.get("href")) for link in _COMMENT_LINKS(tree))
    others = dict.fromkeys(urldefrag(link).url for link in links if thread_of(link) == thread)
    others.pop(urldefrag(page.url).url, None)
    return Reading((opening, *filter(None, replies)), tuple(others))


def _age(node: etree._Element) -> tuple[str, int, str]:
    name = node.get("id") or ""
    return _moment(node, _COMMENT_TIME), len(name), name  # numbers of one moment in their order


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
