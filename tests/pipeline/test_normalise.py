"""Posts become reports, evidence, letters and cases; what people saw is never altered."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.codebook import load_codebook
from pipeline.normalise import normalise
from pipeline.posts import Post, from_text
from pipeline.privacy import address_key
from pipeline.tables import evidence_schema, read_table, reports_schema, write_table
from pipeline.workspace import Workspace, record
from scraper.rules import DataError

KEY = b"a key of these tests, long enough to be one"
FORUM = "https://forum.specimens.example/t/"
LETTER = (
    "Hello,\n\nWe have looked at your account and closed it permanently, because you submitted "
    "a high number of proposals without contracts. Our decision is final and we will not answer "
    "further messages about it.\n\nUpwork Trust & Safety"
)
STORY = (
    "My Upwork account was suspended in May. I had been there for three years and this is the "
    "email that I got from them:\n\n" + LETTER + "\n\nI appealed the same day and a template "
    "came back within an hour. Nobody read what I wrote, and I still wait for a person."
)
OTHER = (
    "Fiverr banned me yesterday. No warning, no reason given, and they keep 300 dollars that I "
    "earned last month. I wrote to support twice and they never replied to any of it."
)
QUESTION = "How do I write a better proposal? I am new here and would like some tips, thanks."


def post(thread: str, position: int, text: str, author: str = "", **fields: Any) -> Post:
    made = from_text(text, FORUM + thread, f"Thread {thread}", position)
    made |= {"post_id": f"forum:{thread}-{position}", "source": "forum", "engine": "discourse"}
    made |= {"lang": "en", "captured_at": "2026-03-04T05:06:07Z", "published": "2026-03-01"}
    return {**made, "author_key": author or f"{thread}-{position}", **fields}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(record().rules, tmp_path)


def put(workspace: Workspace, *posts: Post) -> None:
    workspace.posts.mkdir(exist_ok=True)
    lines = "".join(json.dumps(entry) + "\n" for entry in posts)
    (workspace.posts / "forum.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


def reports(workspace: Workspace) -> pd.DataFrame:
    schema = reports_schema(load_codebook(workspace.rules / "codebook"))
    return read_table(workspace.table("reports"), schema)


def evidence(workspace: Workspace) -> pd.DataFrame:
    return read_table(workspace.table("evidence"), evidence_schema())


def files(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(workspace.root.glob("*.*"))}


def set_cells(workspace: Workspace, report: str, **cells: str) -> None:
    table = reports(workspace)
    table.loc[table["report_id"] == report, list(cells)] = list(cells.values())
    schema = reports_schema(load_codebook(workspace.rules / "codebook"))
    write_table(table, workspace.table("reports"), schema)


def test_a_telling_becomes_a_proposed_report_with_evidence(workspace: Workspace) -> None:
    put(workspace, post("1", 1, STORY), post("1", 2, "So sorry to hear."), post("2", 1, QUESTION))
    counts = normalise(workspace, KEY)
    assert (counts.posts, counts.threads, counts.tellings, counts.new) == (3, 2, 1, 1)
    (row,) = reports(workspace).to_dict("records")
    expected = {
        **{"report_id": "r0001", "case_id": "c0001", "source": "forum", "url": FORUM + "1"},
        **{"position": "1", "lang": "en", "engine": "discourse", "review": "proposed"},
        **{"status": "live", "first_seen": "2026-03-04", "platform": "upwork"},
        **{"reasons": "proposals_without_contracts", "appealed": "yes", "response_hours": "1"},
    }
    assert {name: row[name] for name in expected} == expected
    assert row["address_key"] == address_key(KEY, FORUM + "1", 1)
    spans = evidence(workspace)
    assert set(spans["text_sha256"]) == {hashlib.sha256(STORY.encode()).hexdigest()}
    (reason,) = spans[spans["column"] == "reasons"].head(1).to_dict("records")
    said = STORY[int(reason["start"]) : int(reason["end"])]
    assert said
    assert said in LETTER


def test_nobodys_words_are_written_and_a_second_run_changes_no_byte(workspace: Workspace) -> None:
    put(workspace, post("1", 1, STORY), post("2", 1, OTHER))
    assert normalise(workspace, KEY).new == 2
    before = files(workspace)
    written = b"".join(before.values()).decode()
    for words in ("this is the email", "looked at your account", "that I earned last month"):
        assert words not in written
    assert normalise(workspace, KEY).new == 0
    assert files(workspace) == before


def test_a_new_telling_takes_the_next_number_and_rows_of_pages_elsewhere_stay(
    workspace: Workspace,
) -> None:
    put(workspace, post("2", 1, OTHER))
    normalise(workspace, KEY)
    put(workspace, post("1", 1, STORY))
    normalise(workspace, KEY)
    table = reports(workspace)
    assert list(table["report_id"]) == ["r0001", "r0002"]
    assert list(table["platform"]) == ["fiverr", "upwork"]
    assert set(evidence(workspace)["report_id"]) == {"r0001", "r0002"}


def test_what_was_reviewed_stays_as_it_is(workspace: Workspace) -> None:
    posts = [post(str(number), 1, OTHER) for number in (1, 2, 3)]
    put(workspace, *posts)
    normalise(workspace, KEY)
    for report, review in (("r0001", "read"), ("r0002", "confirmed"), ("r0003", "corrected")):
        set_cells(workspace, report, platform="guru", reasons="spam", review=review)
    before = files(workspace)["reports.csv"]
    normalise(workspace, KEY)
    assert files(workspace)["reports.csv"] == before
    put(workspace, *posts, post("4", 1, STORY))
    normalise(workspace, KEY)
    assert list(reports(workspace)["platform"]) == ["guru", "guru", "guru", "upwork"]


def test_a_row_without_a_key_is_known_by_its_address(workspace: Workspace) -> None:
    put(workspace, post("1", 1, STORY))
    normalise(workspace, KEY)
    set_cells(workspace, "r0001", address_key="", review="read")
    assert normalise(workspace, KEY).new == 0
    assert list(reports(workspace)["report_id"]) == ["r0001"]


def test_a_proposed_row_is_coded_anew_and_goes_with_its_telling(workspace: Workspace) -> None:
    put(workspace, post("1", 1, STORY), post("2", 1, OTHER))
    normalise(workspace, KEY)
    set_cells(workspace, "r0001", platform="guru")
    put(workspace, post("1", 1, STORY), post("2", 1, QUESTION))
    normalise(workspace, KEY)
    table = reports(workspace)
    assert list(table["report_id"]) == ["r0001"]
    assert list(table["platform"]) == ["upwork"]
    assert set(evidence(workspace)["report_id"]) == {"r0001"}


def test_what_was_removed_on_request_is_left_out(workspace: Workspace) -> None:
    key = address_key(KEY, FORUM + "1", 1)
    workspace.table("removals").write_text(f"key\n{key}\n")
    put(workspace, post("1", 1, STORY), post("2", 1, OTHER))
    normalise(workspace, KEY)
    table = reports(workspace)
    assert list(table["platform"]) == ["fiverr"]
    assert list(table["report_id"]) == ["r0001"]
    assert (
        key
        not in b"".join(
            body for name, body in files(workspace).items() if name != "removals.csv"
        ).decode()
    )


def test_one_text_posted_twice_is_one_case(workspace: Workspace) -> None:
    put(workspace, post("1", 1, OTHER * 2), post("2", 1, OTHER * 2 + " Edited: no news."))
    counts = normalise(workspace, KEY)
    assert (counts.reports, counts.cases) == (2, 1)


def test_one_letter_in_two_stories_joins_the_letter_not_the_cases(workspace: Workspace) -> None:
    second = (
        "Upwork closed my account today. Ten days ago I was still working on a big contract "
        "for a client abroad and then this email came in the night:\n\n" + LETTER + "\n\nI wrote "
        "an appeal. What hurts is that my portfolio of several years cannot be seen any more."
    )
    put(workspace, post("1", 1, STORY), post("2", 1, second))
    counts = normalise(workspace, KEY)
    assert list(reports(workspace)["letter_id"]) == ["l01", "l01"]
    assert counts.cases == 2


def test_a_workspace_without_posts_needs_no_key(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SUSPENSIONS_KEY", raising=False)
    assert normalise(workspace).reports == 0
    assert not (tmp_path / "home").exists()


def test_a_broken_file_of_posts_leaves_the_tables(workspace: Workspace) -> None:
    put(workspace, post("1", 1, STORY))
    normalise(workspace, KEY)
    before = files(workspace)
    (workspace.posts / "forum.jsonl.gz").write_bytes(gzip.compress(b'{"url": 1}\n'))
    with pytest.raises(DataError, match="line 1: has no 'post_id'"):
        normalise(workspace, KEY)
    assert files(workspace) == before
