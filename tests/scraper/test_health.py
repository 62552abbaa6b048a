"""How sources are, run after run: what is wrong with one is named as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scraper.health import FILE, last, load_bounds, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from scraper.sources import Source
    from tests.scraper.conftest import Collect, Place

TOPICS = 6


def forum(place: Place) -> Place:
    """A forum with a topic of two posts for each of six numbers."""
    place.small().listing(*range(1, TOPICS + 1))
    for number in range(1, TOPICS + 1):
        place.thread_page(number, f"They closed account {number}.", f"Mine too, number {number}.")
    return place


def change(place: Place, **cells: Any) -> None:
    """Have every post of the forum hold *cells*, as after an update of its software."""
    for number in range(1, TOPICS + 1):
        topic = json.loads(place.pages[f"/t/{number}.json"][0].body)
        for post in topic["post_stream"]["posts"]:
            post.update(cells)
        place.json(f"/t/{number}.json", topic)


def test_each_run_is_entered_with_what_it_gave(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = forum(place).source()
    collected(source)
    collected(source)
    first, second = read(tmp_path / "archive")["forum"]
    assert (first.state, first.pages, first.posts, first.new_posts) == ("healthy", 7, 12, 12)
    assert (second.state, second.pages, second.posts, second.new_posts) == ("healthy", 7, 12, 0)
    assert first.moment < second.moment
    assert (first.misses, first.without) == (0, {"author": 0, "date": 0, "text": 0})
    with (tmp_path / "archive" / FILE).open("a") as file:
        file.write('{"source": "forum", "mom')  # a run that was killed while it wrote
    assert last(tmp_path / "archive")["forum"] == second


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"username": ""}, "100% of the posts without author"),
        ({"created_at": ""}, "100% of the posts without date"),
        ({"cooked": ""}, "100% of the posts without text"),
    ],
)
def test_a_source_whose_posts_lack_something_has_changed(
    place: Place, collected: Collect, tmp_path: Path, cells: dict[str, str], why: str
) -> None:
    source = forum(place).source()
    [count] = collected(source)
    assert count.errors == []
    change(place, **cells)
    [count] = collected(source, file=Path("data/sources.toml"))
    assert count.errors == [f"data/sources.toml: source[forum]: changed: {why}"]
    now = last(tmp_path / "archive")["forum"]
    assert (now.state, now.why) == ("changed", why)
    assert str(now) == f"forum changed its shape ({why})"


def test_pages_in_which_nothing_is_found_are_named_at_the_first_run(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    forum(place)
    for number in range(1, TOPICS + 1):
        place.put(f"/t/{number}.json", place.answer(b'{"topic": []}'))
    collected(place.source())
    now = last(tmp_path / "archive")["forum"]
    assert (now.state, now.why) == ("changed", "nothing found in 86% of the pages")


def test_fewer_posts_a_page_than_usual_are_named_and_a_few_pages_say_nothing(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    source = forum(place).source()
    collected(source)
    for number in range(2, TOPICS + 1):
        place.json(f"/t/{number}.json", {"id": number, "title": "x", "post_stream": {"posts": []}})
    place.thread_page(1, "They closed account 1.")
    collected(source)
    now = last(tmp_path / "archive")["forum"]
    assert now.state == "changed"
    place.listing(1, 2)
    collected(source)
    assert last(tmp_path / "archive")["forum"].pages < load_bounds().pages
    assert last(tmp_path / "archive")["forum"].state == "healthy"


def test_where_nothing_at_all_is_reached_no_source_is_called_gone(
    place: Place, collected: Collect, tmp_path: Path
) -> None:
    one, two = (place.source(name, start=[f"http://{name}.invalid/"]) for name in ("one", "two"))
    collected(one)
    assert last(tmp_path / "archive")["one"].state == "gone"
    collected(one, two)
    assert {health.state for health in last(tmp_path / "archive").values()} == {"down"}


def test_sources_that_are_not_read_are_named_by_what_became_of_them(
    new_place: Callable[[], Place], collect_into: Collect, tmp_path: Path
) -> None:
    places = {name: new_place().small() for name in ("moved", "lent", "gone", "shut", "other")}
    answer = places["moved"].answer
    away = {"Location": f"http://localhost:{places['moved'].server.server_port}/latest.json"}
    places["moved"].put("/latest.json", answer(b"", 301, away))
    places["lent"].put("/latest.json", answer(b"", 302, away))
    places["gone"].put("/latest.json", answer(b"", 410))
    places["shut"].put("/latest.json", answer(b"", 403))
    places["other"].put("/latest.json", answer(b"<html>A new program</html>"))
    sources: list[Source] = [place.source(name) for name, place in places.items()]
    sources.append(sources[0].model_copy(update={"name": "dns", "start": ("http://no.invalid/",)}))
    collect_into(tmp_path, *sources)
    states = {name: health.state for name, health in last(tmp_path / "archive").items()}
    assert states == {
        "moved": "moved",
        "lent": "down",
        "gone": "gone",
        "shut": "refused",
        "other": "changed",
        "dns": "gone",
    }
