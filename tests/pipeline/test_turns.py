"""A page that came as one text is heard voice by voice."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.coding.coder import NAME
from pipeline.coding.telling import Telling
from pipeline.posts import Post, from_text, threads, with_language
from pipeline.reports import Reports
from pipeline.turns import TURN, turns
from pipeline.workspace import record
from scraper.rules import DataError
from scraper.specimens.corners import open_corners
from scraper.specimens.threads import FOLDER, Thread
from tests.pipeline import flattened

PAGES = tomllib.loads((Path(__file__).parent / "flattened_pages.toml").read_text())["page"]
REPORTS = Reports(record().rules)
THREADS = [
    thread
    for corner in open_corners(FOLDER)
    for thread in corner.threads
    if thread.state not in ("gone", "forbidden") and len(thread.post) > 1
]
SAME = 0.9
"""Share of cells that a flattened thread without names leaves as they were."""


def post(text: str, url: str = "https://a.example/p", title: str = "") -> Post:
    return with_language(from_text(text.strip(), url, title))


def messages(thread: Thread) -> list[flattened.Message]:
    """What is shown of *thread*'s messages, without what they quote."""
    found = []
    for one in thread.post:
        lines = [line for line in one.text.strip().splitlines() if not line.startswith(">")]
        if not one.deleted and "".join(lines).strip():
            text = "\n".join(lines).strip()
            found.append({"author": one.author, "time": one.time, "staff": one.staff, "text": text})
    return found


def words(text: str) -> str:
    return " ".join(text.replace(TURN, " ").split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_each_voice_of_a_page_says_its_own(page: dict[str, Any]) -> None:
    whole = post(page["text"], page.get("url", "https://a.example/p"))
    found = turns([whole])
    if page.get("whole"):
        assert found == [whole]
        return
    said = {
        "opener": words(found[0]["text"]),
        "others": words(" ".join(one["text"] for one in found[1:] if not one["staff"])),
        "staff": words(" ".join(one["text"] for one in found if one["staff"])),
    }
    for voice in said:
        for phrase in page.get(voice, ()):
            assert [name for name, text in said.items() if phrase in text] == [voice], phrase
    read = REPORTS.alone[NAME].read(Telling((found[0],)))  # type: ignore[attr-defined]
    for phrase in page.get("shared", ()):
        speakers = {s.speaker for s in read.sentences if phrase.lower() in s.text}
        assert speakers == {"other"}, phrase


@pytest.mark.parametrize("layout", flattened.NAMED, ids=lambda layout: layout.__name__)
def test_a_layout_with_names_gives_every_author_their_words(layout: Any) -> None:
    for thread in THREADS:
        said = messages(thread)
        own: dict[str, list[str]] = {}
        for one in said:
            own.setdefault(one["author"], []).append(words(one["text"]))
        found = turns([post(layout(thread.title, said), title=thread.title)])
        assert [words(one["text"]) for one in found] == [" ".join(texts) for texts in own.values()]


@pytest.mark.parametrize("layout", [flattened.discourse, flattened.blogger])
def test_values_of_a_flattened_thread_are_near_those_of_its_messages(layout: Any) -> None:
    same = asked = 0
    for thread in THREADS:
        said = messages(thread)
        if not thread.post[0].report or len(said) < 2:
            continue
        url = "https://forum.fiverr.com/t/1"
        structured = [
            {**post(one["text"], url, thread.title), "author_key": one["author"], "position": n}
            for n, one in enumerate(said, 1)
        ]
        flat = turns([post(layout(thread.title, said), url, thread.title)])
        before, after = (opening(found) for found in (structured, flat))
        cells = [name for name in before if before[name] not in ("", "unknown", "no")]
        asked += len(cells)
        same += sum(before[name] == after[name] for name in cells)
    assert same >= SAME * asked


def opening(found: list[Post]) -> dict[str, str]:
    """The rules' cells of the telling that opens the page."""
    own = tuple(one for one in found if one["author_key"] == found[0]["author_key"])
    staff = tuple(one for one in found if one["staff"])
    telling = Telling(own, staff)
    return REPORTS.coded(telling, REPORTS.alone[NAME].code(telling)).cells


def test_what_is_coded_points_into_the_page() -> None:
    page = next(page for page in PAGES if page["name"] == "khoros, moderator with a badge")
    whole = post(page["text"])
    own, staff = turns([whole])
    assert own["sha256"] == staff["sha256"] == whole["sha256"]
    assert len(own["text"]) == len(staff["text"]) == len(whole["text"])
    start = own["text"].index("although I bid")
    assert whole["text"][start:].startswith("although I bid")


def test_a_page_that_came_as_messages_is_left_as_it_is() -> None:
    text = "Posted by rust on May 3, 2018\nFirst.\n\nPosted by salt on May 4, 2018\nSecond."
    several = [post(text), {**post(text), "position": 2}]
    assert turns(several) == several


def test_members_who_tell_their_own_case_in_one_text_are_several_tellings() -> None:
    page = next(page for page in PAGES if page["name"] == "invision, days below names")
    (thread,) = threads([post(page["text"], "https://community.fiverr.com/forums/topic/1/")])
    tellings = REPORTS.screen.judge(thread).tellings
    assert [telling.position for telling in tellings] == [1, 2]
    assert "gave it back today" in tellings[0].posts[0]["text"]
    assert "ninety days" in tellings[1].posts[0]["text"]


def test_a_form_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import turns as module

    (tmp_path / "data").mkdir()
    rules = (record().rules / "turns.toml").read_text(encoding="utf-8")
    broken = rules.replace('"#{n}"', '"#{n}("')
    (tmp_path / "data" / "turns.toml").write_text(broken, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    module.load_forms.cache_clear()
    try:
        with pytest.raises(DataError, match=r"turns\.toml: head: holds a form"):
            turns([post("One line.")])
    finally:
        module.load_forms.cache_clear()
