"""Lengths of time named in a text: "two weeks", "24hrs", "через час", "3週間"."""

from __future__ import annotations

from functools import cache

import regex

from pipeline.coding.numerals import LANGUAGES, UNSPACED, Quantity, numerals

DAYS = {
    "year": 365.25,
    "month": 30.4375,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
}
"""Mean length of each unit in days."""
_MORE = {
    "en": {
        **{"hrs": "hour", "yr": "year", "yrs": "year", "mos": "month", "mins": "minute"},
    },
    "ru": {
        **{"неделю": "week", "годом": "year", "сутки": "day", "суток": "day", "лет": "year"},
        **{"часа": "hour", "годами": "year", "месяцев": "month", "дней": "day"},
    },
    "de": {"jahren": "year", "monaten": "month", "tagen": "day", "jahre": "year"},
    "pl": {"latach": "year", "lata": "year", "dniach": "day", "godzinach": "hour"},
    "cs": {"letech": "year", "dnech": "day", "hodinách": "hour", "týdnech": "week"},
    "hi": {
        **{"saal": "year", "mahine": "month", "mahina": "month", "hafte": "week"},
        **{"din": "day", "ghante": "hour", "ghanta": "hour"},
    },
    "ja": {"年間": "year", "ヶ月": "month", "か月": "month", "カ月": "month", "週間": "week"},
    "zh": {"年": "year", "个月": "month", "周": "week", "天": "day", "小时": "hour"},
}
"""Forms that CLDR does not list, and short ones that people type."""
_WHOLE: dict[str, dict[str, float]] = {
    "en": {
        **{"a decade": 10 * DAYS["year"], "a fortnight": 14.0, "half a year": DAYS["year"] / 2},
        **{f"{a} {u}": DAYS[u] for u in DAYS for a in ("a", "an", "half an", "half a")},
    },
    "ru": {"через час": 1 / 24, "через день": 1.0, "через неделю": 7.0, "полгода": 182.6},
    "id": {"seminggu": 7.0, "sebulan": DAYS["month"], "setahun": DAYS["year"], "sehari": 1.0},
    "hi": {"saal bhar": DAYS["year"]},
}
_WHOLE["en"] |= {f"half {a} {u}": DAYS[u] / 2 for u in DAYS for a in ("a", "an")}
_WHOLE["ru"] |= {"через месяц": DAYS["month"], "через год": DAYS["year"]}
"""Whole expressions without a number, in days."""
LIFETIME = 100 * DAYS["year"]
_RANGE = regex.compile(r"\s?(?:-|–|to|or|до|oder|a|o|ou|à|lub|atau)\s?")


@cache
def _units(lang: str) -> dict[str, float]:
    """The names of the units of time in *lang*, long and short, from Unicode's CLDR."""
    from babel.units import format_unit

    names: dict[str, float] = {}
    for unit, days in DAYS.items():
        for length in ("long", "short"):
            for count in (1, 2, 5, 1.5):
                shown = format_unit(count, f"duration-{unit}", length, locale=lang)
                name = regex.sub(r"^[\d.,०-९০-৯\s]+|\.$", "", shown).strip().lower()
                if name and not name.startswith("duration-"):
                    names.setdefault(name, days)
    return names | {name: DAYS[unit] for name, unit in _MORE.get(lang, {}).items()}


def _choice(words: dict[str, float]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _unit(lang: str) -> regex.Pattern[str]:
    """A unit of *lang* after a number."""
    border = "" if lang in UNSPACED else r"(?!\w)"
    return regex.compile(
        rf"(?:\s*\+|-|\s)*(?P<unit>{_choice(_units(lang))}){border}(?P<half> and a half\b|半)?"
    )


@cache
def _whole(lang: str) -> regex.Pattern[str]:
    words = _WHOLE.get(lang)
    whole = rf"(?<!\w)(?:{_choice(words)})(?: and a half\b)?(?!\w)" if words else "(?!)"
    return regex.compile(whole)


def durations(text: str, lang: str) -> list[Quantity]:
    """The lengths of time in *text* (folded), in days, read in *lang* and in English.

    A range is its middle: "two to three weeks" are 17.5 days.
    """
    found: dict[int, Quantity] = {}
    for name in dict.fromkeys((lang if lang in LANGUAGES else "en", "en")):
        for hit in _whole(name).finditer(text):
            words = hit[0].removesuffix(" and a half")
            days = _WHOLE[name][words] * (1.5 if words != hit[0] else 1)
            found.setdefault(hit.start(), Quantity(days, *hit.span()))
        for quantity in _numbered(text, name):
            found.setdefault(quantity.start, quantity)
    return [found[start] for start in sorted(found)]


def _numbered(text: str, lang: str) -> list[Quantity]:
    numbers = numerals(text, lang)
    found: list[Quantity] = []
    end = -1
    for index, number in enumerate(numbers):
        if number.start < end or text[number.start - 1 : number.start] in ("$", "月"):
            continue
        last = _range(text, numbers[index : index + 2])
        hit = _unit(lang).match(text, last.end)
        if hit is None:
            continue
        end = hit.end()
        half = 0.5 if hit["half"] else 0
        days = ((number.value + last.value) / 2 + half) * _units(lang)[hit["unit"]]
        if days <= LIFETIME:  # "2017 года" names a year
            found.append(Quantity(days, number.start, end))
    return found


def _range(text: str, numbers: tuple[Quantity, ...]) -> Quantity:
    """The second of *numbers* where it ends a range that the first begins, else the first."""
    if len(numbers) > 1 and _RANGE.fullmatch(text[numbers[0].end : numbers[1].start]):
        return numbers[1]
    return numbers[0]


_REACHED = regex.compile(r"(?<!\w)(?:day )$|第$")
_ON_THE_DAY = regex.compile(r"(?:st|nd|rd|th) day\b|天|日目|ve din\b")


def days_reached(text: str, lang: str) -> list[Quantity]:
    """The days that *text* (folded) counts to: "on day ninety", "the 12th day", "第十一天"."""
    return [
        number
        for number in numerals(text, lang)
        if _REACHED.search(text[max(0, number.start - 5) : number.start])
        or _ON_THE_DAY.match(text, number.end)
    ]
