"""What becomes of a report whose post, or whose whole forum, is there no more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cases import rows
from pipeline.counted import counted_reports
from pipeline.normalise import normalise
from pipeline.record import read_record
from pipeline.status import on_record
from pipeline.tables import reports_schema, write_table
from pipeline.workspace import Workspace, record
from publisher.case_page import case_html
from publisher.record import load_record
from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.sources import load_sources
from scraper.specimens import FOLDER, serve

KEY = b"a key of these tests, long enough to be one"
HOST = "http://phpbb.specimens.example"
STORY = (
    "My Upwork account was suspended in May 2021, after three years there. There was no warning. "
    "The e-mail said that I had asked a client to pay outside of Upwork, which I never did. I "
    "appealed the same day and got a template back within an hour."
)
OTHER = (
    "Fiverr banned me yesterday. No warning, no reason given, and they keep 300 dollars that I "
    "earned last month. I wrote to support twice and they never replied to any of it."
)


@dataclass
class Forum:
    """A board of two topics that report and three that do not, and the record made of it."""

    folder: Path
    workspace: Workspace

    def topic(self, number: int, *texts: str, deleted: int = 0) -> None:
        """Write topic *number*, its post *deleted* being taken away."""
        lines = [f"id = {number}", f'title = "My account, topic {number}"', 'why = "talk"']
        for place, text in enumerate(texts, 1):
            lines += ["[[post]]", f'author = "Member {number}{place}"', f'text = "{text}"']
            lines += [f"time = 2021-06-{number:02}T{place:02}:00:00Z"]
            lines += ["deleted = true"] * (place == deleted)
        threads = self.folder / "threads" / "phpbb"
        threads.mkdir(parents=True, exist_ok=True)
        (threads / f"topic-{number}.toml").write_text("\n".join(lines) + "\n")

    def visit(self, *, answers: bool = True) -> SourceCount:
        """Collect, with the forum there or not even its name, and code what was found."""
        source = load_sources(FOLDER / "sources.toml")["specimen-phpbb"]
        more: dict[str, Any] = {"key": KEY, "agent": "Test/1 (nobody)"}
        more["on_record"] = on_record(read_record(self.workspace), KEY)
        folders = self.workspace.archive, self.workspace.posts
        with serve(self.folder) as web:
            proxy = web.proxy if answers else None
            [count] = collect([source], *folders, proxy=proxy, **more)
        normalise(self.workspace, KEY)
        return count

    def reports(self) -> dict[str, dict[str, str]]:
        """The rows of the record by platform."""
        return {row["platform"]: row for row in rows(read_record(self.workspace).reports)}


@pytest.fixture
def forum(tmp_path: Path) -> Forum:
    (tmp_path / "board").mkdir()
    (tmp_path / "board" / "engines").symlink_to(FOLDER / "engines")
    made = Forum(tmp_path / "board", Workspace(record().rules, tmp_path / "record"))
    made.topic(1, STORY, "Sorry to hear that.")
    made.topic(2, "What do they say of Fiverr?", OTHER)
    for number in (3, 4, 5):
        made.topic(number, "How do I write a good proposal? Tips are welcome.")
    made.visit()
    assert set(made.reports()) == {"upwork", "fiverr"}
    schema = reports_schema(read_record(made.workspace).codebook)
    read = read_record(made.workspace).reports.assign(review="read")
    write_table(read, made.workspace.table("reports"), schema)
    return made


def shown(forum: Forum) -> dict[str, str]:
    """The pages of the cases by platform."""
    site = load_record(forum.workspace)
    return {case["platform"]: str(case_html(site, case, "../../")) for case in site.cases.values()}


def test_a_post_that_was_taken_away_is_counted_and_shown_no_more(forum: Forum) -> None:
    forum.topic(1, STORY, "Sorry to hear that.", deleted=1)
    forum.visit()
    upwork, fiverr = (forum.reports()[name] for name in ("upwork", "fiverr"))
    assert (upwork["status"], upwork["url"]) == ("withdrawn", "")
    assert (fiverr["status"], fiverr["url"]) == ("live", f"{HOST}/viewtopic.php?t=2")
    now = read_record(forum.workspace)
    assert set(now.evidence["report_id"]) == {fiverr["report_id"]}
    assert len(counted_reports(now)) == len(now.cases) == 2
    assert set(now.cases["platform"]) == {"upwork", "fiverr"}
    pages = shown(forum)
    assert set(pages) == {"fiverr"}
    told = pages["fiverr"].partition('id="reports"')[2]
    assert told
    assert "web.archive.org" not in told

    before = {path.name: path.read_bytes() for path in forum.workspace.root.glob("*.*")}
    forum.visit()
    after = {path.name: path.read_bytes() for path in forum.workspace.root.glob("*.*")}
    assert after == before  # no new report of the old post, nothing rewritten

    forum.topic(1, STORY, "Sorry to hear that.")
    forum.visit()
    upwork = forum.reports()["upwork"]
    assert (upwork["status"], upwork["url"]) == ("live", f"{HOST}/viewtopic.php?t=1")


def test_a_whole_topic_that_is_gone_while_the_forum_answers_is_withdrawn(forum: Forum) -> None:
    (forum.folder / "threads" / "phpbb" / "topic-1.toml").unlink()
    forum.visit()
    assert {name: row["status"] for name, row in forum.reports().items()} == {
        "upwork": "withdrawn",
        "fiverr": "live",
    }
    assert set(shown(forum)) == {"fiverr"}


def test_a_forum_that_is_gone_keeps_its_reports_with_a_way_to_the_archive(forum: Forum) -> None:
    count = forum.visit(answers=False)
    assert count.starts == {"gone": 1}
    upwork = forum.reports()["upwork"]
    assert (upwork["status"], upwork["url"]) == ("gone", f"{HOST}/viewtopic.php?t=1")
    pages = shown(forum)
    assert set(pages) == {"upwork", "fiverr"}
    for number, name in ((1, "upwork"), (2, "fiverr")):
        address = f"{HOST}/viewtopic.php?t={number}"
        assert f'href="https://web.archive.org/web/*/{address}"' in pages[name]
        assert f'href="{address}"' not in pages[name]
    forum.visit()
    assert {row["status"] for row in forum.reports().values()} == {"live"}
