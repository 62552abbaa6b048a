import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.record import Ids, Record, read_record, settle, write_record
from pipeline.workspace import Workspace, record
from scraper.rules import DataError

TABLES = ("reports", "cases", "evidence", "letters", "links", "retired", "corrections", "removals")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A copy of the published record under the project's own rules."""
    for name in (*(f"{table}.csv" for table in TABLES), "ids.toml"):
        shutil.copy(record().root / name, tmp_path / name)
    return Workspace(record().rules, tmp_path)


def contents(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(workspace.root.iterdir())}


def append(workspace: Workspace, name: str, line: str) -> None:
    with workspace.table(name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def row(table: pd.DataFrame, report: str) -> dict[str, str]:
    found = table[table["report_id"] == report]
    return {} if found.empty else {str(k): str(v) for k, v in found.iloc[0].items()}


def with_evidence(found: Record, report: str) -> Record:
    cells = {"report_id": report, "column": "action", "value": "closed", "start": "0"}
    cells |= {"end": "9", "text_sha256": "0" * 64, "rule": "action.closed:en"}
    return replace(found, evidence=pd.DataFrame([cells], dtype=str))


def test_the_record_settled_again_is_the_same_to_the_byte(workspace: Workspace) -> None:
    before = contents(workspace)
    write_record(settle(read_record(workspace)))
    assert contents(workspace) == before


def test_every_report_has_its_case_and_every_case_its_reports(workspace: Workspace) -> None:
    found = read_record(workspace)
    told = {report for ids in found.cases["reports"] for report in ids.split("|")}
    assert told == set(found.reports["report_id"])
    assert set(found.reports["case_id"]) == set(found.cases["case_id"])
    assert len(found.reports) == 213


def test_a_correction_wins_over_the_coder(workspace: Workspace) -> None:
    assert row(read_record(workspace).reports, "r0002")["action"] == "hold"
    append(workspace, "corrections", "r0002,action,hold,closed,the page says so,2026-12-01")
    write_record(settle(read_record(workspace)))
    found = read_record(workspace)
    report = row(found.reports, "r0002")
    assert (report["action"], report["review"]) == ("closed", "corrected")
    case = found.cases[found.cases["case_id"] == report["case_id"]].iloc[0]
    assert (case["action"], case["review"]) == ("closed", "corrected")


def test_the_last_of_two_corrections_stands(workspace: Workspace) -> None:
    append(workspace, "corrections", "r0002,action,hold,closed,once,2026-12-01")
    append(workspace, "corrections", "r0002,action,closed,limited,again,2026-12-02")
    assert row(settle(read_record(workspace)).reports, "r0002")["action"] == "limited"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("r0002,action,hold,closd,x,2026-12-01", "row 2, column action: 'closd' is not known; did"),
        ("r0002,acton,hold,closed,x,2026-12-01", "row 2, column column: 'acton' is not known; did"),
        ("r9999,action,hold,closed,x,2026-12-01", "'r9999' is no report of the record"),
        ("r0002,published,,2024-13,x,2026-12-01", "'2024-13' is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ("r0002,action,hold,closed,x,yesterday", "'yesterday' is not a day such as 2026-11-24"),
    ],
)
def test_a_wrong_correction_is_named_and_changes_nothing(
    workspace: Workspace, line: str, said: str
) -> None:
    append(workspace, "corrections", line)
    before = contents(workspace)
    with pytest.raises(DataError) as error:
        write_record(settle(read_record(workspace)))
    assert str(error.value).startswith(f"{workspace.table('corrections')}: row 2")
    assert said in str(error.value)
    assert contents(workspace) == before


def test_a_link_of_unknown_sureness_is_named(workspace: Workspace) -> None:
    append(workspace, "links", "r0001,r0002,sure,reading")
    with pytest.raises(DataError, match=r"links\.csv: row \d+, column sureness: 'sure' is not"):
        read_record(workspace)


@pytest.mark.parametrize("key", ["r0002", "0123abcd"])
def test_a_removal_wins_over_everything(workspace: Workspace, key: str) -> None:
    found = with_evidence(read_record(workspace), "r0002")
    keyed = found.reports["address_key"].mask(found.reports["report_id"] == "r0002", "0123abcd")
    case = row(found.reports, "r0002")["case_id"]
    write_record(replace(found, reports=found.reports.assign(address_key=keyed)))
    append(workspace, "corrections", "r0002,action,hold,closed,x,2026-12-01")
    append(workspace, "removals", key)
    write_record(settle(read_record(workspace)))
    after = read_record(workspace)
    assert row(after.reports, "r0002") == {}
    assert row(after.evidence, "r0002") == {}
    assert case not in set(after.cases["case_id"])
    assert len(after.reports) == 212


def test_a_number_is_given_once(workspace: Workspace) -> None:
    found = read_record(workspace)
    new = found.ids.take("report")
    assert new == "r0214"
    added = found.reports.iloc[[1]].assign(
        report_id=new, case_id="", url="", letter_id="", address_key=""
    )
    write_record(settle(replace(found, reports=pd.concat([found.reports, added]))))
    case = row(read_record(workspace).reports, new)["case_id"]
    assert case == "c0205"
    append(workspace, "removals", new)
    write_record(settle(read_record(workspace)))
    after = read_record(workspace)
    assert case not in set(after.cases["case_id"])
    assert (after.ids.take("report"), after.ids.take("case")) == ("r0215", "c0206")


def test_a_merged_case_is_retired_for_good(workspace: Workspace) -> None:
    found = read_record(workspace)
    first, second = (row(found.reports, report)["case_id"] for report in ("r0001", "r0002"))
    append(workspace, "links", "r0001,r0002,certain,reading")
    write_record(settle(found := read_record(workspace)))
    after = read_record(workspace)
    assert row(after.reports, "r0002")["case_id"] == first
    assert after.retired == {second: first}
    assert len(after.cases) == len(found.cases) - 1


def test_a_row_that_breaks_the_schema_leaves_every_file_as_it_was(workspace: Workspace) -> None:
    found = read_record(workspace)
    before = contents(workspace)
    broken = found.reports.assign(notice="whenever")
    with pytest.raises(DataError, match=r"reports\.csv: row 2, column notice: 'whenever'"):
        write_record(replace(found, reports=broken, evidence=found.evidence, ids=Ids({})))
    assert contents(workspace) == before


def test_a_letter_counts_the_reports_that_quote_it(workspace: Workspace) -> None:
    found = settle(read_record(workspace))
    letter = found.letters.set_index("letter_id").loc["l07"]
    assert (letter["reports"], letter["reasons"]) == ("7", "proposals_without_contracts")
    assert letter["first_seen"] <= letter["last_seen"]


def test_a_broken_counter_is_named(workspace: Workspace) -> None:
    (workspace.root / "ids.toml").write_text('report = "many"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"ids\.toml: report: should be the next number"):
        read_record(workspace)


def test_a_counter_that_fell_behind_is_named(workspace: Workspace) -> None:
    (workspace.root / "ids.toml").unlink()
    with pytest.raises(DataError, match=r"ids\.toml: report: number 213 is given already; .* 214"):
        read_record(workspace)


def test_a_workspace_without_tables_is_empty_and_starts_at_one(tmp_path: Path) -> None:
    found = settle(read_record(Workspace(record().rules, tmp_path)))
    assert (len(found.reports), len(found.cases)) == (0, 0)
    assert found.ids.take("case") == "c0001"
