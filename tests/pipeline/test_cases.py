from collections.abc import Callable
from itertools import count

import pandas as pd
import pytest

from pipeline.cases import link, merge
from pipeline.codebook import Codebook, load_codebook
from pipeline.record import LINKS
from pipeline.tables import report_columns
from pipeline.workspace import record


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


def reports(codebook: Codebook, *rows: dict[str, str]) -> pd.DataFrame:
    base = dict.fromkeys(report_columns(codebook), "") | {
        "position": "1",
        "platform": "upwork",
        "action": "closed",
        "outcome": "unknown",
        "coder": "reading-1",
        "codebook_edition": "2",
        "review": "read",
        "status": "live",
    }
    made = [base | {"report_id": f"r{n:04d}"} | row for n, row in enumerate(rows, 1)]
    return pd.DataFrame(made, dtype=str)


def links(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame([(*row, "reading") for row in rows], columns=list(LINKS), dtype=str)


def numbers(first: int = 1) -> Callable[[], str]:
    following = count(first)
    return lambda: f"c{next(following):04d}"


def test_only_certain_links_join(codebook: Codebook) -> None:
    table = reports(codebook, {}, {}, {})
    told = links(("r0001", "r0003", "certain"), ("r0002", "r0003", "likely"))
    ids, retired = link(table, told, numbers())
    assert list(ids) == ["c0001", "c0002", "c0001"]
    assert retired == {}


def test_one_page_is_one_case_and_a_bare_host_is_not(codebook: Codebook) -> None:
    page = {"url": "https://forum.example/t/1"}
    host = {"url": "https://www.reddit.com/"}
    ids, _ = link(reports(codebook, page, page, host, host), links(), numbers())
    assert list(ids) == ["c0001", "c0001", "c0002", "c0003"]


def test_two_tellings_on_one_page_are_two_cases(codebook: Codebook) -> None:
    page = {"url": "https://forum.example/t/1"}
    ids, _ = link(reports(codebook, page, page | {"position": "2"}), links(), numbers())
    assert list(ids) == ["c0001", "c0002"]


def test_one_letter_joins_only_with_the_same_facts(codebook: Codebook) -> None:
    facts = {"letter_id": "l01", "tenure_years": "4", "jobs_completed": "60"}
    table = reports(
        codebook, facts, facts | {"letter_id": "l01|l02"}, facts | {"jobs_completed": "61"},
        {"letter_id": "l01", "tenure_years": "4"},
    )  # fmt: skip
    ids, _ = link(table, links(), numbers())
    assert list(ids) == ["c0001", "c0001", "c0002", "c0003"]


def test_same_text_joins_unless_a_person_says_that_they_differ(codebook: Codebook) -> None:
    table = reports(codebook, {}, {}, {})
    similar = [("r0001", "r0002"), ("r0002", "r0003")]
    ids, _ = link(table, links(("r0002", "r0003", "different")), numbers(), similar=similar)
    assert list(ids) == ["c0001", "c0001", "c0002"]


def test_linking_again_changes_nothing(codebook: Codebook) -> None:
    table = reports(codebook, {}, {}, {})
    told = links(("r0001", "r0002", "certain"))
    ids, _ = link(table, told, numbers())
    again, retired = link(table.assign(case_id=ids), told, numbers(99))
    assert list(again) == list(ids)
    assert retired == {}


def test_cases_that_meet_keep_the_lowest_number(codebook: Codebook) -> None:
    table = reports(codebook, {"case_id": "c0007"}, {"case_id": "c0003"}, {"case_id": "c0005"})
    told = links(("r0001", "r0002", "certain"), ("r0002", "r0003", "certain"))
    ids, retired = link(table, told, numbers(8))
    assert list(ids) == ["c0003", "c0003", "c0003"]
    assert retired == {"c0007": "c0003", "c0005": "c0003"}


def test_the_lowest_number_is_lowest_as_a_number(codebook: Codebook) -> None:
    table = reports(codebook, {"case_id": "c10000"}, {"case_id": "c9999"})
    ids, retired = link(table, links(("r0001", "r0002", "certain")), numbers(10001))
    assert list(ids) == ["c9999", "c9999"]
    assert retired == {"c10000": "c9999"}


def test_reports_stay_together_when_the_link_goes(codebook: Codebook) -> None:
    table = reports(codebook, {"case_id": "c0001"}, {"case_id": "c0001"})
    ids, _ = link(table, links(), numbers(2))
    assert list(ids) == ["c0001", "c0001"]


def test_a_case_that_a_person_splits_leaves_its_number_with_the_first(codebook: Codebook) -> None:
    table = reports(codebook, {"case_id": "c0001"}, {"case_id": "c0001"})
    ids, retired = link(table, links(("r0001", "r0002", "different")), numbers(2))
    assert list(ids) == ["c0001", "c0002"]
    assert retired == {}


def test_the_merged_case_takes_gravest_action_latest_outcome_and_best_review(
    codebook: Codebook,
) -> None:
    table = reports(
        codebook,
        {"action": "suspended", "outcome": "upheld", "published": "2024-05-01", "notice": "before"},
        {"action": "closed", "outcome": "pending", "published": "2024-06-01", "notice": "none",
         "review": "confirmed", "tenure_years": "4"},
        {"action": "suspended", "outcome": "reinstated", "published": "2025", "notice": "unknown"},
    ).assign(case_id="c0001")  # fmt: skip
    case = merge(table, codebook).iloc[0]
    assert (case["action"], case["outcome"], case["notice"]) == ("closed", "reinstated", "none")
    assert (case["tenure_years"], case["review"]) == ("4", "confirmed")
    assert case["reports"] == "r0001|r0002|r0003"
    assert case["disagree"].split("|") == ["action", "notice", "outcome"]
    assert case["outcomes"] == "upheld@2024-05-01|pending@2024-06-01|reinstated@2025"


def test_a_follow_up_changes_the_outcome_and_adds_its_answers(codebook: Codebook) -> None:
    later = {"outcome": "reinstated", "published": "2024-06-11", "responses": "apologised"}
    first = {"outcome": "pending", "published": "2024-05", "responses": "no_reply|escalated"}
    table = reports(codebook, later, first).assign(case_id="c0001")
    case = merge(table, codebook).iloc[0]
    assert case["outcome"] == "reinstated"
    assert case["outcomes"] == "pending@2024-05|reinstated@2024-06-11"
    assert case["responses"] == "no_reply|escalated|apologised"


def test_a_case_with_one_outcome_has_no_history(codebook: Codebook) -> None:
    table = reports(
        codebook, {"outcome": "pending"}, {"responses": "unknown"}, {"outcome": "pending"}
    ).assign(case_id="c0001")
    case = merge(table, codebook).iloc[0]
    assert (case["outcome"], case["outcomes"], case["responses"]) == ("pending", "", "unknown")


def test_a_proposed_report_does_not_speak_where_another_does(codebook: Codebook) -> None:
    table = reports(
        codebook, {"action": "hold"}, {"action": "closed", "review": "proposed"}
    ).assign(case_id="c0001")
    case = merge(table, codebook).iloc[0]
    assert (case["action"], case["review"], case["disagree"]) == ("hold", "read", "")


def test_a_refuted_report_makes_no_case(codebook: Codebook) -> None:
    table = reports(codebook, {"status": "refuted"}, {}).assign(case_id=["c0001", "c0002"])
    assert list(merge(table, codebook)["case_id"]) == ["c0002"]


def test_a_withdrawn_report_speaks_only_where_no_other_does(codebook: Codebook) -> None:
    gone = {"status": "withdrawn", "action": "closed"}
    table = reports(codebook, gone, {"action": "hold"}, gone)
    cases = merge(table.assign(case_id=["c0001", "c0001", "c0002"]), codebook)
    assert list(cases["action"]) == ["hold", "closed"]
