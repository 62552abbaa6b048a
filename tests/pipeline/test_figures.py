import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pytest

from pipeline.cases import rows
from pipeline.counted import counted_cases
from pipeline.fair_process import load_fair_process
from pipeline.figures import figures
from pipeline.intervals import bootstrap_median, kaplan_meier, kaplan_meier_median, wilson
from pipeline.record import read_record, settle, write_record
from pipeline.tables import figures_schema, read_table
from pipeline.workspace import Workspace, record
from scraper.rules import DataError


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(yes: int, n: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert wilson(yes, n) == pytest.approx((low, high), abs=5e-5)


# Freireich and others, Blood 21 (1963) 699-716: weeks in remission, 6-MP and placebo
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12


def test_the_median_of_open_durations_is_the_published_one() -> None:
    assert kaplan_meier_median(WEEKS, RELAPSED) == 23
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    assert kaplan_meier_median(placebo, [True] * 21) == 8
    assert kaplan_meier_median([1, 2, 3], [True, False, False]) is None


@pytest.mark.parametrize(
    ("week", "share", "low", "high", "left"),
    [(6, 0.857, 0.620, 0.952, 17), (10, 0.753, 0.503, 0.889, 13), (23, 0.448, 0.188, 0.680, 5)],
)
def test_a_point_of_a_curve_is_the_published_one(
    week: int, share: float, low: float, high: float, left: int
) -> None:
    """Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (1980)."""
    point = kaplan_meier(WEEKS, RELAPSED, week)
    assert (point.share, point.low, point.high) == pytest.approx((share, low, high), abs=5e-4)
    assert point.left == left


def test_a_curve_without_an_end_so_far_has_no_interval() -> None:
    point = kaplan_meier(WEEKS, RELAPSED, 5)
    assert (point.share, point.low, point.high, point.left) == (1, None, None, 21)


def test_the_bootstrap_is_the_same_each_time_and_holds_the_median() -> None:
    values = [float(n) for n in range(1, 22)]
    low, high = bootstrap_median(values)
    assert low < 11 < high
    assert (low, high) == bootstrap_median(values)


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """A record of its own without a row; its rules are a copy of the project's."""
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copytree(record().rules / "codebook", rules / "codebook")
    for name in ("figures.toml", "linking.toml", "platforms.toml"):
        shutil.copy(record().rules / name, rules / name)
    return Workspace(rules, tmp_path / "tables")


def fill(workspace: Workspace, *reports: dict[str, str]) -> pd.DataFrame:
    """Write *reports* as those of *workspace* and count its figures, by id."""
    found = read_record(workspace)
    base = dict.fromkeys(found.reports.columns, "") | {
        "position": "1", "lang": "en", "platform": "upwork", "role": "freelancer",
        "action": "closed", "notice": "unknown", "reasons": "unknown", "appealed": "unknown",
        "specificity": "unknown", "outcome": "unknown", "funds_held": "unknown",
        "proposals_mentioned": "no", "letter_quoted": "no", "coder": "reading-1",
        "codebook_edition": "2", "review": "read", "status": "live",
    }  # fmt: skip
    made = [base | {"report_id": found.ids.take("report")} | report for report in reports]
    write_record(settle(replace(found, reports=pd.DataFrame(made, dtype=str))))
    return figures(workspace).set_index("figure_id")


def test_a_share_counted_by_hand(empty: Workspace) -> None:
    told = fill(
        empty,
        *[{"reasons": "performance|spam"}] * 4,
        *[{"reasons": "none_stated"}] * 4,
        *[{"reasons": "unknown"}] * 2,
        {"reasons": "performance", "role": "client"},
        {"reasons": "performance", "action": "warned"},
        {"reasons": "performance", "review": "proposed"},
        {"reasons": "performance", "status": "refuted"},
    )
    share = told.loc["reasons.performance"]
    assert (share["numerator"], share["denominator"], share["unknown"]) == ("4", "8", "2")
    assert (share["value"], share["low"], share["high"]) == ("0.5", "0.2152", "0.7848")
    assert (share["if_unknown_no"], share["if_unknown_yes"]) == ("0.4", "0.6")
    assert (share["unit"], share["method"]) == ("share", "share_wilson")
    assert told.loc["platform.upwork.reasons.performance", "value"] == "0.5"
    assert told.loc["account_actions", "value"] == "10"
    assert told.loc["cases", "value"] == "12"
    assert told.loc["reports", "value"] == "12"


def test_the_cases_behind_a_figure_are_named(empty: Workspace) -> None:
    told = fill(empty, *[{"reasons": "spam"}] * 2, *[{"reasons": "performance"}] * 4)
    share = told.loc["reasons.spam"]
    assert parse_qs(share["filter"]) == {
        "role": ["freelancer"],
        "action": ["closed", "suspended", "hold", "rejected"],
        "reasons": ["spam"],
    }
    assert share["cases_sha256"] == hashlib.sha256(b"c0001\nc0002").hexdigest()


def test_below_five_no_share_is_made(empty: Workspace) -> None:
    told = fill(empty, *[{"notice": "none"}] * 4, {})
    share = told.loc["notice.none"]
    assert (share["value"], share["low"], share["method"]) == ("", "", "too_few")
    assert (share["numerator"], share["denominator"], share["unknown"]) == ("4", "4", "1")


def test_a_code_is_counted_only_where_the_coder_could_know_it(empty: Workspace) -> None:
    old = {"reasons": "performance", "codebook_edition": "1"}
    told = fill(empty, *[old] * 6, *[{"reasons": "delivery_abuse"}] * 5)
    assert told.loc["reasons.performance", "denominator"] == "11"
    assert told.loc["reasons.delivery_abuse", "denominator"] == "5"
    assert told.loc["fair.rule_cited", "denominator"] == "0"


def test_a_check_counted_by_hand(empty: Workspace) -> None:
    told = fill(empty, *[{"notice": "before"}] * 3, *[{"notice": "none"}] * 3, {})
    check = told.loc["fair.told_when_it_happened"]
    assert (check["numerator"], check["denominator"], check["unknown"]) == ("3", "6", "1")
    assert parse_qs(check["filter"])["fair.told_when_it_happened"] == ["met"]
    assert "fair.appeal_possible" not in told.index


def test_between_five_and_twenty_a_share_carries_a_caution(empty: Workspace) -> None:
    yes, no = {"appealed": "yes", "notice": "none"}, {"appealed": "no"}
    told = fill(empty, *[yes] * 19, no)
    assert (told.loc["appealed", "denominator"], told.loc["appealed", "caution"]) == ("20", "")
    assert (told.loc["notice.none", "denominator"], told.loc["notice.none", "caution"]) == (
        "19",
        "few",
    )


def test_a_share_that_one_source_makes_is_shown_without_it(empty: Workspace) -> None:
    told = fill(
        empty,
        *[{"appealed": "yes", "source": "forum"}] * 30,
        *[{"appealed": "no", "source": "withheld"}] * 12,
        *[{"appealed": "yes", "source": "blog"}] * 3,
    )
    share = told.loc["appealed"]
    assert (share["largest_source"], share["without_largest"]) == ("forum", "0.2")
    assert (share["without_numerator"], share["without_denominator"]) == ("3", "15")
    assert told.loc["reinstated", "largest_source"] == ""


def test_a_share_that_hardly_stands_without_its_largest_source_says_so(empty: Workspace) -> None:
    forum = {"source": "forum"}
    told = fill(empty, *[forum | {"appealed": "yes"}] * 5, *[{"appealed": "no"}] * 4)
    share = told.loc["appealed"]
    assert (share["largest_source"], share["without_largest"]) == ("forum", "")
    assert (share["without_numerator"], share["without_denominator"]) == ("0", "4")


def test_a_share_that_reads_the_same_without_its_largest_source_does_not(empty: Workspace) -> None:
    answers = [{"appealed": "yes"}, {"appealed": "no"}]
    sources = [{"source": "forum"}] * 10 + [{"source": "blog"}] * 8
    told = fill(empty, *[answer | source for answer in answers for source in sources])
    assert told.loc["appealed", "value"] == "0.5"
    assert told.loc["appealed", "largest_source"] == ""


def test_a_median_needs_twenty_cases(empty: Workspace) -> None:
    told = [{"tenure_years": str(n)} for n in range(1, 20)]
    assert fill(empty, *told).loc["tenure_years", "method"] == "too_few"


def test_a_median_counted_by_hand(empty: Workspace) -> None:
    told = fill(empty, *[{"tenure_years": str(n)} for n in range(1, 22)], {})
    median = {str(name): str(cell) for name, cell in told.loc["tenure_years"].items()}
    assert (median["value"], median["unit"], median["unknown"]) == ("11", "years", "1")
    assert float(median["low"]) < 11 < float(median["high"])


def test_open_cases_count_in_a_duration(empty: Workspace) -> None:
    ended = [{"resolution_days": "10", "outcome": "reinstated"}] * 9
    open_still = {"outcome": "pending", "action_date": "2024-01-01", "published": "2024-01-05"}
    later = {"outcome": "pending", "action_date": "2024-01-01", "published": "2024-03-01"}
    days = fill(empty, *ended, *[open_still] * 5, *[later] * 6).loc["resolution_days"]
    assert (days["method"], days["value"], days["denominator"]) == ("kaplan_meier", "10", "20")


WAITED = {"outcome": "pending", "action_date": "2024-01-01", "published": "2024-01-31"}


def test_a_curve_counts_those_still_waiting_and_stops_where_few_are_left(
    empty: Workspace,
) -> None:
    silent = {"responses": "no_reply", "action_date": "2024-01-01", "published": "2024-01-03"}
    told = fill(
        empty,
        *[{"resolution_days": "3"}] * 12,
        *[WAITED] * 8,
        *[{"response_hours": "24", "responses": "boilerplate"}] * 15,
        *[silent] * 5,
    )
    before, after = (told.loc[f"resolution_days.curve.{day}"] for day in (2, 3))
    assert (before["value"], before["low"], before["numerator"]) == ("1", "", "20")
    assert (after["value"], after["numerator"], after["denominator"]) == ("0.4", "8", "20")
    assert (after["low"], after["high"]) == ("0.1928", "0.6005")
    assert "resolution_days.curve.30" in told.index
    assert "resolution_days.curve.45" not in told.index
    assert told.loc["response_wait", "denominator"] == "20"
    assert told.loc["response_wait.curve.24", "value"] == "0.25"


def test_below_twenty_dated_cases_there_is_no_curve(empty: Workspace) -> None:
    told = fill(empty, *[{"resolution_days": "3"}] * 11, *[WAITED] * 8)
    assert not [name for name in told.index if ".curve." in name]
    assert told.loc["resolution_days", "denominator"] == "19"


def test_every_step_of_a_path_adds_up_to_those_who_take_it(empty: Workspace) -> None:
    told = fill(
        empty,
        *[{"appealed": "yes", "responses": "boilerplate", "outcome": "upheld"}] * 3,
        *[{"appealed": "yes", "responses": "reason_given", "outcome": "reinstated"}] * 2,
        *[{"action": "suspended", "appealed": "no"}] * 2,
        {"action": "hold"},
    )
    found = told["value"][told.index.str.startswith("path.")]
    counts = {str(name): int(value) for name, value in found.items()}
    assert counts["path.appealed.yes"] == counts["path.action.closed.appealed.yes"] == 5
    assert counts["path.appealed.yes.individual_answer.not_met"] == 3
    assert counts["path.individual_answer.met.outcome.reinstated"] == 2
    assert counts["path.action.hold.appealed.not_told"] == 1
    for step in ("action", "appealed", "individual_answer", "outcome"):
        own = [n for name, n in counts.items() if name.split(".")[1:-1] == [step]]
        assert sum(own) == 8, step


def test_an_amount_lies_in_one_band(empty: Workspace) -> None:
    held = {"funds_held": "yes", "funds_currency": "USD"}
    amounts = ("0", "99.5", "100", "9999", "10000", "250000")
    told = fill(empty, *[held | {"funds_amount": amount} for amount in amounts])
    bands = told[told.index.str.startswith("funds_amount.band.")]["value"]
    assert dict(bands) == {
        "funds_amount.band.0-100": "2",
        "funds_amount.band.100-1000": "1",
        "funds_amount.band.1000-10000": "1",
        "funds_amount.band.10000-more": "2",
    }


def test_a_fee_is_held_against_the_schedule_of_its_day(empty: Workspace) -> None:
    told = fill(
        empty,
        {"fee_percents": "20", "action_date": "2017-05-31"},
        {"fee_percents": "20", "action_date": "2024-05-31"},
        {"fee_percents": "20|5", "published": "2016-08-01"},
        {"fee_percents": "20"},
    )
    assert told.loc["fee_against.as_scheduled", "value"] == "2"
    assert told.loc["fee_against.not_scheduled", "value"] == "1"
    assert told.loc["fee_against.no_schedule", "value"] == "1"
    period = "fees.upwork-2016-06-07"
    assert told.loc[f"{period}.fee_percents.20", "value"] == "2"
    assert told.loc[f"{period}.fee_schedule.lowest", "value"] == "5"
    assert told.loc[f"{period}.fee_schedule.highest", "value"] == "20"


def test_what_was_said_first_is_a_group(empty: Workspace) -> None:
    told = fill(
        empty,
        *[{"specificity": "none", "reasons": "none_stated", "responses": "reason_given"}] * 2,
        *[{"specificity": "none", "reasons": "none_stated", "responses": "boilerplate"}] * 3,
        *[{"specificity": "unknown", "responses": "reason_given"}] * 5,
    )
    assert told.loc["said.none.explained", "value"] == "0.4"
    assert told.loc["said.none.refused", "value"] == "0.6"
    assert not [name for name in told.index if name.startswith("said.unknown")]


def test_money_is_summed(empty: Workspace) -> None:
    paid = {"funds_held": "yes", "funds_currency": "USD"}
    told = fill(empty, paid | {"funds_amount": "100"}, paid | {"funds_amount": "47.5"})
    assert told.loc["funds_amount.sum", "value"] == "147.5"
    assert told.loc["funds_amount", "method"] == "too_few"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('population = "account"', 'population = "acount"', "population: 'acount' is not known"),
        ('by = ["platform"]', 'by = ["plattform"]', "by: 'plattform' is not known; did you mean"),
        ('column = "notice"', 'column = "notise"', "column: 'notise' is not known; did you mean"),
        ('kind = "median"', 'kind = "mean"', "figure[response_hours].kind"),
        ('id = "reinstated"', 'id = "appealed"', "figure[appealed]: stands twice"),
    ],
)
def test_a_mistake_in_the_declarations_is_named(
    empty: Workspace, right: str, wrong: str, said: str
) -> None:
    path = empty.rules / "figures.toml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        fill(empty, {})
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)


