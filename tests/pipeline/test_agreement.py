"""Agreement between coders, and what a reviewed sample says of a source."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.agreement import admit, agreement, screen_precision, second_schema
from pipeline.checked import checked
from pipeline.codebook import Codebook, load_codebook
from pipeline.decisions import Decisions
from pipeline.record import decisions, read_record, settle, write_record
from pipeline.tables import report_columns, write_table
from pipeline.workspace import Workspace, record
from scraper.rules import DataError


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


def coded(folder: Path, column: str, codings: dict[str, list[str]]) -> Workspace:
    """A workspace in which each coder gave its values to r0001, r0002 … ("-": did not code it)."""
    lines = [
        (f"r{number:04d}", column, value, coder, "2026-12-01")
        for coder, values in codings.items()
        for number, value in enumerate(values, 1)
        if value != "-"
    ]
    workspace = Workspace(record().rules, folder)
    schema = second_schema()
    made = pd.DataFrame(lines, columns=list(schema.columns), dtype=str)
    write_table(made, workspace.table("second_codings"), schema)
    return workspace


def test_kappa_and_alpha_of_a_table_worked_out_by_hand(tmp_path: Path, codebook: Codebook) -> None:
    # 20 closed-closed, 5 closed-hold, 10 hold-closed, 15 hold-hold: observed 0.7, chance 0.5
    coder = ["closed"] * 25 + ["hold"] * 25
    person = ["closed"] * 20 + ["hold"] * 5 + ["closed"] * 10 + ["hold"] * 15
    workspace = coded(tmp_path, "action", {"rules-1": coder, "person-1": person})
    found = agreement(workspace, codebook)["action"]
    assert found.n == 50
    assert found.equal == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    # observed disagreement 15/50; expected 2 * 55 * 45 / (100 * 99)
    assert found.alpha == pytest.approx(1 - 0.3 / (2 * 55 * 45 / 9900))
    assert found.kappa_interval
    low, high = found.kappa_interval
    assert 0 < low < 0.4 < high < 1
    assert found.alpha_interval
    assert found == agreement(workspace, codebook)["action"]


def test_alpha_of_three_coders_with_gaps(tmp_path: Path, codebook: Codebook) -> None:
    # the worked example of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability",
    # section C, nominal data: four observers, twelve units, alpha 0.743
    names = dict(zip("12345", ("closed", "suspended", "hold", "limited", "demoted"), strict=True))
    rows = {
        "rules-1": "123321412---",
        "person-1": "1233224125-3",
        "person-2": "-3332342251-",
        "person-3": "12332441251-",
    }
    codings = {who: [names.get(mark, "-") for mark in marks] for who, marks in rows.items()}
    found = agreement(coded(tmp_path, "action", codings), codebook)["action"]
    assert found.alpha == pytest.approx(0.743, abs=0.001)


@pytest.mark.parametrize(
    ("column", "first", "second", "equal"),
    [
        ("responses", "automated|no_reply", "no_reply|automated", 1),
        ("notice", "unknown", "", 1),
        ("response_hours", "4", "4.0", 1),
        ("reasons", "spam", "spam|automation", 0),
    ],
)
def test_what_counts_as_the_same_value(
    tmp_path: Path, codebook: Codebook, column: str, first: str, second: str, equal: float
) -> None:
    workspace = coded(tmp_path, column, {"reading-1": [first], "person-1": [second]})
    found = agreement(workspace, codebook)[column]
    assert (found.n, found.equal) == (1, equal)


def test_where_all_is_one_value_chance_cannot_be_told_from_agreement(
    tmp_path: Path, codebook: Codebook
) -> None:
    workspace = coded(tmp_path, "action", {"rules-1": ["hold"] * 3, "person-1": ["hold"] * 3})
    found = agreement(workspace, codebook)["action"]
    assert (found.equal, found.kappa, found.alpha, found.alpha_interval) == (1, None, None, None)


def test_a_coder_with_a_name_is_refused(tmp_path: Path, codebook: Codebook) -> None:
    workspace = coded(tmp_path, "action", {"rules-1": ["hold"]})
    with workspace.table("second_codings").open("a", encoding="utf-8") as file:
        file.write("r0001,action,hold,Jo Bloggs,2026-12-01\n")
    with pytest.raises(DataError, match=r"row 3, column coder: 'Jo Bloggs' is no coder such as"):
        agreement(workspace, codebook)


def reports(n: int, codebook: Codebook) -> pd.DataFrame:
    """*n* finds each in two sources, and one of the first record."""
    cells = {"review": "proposed", "status": "live", "codebook_edition": "3", "position": "1"}
    cells |= {"coder": "rules-1", "first_seen": "2026-12-01", "platform": "unknown"}
    made = [
        dict.fromkeys(report_columns(codebook), "")
        | cells
        | {"report_id": f"r{number:04d}", "source": source, "address_key": f"{number:032x}"}
        for number, source in enumerate(["forum"] * n + ["board"] * n, 1)
    ]
    made.append(made[-1] | {"report_id": f"r{2 * n + 1:04d}", "address_key": "", "review": "read"})
    return pd.DataFrame(made, dtype=str)


def judged(*kinds: str) -> Decisions:
    """Decisions that r0001, r0002 … are of *kinds*."""
    made = [
        {"report_id": f"r{number:04d}", "column": "screen", "value": kind, "date": "2026-12-02"}
        for number, kind in enumerate(kinds, 1)
    ]
    right = tuple(row for row in made if row["value"].startswith("report"))
    wrong = tuple(
        {**row, "old": "report_self", "new": row["value"], "reason": "general"}
        for row in made
        if not row["value"].startswith("report")
    )
    return Decisions(wrong, right)


def test_precision_counts_what_the_screen_found_and_a_person_judged(codebook: Codebook) -> None:
    found = screen_precision(reports(4, codebook), judged("report_self", "advice", "report_proxy"))
    assert list(found) == ["forum"]
    assert (found["forum"].right, found["forum"].judged) == (2, 3)
    assert found["forum"].low == pytest.approx(0.2077, abs=0.001)
    assert found["forum"].high == pytest.approx(0.9385, abs=0.001)


@pytest.mark.parametrize(
    ("right", "wrong", "counted"), [(73, 0, True), (72, 0, False), (73, 1, False)]
)
def test_finds_of_a_source_are_counted_once_its_interval_lies_above_the_goal(
    codebook: Codebook, right: int, wrong: int, counted: bool
) -> None:
    decided = judged(*["report_self"] * right, *["advice"] * wrong)
    table = reports(80, codebook)
    review = admit(table, decided).set_index("report_id")["review"]
    assert (review["r0080"] == "admitted") is counted
    assert set(review["r0081":"r0160"]) == {"proposed"}
    assert review["r0161"] == "read"
    again = admit(table.assign(review="admitted"), judged("advice")).set_index("report_id")
    assert set(again["review"]) == {"proposed"}


def test_an_admitted_report_is_counted_in_its_case(tmp_path: Path, codebook: Codebook) -> None:
    workspace = Workspace(record().rules, tmp_path)
    table = reports(1, codebook)
    (tmp_path / "ids.toml").write_text("report = 4\ncase = 1\nletter = 1\n", encoding="utf-8")
    table.to_csv(workspace.table("reports"), index=False)
    line = "report_id,column,value,date\nr0001,screen,report_self,2026-12-02\n"
    workspace.table("confirmations").write_text(line, encoding="utf-8")
    write_record(settle(read_record(workspace)))
    cases = read_record(workspace).cases
    assert list(cases["review"]) == ["admitted", "proposed", "read"]


def test_figures_say_how_much_is_checked_and_no_agreement_of_a_few(
    tmp_path: Path, codebook: Codebook
) -> None:
    codings = {"rules-1": ["hold"] * 10 + ["closed"] * 10, "person-1": ["hold"] * 20}
    workspace = coded(tmp_path, "action", codings)
    few = pd.DataFrame([("r0001", "notice", "none", who, "2026-12-01") for who in codings])
    few.to_csv(workspace.table("second_codings"), mode="a", header=False, index=False)
    table = reports(2, codebook).assign(action="hold", notice="none")
    (tmp_path / "ids.toml").write_text("report = 6\ncase = 1\nletter = 1\n", encoding="utf-8")
    table.to_csv(workspace.table("reports"), index=False)
    lines = "r0001,screen,report_self,2026-12-02\nr0002,action,hold,2026-12-03\n"
    header = "report_id,column,value,date\n"
    workspace.table("confirmations").write_text(header + lines, encoding="utf-8")
    line = "report_id,column,old,new,reason,date\nr0001,action,hold,closed,it ends so,2026-12-04\n"
    workspace.table("corrections").write_text(line, encoding="utf-8")
    now = settle(read_record(workspace))
    made = {row["figure_id"].removeprefix("measured."): row for row in checked(now)}
    figures = {name: (row["value"], row["denominator"]) for name, row in made.items()}
    assert figures["checked.action.confirmed"] == ("0.2", "5")
    assert figures["checked.action.corrected"] == ("0.2", "5")
    assert figures["checked.report.corrected"] == ("0.2", "5")
    assert "checked.notice.confirmed" not in figures
    assert figures["blind.action.equal"] == ("0.5", "20")
    assert figures["blind.action.kappa"] == ("0", "20")
    assert figures["blind.notice.equal"] == ("", "1")
    assert figures["sources.forum.precision"] == ("1", "1")
    assert decisions(now).last == "2026-12-04"
