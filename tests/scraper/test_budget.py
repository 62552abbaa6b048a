"""No source, and no run, takes more than it may; what was left is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scraper.limits import Traps, form, load_limits, without_visitor
from scraper.settings import MEMORY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scraper.conftest import Collect, Place


def test_no_more_bytes_than_the_source_may_send(place: Place, collected: Collect) -> None:
    place.small().listing(*range(1, 11))
    for number in range(1, 11):
        place.thread_page(number, *(f"{number} {place} {hash(str(place))}" for place in range(300)))
    [count] = collected(place.source(max_bytes=20_000))
    assert 0 < count.posts < 3000
    assert count.causes["budget"] >= 10 - count.posts // 300
    assert "its budget is spent (max_bytes, 20000); the rest is left" in count.errors[-1]


def test_no_more_minutes_than_the_source_may_take(place: Place, collected: Collect) -> None:
    place.small().listing(*range(1, 41))
    for number in range(1, 41):
        place.thread_page(number, "They closed it.")
    [count] = collected(place.source(max_minutes=2 / 60, delay=0.3))
    assert 0 < count.posts < 40
    assert count.causes == {"budget": 40 - count.posts}
    assert [error for error in count.errors if "max_minutes" in error] == count.errors
    assert len(count.errors) == 1


def test_the_run_has_a_budget_of_its_own(
    place: Place, collected: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "data" / "limits.toml"
    rules.parent.mkdir()
    rules.write_text(
        "[run]\nmax_pages = 4\nmax_bytes = 1000000\nmax_minutes = 5\n"
        "[host]\nfailures = 5\n[trap]\nbarren = 20\n[visitor]\n[text]\ntitle = 100\ntext = 1000\n"
    )
    monkeypatch.chdir(tmp_path)
    place.small()
    one, two = collected(place.source("one"), place.source("two"))
    assert (one.posts, one.causes) == (3, {})
    assert (two.posts, two.causes) == (0, {"budget": 2})
    assert "the budget of the run is spent (max_pages, 4)" in two.errors[-1]


def test_a_session_or_credential_is_no_part_of_an_address() -> None:
    plain = "https://a.example/t/1?page=2"
    sid = "0123456789abcdef" * 2
    for url in (
        f"https://a.example/t/1?sid={sid}&page=2",
        f"https://a.example/t/1?page=2&PHPSESSID={sid}",
        f"https://a.example/t/1;jsessionid={sid}?page=2",
        f"https://a.example/(S({sid[:24]}))/t/1?page=2",
        "https://me:secret@a.example/t/1?page=2",
        "https://a.example/t/1?access_token=abc&page=2&X-Amz-Signature=abc",
        plain,
    ):
        assert without_visitor(url) == plain
    same = ("https://a.example/?s=banned", "https://a.example/story?sid=12&author=me@b.example")
    for url in same:
        assert without_visitor(url) == url


def test_pages_of_one_form_differ_in_numbers_and_words_alone() -> None:
    assert form("https://a.example/2026/03?a=1") == form("https://a.example/2027/11?a=x")
    assert form("https://a.example/t/my-account") == form("https://a.example/t/why-me")
    assert form("https://a.example/t/1") != form("https://a.example/c/1")
    assert form("https://a.example/t?a=1") != form("https://a.example/t?b=1")


def test_a_form_of_pages_is_left_after_so_many_that_bring_nothing() -> None:
    traps, barren = Traps(), load_limits().trap.barren
    for number in range(barren - 1):
        traps.visited(f"https://a.example/day/{number}", brought=False)
    assert not traps.are_at("https://a.example/day/99")
    traps.visited("https://a.example/day/7", brought=True)
    for number in range(barren):
        assert not traps.are_at("https://a.example/day/99")
        traps.visited(f"https://a.example/day/{number}", brought=False)
    assert traps.are_at("https://a.example/day/99")
    assert not traps.are_at("https://a.example/topic/99")


def test_the_memory_of_who_starts_a_collect_is_not_that_of_the_crawl(
    place: Place, collected: Collect
) -> None:
    mine = bytearray(b"x") * (MEMORY + 100) * 1024 * 1024
    [count] = collected(place.small().source())
    assert (count.posts, count.errors) == (3, [])
    assert len(mine) > MEMORY
