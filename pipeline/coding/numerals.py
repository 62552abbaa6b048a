"""Numbers in a text, in digits or in words: "1,250.50", "54k", "seventeen hundred", "三百"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import regex

LANGUAGES = ("en", "ja", "ru", "es", "pt", "fr", "de", "pl", "zh", "id", "hi", "cs", "bn")
ALPHABETIC = r"[\p{Latin}\p{Cyrillic}\p{Devanagari}\p{Bengali}]"
"""Letters of scripts that part words; in the others a number stands against any character."""
UNSPACED = ("ja", "zh")
"""Languages that write no spaces, and numbers in Chinese numerals."""
_DIGITS = (
    r"\d{1,3}(?:(?P<s>[,. \u202f'])\d{3})(?:(?P=s)\d{3})*(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
)
_SCALES: dict[str, float] = {
    **dict.fromkeys(("k", "thousand", "grand", "mil", "mille", "tausend"), 1e3),
    **dict.fromkeys(("tys", "tys.", "тыс", "тыс.", "тысяч", "tisíc", "ribu", "rb"), 1e3),
    **dict.fromkeys(("hazaar", "hazar", "हज़ार", "হাজার"), 1e3),
    **dict.fromkeys(("million", "millions", "juta"), 1e6),
    **dict.fromkeys(("lakh", "lakhs"), 1e5),
}
"""What may follow a number and multiplies it."""
_CHINESE = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **{"零": 0, "两": 2, "兩": 2},
}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000}
_FORMS: dict[str, dict[str, float]] = {
    "en": {"couple of": 2, "a couple of": 2, "a couple": 2, "dozen": 12, "a dozen": 12},
    "ru": {
        **{"одну": 1, "две": 2, "двух": 2, "пару": 2, "трех": 3, "трёх": 3, "четырех": 4},
        **{"четырёх": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9},
        **{"десяти": 10, "двенадцати": 12, "двадцати": 20, "тридцати": 30, "сорока": 40},
        **{"шестидесяти": 60, "девяноста": 90, "ста": 100, "полтора": 1.5, "полутора": 1.5},
    },
    "es": {"una": 1, "un": 1, "un par de": 2, "media": 0.5, "medio": 0.5, "veintiún": 21},
    "pt": {"uma": 1, "um": 1, "duas": 2, "um par de": 2, "meia": 0.5, "meio": 0.5},
    "fr": {"une": 1, "un": 1, "une demi": 0.5},
    "de": {
        **{"ein": 1, "eine": 1, "einer": 1, "einem": 1, "einen": 1, "eines": 1, "zwei": 2},
        **{"ein halbes": 0.5, "einem halben": 0.5, "anderthalb": 1.5, "hundert": 100},
    },
    "pl": {
        **{"dwie": 2, "dwóch": 2, "trzech": 3, "czterech": 4, "pięciu": 5, "sześciu": 6},
        **{"siedmiu": 7, "ośmiu": 8, "dziewięciu": 9, "dziesięciu": 10, "dwunastu": 12},
        **{"dwudziestu": 20, "trzydziestu": 30, "pół": 0.5, "półtora": 1.5},
    },
    "cs": {
        **{"dvě": 2, "dvou": 2, "tři": 3, "třech": 3, "čtyř": 4, "čtyřech": 4, "pěti": 5},
        **{"šesti": 6, "sedmi": 7, "osmi": 8, "devíti": 9, "deseti": 10, "dvanácti": 12},
        **{"dvaceti": 20, "třiceti": 30, "půl": 0.5},
    },
    "hi": {
        **{"ek": 1, "do": 2, "teen": 3, "char": 4, "chaar": 4, "panch": 5, "paanch": 5},
        **{"che": 6, "chhe": 6, "saat": 7, "aath": 8, "nau": 9, "das": 10, "gyarah": 11},
        **{"barah": 12, "baarah": 12, "terah": 13, "chaudah": 14, "pandrah": 15, "solah": 16},
        **{"satrah": 17, "atharah": 18, "unnis": 19, "bees": 20, "pachees": 25, "tees": 30},
        **{"chalis": 40, "chaalis": 40, "pachas": 50, "nabbe": 90, "sau": 100},
        **{"dedh": 1.5, "dhai": 2.5, "ढाई": 2.5},
    },
    "id": {"setengah": 0.5, "sepasang": 2},
}
"""Inflected forms, and words that no list of number words holds."""
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


MOST = 500
"""Numbers in one text that are looked at; no telling needs more, a made-up one may have any."""

LARGEST = 1e12
"""A number from which on no column holds one: it is an order's, a telephone's, or nobody's."""


@dataclass(frozen=True)
class Quantity:
    """A number with its span; ``unit`` is a currency's code for money, else empty."""

    value: float
    start: int
    end: int
    unit: str = ""


