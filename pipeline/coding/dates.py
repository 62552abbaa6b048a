"""Dates named in a text, each as far as it is said: ``2018``, ``2018-02`` or ``2018-02-15``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice

import regex

from pipeline.coding.numerals import LANGUAGES

_RELATIVE = {
    "en": (
        r"yesterday|today|this morning|last (?:week|month|year)"
        r"|(?:\d+|an?|one|two|three|four|five|six|seven) (?:day|week|month|year)s? ago"
    ),
    "ru": r"вчера|сегодня|\d+ (?:дн\w+|недел\w+|месяц\w*|год\w*|лет) назад",
    "es": r"ayer|hoy|hace \d+ (?:días?|semanas?|mes(?:es)?|años?)",
    "pt": r"ontem|hoje|há \d+ (?:dias?|semanas?|meses|anos?)",
    "fr": r"hier|aujourd'hui|il y a \d+ (?:jours?|semaines?|mois|ans?)",
    "de": r"gestern|heute|vor \d+ (?:tagen|wochen|monaten|jahren)",
    "ja": r"昨日|今日|\d+(?:日|週間|ヶ月|か月|年)前",
}


MOST = 200
"""Dates in one text that are looked at: to read one costs more than all else in its sentence."""


@dataclass(frozen=True)
class Dated:
    """A partial date and where it stands; ``relative`` where it hangs on the post's own date."""

    value: str
    start: int
    end: int
    relative: bool


@cache
def _months(lang: str) -> str:
    """The names of the months in *lang*, from Unicode's CLDR, as alternatives."""
    from babel.dates import get_month_names

    names = {
        name.lower().rstrip(".")
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for name in get_month_names(width, context, locale=lang).values()
    }
    names |= {"sept"} if lang == "en" else set()
    words = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(regex.escape(name) for name in words if not name[0].isdigit())


@cache
def _weekdays(lang: str) -> str:
    """The names of the days of the week in *lang*, from Unicode's CLDR, as alternatives."""
    from babel.dates import get_day_names

    return "|".join(map(regex.escape, map(str.lower, get_day_names(locale=lang).values())))


@cache
def _pattern(lang: str) -> regex.Pattern[str]:
    forms = [
        r"(?<![\d/.-])(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?![\d/-])",
        r"(?:19|20)\d\d年(?:\s?\d{1,2}月(?:\s?\d{1,2}日)?)?",
        r"(?<!\d)\d{1,2}月\s?\d{1,2}日",
        r"(?<![\d/.])\d{1,2}[./]\d{1,2}[./](?:20)?\d\d(?![\d/])",
    ]
    if months := _months(lang):
        ordinal = r"\d{1,2}(?:st|nd|rd|th|\.|º)?"
        day_first = rf"{ordinal}(?: day)?(?: (?:of|de))? (?:{months})"
        month_first = rf"(?:{months})\.? (?:the )?{ordinal}(?!\d|:\d|%)"
        year = r"(?:[.,]? (?:de )?(?:19|20)\d\d(?!\d))"
        # some pages run "min read" and the date together
        forms += [rf"(?:(?<!\w)|(?<=min read))(?:{day_first}|{month_first}){year}?(?!\w)"]
        forms += [rf"(?<!\w)(?:{months})\.?{year}", rf"(?<=in |since |last )(?:{months})(?!\w)"]
    if lang in _RELATIVE:
        day = rf"(?<=on |on a |since |last |this )(?:{_weekdays(lang)})(?!\w)"
        forms.append(rf"(?P<relative>(?<!\w)(?:{_RELATIVE[lang]}|{day}))")
    return regex.compile("|".join(forms))


@lru_cache(maxsize=256)
def dates(text: str, lang: str, told: datetime | None) -> tuple[Dated, ...]:
    """The dates in *text* (folded), read in *lang* and in English.

    A date without its year, and a relative one ("yesterday"), is the last such before
    *told*, when the post was written; where that is not known, it is left out.
    """
    found: dict[int, Dated] = {}
    for name in dict.fromkeys((lang if lang in LANGUAGES else "en", "en")):
        for hit in islice(_pattern(name).finditer(text), MOST):
            relative = "relative" in hit.groupdict() and hit["relative"] is not None
            dated = not relative and regex.search(r"(?:19|20)\d\d", hit[0])
            value = _read(hit[0], name, told) if dated or told else ""
            if value:
                found.setdefault(hit.start(), Dated(value, hit.start(), hit.end(), not dated))
    return tuple(found[start] for start in sorted(found))


def _read(words: str, lang: str, told: datetime | None) -> str:
    from dateparser.date import DateDataParser

    settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": told or datetime.max}
    languages = list(dict.fromkeys((lang, "en")))
    data = DateDataParser(languages=languages, settings=settings).get_date_data(words)
    if data.date_obj is None:
        return ""
    length = {"year": 4, "month": 7, "week": 7}.get(data.period or "day", 10)
    return str(data.date_obj.date().isoformat()[:length])
