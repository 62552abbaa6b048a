"""WordPress: its REST API; where that is closed, its feed and the pages themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml.cssselect import CSSSelector
from pydantic import Field, TypeAdapter

from scraper.engines import wordpress_pages
from scraper.engines.answers import Address, Shape, ask, count, page_number, parse, query
from scraper.engines.feed import entries_of, markup_of, published_of
from scraper.engines.html import absolute, fragment, to_text, words
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

REFUSALS = (401, 403, 404)
API = "/wp-json/wp/v2/"
PER_PAGE = {"posts": 20, "comments": 100}
"""How many are asked for at a time; the API gives 100 at the most."""

FEED_ASKS = {"search": "s", "categories": "cat", "tags": "tag_id"}
"""What the feed calls the parameters of the API."""

NOISE = CSSSelector(
    ".sharedaddy, .jp-relatedposts, .wpcnt, .wp-block-buttons, .addtoany_share_save_container, "
    ".post-navigation, .comment-respond, .reply, .yarpp-related, .screen-reader-text"
)


class _Rendered(Shape):
    rendered: str
    protected: bool = False


class _Replies(Shape):
    replies: tuple[object, ...] = ()


class _Post(Shape):
    id: int
    link: Address
    date_gmt: str
    title: _Rendered
    content: _Rendered
    author: int = 0
    embedded: _Replies = Field(default=_Replies(), alias="_embedded")


class _Up(Shape):
    title: _Rendered = _Rendered(rendered="")


class _Embedded(Shape):
    up: tuple[_Up, ...] = ()


class _Comment(Shape):
    id: int
    post: int
    link: Address
    date_gmt: str
    content: _Rendered
    author: int = 0
    author_name: str = ""
    embedded: _Embedded = Field(default=_Embedded(), alias="_embedded")


class _Term(Shape):
    id: int


_POSTS: TypeAdapter[tuple[_Post, ...] | _Post] = TypeAdapter(tuple[_Post, ...] | _Post)
_COMMENTS: TypeAdapter[tuple[_Comment, ...]] = TypeAdapter(tuple[_Comment, ...])
_TERMS: TypeAdapter[tuple[_Term, ...]] = TypeAdapter(tuple[_Term, ...])


def first(source: Source) -> tuple[str, ...]:
    """The API behind each start address that is a blog's home, search, category or tag.

    Any other address, such as one article's, is read as the page that it is.
    """
    return tuple(_api(url) for url in source.start)


def _api(url: str) -> str:
    path = urlsplit(url).path.rstrip("/")
    for folder, route in (("category", "categories"), ("tag", "tags")):
        base, found, slug = path.partition(f"/{folder}/")
        if found and "/feed" not in slug:
            return ask(url, f"{base}{API}{route}", slug=slug.rpartition("/")[2])
    if "s" in query(url):
        return _posts(url, path, search=query(url)["s"])
    return url if path else _posts(url, path)


def _posts(url: str, base: str, **asked: object) -> str:
    asked |= {"per_page": PER_PAGE["posts"], "page": 1, "_embed": "replies"}
    return ask(url, f"{base}{API}posts", **asked)


def read(page: Page, source: Source) -> Reading:
    """The articles or comments of an API answer, a feed's links, or what a page shows.

    An article has position 1 and its comments follow in the order of their dates. Where the
    API refuses, the feed leads to the articles' pages; where the feed does too, the home
    page does. A feed of comments holds the newest ones only, and counts from them.

    Raises:
        EngineError: the page is none of these, or an article that cannot be had.
    """
    parts = urlsplit(page.url)
    base, found, route = parts.path.partition(API)
    if found:
        closed = page.status in REFUSALS or page.body.lstrip()[:1] not in (b"[", b"{")
        return _without_api(page.url, base, route) if closed else _answer(page, base, route)
    if "/feed" in parts.path or "feed" in query(page.url):
        return _feed(page)
    if page.status in REFUSALS:
        raise EngineError(f"answered with status {page.status}")
    return wordpress_pages.read(page, NOISE)


def _answer(page: Page, base: str, route: str) -> Reading:
    if route.startswith("comments"):
        return Reading(_comments(page), _next(page))
    if route.startswith("posts"):
        answer = parse(page, _POSTS)
        posts = answer if isinstance(answer, tuple) else (answer,)
        open_posts = [post for post in posts if not post.content.protected]
        # the first comments are asked for along with articles, to see which have any
        is_told = query(page.url).get("_embed") == "replies"
        answered = (post for post in open_posts if post.embedded.replies or not is_told)
        replies = (_replies(page.url, base, post.id) for post in answered)
        return Reading(tuple(map(_message, open_posts)), (*replies, *_next(page)))
    terms = parse(page, _TERMS)
    if not terms:
        raise EngineError("the blog has no category or tag of that name")
    return Reading(links=tuple(_posts(page.url, base, **{route: term.id}) for term in terms))


def _replies(url: str, base: str, post: int) -> str:
    asked = {"post": post, "order": "asc", "per_page": PER_PAGE["comments"], "page": 1}
    return ask(url, f"{base}{API}comments", **asked, _embed="up")


def _next(page: Page) -> tuple[str, ...]:
    here = page_number(page.url)
    if here >= count(page.headers.get("x-wp-totalpages", ""), otherwise=1):
        return ()
    return (ask(page.url, **{**query(page.url), "page": here + 1}),)


def _message(post: _Post) -> Message:
    text, quotes = to_text(fragment(post.content.rendered), NOISE)
    return Message(
        engine_id=f"post-{post.id}",
        thread_url=post.link,
        url=post.link,
        position=1,
        author=_author(post.author, ""),
        published=_utc(post.date_gmt),
        title=words(fragment(post.title.rendered)),
        text=text,
        quotes=quotes,
    )


def _comments(page: Page) -> tuple[Message, ...]:
    each = count(query(page.url).get("per_page", ""), otherwise=10)
    before = 1 + (page_number(page.url) - 1) * each
    comments = parse(page, _COMMENTS)
    return tuple(_comment(each, before + place) for place, each in enumerate(comments, 1))


def _comment(comment: _Comment, position: int) -> Message:
    text, quotes = to_text(fragment(comment.content.rendered), NOISE)
    title = comment.embedded.up[0].title.rendered if comment.embedded.up else ""
    return Message(
        engine_id=f"comment-{comment.id}",
        thread_url=wordpress_pages.thread_of(comment.link),
        url=comment.link,
        position=position,
        author=_author(comment.author, comment.author_name),
        published=_utc(comment.date_gmt),
        title=words(fragment(title)),
        text=text,
        quotes=quotes,
    )


def _author(number: int, name: str) -> str:
    """A registered author by number, the same for articles and comments; a guest by name."""
    return f"user {number}" if number else name


def _utc(moment: str) -> str:
    return f"{moment}+00:00" if moment and "+" not in moment else moment


def _without_api(url: str, base: str, route: str) -> Reading:
    """The feed that says what the API would not."""
    asked = query(url)
    if page_number(url) > 1:
        return Reading()
    if route.startswith("comments"):
        return Reading(links=(ask(url, f"{base}/", feed="rss2", p=asked.get("post", "")),))
    if route.startswith(("categories", "tags")):
        name = "category_name" if route.startswith("categories") else "tag"
        carried = {name: asked.get("slug", "")}
    else:
        carried = {FEED_ASKS[name]: asked[name] for name in FEED_ASKS if name in asked}
    return Reading(links=(ask(url, f"{base}/feed/", **carried, paged=1),))


def _feed(page: Page) -> Reading:
    here, asked = page_number(page.url, "paged"), query(page.url)
    if page.status in REFUSALS:
        if here > 1 or "p" in asked:
            return Reading()
        carried = {name: asked[name] for name in asked if name not in ("paged", "feed")}
        base = urlsplit(page.url).path.partition("/feed")[0]
        return Reading(links=(ask(page.url, f"{base}/", **carried),))
    entries = [
        (link, entry)
        for entry in entries_of(page).entries
        if (link := absolute(page.url, entry.get("link")))
    ]
    if any("#comment-" in link for link, _ in entries):
        return Reading(_comment_entries(entries))
    following = ask(page.url, **{**asked, "paged": here + 1})
    return Reading(links=(*(link for link, _ in entries), *((following,) if entries else ())))


def _comment_entries(entries: list[tuple[str, Any]]) -> tuple[Message, ...]:
    messages = []
    ordered = sorted(entries, key=lambda pair: (published_of(pair[1]), pair[0]))
    for position, (link, entry) in enumerate(ordered, 2):
        text, quotes = to_text(fragment(markup_of(entry)), NOISE)
        message = Message(
            engine_id=urldefrag(link).fragment,
            thread_url=wordpress_pages.thread_of(link),
            url=link,
            position=position,
            author=str(entry.get("author", "")),
            published=published_of(entry),
            title="",
            text=text,
            quotes=quotes,
        )
        messages.append(message)
    return tuple(messages)