def plain_number(written: str) -> float:
    """The number *written* with either sign for thousands: ``1,500.50`` or ``1.500,50``."""
    whole = regex.sub(r"[,. \u202f'](?=\d{3}(?:\D|$))", "", written)
    return float(whole.replace(",", "."))


@cache
def _words(lang: str) -> dict[str, float]:
    """The number words of *lang*: to a hundred all, then hundreds and thousands."""
    from num2words import num2words  # type: ignore[import-untyped]

    found: dict[str, float] = {}
    for number in (*range(101), *range(200, 1000, 100), *range(1000, 20_000, 1000)):
        try:
            word = num2words(number, lang=lang).lower()
        except (NotImplementedError, OverflowError):
            break
        found |= {word: float(number), word.replace("-", " "): float(number)}
    return {**found, **_FORMS.get(lang, {})}


@cache
def _english() -> dict[str, float]:
    """The words that English puts numbers together from."""
    from num2words import num2words

    words = {num2words(number): float(number) for number in range(20)}
    words |= {word: 20.0 + 10 * index for index, word in enumerate(_TENS)}
    return {**words, "hundred": 100.0, "thousand": 1000.0, "million": 1e6}


def _composed(written: str) -> float:
    """The value of English number words: "eleven thousand eight hundred"."""
    total = current = 0.0
    for word in regex.findall(r"\w+", written):
        value = _english().get(word, 0.0)
        if value >= 1000:
            total, current = total + (current or 1) * value, 0.0
        elif value == 100:
            current = (current or 1.0) * 100
        else:
            current += value
    return total + current


def _chinese(written: str) -> float | None:
    """The value of Chinese numerals; None where they make none ("一一")."""
    if all(char in _CHINESE for char in written):
        return float(_CHINESE[written]) if len(written) == 1 else None
    total = section = digit = 0
    for char in written:
        if char in _CHINESE:
            digit = _CHINESE[char]
        elif char in _STEPS:
            section, digit = section + (digit or 1) * _STEPS[char], 0
        else:
            total, section, digit = (total + section + digit) * _MYRIADS[char], 0, 0
    return float(total + section + digit)


@cache
def _pattern(lang: str) -> regex.Pattern[str]:
    plain = "|".join(map(regex.escape, sorted(_english(), key=len, reverse=True)))
    big = r"(?:hundred|thousand|million)"
    joined = rf"(?:{plain})(?:(?:[ -]|(?<={big}) and )(?:{plain}))*"
    forms = [rf"(?<!\w)(?P<en>(?:an? (?={big}))?(?:{joined}))(?!\w)"]
    words = _words(lang) if lang != "en" else _FORMS["en"]
    if words:
        listed = "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))
        forms.insert(0, rf"(?<!\w)(?P<word>{listed})(?!\w)")
    if lang in UNSPACED:
        forms.append(r"(?P<chinese>[〇零一二两兩三四五六七八九十百千万萬]+)")
    scales = "|".join(map(regex.escape, sorted(_SCALES, key=len, reverse=True)))
    letter = r"\d" if lang in UNSPACED else rf"{ALPHABETIC}|\d"
    digits = rf"(?<!{letter})(?<!\d[.,])(?P<digits>{_DIGITS})"
    return regex.compile(
        rf"(?:{digits}|{'|'.join(forms)})(?P<half> and a half\b)?"
        rf"(?:\s?(?P<scale>{scales})(?!\w)|(?P<myriad>[万萬千])(?![〇零一二两兩三四五六七八九]))?"
    )


@lru_cache(maxsize=256)
def numerals(text: str, lang: str) -> tuple[Quantity, ...]:
    """The numbers in *text* (folded), in digits or in words of *lang* and of English."""
    name = lang if lang in LANGUAGES else "en"
    found = []
    for hit in islice(_pattern(name).finditer(text), MOST):
        value = _value(hit, name)
        if value is not None and value < LARGEST:
            found.append(Quantity(value, *hit.span()))
    return tuple(found)


def _value(hit: regex.Match[str], lang: str) -> float | None:
    groups = hit.groupdict()
    value: float | None
    if groups["digits"]:
        value = plain_number(groups["digits"])
    elif groups.get("word"):
        value = (_words(lang) if lang != "en" else _FORMS["en"])[groups["word"]]
    elif groups.get("chinese"):
        value = _chinese(groups["chinese"])
    else:
        value = _composed(groups["en"])
    if value is None:
        return None
    value += 0.5 if groups["half"] else 0
    myriad = {"千": 1e3}.get(groups["myriad"] or "", 1e4 if groups["myriad"] else 1)
    return value * _SCALES.get(groups["scale"] or "", 1) * myriad
