"""Addresses of unknown software: which page of what they are, and the page that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from scraper.engines.html import words

PAGES = frozenset({"page", "pg", "paged", "pageno", "page_number", "pn", "seite", "pagina"})
OFFSETS = frozenset({"start", "st", "offset", "from"})
PASSING = frozenset(
    {
        *("sid", "phpsessid", "s", "hl", "highlight", "hilit", "view", "post", "pid"),
        *("after", "before", "cursor"),
    }
)
"""Parameters that change who looks at a page and where in it, not what of."""

NEXT = re.compile(
    r"(?:go to )?(?:next|older|more|weiter|nächste|vor|siguiente|próxim[ao]|suivante?|successiv[ao]"
    r"|seguinte|далее|следующая|вперёд|następna|dalej|berikutnya|次へ|次|下一页|下一頁|अगला)"
    r"(?: (?:page|posts|topics|threads|seite|página|страница|strona|halaman))?[\s»›>→]*|[»›>→]",
    re.IGNORECASE,
)
"""What links to a following page say."""

_IN_PATH = re.compile(r"(?<=.)(?:/page[/:-]|-page-|/p)(\d{1,6})(?=/?$|\.html?$)")
_BEHIND = re.compile(r"(?<=/)(?!(?:19|20)\d\d/)(\d+)/(\d{1,6})(/?)$")
_SMF = re.compile(r"((?:topic|board)[=,]\d+)\.(\d+|msg\d+|new)")
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=\w+", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """What an address names: *base* is the same for all pages of one thread or list.

    Attributes:
        base: the address of the first page.
        page: the page's number, 1 for the first, where pages are counted.
        offset: how many messages or rows stand before it, where those are counted.
    """

    base: str
    page: int = 1
    offset: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """Sorts the pages of one base."""
        return self.offset, self.page


def place(url: str) -> Place:
    """Which page of what *url* is."""
    parts = urlsplit(_SESSION.sub("", url.partition("#")[0]))
    path, query, page, offset = parts.path, parts.query, 1, 0
    if smf := _SMF.search(f"{path}?{query}"):
        offset = int(smf[2]) if smf[2].isdecimal() else 0
        path, query = _SMF.sub(r"\1.0", path), _SMF.sub(r"\1.0", query.partition(";")[0])
        return Place(_joined(parts, path, query), page, offset)
    if numbered := _IN_PATH.search(path):
        page, path = int(numbered[1]), path[: numbered.start()] + path[numbered.end() :]
    elif behind := _BEHIND.search(path):
        page, path = int(behind[2]), path[: behind.start()] + behind[1] + behind[3]
    kept = []
    asked = parse_qsl(query, keep_blank_values=True)
    names = {name.lower() for name, _ in asked}
    for name, value in asked:
        low = name.lower()
        number = int(value) if re.fullmatch(r"[0-9]{1,7}", value) else None
        if number is not None and (
            low in PAGES or (low == "p" and (len(names) > 1 or len(path) > 1))
        ):
            page = number
        elif number is not None and low in OFFSETS:
            offset = number
        elif low not in PASSING or (low in ("pid", "post") and not _named(names, path)):
            kept.append((name, value))
    return Place(_joined(parts, path, urlencode(kept)), page, offset)


def _named(names: set[str], path: str) -> bool:
    """Whether the address names a thread besides the message."""
    return bool(names & {"id", "t", "tid", "topic", "thread"}) or any(map(str.isdigit, path))


def _joined(parts: SplitResult, path: str, query: str) -> str:
    return urlunsplit((parts.scheme, parts.netloc, path or "/", query, ""))


def following(here: str, links: Iterable[etree._Element]) -> tuple[str, ...]:
    """The page after *here* among *links*; nothing on the last one.

    It is the nearest later page that is linked, by its number or by how much stands before
    it; where pages have no numbers, it is the one that a link calls the next.
    """
    own, marked = place(here), []
    later: dict[tuple[int, int], str] = {}
    for link in links:
        url = (link.get("href") or "").partition("#")[0]
        if not url.startswith(("http://", "https://")):
            continue
        try:
            found = place(url)
        except ValueError:
            continue
        if found.base == own.base and found.order > own.order:
            later.setdefault(found.order, url)
        elif url != here and urlsplit(url)[1:3] == urlsplit(here)[1:3] and _says_next(link):
            marked.append(url)
    return (later[min(later)],) if later else tuple(marked[:1])


def _says_next(link: etree._Element) -> bool:
    if "next" in (link.get("rel") or "").lower().split():
        return True
    said = (link.get("aria-label"), link.get("title"), words(link))
    return any(NEXT.fullmatch((text or "").strip()) for text in said)