def test_what_was_measured_is_a_figure(empty: Workspace) -> None:
    folder = empty.rules / "measured"
    folder.mkdir()
    (folder / "readings.csv").write_text(
        "measure,column,value,n,source\nkappa,action,0.9,174,two readings\n", encoding="utf-8"
    )
    (folder / "specimens.json").write_text(
        '{"screen": {"precision": 0.75, "recall": 1.0, "f1": 0.857142, "tp": 3, "fp": 1, "fn": 0},'
        ' "columns": {"action": {"n": 4, "accuracy": 0.5, "kappa": null}}}',
        encoding="utf-8",
    )
    told = fill(empty, {})
    kappa = told.loc["measured.readings.action.kappa"]
    assert (kappa["value"], kappa["denominator"], kappa["unit"]) == ("0.9", "174", "kappa")
    assert told.loc["measured.specimens.screen.precision", "value"] == "0.75"
    assert told.loc["measured.specimens.action.accuracy", "denominator"] == "4"
    assert told.loc["measured.specimens.action.kappa", "value"] == ""
    (folder / "specimens.json").write_text('{"screen": 1}', encoding="utf-8")
    with pytest.raises(DataError, match=r"specimens\.json: is not what `suspensions evaluate"):
        figures(empty)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return figures(record())


def test_the_published_figures_are_those_of_the_published_tables(published: pd.DataFrame) -> None:
    assert read_table(record().table("figures"), figures_schema()).equals(published)


