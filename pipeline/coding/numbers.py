"""Percentages, scores and plain numbers named in a text."""

from __future__ import annotations

from functools import cache

import regex

from pipeline.coding.durations import ALPHABETIC, LANGUAGES, Quantity, number_words
from pipeline.coding.money import plain_number

STARS = 20.0
"""What one star of five is worth as a percentage."""
_NUMBER = r"\d{1,3}(?:[,\u202f ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_PERCENT = regex.compile(
    rf"(?<!{ALPHABETIC}|[\d.,])(?P<n>{_NUMBER})\s?(?:%|percent\b|per cent\b|pct\b|процент\w*)"
)
_STARS = regex.compile(
    rf"(?<!{ALPHABETIC}|[\d.,$])(?P<n>[0-5](?:[.,]\d+)?)"
    r"(?:\s?(?:/|out of)\s?5(?:[.,]0)?(?!\d|\.\d)|[\s-]?stars?\b"
    r"|(?<=[.,]\d\d?)(?!\s?%|[\d/]|[.,]\d))"
)
_WORD_STARS = regex.compile(r"\bfive[\s-]stars?\b")


def percents(text: str) -> list[Quantity]:
    """The percentages in *text* (folded)."""
    return [
        Quantity(plain_number(hit["n"]), hit.start(), hit.end()) for hit in _PERCENT.finditer(text)
    ]


def scores(text: str) -> list[Quantity]:
    """Percentages up to a hundred and stars out of five (times 20) in *text* (folded)."""
    stars = [
        Quantity(plain_number(hit["n"]) * STARS, hit.start(), hit.end())
        for hit in _STARS.finditer(text)
    ]
    stars += [Quantity(5 * STARS, *hit.span()) for hit in _WORD_STARS.finditer(text)]
    found = [q for q in (*percents(text), *stars) if q.value <= 100]
    return sorted(found, key=lambda quantity: quantity.start)


@cache
def _plain(lang: str) -> regex.Pattern[str]:
    words = [word for word, value in number_words(lang).items() if value >= 1 and len(word) > 2]
    spelled = "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
    spelled = rf"|(?<!\w)(?:{spelled})(?!\w)" if spelled else ""
    return regex.compile(
        rf"(?<!{ALPHABETIC}|[\d.,$€£₹#/:-])(?P<n>{_NUMBER})(?P<k>k(?!\w))?(?![\d%/:])(?!\s?(?:%|percent|\p{{Sc}}))"
        rf"\+?{spelled}"
    )


def numbers(text: str, lang: str) -> list[Quantity]:
    """The plain numbers in *text* (folded), in digits or in words of *lang*."""
    name = lang if lang in LANGUAGES else "en"
    return [
        Quantity(_value(hit, name), hit.start(), hit.end())
        for hit in _plain(name).finditer(text, timeout=1)
    ]


def _value(hit: regex.Match[str], lang: str) -> float:
    if hit["n"] is None:
        return number_words(lang)[hit[0]]
    return plain_number(hit["n"]) * (1000 if hit["k"] else 1)
