import re
import shutil
from pathlib import Path

import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.fair_process import FairProcess, Norm, check, force, load_fair_process
from pipeline.tables import case_columns
from pipeline.workspace import record
from scraper.rules import DataError


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


@pytest.fixture(scope="module")
def fair(codebook: Codebook) -> FairProcess:
    return load_fair_process(record().rules / "codebook" / "fair_process.toml", codebook)


def answers(fair: FairProcess, codebook: Codebook, **case: str) -> dict[str, str]:
    cells = dict.fromkeys(case_columns(codebook), "") | case
    return {each.question.id: each.answer for each in check(cells, fair)}


def test_there_are_eleven_checks(fair: FairProcess) -> None:
    assert len(fair.check) == 11


def test_a_silent_case_tells_nothing(fair: FairProcess, codebook: Codebook) -> None:
    assert set(answers(fair, codebook, action="closed", notice="unknown").values()) == {"not_told"}


def test_a_closure_without_a_word(fair: FairProcess, codebook: Codebook) -> None:
    told = answers(
        fair, codebook, action="closed", notice="none", reasons="none_stated", specificity="none",
        appealed="yes", responses="no_reply", outcome="pending", funds_held="yes",
    )  # fmt: skip
    assert told == {
        "warned_before": "not_met",
        "told_when_it_happened": "not_met",
        "reason_stated": "not_met",
        "conduct_named": "not_met",
        "rule_cited": "not_met",
        "appeal_possible": "met",
        "appeal_answered": "not_met",
        "individual_answer": "not_met",
        "answered_in_time": "not_met",
        "outcome_explained": "not_applicable",
        "money_paid": "not_met",
    }


def test_a_case_that_was_handled_well(fair: FairProcess, codebook: Codebook) -> None:
    told = answers(
        fair, codebook, action="hold", notice="before", reasons="performance",
        specificity="specific", rule_cited="yes", appealed="yes", responses="reason_given",
        response_hours="336", outcome="reinstated", funds_held="no",
    )  # fmt: skip
    assert set(told.values()) == {"met"}


def test_two_weeks_are_the_bound(fair: FairProcess, codebook: Codebook) -> None:
    late = answers(fair, codebook, appealed="yes", response_hours="336.5")
    assert late["answered_in_time"] == "not_met"


def test_a_warning_needs_no_warning_before_it(fair: FairProcess, codebook: Codebook) -> None:
    told = answers(fair, codebook, action="warned", notice="at_action")
    assert told["warned_before"] == "not_applicable"


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2020-07-11", "not_applicable"),
        ("2020-06", "not_applicable"),
        ("2019", "not_applicable"),
        ("2020-07-12", "in_force"),
        ("2020-08", "in_force"),
        ("2021", "in_force"),
        ("2020-07", "day_unknown"),
        ("2020", "day_unknown"),
        ("", "day_unknown"),
    ],
)
def test_a_norm_holds_from_its_day_on(day: str, held: str) -> None:
    norm = Norm(id="p2b", title="P2B", start="2020-07-12", reference="https://law.example")
    assert force(norm, day) == held


def test_every_check_mirrors_a_norm(fair: FairProcess, codebook: Codebook) -> None:
    cells = dict.fromkeys(case_columns(codebook), "") | {"action_date": "2026-06-01"}
    for each in check(cells, fair):
        assert each.norms
        for mirrored in each.norms:
            late = mirrored.norm.id == "pwd"
            assert mirrored.force == ("not_applicable" if late else "in_force")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('notice = ["none"]', 'notice = ["nune"]', "'nune' is not known; did you mean 'none'?"),
        ('columns = ["notice"]', 'columns = ["notise"]', "did you mean 'notice'?"),
        ('norms = { p2b = "Art. 4(2)" }', 'norms = { p3b = "x" }', "did you mean 'p2b'?"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, codebook: Codebook, right: str, wrong: str, said: str
) -> None:
    path = tmp_path / "fair_process.toml"
    shutil.copy(record().rules / "codebook" / "fair_process.toml", path)
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(DataError, match=r"fair_process\.toml: check\[\w+\].*" + re.escape(said)):
        load_fair_process(path, codebook)
