"""When to ask again, and which sources may be asked side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from scraper.crawl import by_host
from scraper.politeness import WAIT, asked_wait

if TYPE_CHECKING:
    from tests.scraper.conftest import Place

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"7", 7),
        (b"0", 0),
        (b"Sun, 01 Mar 2026 12:01:30 GMT", 90),
        (b"Sun, 01 Mar 2026 11:00:00 GMT", 0),
        (b"Sunday, 01-Mar-26 12:00:05 GMT", 5),
        (b"soon", WAIT),
        (b"-5", WAIT),
        (None, WAIT),
    ],
)
def test_wait_that_a_busy_source_asks_for(header: bytes | None, seconds: float) -> None:
    assert asked_wait(header, NOON) == seconds


def test_sources_that_share_a_host_are_in_one_group(place: Place) -> None:
    one = place.source("one", start=["https://a.example/x"])
    two = place.source("two", start=["https://b.example/"])
    three = place.source("three", start=["https://c.example/", "https://d.example/"])
    four = place.source("four", start=["https://a.example/y", "https://d.example/"])
    groups = [[source.name for source in group] for group in by_host([one, two, three, four])]
    assert groups == [["two"], ["one", "three", "four"]]
