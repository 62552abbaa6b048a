"""Times as a page shows them to its readers, in words and in any language."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from dateparser.date import DateDataParser
from lxml import etree

from scraper.post import Page

LONGEST = 60
"""Characters; what is longer is no date, and would take long to find that out."""

_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_CLOCK = r"(?:[\s,]*(?:at|um|à|a las|às|в|o)?\s*\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)?"
_WRITTEN = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}" + _CLOCK
    # 4 March 2021, March 4th, 2021, 4. März 2021, 4 de marzo de 2021
    + r"|\d{1,2}\.?(?:st|nd|rd|th)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}" + _CLOCK
    + r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}" + _CLOCK
    + r"|\d{1,2}[-./]\d{1,2}[-./]\d{4}" + _CLOCK
    + r"|\d{4}年\d{1,2}月\d{1,2}日(?:\s?\d{1,2}:\d\d(?::\d\d)?)?",
    re.IGNORECASE,
)  # fmt: skip
_PASSING = re.compile(
    r"\b(today|yesterday|now|ago|heute|gestern|vor|hoy|ayer|hace|aujourd'hui|hier|il y a|hoje|ontem"
    r"|há|сегодня|вчера|назад|dzisiaj|wczoraj|temu|kemarin|lalu)\b|今日|昨日|前|今天|昨天|आज|कल|पहले",
    re.IGNORECASE,
)
_STAMPS = (
    "datetime",
    "data-time",
    "data-timestamp",
    "data-date",
    "misago-timestamp",
    "mg-timestamp",
)


def is_date(text: str) -> bool:
    """Whether *text* is a time and nothing else of length."""
    if len(text) > LONGEST or not text:
        return False
    found = _EXACT.search(text) or _WRITTEN.search(text)
    if found:
        return len(text) - len(found[0]) <= 20
    return bool(_PASSING.search(text)) and (any(map(str.isdigit, text)) or len(text) < 20)


def stamp(node: etree._Element) -> str:
    """The time that *node* carries for machines, as ISO 8601; "" for none."""
    for name in _STAMPS:
        value = node.get(name) or ""
        if found := _EXACT.match(value.strip()):
            return found[0].replace(" ", "T")
        if re.fullmatch(r"1\d{9}(\d{3})?", value):
            return datetime.fromtimestamp(int(value[:10])).astimezone().isoformat()
    return ""


def when(text: str, language: str, page: Page) -> str:
    """The time that *text* tells, as ISO 8601 without a zone; "" where the day stays open.

    What is told from today ("yesterday", "3 hours ago") counts from the page's own Date.
    """
    if exact := _EXACT.search(text):
        return exact[0].replace(" ", "T")
    if written := _WRITTEN.search(text):
        return _parsed(" ".join(written[0].split()), language, None)
    if len(text) <= LONGEST and _PASSING.search(text):
        return _parsed(text, language, _answered(page))
    return ""


def _answered(page: Page) -> datetime | None:
    try:
        return parsedate_to_datetime(page.headers.get("date", "")).replace(tzinfo=None)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _parsed(text: str, language: str, base: datetime | None) -> str:
    settings: dict[str, object] = {"REQUIRE_PARTS": ["day", "month", "year"]}
    if base:
        settings["RELATIVE_BASE"] = base
    elif not any(map(str.isdigit, text)) or _PASSING.search(text):
        return ""
    for languages in ([language] if language else [], ["en"]):
        try:
            found = DateDataParser(languages=languages or None, settings=settings).get_date_data(
                text
            )
        except ValueError:  # a language that dateparser does not know
            continue
        if found.date_obj and found.period in ("day", "time"):
            return str(found.date_obj.replace(microsecond=0).isoformat())
    return ""
