"""Reddit as its pages show a thread, for what archives hold: the old pages and the new.

Old pages (until 2018, and old.reddit.com since) mark each message as a ``thing``; those of
2023 and later have elements of their own for it. Both tell the names that the API gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from scraper.engines.html import words

_THINGS = etree.XPath(
    "//div[@data-fullname][contains(concat(' ', @class, ' '), ' thing ')]"
    " | //shreddit-post | //shreddit-comment"
)
_ENTRY = etree.XPath("./div[contains(concat(' ', normalize-space(@class), ' '), ' entry ')]")
_TEXT = etree.XPath(".//div[contains(@class, 'usertext-body')]/div[@class='md']")
_AUTHOR = etree.XPath("./p/a[contains(concat(' ', @class, ' '), ' author ')]")
_TIME = etree.XPath("string(./p/time/@datetime)")
_TITLE = etree.XPath("string(.//a[contains(concat(' ', @class, ' '), ' title ')])")
_LINK = etree.XPath("string(.//a[contains(@class, 'bylink')]/@href)")
_SLOTS = etree.XPath(".//*[@slot='comment' or @slot='text-body']")
_NAME = re.compile(r"t[13]_[0-9a-z]+")


@dataclass(frozen=True)
class Seen:
    """One message as a page shows it; ``content`` is None where it has no text of its own.

    ``permalink`` is a path, of whichever host.
    """

    name: str
    permalink: str
    author: str
    created: datetime
    title: str
    staff: bool
    content: etree._Element | None


def messages(tree: HtmlElement) -> Iterator[Seen]:
    """The messages of the page *tree*, submissions and comments, in its order."""
    for thing in _THINGS(tree):
        seen = _old(thing) if thing.tag == "div" else _new(thing)
        if seen:
            yield seen


def _old(thing: etree._Element) -> Seen | None:
    entry = next(iter(_ENTRY(thing)), None)
    if entry is None:
        return None
    author = next(iter(_AUTHOR(entry)), None)
    kinds = (thing.get("class") or "").split()
    # such a page marks who speaks for the place by a class of the name
    marks = (author.get("class") or "").split() if author is not None else []
    return _seen(
        name=thing.get("data-fullname"),
        permalink=thing.get("data-permalink") or _LINK(entry),
        author=thing.get("data-author") or words(author),
        created=_TIME(entry),
        title=" ".join(_TITLE(entry).split()) if "link" in kinds else "",
        staff=bool({"moderator", "admin"}.intersection(marks)),
        content=next(iter(_TEXT(entry)), None),
    )


def _new(thing: etree._Element) -> Seen | None:
    own = (
        slot for slot in _SLOTS(thing) if next(slot.iterancestors(str(thing.tag)), None) is thing
    )
    return _seen(
        name=thing.get("thingid") or thing.get("id"),
        permalink=thing.get("permalink"),
        author=thing.get("author"),
        created=thing.get("created-timestamp") or thing.get("created"),
        title=thing.get("post-title"),
        staff=False,
        content=next(own, None),
    )


def _seen(
    *,
    name: str | None,
    permalink: str | None,
    author: str | None,
    created: str | None,
    title: str | None,
    staff: bool,
    content: etree._Element | None,
) -> Seen | None:
    try:
        moment = datetime.fromisoformat(created or "")
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        path = urlsplit(permalink or "").path
    except (ValueError, OverflowError):
        return None
    if not _NAME.fullmatch(name or "") or not path:
        return None
    return Seen(name or "", path, author or "", moment, title or "", staff, content)
