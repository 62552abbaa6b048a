"""What was coded of two reports says how likely they tell of one action."""

import gzip
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.cases import rows
from pipeline.codebook import Codebook, load_codebook
from pipeline.linking import (
    WHO,
    Linking,
    certain,
    goes_on,
    likely,
    load_linking,
    probabilities,
    went_on,
)
from pipeline.normalise import normalise
from pipeline.posts import from_text
from pipeline.record import LINKS, links_schema, read_record, settle, write_record
from pipeline.tables import read_table, report_columns
from pipeline.workspace import Workspace, record
from scraper.rules import DataError

RULES = record().rules
MONEY = {
    **{"action_date": "2024-05-02", "funds_amount": "1460", "tenure_years": "11"},
    "jobs_completed": "203",
}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(RULES / "codebook")


@pytest.fixture(scope="module")
def model(codebook: Codebook) -> Linking:
    return load_linking(RULES / "linking.toml", codebook)


def reports(codebook: Codebook, *told: dict[str, str]) -> pd.DataFrame:
    base = dict.fromkeys(report_columns(codebook), "") | {
        **{"position": "1", "platform": "upwork", "teller": "self", "role": "freelancer"},
        **{"action": "suspended", "notice": "unknown", "reasons": "unknown", "lang": "en"},
        **{"responses": "unknown", "outcome": "unknown", "review": "read", "status": "live"},
    }
    made = [
        base | {"report_id": f"r{n:04d}", "case_id": f"c{n:04d}"} | row
        for n, row in enumerate(told, 1)
    ]
    return pd.DataFrame(made, dtype=str)


def same(
    codebook: Codebook, model: Linking, authors: dict[str, str], *told: dict[str, str]
) -> list[tuple[str, str]]:
    table = reports(codebook, *told)
    found = probabilities(table, model, codebook)
    return certain(found, table, model) + went_on(table, model, codebook, authors)


def test_it_finds_the_pairs_of_the_first_record_that_its_facts_can_show(
    codebook: Codebook, model: Linking
) -> None:
    """Of the pairs that were read as one action, those that agree on a day or on answers."""
    links = read_table(RULES / "links.csv", links_schema())
    read = links[links["who"] == "reading"]
    pairs = set(map(frozenset, zip(read["report_a"], read["report_b"], strict=True)))
    found = set(map(frozenset, probabilities(read_record(record()).reports, model, codebook)))
    assert len(found & pairs) >= 8
    assert len(found - pairs) <= 1


def test_no_pair_of_the_first_record_is_merged_for_its_facts(
    codebook: Codebook, model: Linking
) -> None:
    table = read_record(record()).reports
    assert certain(probabilities(table, model, codebook), table, model) == []


def test_a_retelling_with_the_same_day_and_numbers_is_one_action(
    codebook: Codebook, model: Linking
) -> None:
    retold = MONEY | {"teller": "quoted", "lang": "de"}
    assert same(codebook, model, {}, MONEY, retold) == [("r0001", "r0002")]
    assert same(codebook, model, {}, MONEY, retold | {"jobs_completed": "204"}) == []
    assert same(codebook, model, {}, MONEY, retold | {"platform": "fiverr"}) == []


def test_one_day_alone_is_only_likely(codebook: Codebook, model: Linking) -> None:
    told = {"action_date": "2024-05-02", "reasons": "spam", "responses": "automated|no_reply"}
    other = {"reasons": "performance", "responses": "escalated"}
    table = reports(codebook, told, told, *[other] * 12)
    found = probabilities(table, model, codebook)
    assert set(found) == {("r0001", "r0002")}
    assert certain(found, table, model) == []


def test_an_author_who_says_how_it_went_on(codebook: Codebook, model: Linking) -> None:
    first = {"published": "2024-05-03", "outcome": "pending"}
    later = {"published": "2024-06-20", "outcome": "reinstated"}
    authors = {"r0001": "a", "r0002": "a"}
    assert same(codebook, model, authors, first, later) == [("r0001", "r0002")]
    assert same(codebook, model, authors, first, later | {"platform": "fiverr"}) == []
    assert same(codebook, model, authors | {"r0002": "b"}, first, later) == []
    assert same(codebook, model, {}, first, later) == []


def test_a_blog_that_tells_several_cases_joins_none(codebook: Codebook, model: Linking) -> None:
    agency = {"role": "agency", "reasons": "linked_account", "published": "2021-08-02"}
    own = {"role": "freelancer", "reasons": "off_platform_payment", "published": "2022-03-21"}
    authors = {"r0001": "a", "r0002": "a"}
    assert same(codebook, model, authors, agency, own) == []
    friend = {"teller": "proxy", "published": "2024-05-01"}
    assert same(codebook, model, authors, friend, friend) == []


