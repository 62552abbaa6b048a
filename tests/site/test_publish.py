"""What is published, from which tables, and what a failure leaves behind."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pandas as pd
import pytest
from jinja2 import Environment, StrictUndefined
from lxml import html

from pipeline.codebook import load_codebook
from pipeline.declared import could_be
from pipeline.dictionary import COLUMNS
from pipeline.figures import figures
from pipeline.record import read_record, settle, write_record
from pipeline.tables import figures_schema, read_table, write_table
from pipeline.workspace import Workspace
from publisher.outputs import MANIFEST
from publisher.publish import publish
from publisher.record import load_record
from publisher.templating import naming
from scraper.rules import DataError


def text(path: Path) -> str:
    main = next(html.parse(str(path)).getroot().iter("main"))
    return " ".join(main.text_content().split())


def cases(record: Workspace) -> pd.DataFrame:
    return pd.read_csv(record.table("cases"), dtype=str, keep_default_na=False)


def test_every_case_platform_and_reason_has_its_page(site: Path, record: Workspace) -> None:
    for case in cases(record)["case_id"]:
        assert (site / "cases" / case / "index.html").exists()
    for page in ("platforms/upwork", "platforms/fiverr", "platforms/care-com", "reasons/spam"):
        assert (site / page / "index.html").exists()


def test_a_case_page_tells_its_facts_and_names_every_report(site: Path, record: Workspace) -> None:
    table = cases(record)
    several = table[table["reports"].str.contains("|", regex=False)].iloc[0]
    told = text(site / "cases" / several["case_id"] / "index.html")
    for report in several["reports"].split("|"):
        assert report in told
    assert "read by a language model, no evidence held" in told
    assert "reports that" in told or "A report by another person says" in told


def test_an_address_that_is_withheld_is_said_to_be(site: Path, record: Workspace) -> None:
    reports = pd.read_csv(record.table("reports"), dtype=str, keep_default_na=False)
    hidden = reports[reports["url"] == ""].iloc[0]
    assert "address withheld" in text(site / "cases" / hidden["case_id"] / "index.html")


def test_what_two_readings_contest_is_shown(site: Path, record: Workspace) -> None:
    reports = pd.read_csv(record.table("reports"), dtype=str, keep_default_na=False)
    doubtful = reports[reports["contested"].str.contains("believed_reasons")].iloc[0]
    page = text(site / "cases" / doubtful["case_id"] / "index.html")
    assert "Two readings differed on" in page


def test_the_fee_schedule_says_what_no_official_page_confirms(site: Path) -> None:
    page = text(site / "platforms" / "upwork" / "index.html")
    assert "Service fee by date" in page
    assert "no official page confirms this" in page


def test_a_worked_example_marks_its_evidence_and_escapes_its_text(site: Path) -> None:
    page = html.parse(str(site / "examples" / "index.html")).getroot()
    marks = [mark.text_content() for mark in page.iterfind(".//mark")]
    assert any("pay" in mark and "outside" in mark for mark in marks)
    assert "never answered <me>" in " ".join(page.text_content().split())
    assert page.find(".//me") is None


def test_the_same_tables_give_the_same_pages(site: Path, record: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "public"
    counts = publish(record, out)
    pages = list(out.rglob("*.html"))
    assert (counts.pages, counts.cases) == (len(pages), len(cases(record)))
    for page in ("index.html", "cases/c0001/index.html", "platforms/upwork/index.html"):
        assert (out / page).read_bytes() == (site / page).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public"]


def broken(record: Workspace, tmp_path: Path) -> Workspace:
    data = tmp_path / "data"
    shutil.copytree(record.root, data)
    return Workspace(data, data)


def test_a_figure_that_is_missing_is_named_and_the_old_site_stays(
    record: Workspace, tmp_path: Path
) -> None:
    workspace = broken(record, tmp_path)
    table = read_table(workspace.table("figures"), figures_schema())
    kept = table[table["figure_id"] != "reasons.none_stated"]
    write_table(kept, workspace.table("figures"), figures_schema())
    out = tmp_path / "public"
    out.mkdir()
    (out / "index.html").write_text("the old site")
    (out / MANIFEST).write_text("{}")
    with pytest.raises(DataError, match=r"index\.md.*'reasons\.none_stated' is not known"):
        publish(workspace, out)
    assert (out / "index.html").read_text() == "the old site"
    assert not (tmp_path / ".public.part").exists()


def test_a_folder_of_other_things_is_not_replaced(record: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(DataError, match="holds no site that was made here; name a new"):
        publish(record, tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_broken_table_is_named(record: Workspace, tmp_path: Path) -> None:
    workspace = broken(record, tmp_path)
    table = workspace.table("cases")
    table.write_text(table.read_text().replace("suspended", "suspendet", 1))
    with pytest.raises(DataError, match=r"cases\.csv: row \d+, column action: 'suspendet'"):
        publish(workspace, tmp_path / "public")
    assert not (tmp_path / "public").exists()


def test_the_dictionary_holds_every_column_of_every_file(site: Path, record: Workspace) -> None:
    coded = set(load_codebook(record.rules / "codebook").columns)
    page = text(site / "data" / "index.html")
    for name, columns in COLUMNS.items():
        header = (site / "data" / name).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert set(header) - coded <= set(columns) <= set(header), name
        assert name in page
    assert {path.name for path in (site / "data").glob("*.csv")} == set(COLUMNS)


def test_a_small_record_is_published_without_shares_or_charts(
    record: Workspace, tmp_path: Path
) -> None:
    workspace = broken(record, tmp_path)
    reports = workspace.table("reports")
    reports.write_text("".join(reports.read_text().splitlines(keepends=True)[:3]))
    for name in ("cases", "links", "letters"):
        table = workspace.table(name)
        table.write_text(table.read_text().splitlines(keepends=True)[0])
    write_record(settle(read_record(workspace)))
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
    counts = publish(workspace, tmp_path / "public")
    assert counts.cases == 2
    home = text(tmp_path / "public" / "index.html")
    assert "too few to say were given no reason" in home
    assert "too few cases to draw" in home


@pytest.mark.parametrize(
    ("written", "place"),
    [("{{ nobody }}", "line 2"), ("{% endfor %}", "line 2"), ("{{ 1 | nothing }}", "line 2")],
)
def test_a_mistake_in_a_template_is_one_line_that_names_page_and_place(
    written: str, place: str
) -> None:
    environment = Environment(undefined=StrictUndefined)
    with pytest.raises(DataError, match=place) as told, naming("cases/c0001/"):
        environment.from_string(f"first\n{written}").render()
    assert "for cases/c0001/" in str(told.value)
    assert "\n" not in str(told.value)
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)


def test_what_is_no_template_s_fault_stays_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), naming("cases/c0001/"):
        print(1 / int("0"))


def test_a_figure_is_known_to_be_missing_or_to_be_misspelled(record: Workspace) -> None:
    loaded = load_record(record)
    own = [f.figure_id for f in loaded.figures if not f.of_coding]
    strange = [
        name
        for name in own
        if not name.startswith("ledger.") and not could_be(name, loaded.declared, loaded.codebook)
    ]
    assert strange == []
    assert loaded.has_figure("reasons.spam", "help.toml", "x")
    assert not loaded.has_figure("platform.nowhere.reasons.spam", "help.toml", "x")
    for wrong in ("reasons.spma", "platform.upwork.reason.spam", "outcomes"):
        with pytest.raises(DataError, match=r"help.toml: x: figure '.*' is not known"):
            loaded.has_figure(wrong, "help.toml", "x")
