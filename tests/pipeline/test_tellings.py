"""Only what changed is coded again, and the tables are those of coding all of it."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipeline.normalise import normalise
from pipeline.posts import Post, from_text
from pipeline.remove import remove
from pipeline.tellings import Kept, read
from pipeline.workspace import Workspace, record
from scraper.rules import DataError

KEY = b"a key of these tests, long enough to be one"
LETTER = (
    "Hello,\n\nWe have looked at your account and closed it permanently, because you submitted "
    "a high number of proposals without contracts. Our decision is final and we will not answer "
    "further messages about it.\n\nUpwork Trust & Safety"
)
STORIES = (
    "My Upwork account was suspended in May. This is the email that I got:\n\n" + LETTER + "\n\nI "
    "appealed the same day and a template came back within an hour.",
    "Upwork closed my account today. In the night this email came:\n\n" + LETTER + "\n\nI wrote an "
    "appeal. My portfolio of several years cannot be seen any more.",
    "Fiverr banned me yesterday. No warning, no reason given, and they keep 300 dollars that I "
    "earned last month. I wrote to support twice and they never replied to any of it. " * 2,
    "Freelancer.com limited my account after I asked for a payout of 1200 dollars. They want my "
    "passport. I sent it two weeks ago and nobody has answered.",
    "How do I write a better proposal? I am new here and would like some tips, thanks.",
)


def post(source: str, thread: int, position: int, text: str, **fields: Any) -> Post:
    made = from_text(text, f"https://{source}.example/t/{thread}", f"Topic {thread}", position)
    made |= {"post_id": f"{source}:{thread}-{position}", "source": source, "engine": "discourse"}
    made |= {"lang": "en", "captured_at": "2026-03-04T05:06:07Z", "published": "2026-03-01"}
    return {**made, "author_key": f"{source}-{thread}-{position}", **fields}


def put(workspace: Workspace, posts: list[Post], name: str = "") -> None:
    """Write *posts* as they are found: one file for each source, or all in the one called *name*.

    A source of which nothing is left has no file.
    """
    shutil.rmtree(workspace.posts, ignore_errors=True)
    workspace.posts.mkdir(parents=True)
    for source in sorted({entry["source"] for entry in posts}):
        lines = "".join(json.dumps(entry) + "\n" for entry in posts if entry["source"] == source)
        path = workspace.posts / f"{name or source}.jsonl.gz"
        path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def tables(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(workspace.root.glob("*.*"))}


def from_scratch(workspace: Workspace, folder: Path) -> dict[str, bytes]:
    """The tables that *workspace* would have if nothing had been kept of its tellings."""
    shutil.copytree(workspace.root, folder, ignore=shutil.ignore_patterns("tellings"))
    other = Workspace(workspace.rules, folder)
    normalise(other, KEY)
    return tables(other)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(record().rules, tmp_path / "here")


def edited(posts: list[Post], draw: Random) -> list[Post]:
    """*posts* after one random edit: a new thread, a reply, another text, a deletion, a visit."""
    kind = draw.choice(("thread", "reply", "text", "gone", "visit"))
    if kind == "thread" or len(posts) < 3:
        source, number = draw.choice("abc"), draw.randrange(1000)
        return [*posts, post(source, number, 1, draw.choice(STORIES))]
    place = draw.randrange(len(posts))
    old, others = posts[place], posts[:place] + posts[place + 1 :]
    if kind == "gone":
        return others
    if kind == "visit":
        return [*others, {**old, "captured_at": "2026-04-01T00:00:00Z"}]
    number, position = int(old["thread_url"].rpartition("/")[2]), old["position"]
    text = draw.choice(STORIES)
    made = post(old["source"], number, position + (kind == "reply"), text)
    return [p for p in posts if p["post_id"] != made["post_id"]] + [made]


def test_whatever_changes_the_tables_are_those_of_coding_all_of_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    draw = Random(6)
    posts = [post("abc"[n % 3], n, 1, text) for n, text in enumerate(STORIES)]
    coded = []
    for step in range(4):
        put(workspace, posts)
        expected = from_scratch(workspace, tmp_path / f"step-{step}")
        coded.append(normalise(workspace, KEY).coded)
        assert tables(workspace) == expected
        for _ in range(3):
            posts = edited(posts, draw)
    assert coded[0] == len(STORIES)
    assert all(number <= 3 for number in coded[1:])


def test_a_rule_that_changed_codes_all_anew_and_only_then(
    workspace: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(
        workspace.rules,
        tmp_path / "rules",
        ignore=shutil.ignore_patterns("archive", "posts", "tellings", "run", "releases"),
    )
    workspace = replace(workspace, rules=tmp_path / "rules")
    put(workspace, [post("a", 1, 1, STORIES[2].replace("Fiverr", "Neverwork"))])
    assert normalise(workspace, KEY).coded == 1
    assert b"neverwork" not in tables(workspace)["reports.csv"]
    path = workspace.rules / "sources.toml"  # what is not the coder's needs no coding
    path.write_text(path.read_text() + "\n# a remark\n")
    assert normalise(workspace, KEY).coded == 0
    path = workspace.rules / "platforms.toml"
    named = path.read_text().replace('names = ["fiverr"', 'names = ["neverwork", "fiverr"', 1)
    assert named != path.read_text()
    path.write_text(named)
    expected = from_scratch(workspace, tmp_path / "scratch")
    assert normalise(workspace, KEY).coded == 1
    assert tables(workspace) == expected
    assert b",fiverr," in expected["reports.csv"]


def test_what_is_kept_and_broken_or_anothers_is_made_anew(workspace: Workspace) -> None:
    put(workspace, [post("a", n, 1, text) for n, text in enumerate(STORIES)])
    normalise(workspace, KEY)
    before, file = tables(workspace), workspace.tellings / "a.jsonl.gz"
    whole = file.read_bytes()
    other = gzip.compress(gzip.decompress(whole).replace(b'"closed"', b'"hold"'))
    draw = Random(1)
    flipped = bytearray(whole)
    for _ in range(3):
        flipped[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
    for broken in (b"", b"no gzip", whole[:-9], bytes(flipped), other, gzip.compress(b"{}\n[]")):
        assert read(broken) == (None, ())
    for broken in (bytes(flipped), other):
        file.write_bytes(broken)
        assert normalise(workspace, KEY).coded == len(STORIES)
        assert tables(workspace) == before
        assert file.read_bytes() == whole


def test_another_files_tellings_are_not_taken_for_ones_own(workspace: Workspace) -> None:
    put(workspace, [post("a", 1, 1, STORIES[0]), post("b", 1, 1, STORIES[2])])
    normalise(workspace, KEY)
    before = tables(workspace)
    shutil.copy(workspace.tellings / "a.jsonl.gz", workspace.tellings / "b.jsonl.gz")
    assert normalise(workspace, KEY).coded == 1
    assert tables(workspace) == before


def test_no_words_are_kept_and_nothing_of_what_is_gone(workspace: Workspace) -> None:
    put(workspace, [post("a", n, 1, text) for n, text in enumerate(STORIES)])
    normalise(workspace, KEY)
    lines = gzip.decompress((workspace.tellings / "a.jsonl.gz").read_bytes()).decode()
    words = {piece for text in STORIES for piece in text.split(". ") if piece}
    assert not [piece for piece in words if piece in lines]
    assert set(Kept.model_fields) == {
        *("position", "posts", "values", "marks", "letters", "words", "elsewhere")
    }
    remove(workspace, "https://a.example/t/1", KEY)
    _, threads = read((workspace.tellings / "a.jsonl.gz").read_bytes())
    assert len(threads) == len(STORIES) - 1
    assert "https://a.example/t/1" not in [thread.page for thread in threads]
    put(workspace, [post("b", 1, 1, STORIES[0])])
    normalise(workspace, KEY)
    assert [path.name for path in workspace.tellings.iterdir()] == ["b.jsonl.gz"]


def test_a_page_that_stands_in_two_files_is_told(workspace: Workspace) -> None:
    put(workspace, [post("a", 1, 1, STORIES[0])])
    shutil.copy(workspace.posts / "a.jsonl.gz", workspace.posts / "b.jsonl.gz")
    with pytest.raises(DataError, match=r"b\.jsonl\.gz: source a: holds posts of a page that a"):
        normalise(workspace, KEY)
    assert not tables(workspace)
