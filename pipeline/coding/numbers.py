"""Percentages, scores and plain numbers named in a text."""

from __future__ import annotations

import regex

from pipeline.coding.numerals import ALPHABETIC, Quantity, numerals, plain_number

STARS = 20.0
"""What one star of five is worth as a percentage."""
_PERCENT = regex.compile(
    r"\s?(?:%|percent\b|per cent\b|pct\b|процент\w*|prozent\b|procent\w*|por ?cento?\b"
    r"|pour ?cent\b|persen\b|パーセント|শতাংশ)"
)
_STARS = regex.compile(
    rf"(?<!{ALPHABETIC}|[\d.,$])(?P<n>[0-5](?:[.,]\d+)?)"
    r"(?:\s?(?:/|out of)\s?5(?:[.,]0)?(?!\d|\.\d)|[\s-]?stars?\b"
    r"|(?<=[.,]\d\d?)(?!\s?%|[\d/]|[.,]\d))"
)
_NONE = ("0", "zero")
_WORD_STARS = regex.compile(
    r"\b(?:five[\s-]stars?|five out of five|fünf sterne|cinco estrellas|cinco estrelas|cinq étoiles"
    r"|пять звёзд|пять звезд|pięć gwiazdek|pět hvězd|bintang lima)\b|五(?:颗)?星"
)


def percents(text: str, lang: str) -> list[Quantity]:
    """The percentages in *text* (folded)."""
    signs = ((number, _PERCENT.match(text, number.end)) for number in numerals(text, lang))
    return [Quantity(number.value, number.start, sign.end()) for number, sign in signs if sign]


def scores(text: str, lang: str) -> list[Quantity]:
    """Percentages up to a hundred and stars out of five (times 20) in *text* (folded)."""
    stars = [
        Quantity(plain_number(hit["n"]) * STARS, hit.start(), hit.end())
        for hit in _STARS.finditer(text)
    ]
    stars += [Quantity(5 * STARS, *hit.span()) for hit in _WORD_STARS.finditer(text)]
    found = [q for q in (*percents(text, lang), *stars) if q.value <= 100]
    return sorted(found, key=lambda quantity: quantity.start)


_SUM = regex.compile(r"[\p{Sc}#/:-]$")
_OTHER = regex.compile(r"[%/:]|\s?(?:%|percent|\p{Sc})")


def numbers(text: str, lang: str) -> list[Quantity]:
    """The plain numbers in *text* (folded), in digits or in words of *lang* and of English."""
    return [
        number
        for number in numerals(text, lang)
        if not _SUM.search(text[max(0, number.start - 1) : number.start])
        and not _OTHER.match(text, number.end)
        and (number.value >= 1 or text[number.start : number.end] in _NONE)
    ]
