"""Lengths of time named in a text: "two weeks", "24hrs", "через час", "3週間"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

LANGUAGES = ("en", "ja", "ru", "es", "pt", "fr", "de", "pl", "zh", "id", "hi", "cs", "bn")
DAYS = {
    "year": 365.25,
    "month": 30.4375,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
}
"""Mean length of each unit in days."""
_SPOKEN: dict[str, dict[str, float]] = {
    "en": {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "half a": 0.5, "half an": 0.5},
    "ru": {"через": 1, "пару": 2, "полтора": 1.5, "пол": 0.5},
    "es": {"una": 1, "un": 1, "un par de": 2, "media": 0.5},
    "pt": {"uma": 1, "um": 1, "duas": 2, "meia": 0.5},
    "fr": {"une": 1, "un": 1, "une demi": 0.5},
    "de": {"ein": 1, "eine": 1, "einer": 1, "einem": 1, "zwei": 2},
    "pl": {"dwie": 2, "dwóch": 2},
}
"""What stands for a number before a unit and no list of number words holds."""
_INFLECTED = {
    "en": {"hrs": "hour", "yr": "year", "yrs": "year", "mos": "month", "mins": "minute"},
    "ru": {"неделю": "week", "годом": "year", "сутки": "day", "суток": "day"},
    "de": {"jahren": "year", "monaten": "month", "tagen": "day"},
    "hi": {"saal": "year", "mahine": "month", "hafte": "week", "din": "day", "ghante": "hour"},
}
"""Forms that CLDR does not list, and short ones that people type."""
_UNSPACED = {
    "ja": {"年間": "year", "ヶ月": "month", "か月": "month", "カ月": "month", "週間": "week"},
    "zh": {"年": "year", "个月": "month", "周": "week", "天": "day", "小时": "hour"},
}
ALPHABETIC = r"[\p{Latin}\p{Cyrillic}\p{Devanagari}\p{Bengali}]"
"""Letters of scripts that part words; in the others a number stands against any character."""
LIFETIME = 100 * DAYS["year"]
_ANY = r"\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Quantity:
    """A number with its span; ``unit`` is a currency's code for money, else empty."""

    value: float
    start: int
    end: int
    unit: str = ""


@cache
def number_words(lang: str) -> dict[str, float]:
    """The number words of *lang* up to thirty, and the round ones up to a hundred."""
    from num2words import num2words  # type: ignore[import-untyped]

    words: dict[str, float] = {}
    for number in (*range(1, 31), 40, 45, 50, 60, 90, 100):
        try:
            words[num2words(number, lang=lang).lower()] = float(number)
        except (NotImplementedError, OverflowError):
            break
    return {**words, **_SPOKEN.get(lang, {})}


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
    for more in (_INFLECTED, _UNSPACED):
        names |= {name: DAYS[unit] for name, unit in more.get(lang, {}).items()}
    return names


def _choice(words: dict[str, float]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _pattern(lang: str) -> regex.Pattern[str]:
    border = "" if lang in _UNSPACED else r"(?!\w)"
    words = number_words(lang)
    count = rf"{_ANY}|(?:{_choice(words)}){border}" if words else _ANY
    return regex.compile(
        rf"(?<!{ALPHABETIC}|[\d.,$月])(?P<low>{count})(?:\s*(?:-|–|to|or)\s*(?P<high>{count}))?"
        rf"(?:\s*\+|-|\s)*(?P<unit>{_choice(_units(lang))}){border}(?P<half> and a half\b|半)?"
    )


@cache
def _numeral(lang: str, word: str) -> float:
    return number_words(lang).get(word) or float(word.replace(",", "."))


def durations(text: str, lang: str) -> list[Quantity]:
    """The lengths of time in *text* (folded), in days, read in *lang* and in English.

    A range is its middle: "two to three weeks" are 17.5 days.
    """
    found: dict[int, Quantity] = {}
    for name in dict.fromkeys((lang if lang in LANGUAGES else "en", "en")):
        for hit in _pattern(name).finditer(text, timeout=1):
            low = _numeral(name, hit["low"])
            high = _numeral(name, hit["high"]) if hit["high"] else low
            half = 0.5 if hit["half"] else 0
            days = ((low + high) / 2 + half) * _units(name)[hit["unit"]]
            if days > LIFETIME:  # "2017 года" names a year
                continue
            found.setdefault(hit.start(), Quantity(days, hit.start(), hit.end()))
    return [found[start] for start in sorted(found)]
