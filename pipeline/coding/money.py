"""Sums of money named in a text, and what they were worth in US dollars."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import regex

from pipeline.coding.numerals import LANGUAGES, Quantity, numerals
from pipeline.coding.phrases import UNSPACED

CURRENCIES = (
    *("USD", "EUR", "GBP", "INR", "RUB", "JPY", "CNY", "PLN", "BRL", "MXN", "CAD", "AUD"),
    *("PKR", "BDT", "PHP", "IDR", "NGN", "UAH", "CZK", "TRY", "KES", "CHF", "KRW"),
)
"""Where two share a bare name or sign ("dollars", "rupees"), the first is meant."""
_TYPED = {"usd$": "USD", "us$": "USD", "bucks": "USD", "rs": "INR", "rs.": "INR", "tk": "BDT"}
_TYPED |= {"руб": "RUB", "руб.": "RUB", "р.": "RUB", "円": "JPY", "евро": "EUR", "баксов": "USD"}
_TYPED |= {"刀": "USD", "美金": "USD", "美元": "USD", "ドル": "USD"}
_TYPED |= {"rupaye": "INR", "rp": "IDR"}
_REACH = 6
"""Characters before a number in which a sign or code is looked for."""
_MILLIONS = regex.compile(r"\s?m(?!\w)")
_K_BEFORE_SIGN = regex.compile(r"k(?=\p{Sc})")


@cache
def _names() -> dict[str, str]:
    """Signs, codes and names of the currencies, from Unicode's CLDR and as people type them."""
    from babel.numbers import get_currency_name, get_currency_symbol

    names = dict(_TYPED)
    for code in CURRENCIES:
        names.setdefault(code.lower(), code)
        for lang in LANGUAGES:
            for count in (1, 2, 5):
                name = get_currency_name(code, count, locale=lang).lower()
                for word in (name, name.split()[-1], name.split()[0]):
                    if len(word) > 3 or not word.isascii():
                        names.setdefault(word, code)
            names.setdefault(get_currency_symbol(code, lang).lower(), code)
    return {name: code for name, code in names.items() if regex.search(r"\p{Sc}|\w\w|円|р", name)}


@cache
def _around() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    names = sorted(_names(), key=len, reverse=True)
    short = "|".join(regex.escape(name) for name in names if len(name) < _REACH)
    after = "|".join(map(regex.escape, names))
    return (
        regex.compile(rf"(?<!\w)(?P<name>{short})\s?$"),
        regex.compile(rf"\s?\+?\s?(?P<name>{after})(?:(?!\w)|(?<=[{UNSPACED}]))", regex.V1),
    )


def money(text: str, lang: str) -> list[Quantity]:
    """The sums in *text* (folded): plain amounts with their currencies' ISO 4217 codes."""
    before, after = _around()
    found: list[Quantity] = []
    for number in numerals(text, lang):
        value, end = number.value, number.end
        if millions := _MILLIONS.match(text, end):
            value, end = value * 1e6, millions.end()
        elif thousands := _K_BEFORE_SIGN.match(text, end):
            value, end = value * 1e3, thousands.end()
        left = max(0, number.start - _REACH)
        if sign := before.search(text[left : number.start]):
            found.append(Quantity(value, left + sign.start(), end, _names()[sign["name"]]))
        elif sign := after.match(text, end):
            found.append(Quantity(value, number.start, sign.end(), _names()[sign["name"]]))
    return found


@cache
def _rates() -> Any:
    from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

    return CurrencyConverter(fallback_on_wrong_date=True, fallback_on_missing_rate=True)


def in_usd(sum_: Quantity, on: date) -> float | None:
    """*sum_* in US dollars at the European Central Bank's reference rate of the day.

    A sum without a currency is one of dollars. None where the bank has never quoted the
    currency. Outside the bank's dates (1999 on) the nearest rate is taken.
    """
    if sum_.unit in ("USD", ""):
        return sum_.value
    rates = _rates()
    if sum_.unit not in rates.currencies:
        return None
    return float(rates.convert(sum_.value, sum_.unit, "USD", date=on))
