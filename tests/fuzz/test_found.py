"""What fuzzing found once, and the seeds, are read or refused; so is what Hypothesis makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import BY_LEARNING, seeds, targets

FOUND = Path(__file__).with_name("found")
TARGETS = targets()
WORDS = (
    "my account was suspended",
    "hundred ",
    "1,000",
    '"',
    "\n",
    "3 days ago",
    "a@b",
    "三百",
    "-",
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=9), max_size=40).map("".join)


@pytest.mark.parametrize("name", sorted({*TARGETS} - {*BY_LEARNING}))
def test_what_was_found_stays_mended(name: str) -> None:
    for data in (*seeds(name), *(path.read_bytes() for path in (FOUND / name).glob("*"))):
        TARGETS[name](data)


@pytest.mark.parametrize("name", ["turns", "letters", "addresses", "rules"])
def test_any_text_is_read(name: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(TEXTS)
    def read(text: str) -> None:
        TARGETS[name](text.encode("utf-8", "replace"))

    read()
