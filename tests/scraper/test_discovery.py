"""From questions to threads: what is asked, what is left unread, and that little is lost so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scraper.discovery import Discovery, Language, Screen, load_discovery
from scraper.post import Message, Reading
from scraper.rules import DataError
from scraper.specimens.threads import FOLDER, load_threads

if TYPE_CHECKING:
    from tests.scraper.conftest import Collect, Place


def answers(place: Place) -> None:
    """A forum of 60 posts in each topic, found by two searches."""
    for number, (title, text) in enumerate(TOPICS.items(), 1):
        posts = [
            {
                "id": number * 100 + page,
                "post_number": page,
                "cooked": f"<p>{text}</p>",
                "created_at": "2026-03-01T10:00:00.000Z",
                "topic_id": number,
            }
            for page in (1, 2)
        ]
        stream = {"stream": list(range(40))}
        topic: dict[str, Any] = {"id": number, "title": title, "slug": f"topic-{number}"}
        for page, path in ((1, f"/t/{number}.json"), (2, f"/t/{number}.json?page=2")):
            shown = {**stream, "posts": [posts[page - 1]]}
            place.json(path, {**topic, "post_stream": shown})
    listed = [{"id": number, "title": title} for number, title in enumerate(TOPICS, 1)]
    found = {"grouped_search_result": {"more_full_page_results": None}}
    place.json("/latest.json", {"topic_list": {"topics": []}})
    place.json("/search.json?q=account+suspended", {**found, "topics": listed[:2]})
    place.json("/search.json?q=konto+gesperrt", {**found, "topics": listed[1:]})


TOPICS = {
    "What happened to me": "They closed my profile in March and keep the money.",
    "Introduce yourself": "Hello from the coast.",
    "Which colours go well together": "Blue and grey, I think.",
}
QUERIES = {"en": ["account suspended"], "de": ["konto gesperrt"]}


def test_queries_lead_to_threads_and_the_screen_says_which_are_read_whole(
    place: Place, collected: Collect
) -> None:
    answers(place)
    [count] = collected(place.source(queries=QUERIES))
    asked = {path for path, _ in place.visits}
    assert {"/search.json?q=account+suspended", "/search.json?q=konto+gesperrt"} <= asked
    assert {"/t/1.json", "/t/1.json?page=2", "/t/3.json"} <= asked
    assert not {"/t/2.json", "/t/3.json?page=2"} & asked
    assert (count.posts, count.skipped) == (3, 3)
    assert count.causes == {"off-topic": 3}


def test_without_queries_every_thread_is_read_whole(place: Place, collected: Collect) -> None:
    answers(place)
    place.json("/latest.json", {"topic_list": {"topics": [{"id": 2, "title": "Introductions"}]}})
    [count] = collected(place.source())
    assert (count.posts, count.causes) == (2, {})


def test_an_engine_that_cannot_be_searched_is_named(place: Place, collected: Collect) -> None:
    with pytest.raises(DataError, match=r"source\[forum\]\.queries: no search address is known"):
        collected(place.source(engine="article", queries=QUERIES))
    assert place.visits == []


@pytest.mark.parametrize(
    ("engine", "start", "address"),
    [
        ("phpbb", "https://f.example/board/viewforum.php?f=1", "board/search.php?keywords=my+ban"),
        (
            "reddit",
            "https://f.example/r/Some/new.json",
            "r/Some/search.json?q=my+ban&restrict_sr=1",
        ),
        ("wordpress", "https://f.example/blog/", "?s=my+ban"),
        ("xenforo", "https://f.example/forums/a.1/", "search/search?keywords=my+ban"),
    ],
)
def test_each_engine_is_searched_in_its_own_way(
    place: Place, engine: str, start: str, address: str
) -> None:
    source = place.source(engine=engine, start=[start], queries={"en": ["my ban"]})
    found = load_discovery().searched(source, Path("sources.toml")).start
    assert found[0] == start
    assert found[1].startswith(f"https://f.example/{address}")


@pytest.mark.parametrize(
    "mistake",
    [
        {"queries": {"english": ["banned"]}},
        {"queries": {"en": [" "]}},
        {"engine": "wayback", "pages": ["a.example/*"], "served_by": "phpbb", "queries": QUERIES},
    ],
)
def test_queries_that_cannot_be_asked_are_mistakes(place: Place, mistake: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"queries|search for"):
        place.source(**mistake)


def test_words_of_the_screen_hold_for_whole_words_or_beginnings() -> None:
    words = Language(lang="en", maybe=("ban", "suspen*", "log in"), off=("hello",))
    rules = Discovery(language=(words,))
    for text in ("a BAN.", "Suspension!", "can't log  in", "(ban)"):
        assert rules.is_maybe(text), text
    for text in ("bank", "unsuspended", "login", ""):
        assert not rules.is_maybe(text), text
    assert rules.is_off("Hello all")
    assert not rules.is_off("Hello, a ban")


def test_chinese_and_japanese_words_are_found_within_others() -> None:
    assert load_discovery().is_maybe("我的账号被封了")
    assert load_discovery().is_maybe("突然利用制限になった")
    assert not load_discovery().is_maybe("今日は良い天気")


def test_a_link_without_a_title_is_judged_by_its_address() -> None:
    links = (
        "https://f.example/threads/introduce-yourself.12/",
        "https://f.example/threads/why.13/",
    )
    assert Screen().kept(Reading(links=links)) == links[1:]


def test_a_thread_once_thought_of_interest_stays_so() -> None:
    def page(text: str, number: int) -> Reading:
        message = Message(
            str(number), "https://f.example/t", "https://f.example/t", number, "", "", "", text
        )
        return Reading((message,), (f"https://f.example/t?page={number + 1}",))  # fmt: skip

    screen = Screen()
    assert screen.kept(page("Nothing to see", 1)) == ()
    assert screen.kept(page("My account was suspended", 1))
    assert screen.kept(page("Nothing to see", 2))


def test_no_thread_that_holds_a_known_report_is_left_unread() -> None:
    engines = sorted(path.name for path in (FOLDER / "threads").iterdir())
    told = [each for name in engines for each in load_threads(FOLDER, name) if each.reports]
    assert len(told) > 50
    for thread in told:
        page = "\n".join(post.text for post in thread.post[:10])
        assert load_discovery().is_maybe(f"{thread.title}\n{page}"), thread.title
        assert not load_discovery().is_off(thread.title), thread.title
