"""Reddit: listings, searches and comment pages as JSON (https://www.reddit.com/dev/api).

Comment pages are read as archives hold them, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from scraper.engines import reddit_pages as pages
from scraper.engines.answers import Shape, ask, moment, parse, query, shaped
from scraper.engines.html import absolute, document, fragment, to_text
from scraper.post import EngineError, Message, Page, Reading
from scraper.sources import Source

GONE = frozenset({"[removed]", "[deleted]", "[ Removed by Reddit ]"})
"""What stands in place of a text, or of an author, that was taken away."""

PUBLIC = "www.reddit.com"
SAME = frozenset({"oauth.reddit.com", "old.reddit.com", "new.reddit.com", "reddit.com"})
"""Other hosts that answer the same; posts name the public one."""

_LISTED = re.compile(r"^(?P<place>/r/[^/]+)(?:/(?P<sort>new|hot|top|search))?(?:\.json)?/?$")
_SINGLE = re.compile(r"/comments/[0-9a-z]+/[^/]+/[0-9a-z]+(?:/|$)")
_COMMENTS = re.compile(r"/comments/(?P<id>[0-9a-z]+)(?:[/.]|$)")


class _Thing(Shape):
    kind: str
    data: dict[str, Any]


class _Children(Shape):
    children: tuple[_Thing, ...]
    after: str | None = None


class _Listing(Shape):
    kind: Literal["Listing"]
    data: _Children


class _Submission(Shape):
    name: str
    permalink: str
    title: str
    created_utc: float
    author: str | None = None
    is_self: bool = True
    selftext: str = ""
    selftext_html: str | None = None
    removed_by_category: str | None = None
    distinguished: str | None = None
    num_comments: int = 0


class _Comment(Shape):
    name: str
    permalink: str
    body: str
    created_utc: float
    body_html: str | None = None
    author: str | None = None
    distinguished: str | None = None
    replies: _Listing | str = ""


_ANSWER: TypeAdapter[tuple[_Listing, _Listing] | _Listing] = TypeAdapter(
    tuple[_Listing, _Listing] | _Listing
)
_SUBMISSION = TypeAdapter(_Submission)
_COMMENT = TypeAdapter(_Comment)


def first(source: Source) -> tuple[str, ...]:
    """The JSON behind each start address: a subreddit, a search in one, a comment page."""
    return tuple(_json(url) for url in source.start)


def _json(url: str) -> str:
    path, asked = urlsplit(url).path, query(url)
    if found := _COMMENTS.search(path):
        return _thread(url, found["id"])
    listed = _LISTED.match(path)
    if not listed:
        return url
    if listed["sort"] == "search":
        asked = {"restrict_sr": "1", "sort": "new"} | asked
    asked |= {"limit": "100", "raw_json": "1"}
    return ask(url, f"{listed['place']}/{listed['sort'] or 'new'}.json", **asked)


def _thread(url: str, number: str) -> str:
    return ask(url, f"/comments/{number}.json", limit=500, raw_json=1)


def read(page: Page, source: Source) -> Reading:
    """A submission with its comments, or the threads of a listing and its next page.

    Comments are numbered from 2 by the time they were made, whatever they answer. Those
    that Reddit folds away behind "more", beyond the 500 that it gives at once, are not
    read. A listing gives the submissions that nobody commented on itself; the others are
    links. A page that shows one comment alone gives nothing: its place is not known.

    Raises:
        EngineError: the page is neither an answer of Reddit's API nor a comment page.
    """
    if page.body.lstrip()[:1] == b"<":
        return Reading(_shown(page))
    answer = parse(page, _ANSWER)
    if isinstance(answer, tuple):
        return Reading(_discussion(page.url, *answer))
    submissions = [
        shaped(thing.data, _SUBMISSION) for thing in answer.data.children if thing.kind == "t3"
    ]
    alone = (_opening(page.url, each) for each in submissions if not each.num_comments)
    links = [
        _thread(page.url, each.name.removeprefix("t3_"))
        for each in submissions
        if each.num_comments
    ]
    if answer.data.after:
        links.append(ask(page.url, **{**query(page.url), "after": answer.data.after}))
    return Reading(tuple(filter(None, alone)), tuple(links))


def _discussion(url: str, opening: _Listing, replies: _Listing) -> tuple[Message, ...]:
    if len(opening.data.children) != 1:
        raise EngineError("a comment page without its submission")
    submission = shaped(opening.data.children[0].data, _SUBMISSION)
    comments = sorted(_flat(replies), key=lambda each: (each.created_utc, each.name))
    messages = (
        _reply(url, submission, comment, position) for position, comment in enumerate(comments, 2)
    )
    return tuple(filter(None, (_opening(url, submission), *messages)))


def _shown(page: Page) -> tuple[Message, ...]:
    seen = {each.name: each for each in pages.messages(document(page))}
    comments = sorted(
        (each for name, each in seen.items() if name.startswith("t1_")),
        key=lambda each: (each.created, each.name),
    )
    openings = [each for name, each in seen.items() if name.startswith("t3_")]
    if len(openings) != 1:
        raise EngineError("is no comment page of Reddit")
    if _SINGLE.search(urlsplit(page.url).path):
        return ()
    thread, title = _public(page.url, openings[0].permalink), openings[0].title
    placed = enumerate((openings[0], *comments), 1)
    found = (_seen(page.url, each, thread, title, position) for position, each in placed)
    return tuple(filter(None, found))


def _seen(url: str, seen: pages.Seen, thread: str, title: str, position: int) -> Message | None:
    if seen.content is None:
        return None
    text, quotes = to_text(seen.content)
    if text in GONE or not text:
        return None
    return Message(
        engine_id=seen.name,
        thread_url=thread,
        url=_public(url, seen.permalink),
        position=position,
        author=_author(seen.author),
        published=seen.created.isoformat(timespec="seconds"),
        title=title,
        text=text,
        quotes=quotes,
        staff=seen.staff,
    )


def _flat(listing: _Listing) -> Iterator[_Comment]:
    for thing in listing.data.children:
        if thing.kind == "t1":
            comment = shaped(thing.data, _COMMENT)
            yield comment
            if isinstance(comment.replies, _Listing):
                yield from _flat(comment.replies)


def _public(url: str, permalink: str) -> str:
    parts = urlsplit(url)
    host = PUBLIC if parts.netloc in SAME else parts.netloc
    url = absolute(f"{parts.scheme}://{host}/", permalink)
    if not url:
        raise EngineError("a permalink that is none")
    return url


def _opening(url: str, submission: _Submission) -> Message | None:
    gone = submission.removed_by_category or submission.selftext in GONE
    if gone or not submission.is_self:
        return None
    text, quotes = _text(submission.selftext_html, submission.selftext)
    thread = _public(url, submission.permalink)
    return Message(
        engine_id=submission.name,
        thread_url=thread,
        url=thread,
        position=1,
        author=_author(submission.author),
        published=moment(submission.created_utc),
        title=unescape(submission.title),
        text=text,
        quotes=quotes,
        staff=submission.distinguished is not None,
    )


def _reply(url: str, submission: _Submission, comment: _Comment, position: int) -> Message | None:
    if comment.body in GONE:
        return None
    text, quotes = _text(comment.body_html, comment.body)
    return Message(
        engine_id=comment.name,
        thread_url=_public(url, submission.permalink),
        url=_public(url, comment.permalink),
        position=position,
        author=_author(comment.author),
        published=moment(comment.created_utc),
        title=unescape(submission.title),
        text=text,
        quotes=quotes,
        staff=comment.distinguished is not None,
    )


def _author(name: str | None) -> str:
    """No author where the account was deleted: those are many people, not one."""
    return "" if name is None or name in GONE else name


def _text(markup: str | None, plain: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The rendered text; without ``raw_json`` Reddit escapes its markup once more."""
    if not markup:
        return plain.strip(), ()
    return to_text(fragment(unescape(markup) if markup.startswith("&lt;") else markup))
