"""Durations, money, numbers and dates in texts, and what columns they fill."""

from datetime import date, datetime

import pytest

from pipeline.codebook import load_codebook
from pipeline.coding.coder import RulesCoder
from pipeline.coding.dates import dates
from pipeline.coding.durations import days_reached, durations
from pipeline.coding.learned import NAME
from pipeline.coding.money import in_usd, money
from pipeline.coding.numbers import numbers, percents, scores
from pipeline.coding.numerals import Quantity, numerals
from pipeline.coding.phrases import folded
from pipeline.coding.telling import Telling
from pipeline.platforms import load_platforms
from pipeline.posts import from_text, with_language
from pipeline.reports import Reports
from pipeline.workspace import record

RULES = record().rules
LEARNED = Reports(RULES).alone[NAME]
CODER = RulesCoder(load_codebook(RULES / "codebook"), load_platforms(RULES / "platforms.toml"))


def coded(text: str, published: str = "2019-05-01", lang: str = "en") -> dict[str, list[str]]:
    post = with_language({**from_text(text), "published": published, "lang": lang})
    cells: dict[str, list[str]] = {}
    for value in CODER.code(Telling((post,))):
        cells.setdefault(value.column, []).append(value.value)
    return cells


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        ("en", "seventeen hundred", [1700]),
        ("en", "eleven thousand eight hundred", [11_800]),
        ("en", "one hundred and eighty five", [185]),
        ("en", "54k, 1.2 million, 3 grand", [54_000, 1_200_000, 3000]),
        ("en", "thirty-eight or 1,250.50", [38, 1250.5]),
        ("ja", "三百件と38,200", [300, 38_200]),
        ("zh", "一千三百 两百一十 3万", [1300, 210, 30_000]),
        ("es", "54 mil", [54_000]),
        ("ru", "девяноста дней, 20 тысяч", [90, 20_000]),
        ("pl", "po czterech latach", [4]),
        ("cs", "po dvou letech", [2]),
        ("hi", "solah din", [16]),
    ],
)
def test_numbers_in_words_and_digits(lang: str, text: str, values: list[float]) -> None:
    assert [q.value for q in numerals(folded(text), lang)] == pytest.approx(values)


def test_days_that_a_text_counts_to() -> None:
    text = "on day ninety, the 12th day and 3 days"
    assert [q.value for q in days_reached(text, "en")] == [90, 12]
    assert [q.value for q in days_reached("第十一天", "zh")] == [11]


@pytest.mark.parametrize(
    ("lang", "text", "days"),
    [
        ("en", "two weeks", [14]),
        ("en", "within 24hrs", [1]),
        ("en", "2-3 weeks", [17.5]),
        ("en", "half an hour", [0.5 / 24]),
        ("en", "$5 day", []),
        ("ru", "через час", [1 / 24]),
        ("ru", "пять дней", [5]),
        ("ja", "3週間後に24時間", [21, 1]),
        ("de", "nach drei Tagen", [3]),
        ("es", "dos semanas", [14]),
        ("hi", "90 din", [90]),
        ("en", "two and a half years", [2.5 * 365.25]),
        ("en", "a decade", [3652.5]),
        ("zh", "材料交上去,48小时后", [2]),
        ("zh", "三年", [3 * 365.25]),
    ],
)
def test_lengths_of_time(lang: str, text: str, days: list[float]) -> None:
    assert [q.value for q in durations(folded(text), lang)] == pytest.approx(days)


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("$1,250.50", [(1250.5, "USD")]),
        ("2.500,00 €", [(2500, "EUR")]),
        ("$100k+", [(100_000, "USD")]),
        ("500 bucks", [(500, "USD")]),
        ("Rs. 2000 or ₹15,000", [(2000, "INR"), (15_000, "INR")]),
        ("5万円", [(50_000, "JPY")]),
        ("3000 руб", [(3000, "RUB")]),
        ("残高の38,200円で", [(38_200, "JPY")]),
        ("forty thousand rupees", [(40_000, "INR")]),
        ("$1.5m", [(1_500_000, "USD")]),
        ("in 2017 I had 60 jobs", []),
    ],
)
def test_sums_of_money(text: str, sums: list[tuple[float, str]]) -> None:
    assert [(q.value, q.unit) for q in money(folded(text), "en")] == sums


