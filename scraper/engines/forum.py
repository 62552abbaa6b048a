"""What forum programs have in common: titles of staff, and times as a board writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import dateparser

from scraper.engines.answers import count

LONGEST_DATE = 60
"""Characters; what is longer is no date, and would take long to find that out."""

STAFF = re.compile(
    r"\badmin|\bmoderator|\bstaff\b|\bemployee\b|community manager|админ|модератор", re.IGNORECASE
)
"""Titles by which forum programs and their boards mark those who run the place."""

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})[-./](\d{4}|\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?,?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?,?"
_MONTH_DAY = re.compile(rf"\b{_MONTH} {_DAY} (\d{{4}})\b", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"(?<!\d){_DAY} {_MONTH} (\d{{4}})\b", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2}):(\d\d)(?::(\d\d))?\s*(?:([ap])\.?m\b)?", re.IGNORECASE)
_OFFSET = re.compile(r"\b(?:GMT|UTC|WEZ)\s*(?:([+-−])\s*(\d{1,2})(?:[:.](\d\d))?)?")


def is_staff(titles: Iterable[str]) -> bool:
    """Whether one of an author's *titles* on the board is that of someone who runs it."""
    return any(STAFF.search(title) for title in titles)


def exact(time: str) -> str:
    """*time*, of a ``datetime`` attribute or an answer, as ISO 8601; "" where it is none."""
    try:
        return datetime.fromisoformat(time.strip()).isoformat(timespec="seconds")
    except ValueError:
        return ""


def zone(note: str) -> tzinfo | None:
    """The zone that a board's *note* on its times names by its distance from Greenwich."""
    found = _OFFSET.search(note)
    if not found:
        return None
    ahead = timedelta(hours=count(found[2] or "0", 0), minutes=count(found[3] or "0", 0))
    if ahead >= timedelta(days=1):
        return None
    return timezone(ahead if found[1] == "+" else -ahead) if ahead else UTC


def written(times: Sequence[str], language: str, at: tzinfo | None = None) -> tuple[str, ...]:
    """Each of the *times* that one page writes for its readers, as ISO 8601.

    Which of two numbers is the day is decided for the page as a whole: by a number that can
    be no month, else by what parts them and by the page's *language*. A time that does not
    name year, month and day ("yesterday") is "", one without an hour a day. The zone is *at*,
    where that is known.
    """
    clean = [" ".join(time.replace("\u200e", " ").replace("\u200f", " ").split()) for time in times]
    day_first = _day_first(clean, language)
    return tuple(_read(time, day_first, language, at) for time in clean)


def _day_first(times: Sequence[str], language: str) -> bool:
    dates = [found for time in times if (found := _NUMBERS.search(time))]
    if any(int(date[1]) > 12 for date in dates):
        return True
    if any(int(date[3]) > 12 for date in dates):
        return False
    american = language in ("", "en") and all(date[2] != "." for date in dates)
    return not american and not any(" pm" in time.lower() for time in times)


def _read(time: str, day_first: bool, language: str, at: tzinfo | None) -> str:
    if len(time) > LONGEST_DATE or not re.search(r"\d", time):
        return ""
    date = _date(time, day_first)
    if date is None:
        return _worded(time, language, at)
    clock = _clock(time)
    try:
        whole = datetime(*date, *(clock or (0, 0, 0)), tzinfo=at)
    except ValueError:  # no calendar has that day
        return ""
    return whole.isoformat() if clock else f"{whole:%Y-%m-%d}"


def _date(time: str, day_first: bool) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.search(time):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.search(time):
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        one, other = int(found[1]), int(found[3])
        return (year, other, one) if day_first else (year, one, other)
    if found := _MONTH_DAY.search(time):
        return int(found[3]), _month(found[1]), int(found[2])
    if found := _DAY_MONTH.search(time):
        return int(found[3]), _month(found[2]), int(found[1])
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _clock(time: str) -> tuple[int, int, int] | None:
    found = _CLOCK.search(time)
    if not found:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return hour, int(found[2]), int(found[3] or 0)


@lru_cache(maxsize=4096)
def _worded(time: str, language: str, at: tzinfo | None) -> str:
    """A time with a month's name in another language than English."""
    if not re.search(r"\b(19|20)\d\d\b", time):
        return ""
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    try:
        found = dateparser.parse(time, languages=[language or "en"], settings=settings)
    except ValueError:  # a language that dateparser does not know
        return ""
    return found.replace(tzinfo=at).isoformat() if found else ""
