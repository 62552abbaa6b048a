"""What a collect shows: plain lines in a pipe, a table on a terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from scraper.counts import SourceCount
from scraper.progress import showing


def shown(count: SourceCount, *, terminal: bool) -> str:
    text = StringIO()
    console = Console(file=text, force_terminal=terminal, width=100, color_system=None)
    with showing(["forum", "blog"], console) as show:
        show(count)
    return text.getvalue()


def test_plain_lines_say_all_counts_and_what_went_wrong() -> None:
    count = SourceCount("forum", 12, 3, 40, 8, 1, 2, errors=["data/sources.toml: source[forum]: x"])
    lines = shown(count, terminal=False).splitlines()
    assert lines == [
        "forum: 12 fetched, 3 from cache, 40 found, 8 new, 1 refused, 2 failed",
        "blog: 0 fetched, 0 from cache, 0 found, 0 new, 0 refused, 0 failed",
        "data/sources.toml: source[forum]: x",
    ]


def test_table_has_a_row_per_source_and_a_sum() -> None:
    other = SourceCount("forum", 12, 3, 40, 8, 1, 2)
    text = shown(other, terminal=True)
    last = [line.split() for line in text.splitlines() if line.strip()][-4:]
    assert ["forum", "12", "3", "40", "8", "1", "2"] in last
    assert any(line[0] == "all" and line[1:] == ["12", "3", "40", "8", "1", "2"] for line in last)


def test_many_mistakes_are_shortened() -> None:
    count = SourceCount("forum", errors=[f"mistake {number}" for number in range(9)])
    assert shown(count, terminal=False).splitlines()[-1] == "… and 4 more"
