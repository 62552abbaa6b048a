"""One stock letter in several reports is known as one, without keeping its words."""

from collections.abc import Callable
from itertools import count

import pandas as pd
import pytest

from pipeline.letters import Quoted, first_alike, group, signature
from pipeline.tables import LETTERS

FINAL = (
    "Hello {}, we have looked at your account once more and it stays closed. This choice is "
    "final and we will not write again about it. The trust team."
)
IDENTITY = (
    "Dear member, please send a photo of your passport and a bill that shows your address, so "
    "that we can check who you are within three days."
)


@pytest.fixture
def none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=str) for name in LETTERS})


def numbers() -> Callable[[], str]:
    following = count(1)
    return lambda: f"l{next(following):02d}"


def quoted(report: str, text: str) -> Quoted:
    return Quoted(report, "upwork", "the account stays closed", text)


def test_a_letter_is_one_that_two_reports_quote(none: pd.DataFrame) -> None:
    table, cells = group(
        [
            quoted("r0001", FINAL.format("Ana")),
            quoted("r0002", FINAL.format("Bartholomew").upper()),
            quoted("r0003", IDENTITY),
        ],
        none,
        numbers(),
    )
    assert cells == {"r0001": "l01", "r0002": "l01"}
    assert list(table["letter_id"]) == ["l01"]
    assert list(table["says"]) == ["the account stays closed"]
    assert "Ana" not in table.to_csv()
    assert "final" not in table.to_csv()


def test_a_known_letter_is_found_again_by_its_fingerprint(none: pd.DataFrame) -> None:
    number = numbers()
    both = [quoted("r0001", FINAL.format("Ana")), quoted("r0002", FINAL.format("Ben"))]
    table, _ = group(both, none, number)
    again, cells = group([quoted("r0009", FINAL.format("Cleo"))], table, number)
    assert cells == {"r0009": "l01"}
    assert again.equals(table)


def test_one_report_that_quotes_twice_makes_no_letter(none: pd.DataFrame) -> None:
    twice = [quoted("r0001", FINAL.format("Ana")), quoted("r0001", FINAL.format("Ana"))]
    table, cells = group(twice, none, numbers())
    assert table.empty
    assert cells == {}


def test_a_short_message_is_no_letter(none: pd.DataFrame) -> None:
    table, _ = group([quoted("r0001", "No."), quoted("r0002", "No.")], none, numbers())
    assert table.empty


def test_texts_alike_point_at_the_first() -> None:
    made = {
        "a": signature(FINAL.format("Ana")),
        "b": signature(IDENTITY),
        "c": signature(FINAL.format("Ben")),
    }
    assert first_alike(made, 0.7) == {"a": "a", "b": "b", "c": "a"}