def test_money_in_dollars_of_the_day() -> None:
    day = date(2018, 1, 2)  # the bank's reference rate: 1 EUR = 1.2065 USD
    assert in_usd(Quantity(100, 0, 0, "EUR"), day) == pytest.approx(120.65)
    assert in_usd(Quantity(100, 0, 0, "USD"), day) == 100
    assert in_usd(Quantity(100, 0, 0, "NGN"), day) is None


def test_percentages_scores_and_plain_numbers() -> None:
    assert [q.value for q in percents("20% or 5.5 percent", "en")] == [20, 5.5]
    assert [q.value for q in scores("98% jss, 4.9 stars, 4.5/5, 120%", "en")] == pytest.approx(
        [98, 98, 90]
    )
    text = "6,000 orders, 12 jobs, six jobs, 5k sales, 20%, $30, 2/3"
    assert [q.value for q in numbers(text, "en")] == [6000, 12, 6, 5000]


@pytest.mark.parametrize(
    ("lang", "text", "told", "values"),
    [
        ("en", "on the 31st of May", datetime(2017, 6, 7), ["2017-05-31"]),
        ("en", "on the 31st of May", None, []),
        ("en", "in February 2018", None, ["2018-02"]),
        ("en", "yesterday", datetime(2018, 3, 1), ["2018-02-28"]),
        ("en", "on Monday", datetime(2019, 12, 10), ["2019-12-09"]),
        ("en", "I may go in 3 ways", datetime(2019, 12, 10), []),
        ("en", "3 min readJun 7, 2017", None, ["2017-06-07"]),
        ("ru", "15 марта 2022 года", None, ["2022-03-15"]),
        ("ja", "2013年2月8日", None, ["2013-02-08"]),
        ("es", "el 3 de mayo de 2019", None, ["2019-05-03"]),
    ],
)
def test_dates(lang: str, text: str, told: datetime | None, values: list[str]) -> None:
    assert [d.value for d in dates(folded(text), lang, told)] == values


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("I have been selling on Fiverr for three years.", "tenure_years", ["3"]),
        ("I am registered since 2015 on Upwork.", "tenure_years", ["4"]),
        ("I completed 120 jobs there.", "jobs_completed", ["120"]),
        ("I never completed 120 jobs there.", "jobs_completed", None),
        ("I completed a couple of jobs, rated 4.9.", "jobs_completed", ["2"]),
        ("All in all I earned $40,000 on Upwork.", "earnings_usd", ["40000"]),
        ("I earned $40 per hour on Upwork.", "earnings_usd", None),
        ("My JSS was 98%.", "success_score", ["98"]),
        ("Fiverr takes a 20% fee, Upwork a 10% fee.", "fee_percents", ["20", "10"]),
        ("The fee on Upwork went from 20% to 10%.", "fee_percents", ["20", "10"]),
        ("They answered within two hours.", "response_hours", ["2"]),
        ("I sent 60 proposals in a month.", "proposals_count", ["60"]),
        ("I spent 240 connects in May.", "connects_spent", ["240"]),
    ],
)
def test_columns_of_numbers(text: str, column: str, value: list[str] | None) -> None:
    assert coded(text).get(column) == value


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("After eleven years there my account was closed.", "tenure_years", "11"),
        ("My JSS was 91 when Upwork suspended me.", "success_score", "91"),
        ("I earned 61k there before Fiverr banned me.", "earnings_usd", "61000"),
        ("They took twenty percent of every order as a fee.", "fee_percents", "20"),
        ("Upwork banned me and $480 of mine are stuck there.", "funds_amount", "480"),
        ("I was suspended. Six hours after my appeal they wrote back.", "response_hours", "6"),
    ],
)  # fmt: skip
def test_what_is_learned_tells_what_a_number_is_of(text: str, column: str, value: str) -> None:
    post = with_language({**from_text(text), "lang": "en"})
    coded = {v.column: v.value for v in LEARNED.code(Telling((post,)))}
    assert coded[column] == value


def test_months_of_a_hold_are_thirty_days_each() -> None:
    held = coded("Upwork froze my funds. They hold my money for three months.")
    assert held["hold_days"] == ["90"]


def test_an_amount_counts_only_where_money_was_held() -> None:
    held = coded("My funds are frozen and $500 is stuck in my account.")
    assert (held["funds_held"], held["funds_amount"], held["funds_currency"]) == (
        ["yes"],
        ["500"],
        ["USD"],
    )
    assert "funds_amount" not in coded("I was able to withdraw my balance of $500.")
