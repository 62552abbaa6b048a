"""Times as a page shows them to its readers, in words and in any language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from dateparser.date import DateDataParser
from lxml import etree

from scraper.post import Page

LONGEST = 60
"""Characters; what is longer is no date, and would take long to find that out."""

SPARE = 20
"""Characters that may stand beside a time, such as the words that lead to it."""

_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_CLOCK = (
    r"(?:[\s,]*(?:at|um|à|a las|às|в|o)?\s*"
    r"(?:\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?|noon|midnight))?"
)
_WRITTEN = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}" + _CLOCK
    # 4 March 2021, March 4th, 2021, 4. März 2021, 4 de marzo de 2021
    + r"|\d{1,2}\.?(?:st|nd|rd|th)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}" + _CLOCK
    + r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}" + _CLOCK
    + r"|\d{1,2}[-./]\d{1,2}[-./]\d{4}" + _CLOCK
    + r"|\d{4}年\d{1,2}月\d{1,2}日(?:\s?\d{1,2}:\d\d(?::\d\d)?)?",
    re.IGNORECASE,
)  # fmt: skip
_TODAY = re.compile(
    r"(?:just now|today|yesterday|heute|gestern|hoy|ayer|aujourd'hui|hier|hoje|ontem|сегодня|вчера"
    r"|dzisiaj|wczoraj|hari ini|kemarin|今日|昨日|今天|昨天|आज|कल)\b" + _CLOCK,
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?:about |over |almost |less than )?(?:\d+|an?|a few) \w+(?:, \d+ \w+)* ago", re.IGNORECASE
)
_PASSING = re.compile(
    r"\b(?:ago|vor|hace|il y a|há|назад|temu|lalu)\b|前|पहले|" + _TODAY.pattern, re.IGNORECASE
)
_SHORT = re.compile(
    r"(?:\d{1,2}\.? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?"
    r"(?: '?\d{1,4},?)?(?: '?\d{2,4})?",
    re.IGNORECASE,
)
"""A day or a month without its year, as pages shorten it."""

_STAMPS = (
    "datetime",
    "data-time",
    "data-timestamp",
    "data-date",
    "misago-timestamp",
    "mg-timestamp",
)


def is_date(text: str) -> bool:
    """Whether *text* is a time and hardly anything else."""
    if len(text) > LONGEST or not text:
        return False
    if found := _EXACT.search(text) or _WRITTEN.search(text):
        return len(text) - len(found[0]) <= SPARE
    if any(map(str.isdigit, text)):
        return bool(_SHORT.fullmatch(text) or _PASSING.search(text))
    return bool(_TODAY.match(text)) and len(text) <= SPARE


def is_bare_date(text: str) -> bool:
    """Whether *text* is a time and nothing else: no title that has one in it."""
    found = _EXACT.search(text) or _WRITTEN.search(text)
    if found and len(text) - len(found[0]) <= 6:
        return True
    short = any(map(str.isdigit, text)) and _SHORT.fullmatch(text)
    return bool(short or _AGO.fullmatch(text) or _TODAY.fullmatch(text))


def stamp(node: etree._Element) -> str:
    """The time that *node* carries for machines, as ISO 8601; "" for none."""
    for name in _STAMPS:
        value = (node.get(name) or "").strip()
        if found := _EXACT.match(value):
            return _sound(found[0])
        if re.fullmatch(r"1\d{9}(\d{3})?", value):
            return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
    return ""


def when(text: str, language: str, page: Page) -> str:
    """The time that *text* tells, as ISO 8601 without a zone; "" where the day stays open.

    What is told from today ("yesterday", "3 hours ago") counts from the page's own Date.
    """
    if exact := _EXACT.search(text):
        return _sound(exact[0])
    if written := _WRITTEN.search(text):
        return _parsed(" ".join(written[0].split()), language, None)
    base = _answered(page) if len(text) <= LONGEST and _PASSING.search(text) else None
    return _parsed(text, language, base) if base else ""


def _sound(time: str) -> str:
    try:
        datetime.fromisoformat(time)
    except ValueError:  # no calendar has that day
        return ""
    return time.replace(" ", "T")


def _answered(page: Page) -> datetime | None:
    """When the page was answered, in UTC; times that it tells from today count from there."""
    try:
        told = parsedate_to_datetime(page.headers.get("date", ""))
    except ValueError:
        return None
    return told.astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def _parsed(text: str, language: str, base: datetime | None) -> str:
    text = text.replace("noon", "12:00 pm").replace("midnight", "12:00 am")
    settings: dict[str, object] = {"REQUIRE_PARTS": ["day", "month", "year"]}
    settings |= {"RETURN_TIME_AS_PERIOD": True} | ({"RELATIVE_BASE": base} if base else {})
    for known in dict.fromkeys((language or "en", "en")):
        try:
            found = DateDataParser(languages=[known], settings=settings).get_date_data(text)
        except (ValueError, OverflowError):  # a language that is not known, or no such day
            continue
        if found.date_obj and found.period == "time":
            return str(found.date_obj.replace(microsecond=0).isoformat())
        if found.date_obj and found.period == "day":
            return f"{found.date_obj:%Y-%m-%d}"
    return ""
