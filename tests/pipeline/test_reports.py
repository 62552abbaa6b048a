"""Values become cells: order, defaults, the page's own facts."""

from pathlib import Path

import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.telling import Telling, Value
from pipeline.posts import from_text, with_language
from pipeline.reports import Reports, cell, evidence, silence
from pipeline.workspace import record


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


@pytest.fixture(scope="module")
def maker() -> Reports:
    return Reports(record().rules)


def values(column: str, *found: str) -> list[Value]:
    return [Value(column, value, 0, 0, 1, "rule") for value in found]


@pytest.mark.parametrize(
    ("column", "found", "written"),
    [
        ("reasons", ("spam", "performance", "spam"), "performance|spam"),
        ("responses", ("final_decision", "automated"), "final_decision|automated"),
        ("action", ("closed", "hold"), "closed"),
        ("fee_percents", ("20", "10"), "20|10"),
        ("tenure_years", ("2.5",), "2.5"),
    ],
)
def test_a_cell_is_written_as_its_column_asks(
    codebook: Codebook, column: str, found: tuple[str, ...], written: str
) -> None:
    assert cell(codebook.columns[column], codebook, values(column, *found)) == written


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("platform", "unknown"),
        ("action", "unknown"),
        ("reasons", "unknown"),
        ("believed_reasons", ""),
        ("responses", ""),
        ("letter_quoted", "no"),
        ("proposals_mentioned", "no"),
        ("response_hours", ""),
        ("first_action", ""),
    ],
)
def test_a_silent_cell(codebook: Codebook, column: str, written: str) -> None:
    assert silence(codebook.columns[column], codebook) == written


def telling(text: str, url: str) -> Telling:
    return Telling((with_language({**from_text(text, url), "published": "2026-03-01T10:00:00Z"}),))


def test_a_row_has_every_column_and_the_pages_own_facts(maker: Reports) -> None:
    coded = maker.code(telling("My Upwork account was suspended.", "https://a.example/x"))
    assert list(coded.cells) == list(maker.codebook.columns)
    assert (coded.cells["url"], coded.cells["position"]) == ("https://a.example/x", "1")
    assert (coded.cells["lang"], coded.cells["engine"]) == ("en", "other")
    assert (coded.cells["published"], coded.cells["platform"]) == ("2026-03-01", "upwork")


@pytest.mark.parametrize(
    ("url", "kind", "engine"),
    [
        ("http://discourse.specimens.example/t/1", "forum", "discourse"),
        ("https://a-member.medium.com/my-account-0123456789ab", "blog", "medium"),
    ],
)
def test_a_post_from_elsewhere_is_of_the_kind_of_its_host(
    maker: Reports, url: str, kind: str, engine: str
) -> None:
    coded = maker.code(telling("My Upwork account was suspended.", url))
    assert (coded.cells["source_kind"], coded.cells["engine"]) == (kind, engine)


def test_every_span_of_evidence_lies_in_the_text_and_backs_a_cell(maker: Reports) -> None:
    text = (
        "My Upwork account was suspended in 2021. They said that I asked for payment outside of "
        "Upwork. I appealed and they told me that the decision is final."
    )
    coded = maker.code(telling(text, "https://a.example/x"))
    rows = evidence(coded, "r0007")
    assert {row["report_id"] for row in rows} == {"r0007"}
    assert {"platform", "action", "appealed"} <= {row["column"] for row in rows}
    for row in rows:
        assert 0 <= int(row["start"]) <= int(row["end"]) <= len(text)
        assert row["value"] in coded.cells[row["column"]].split("|")


def test_rules_of_elsewhere_are_named_where_they_break(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"columns\.toml: cannot be read"):
        Reports(tmp_path)