def test_what_was_asked_parts_into_yes_no_and_unknown(published: pd.DataFrame) -> None:
    tables = read_record(record())
    fair = load_fair_process(record().rules / "codebook" / "fair_process.toml", tables.codebook)
    cases = counted_cases(tables, fair).astype(object)
    shares = published[(published["unit"] == "share") & (published["asked"] != "")]
    assert len(shares) > 500
    for row in rows(shares):
        asked = cases
        for column, codes in parse_qs(row["asked"]).items():
            found = [not set(codes).isdisjoint(cell.split("|")) for cell in asked[column]]
            asked = asked[np.array(found, dtype=bool)]
        no = set(row["counted_no"].split("|")) - {""}
        says = [
            bool(no & set(cell.split("|"))) if no else bool(set(cell.split("|")) - {"", "unknown"})
            for cell in asked[row["column"]]
        ]
        whole = int(row["denominator"]) + int(row["unknown"])
        assert len(asked) == whole, row["figure_id"]
        least = int(row["denominator"]) - int(row["numerator"])
        assert least <= sum(says) <= int(row["denominator"]), row["figure_id"]


def test_every_filter_finds_the_cases_of_its_figure(published: pd.DataFrame) -> None:
    tables = read_record(record())
    fair = load_fair_process(record().rules / "codebook" / "fair_process.toml", tables.codebook)
    cases = counted_cases(tables, fair).astype(object)
    checked = published[(published["filter"] != "") & (published["cases_sha256"] != "")]
    for row in rows(checked):
        kept = cases
        for column, codes in parse_qs(row["filter"]).items():
            found = [not set(codes).isdisjoint(cell.split("|")) for cell in kept[column]]
            kept = kept.loc[np.array(found, dtype=bool)]
        ids = "\n".join(sorted(kept["case_id"])).encode()
        assert hashlib.sha256(ids).hexdigest() == row["cases_sha256"], row["figure_id"]
    assert len(checked) > 500