@pytest.mark.parametrize(
    ("first", "later", "one"),
    [
        ({"action": "hold"}, {"action": "closed"}, True),
        ({"action": "hold", "action_date": "2024-05-01"},
         {"action": "closed", "action_date": "2024-06"}, True),
        ({"action": "closed", "action_date": "2024-05-01"},
         {"action": "hold", "action_date": "2024-06-01"}, False),
        ({"action_date": "2024-05"}, {"action_date": "2024-05-17"}, True),
        ({"action_date": "2024-05-01"}, {"action_date": "2024-05-17"}, False),
        ({"action": "listing_removed"}, {"action": "closed"}, False),
        ({"outcome": "reinstated"}, {"outcome": "pending"}, False),
        ({"outcome": "upheld"}, {"outcome": "reinstated"}, True),
        ({"published": "2020-01-01"}, {"published": "2024-05-01"}, False),
        ({"published": "2020-01-01", "action_date": "2019-12-31"},
         {"published": "2024-05-01", "action_date": "2019-12-31"}, True),
        ({"published": ""}, {}, True),
    ],
)  # fmt: skip
def test_what_can_be_one_story(
    codebook: Codebook, first: dict[str, str], later: dict[str, str], one: bool
) -> None:
    told = {"published": "2024-05-03"}, {"published": "2024-06-20"}
    a, b = rows(reports(codebook, told[0] | first, told[1] | later))
    assert goes_on(a, b) is one
    assert goes_on(b, a) is one


def test_tellings_on_one_page_are_several_peoples(codebook: Codebook, model: Linking) -> None:
    page = MONEY | {"url": "https://forum.example/t/1"}
    table = reports(codebook, page, page | {"position": "2"}, MONEY)
    assert set(probabilities(table, model, codebook)) == {
        ("r0001", "r0003"), ("r0002", "r0003"),
    }  # fmt: skip


def test_withdrawn_reports_and_unnamed_platforms_are_not_compared(
    codebook: Codebook, model: Linking
) -> None:
    unnamed = MONEY | {"platform": "unknown"}
    gone = MONEY | {"status": "withdrawn"}
    assert probabilities(reports(codebook, MONEY, gone, unnamed, unnamed), model, codebook) == {}


def test_what_somebody_decided_stays_and_what_was_found_before_goes(codebook: Codebook) -> None:
    table = reports(codebook, {}, {}, {}, {}).assign(case_id=["c0001", "c0001", "c0003", "c0004"])
    links = pd.DataFrame(
        [("r0003", "r0001", "different", "reading"), ("r0001", "r0004", "likely", WHO)],
        columns=list(LINKS),
    )
    found = [("r0001", "r0002"), ("r0001", "r0003"), ("r0003", "r0004")]
    assert list(map(tuple, likely(found, links, table).to_numpy())) == [
        ("r0003", "r0001", "different", "reading"),
        ("r0003", "r0004", "likely", WHO),
    ]


SUSPENDED = (
    "Upwork suspended my account on 27 February. They say I broke the terms, nothing more. I "
    "appealed the same evening and I'm still waiting."
)
GIVEN_BACK = (
    "Update on my Upwork suspension: they gave my account back today! I was suspended for 25 "
    "days, support apologised and said it was a mistake."
)
OTHER = "Upwork banned my account yesterday. No reason, no warning, and nobody answers me."


def test_a_follow_up_in_another_thread_brings_the_end_and_keeps_what_was_told(
    tmp_path: Path,
) -> None:
    workspace = Workspace(RULES, tmp_path)
    workspace.posts.mkdir()
    told = (
        ("a", "2026-03-01", SUSPENDED),
        ("b", "2026-03-02", OTHER),
        ("a", "2026-03-24", GIVEN_BACK),
    )
    lines = []
    for thread, (author, day, text) in enumerate(told):
        made = from_text(text, f"https://forum.example/t/{thread}")
        made |= {"lang": "en", "published": day, "captured_at": "2026-06-04T05:06:07Z"}
        lines.append(json.dumps({**made, "source": "forum", "author_key": author}))
    (workspace.posts / "forum.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    normalise(workspace, b"a key of these tests, long enough to be one")
    cases = read_record(workspace).cases.set_index("case_id")
    assert list(cases["reports"]) == ["r0001|r0003", "r0002"]
    assert cases.loc["c0001", "outcome"] == "reinstated"
    assert cases.loc["c0001", "outcomes"] == "pending@2026-03-01|reinstated@2026-03-24"
    before = {path: path.read_bytes() for path in tmp_path.glob("*.csv")}
    normalise(workspace, b"a key of these tests, long enough to be one")
    write_record(settle(read_record(workspace)))  # as publishing does, without any posts
    assert {path: path.read_bytes() for path in tmp_path.glob("*.csv")} == before


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "role"', 'name = "roll"', r"column\[roll\]: 'roll' is not known"),
        ('["published"]', '["publisht"]', "block: 'publisht' is not known"),
        ("prior = 0.0035", "prior = 2", "prior"),
    ],
)
def test_a_mistake_in_the_model_is_named(
    codebook: Codebook, tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = tmp_path / "linking.toml"
    shutil.copy(RULES / "linking.toml", path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=problem):
        load_linking(path, codebook)
