"""Sums of money named in a text, and what they were worth in US dollars."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import regex

from pipeline.coding.durations import LANGUAGES, Quantity

CURRENCIES = (
    *("USD", "EUR", "GBP", "INR", "RUB", "JPY", "CNY", "PLN", "BRL", "MXN", "CAD", "AUD"),
    *("PKR", "BDT", "PHP", "IDR", "NGN", "UAH", "CZK", "TRY", "KES", "CHF", "KRW"),
)
"""Where two share a bare name or sign ("dollars", "rupees"), the first is meant."""
_TYPED = {"usd$": "USD", "us$": "USD", "bucks": "USD", "rs": "INR", "rs.": "INR", "tk": "BDT"}
_TYPED |= {"руб": "RUB", "руб.": "RUB", "р.": "RUB", "円": "JPY", "евро": "EUR", "баксов": "USD"}
_AMOUNT = regex.compile(
    r"(?<![\d.,])(?P<n>\d{1,3}(?:[,. \u202f']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?P<k>\s?[km](?!\w)|k(?=\p{Sc})|万)?"
)
_REACH = 6
"""Characters before a number in which a sign or code is looked for."""
_SCALE = {"k": 1e3, "m": 1e6, "万": 1e4}


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
        regex.compile(rf"\s?\+?\s?(?P<name>{after})(?!\w)"),
    )


def money(text: str) -> list[Quantity]:
    """The sums in *text* (folded): plain amounts with their currencies' ISO 4217 codes."""
    before, after = _around()
    found: list[Quantity] = []
    for hit in _AMOUNT.finditer(text, timeout=1):
        left = max(0, hit.start() - _REACH)
        if sign := before.search(text[left : hit.start()]):
            start, end = left + sign.start(), hit.end()
        elif sign := after.match(text, hit.end()):
            start, end = hit.start(), sign.end()
        else:
            continue
        found.append(Quantity(_amount(hit), start, end, _names()[sign["name"]]))
    return found


def _amount(hit: regex.Match[str]) -> float:
    return plain_number(hit["n"]) * _SCALE.get((hit["k"] or "").strip(), 1.0)


def plain_number(written: str) -> float:
    """The number *written* with either sign for thousands: ``1,500.50`` or ``1.500,50``."""
    whole = regex.sub(r"[,. \u202f'](?=\d{3}(?:\D|$))", "", written)
    return float(whole.replace(",", "."))


@cache
def _rates() -> Any:
    from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

    return CurrencyConverter(fallback_on_wrong_date=True, fallback_on_missing_rate=True)


def in_usd(sum_: Quantity, on: date) -> float | None:
    """*sum_* in US dollars at the European Central Bank's reference rate of the day.

    None where the bank has never quoted the currency. Outside the bank's dates (1999 on)
    the nearest rate is taken.
    """
    if sum_.unit == "USD":
        return sum_.value
    rates = _rates()
    if sum_.unit not in rates.currencies:
        return None
    return float(rates.convert(sum_.value, sum_.unit, "USD", date=on))
