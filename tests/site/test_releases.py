"""Releases, the ledger and the sources in the site; what programs read of its pages."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from urllib.parse import urljoin

import extruct  # type: ignore[import-untyped]
import pandas as pd
from frictionless import validate
from lxml import etree, html

from pipeline.health import HEALTH
from pipeline.workspace import Workspace
from publisher.head import Heads
from publisher.ledger_page import ledger_html
from publisher.record import load_record
from publisher.sitemap import sitemap
from publisher.sources_page import sources_html
from scraper.sources import load_sources

FIRST, LAST = "2030-01-05", "2030-04-01"


def page(site: Path, path: str) -> html.HtmlElement:
    return html.parse(str(site / path / "index.html")).getroot()


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_file_of_a_release_is_in_the_site(site: Path, record: Workspace) -> None:
    for day in (FIRST, LAST):
        folder = site / "releases" / day
        for path in (record.releases / day).iterdir():
            assert (folder / path.name).read_bytes() == path.read_bytes(), path
        assert validate(str(folder / "datapackage.json")).valid


def test_a_release_page_offers_every_file_that_holds_data(site: Path, record: Workspace) -> None:
    links = {a.get("href") for a in page(site, f"releases/{LAST}").iterfind(".//main//a")}
    kept = {path.name for path in (record.releases / LAST).iterdir()}
    assert kept - links == set()


def test_the_list_names_the_releases_and_what_one_lost(site: Path) -> None:
    rows = [text(row) for row in page(site, "releases").iterfind(".//main//tbody/tr")]
    assert [row.split(" 2030")[0] for row in rows] == ["1 April", "5 January"]
    assert "taken out on request since: 1" in rows[1]
    assert "taken out" not in rows[0]


def test_what_a_release_lost_is_said_with_the_first_checksums(site: Path) -> None:
    told = page(site, f"releases/{FIRST}")
    assert "Taken out since, on request: 1 report." in text(told)
    rows = [list(row) for row in told.iterfind(".//details//tbody/tr") if len(row) == 3]
    checksums = {text(row[0]): text(row[2]) for row in rows}
    assert checksums["figures.csv"] == "the same"
    assert len(checksums["reports.csv"]) == 64
    assert "A newer release" in text(told)


def test_a_release_page_says_what_changed_since_the_one_before(site: Path) -> None:
    told = text(page(site, f"releases/{LAST}"))
    assert "Since the release of 5 January 2030" in told
    assert "reports added: 1r0002" in told


def test_numbers_of_a_release_are_those_of_its_tables(site: Path) -> None:
    for day in (FIRST, LAST):
        folder = site / "releases" / day
        with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
            figures = {row["figure_id"]: row for row in csv.DictReader(file)}
        then = json.loads((folder / "release.json").read_text())
        shown = list(page(site, f"releases/{day}").iterfind(".//data[@data-mark='release']"))
        assert len(shown) > 100
        for element in shown:
            assert element.get("data-release") == day
            if name := element.get("data-then"):
                assert element.get("value") == figures[name][element.get("data-part")]
            elif element.get("data-of") in then["rows"]:
                assert element.get("value") == str(then["rows"][element.get("data-of")])


def test_the_ledger_counts_and_names(site: Path, record: Workspace) -> None:
    links = pd.read_csv(record.table("links"), dtype=str, keep_default_na=False)
    certain = links[links["sureness"] == "certain"]
    told = text(page(site, "ledger"))
    assert f"Pairs of reports that are certainly one case{len(certain)}" in told
    for row in certain.itertuples():
        assert f"{row.report_a} and {row.report_b}" in told
    assert "Reports removed on request0" in told


def copied(record: Workspace, folder: Path) -> Workspace:
    shutil.copytree(record.root, folder / "data")
    return Workspace(folder / "data", folder / "data")


def test_the_ledger_gives_a_corrections_reason_and_the_sources_that_are_gone(
    record: Workspace, tmp_path: Path
) -> None:
    workspace = copied(record, tmp_path)
    with workspace.table("corrections").open("a") as file:
        file.write("r0002,outcome,pending,upheld,the page says so,2030-02-01\n")
    health = workspace.table("health")
    health.write_text(
        ",".join(HEALTH) + "\ndev-to,2030-03-01,gone,no answer in 4 runs or more,0,0,0\n"
        "hacker-news,2030-03-01,healthy,,12,30,2\n"
    )
    changed = load_record(workspace)
    told = text(html.fromstring(ledger_html(changed, "../")))
    assert "the page says so" in told
    assert "1 February 2030" in told
    assert "no answer in 4 runs or more" in told
    sources = text(html.fromstring(f"<div>{sources_html(changed, '../')}</div>"))
    assert "Healthy when last asked, on 1 March 2030" in sources
    assert "Gone when last asked, on 1 March 2030: no answer in 4 runs" in sources


def test_every_source_is_told_with_its_terms(site: Path, record: Workspace) -> None:
    told = page(site, "sources")
    names = {e.get("id") for e in told.iterfind(".//div[@id]")}
    assert {f"source-{name}" for name in load_sources(record.rules / "sources.toml")} <= names
    assert "Not asked yet." in text(told)


def test_a_shared_page_has_a_preview_whose_picture_exists(site: Path) -> None:
    for path in ("", "cases/c0001", "platforms/upwork", "reasons/spam", "figures/cases", "closed"):
        tree = page(site, path)
        told = {e.get("property"): e.get("content", "") for e in tree.iter("meta")}
        assert told["og:title"]
        assert told["og:description"]
        picture = (site / path / told["og:image"]).resolve()
        assert picture.read_bytes().startswith(b"\x89PNG"), path


def test_pages_of_the_whole_record_carry_its_metadata(site: Path) -> None:
    for path in ("", "data", "releases"):
        source = (site / path / "index.html").read_text()
        found = extruct.extract(source, syntaxes=["json-ld"])["json-ld"]
        data = next(each for each in found if each["@type"] == "Dataset")
        assert data["license"].startswith("https://creativecommons.org/")
        for each in data["distribution"]:
            assert (site / path / each["contentUrl"]).resolve().exists()


def test_with_an_address_everything_a_program_reads_is_whole(
    record: Workspace, tmp_path: Path
) -> None:
    home = "https://record.example/some/place/"
    workspace = copied(record, tmp_path)
    (workspace.rules / "publisher.toml").write_text(f'name = "A copy"\naddress = "{home[:-1]}"\n')
    head = Heads(load_record(workspace))("cases/c0001/", 'Case "1"', "a <b>")
    tree = html.fromstring(f"<head>{head}</head>")
    told = {e.get("property"): e.get("content", "") for e in tree.iter("meta")}
    assert told["og:url"] == f"{home}cases/c0001/"
    assert told["og:image"].startswith(f"{home}figures/")
    assert told["og:title"] == 'Case "1"'
    data = json.loads(next(tree.iter("script")).text_content())
    assert data["description"] == "a <b>"


def test_the_map_names_every_page_once(site: Path) -> None:
    home = "https://record.example/some/place/"
    tree = etree.fromstring(sitemap(["", "cases/c0001/"], home))
    places = [element.text for element in tree.iter("{*}loc")]
    assert places == [home, urljoin(home, "cases/c0001/")]
    assert not (site / "sitemap.xml").exists()
    assert (site / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
