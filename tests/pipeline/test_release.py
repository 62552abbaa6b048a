"""An edition holds the record of its day, and what is removed leaves it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from frictionless import validate
from rdflib import Graph, URIRef

from pipeline.changes import since_last, words
from pipeline.described import TABLE_TITLES
from pipeline.editions import TABLES, Edition, editions
from pipeline.figures import figures
from pipeline.record import read_record, settle, write_record
from pipeline.release import release, said
from pipeline.remove import remove
from pipeline.tables import figures_schema, write_table
from pipeline.taken_out import take_out
from pipeline.workspace import Workspace
from scraper.rules import DataError

DATA = Path(__file__).resolve().parents[2] / "data"
KEY = b"a key that only these tests know, 32 bytes and more"
DAY, LATER = "2030-01-05", "2030-04-01"


def copied(folder: Path) -> Workspace:
    ignored = shutil.ignore_patterns("archive", "posts", "run", "training", "releases")
    shutil.copytree(DATA, folder / "data", ignore=ignored)
    return Workspace(folder / "data", folder / "data")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """An edition of the published record; no test changes it."""
    return release(copied(tmp_path_factory.mktemp("record")), DAY)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A record of a few reports, in which one case has two, with a few figures."""
    workspace = copied(tmp_path)
    head, *declared = (DATA / "figures.toml").read_text().split("[[figure]]")
    kept = [each for each in declared if re.search(r'id = "(reports|cases|outcome)"', each)]
    (workspace.rules / "figures.toml").write_text("[[figure]]".join([head, *kept]))
    cases = read(DATA / "cases.csv")
    two = cases[cases["reports"].str.count("r") > 1]["case_id"].iloc[0]
    reports = read(DATA / "reports.csv")
    few = pd.concat([reports[:20], reports[reports["case_id"] == two]]).drop_duplicates()
    few.to_csv(workspace.table("reports"), index=False, lineterminator="\n")
    links = read(DATA / "links.csv")
    links = links[
        links["report_a"].isin(few["report_id"]) & links["report_b"].isin(few["report_id"])
    ]
    links.to_csv(workspace.table("links"), index=False, lineterminator="\n")
    count_anew(workspace)
    return workspace


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def count_anew(workspace: Workspace) -> None:
    write_record(settle(read_record(workspace)))
    write_table(figures(workspace), workspace.table("figures"), figures_schema())


def files(edition: Edition) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(edition.folder.iterdir())}


def test_an_edition_holds_the_tables_of_the_record(made: Edition) -> None:
    for name in TABLES:
        assert (made.folder / f"{name}.csv").read_bytes() == (DATA / f"{name}.csv").read_bytes()
    assert set(made.names) == set(TABLE_TITLES)


def test_frictionless_finds_nothing_wrong_with_the_package(made: Edition) -> None:
    report = validate(str(made.folder / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert report.stats["tasks"] == len(TABLE_TITLES)


def test_frictionless_notices_a_cell_that_does_not_fit(made: Edition, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "edition")
    cases = tmp_path / "edition" / "cases.csv"
    cases.write_text(cases.read_text().replace(",suspended,", ",suspendet,", 1))
    assert not validate(str(tmp_path / "edition" / "datapackage.json")).valid


def test_every_column_is_explained(made: Edition) -> None:
    for resource in made.package["resources"]:
        for field in resource["schema"]["fields"]:
            own = resource["name"] in ("dictionary", "codes")
            assert own or field.get("description"), (resource["name"], field["name"])


def test_the_formats_hold_the_same_cells(made: Edition) -> None:
    whole = json.loads((made.folder / "record.json").read_bytes())
    with sqlite3.connect(made.folder / "record.sqlite") as database:
        for name in made.names:
            table = read(made.folder / f"{name}.csv")
            parquet = pq.read_table(made.folder / f"{name}.parquet").to_pylist()
            rows = database.execute(f'SELECT * FROM "{name}"').fetchall()
            assert parquet == whole["tables"][name]
            assert [tuple(row.values()) for row in parquet] == rows
            assert [[plain(cell) for cell in row] for row in rows] == [
                [plain(cell) for cell in row] for row in table.itertuples(index=False)
            ]


def plain(cell: Any) -> str:
    """A cell as text, whether it was read as a number or as text."""
    if cell is None:
        return ""
    try:
        return f"{float(cell):g}"
    except ValueError:
        return str(cell)


def test_checksums_are_those_of_the_files(made: Edition) -> None:
    lines = (made.folder / "SHA256SUMS").read_text().splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = files(made)
    assert set(told) == set(found) - {"SHA256SUMS"}
    assert all(hashlib.sha256(found[name]).hexdigest() == told[name] for name in told)
    for resource in made.package["resources"]:
        assert resource["hash"] == f"sha256:{told[resource['path']]}"
        assert resource["bytes"] == len(found[resource["path"]])


def test_the_archive_is_the_package(made: Edition, tmp_path: Path) -> None:
    with zipfile.ZipFile(made.folder / f"suspension-record-{DAY}.zip") as archive:
        archive.extractall(tmp_path)
    assert validate(str(tmp_path / "datapackage.json")).valid
    assert "What it is worth" in (tmp_path / "README.md").read_text()


def test_dcat_and_schema_org_name_every_file(made: Edition) -> None:
    graph = Graph().parse(made.folder / "dcat.jsonld", format="json-ld")
    dcat = "http://www.w3.org/ns/dcat#"
    links = {
        str(link).rpartition("/")[2] for link in graph.objects(None, URIRef(f"{dcat}downloadURL"))
    }
    schema = json.loads((made.folder / "schema.jsonld").read_text())
    assert schema["@type"] == "Dataset"
    assert {each["contentUrl"] for each in schema["distribution"]} == links
    assert {"reports.csv", "reports.parquet", "record.sqlite", "record.json"} <= links
    assert all((made.folder / link).exists() for link in links)


def test_citations_name_the_edition(made: Edition) -> None:
    for name in ("citation.txt", "citation.bib", "CITATION.cff"):
        assert DAY in (made.folder / name).read_text()


def test_the_same_record_gives_the_same_edition(workspace: Workspace, tmp_path: Path) -> None:
    made = files(release(workspace, DAY))
    assert files(release(workspace, DAY)) == made
    shutil.copytree(workspace.root, tmp_path / "other", ignore=shutil.ignore_patterns("releases"))
    other = Workspace(tmp_path / "other", tmp_path / "other")
    assert files(release(other, DAY)) == made


def test_an_edition_that_came_out_is_not_changed(workspace: Workspace) -> None:
    edition = release(workspace, DAY)
    before = files(edition)
    table = workspace.table("reports")
    table.write_text(table.read_text().replace(",pending,", ",upheld,", 1))
    count_anew(workspace)
    with pytest.raises(DataError, match="came out already and differs"):
        release(workspace, DAY)
    with pytest.raises(DataError, match="lies before the last edition"):
        release(workspace, "2029-12-31")
    with pytest.raises(DataError, match="is no day"):
        release(workspace, "tomorrow")
    assert files(edition) == before
    assert [path.name for path in workspace.releases.iterdir()] == [DAY]


def test_the_next_edition_says_what_changed(workspace: Workspace) -> None:
    first = release(workspace, DAY)
    assert said(first)[-1].endswith("the first one")
    assert since_last(workspace)[1]["tables"] == {}
    with workspace.table("corrections").open("a") as file:
        file.write("r0002,outcome,pending,upheld,the page says so,2030-02-01\n")
    count_anew(workspace)
    day, found = since_last(workspace)
    second = release(workspace, LATER)
    assert day == DAY
    assert second.changes == {"since": DAY} | found
    assert found["tables"]["reports"]["changed"] == {"r0002": ["outcome", "review"]}
    assert found["tables"]["corrections"]["added"] == 1
    moved = found["figures"]["moved"]
    assert moved["outcome.upheld"][0] != moved["outcome.upheld"][1]
    assert any(line.startswith("reports: 1 changed (outcome 1") for line in words(found))


def several(workspace: Workspace) -> list[str]:
    cases = read(workspace.table("cases"))
    return str(cases[cases["reports"].str.count("r") > 1].iloc[0]["reports"]).split("|")


def test_a_removed_report_leaves_every_edition(workspace: Workspace) -> None:
    first, second = release(workspace, DAY), release(workspace, LATER)
    alone, of_several = "r0001", several(workspace)[0]
    figures_then = (first.folder / "figures.csv").read_bytes()
    for report in (alone, of_several):
        done = remove(workspace, report, KEY)
        assert done.editions == 2
        assert "Taken out of 2 editions" in str(done)
    for edition in (first, second):
        assert edition.taken_out() == 2
        for name, content in files(edition).items():
            if name.endswith((".csv", ".json", ".sqlite", ".jsonld")):
                assert alone.encode() not in content, name
                assert of_several.encode() not in content, name
        assert validate(str(edition.folder / "datapackage.json")).valid
        assert (edition.folder / "cases.csv").read_bytes() == workspace.table("cases").read_bytes()
        assert not (set(read(edition.folder / "reports.csv")["report_id"]) & {alone, of_several})
        test_checksums_are_those_of_the_files(edition)
        test_the_formats_hold_the_same_cells(edition)
    assert (first.folder / "figures.csv").read_bytes() == figures_then
    assert first.then["sha256"]["reports.csv"] != first.package["resources"][0]["hash"][7:]
    assert second.changes["tables"] == {}


def test_what_an_author_took_away_is_not_linked_from_an_edition(workspace: Workspace) -> None:
    edition = release(workspace, DAY)
    assert take_out(workspace) == 0
    reports = read(workspace.table("reports"))
    url = reports[reports["report_id"] == "r0003"].iloc[0]["url"]
    assert url
    reports.loc[reports["report_id"] == "r0003", "status"] = "withdrawn"
    reports.to_csv(workspace.table("reports"), index=False, lineterminator="\n")
    count_anew(workspace)
    assert take_out(workspace) == 1
    rows = read(edition.folder / "reports.csv").set_index("report_id")
    assert rows.loc["r0003", "url"] == ""
    assert edition.taken_out() == 0
    assert take_out(workspace) == 0


def test_datasette_shows_the_database(made: Edition) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, str(made.folder / "record.sqlite")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        found = asked(f"http://127.0.0.1:{port}/record/cases.json?_shape=array&_size=max")
        assert [row["case_id"] for row in found] == list(read(made.folder / "cases.csv")["case_id"])
        about = asked(f"http://127.0.0.1:{port}/record/about.json?_shape=array")
        assert {"name": "release", "says": DAY} in about
    finally:
        process.terminate()
        process.wait()


def asked(address: str) -> Any:
    """What is answered at *address*, as soon as anybody answers there."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return json.loads(answer.read())
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_editions_are_found_in_their_order(workspace: Workspace) -> None:
    assert editions(workspace) == []
    release(workspace, DAY)
    release(workspace, LATER)
    assert [edition.day for edition in editions(workspace)] == [DAY, LATER]
