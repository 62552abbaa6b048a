"""Every figure and chart at its own address: what it says, and what can be taken from it."""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from lxml import etree, html

from pipeline.workspace import Workspace
from publisher.chart_page import chart_outputs
from publisher.figure_page import figure_outputs
from publisher.outputs import Output
from publisher.record import load_record
from tests.site.conftest import Quiet
from tests.waiting import until

FIGURES = (
    *("reasons.none_stated", "outcome.pending", "platform.upwork.appealed", "fair.warned_before"),
    *("cases", "account_actions.platform.fiverr", "funds_amount", "reports"),
    "measured.readings.action.kappa",
)
SMALL = ("csv", "metadata.json", "svg", "png", "zip", "bib", "csl.json")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def figures(record: Workspace) -> dict[str, dict[str, str]]:
    text = record.table("figures").read_text(encoding="utf-8")
    return {row["figure_id"]: row for row in rows(text)}


def body(site: Path, path: str) -> html.HtmlElement:
    return html.parse(str(site / path / "index.html")).getroot()


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def number_on(page: html.HtmlElement) -> tuple[str, str]:
    """The page's number as the table has it, and as it is printed."""
    (shown,) = page.findall(".//p[@class='figure-value']/data")
    return shown.get("value", ""), words(shown)


def test_every_figure_and_chart_has_its_address_and_all_files(
    site: Path, figures: dict[str, dict[str, str]]
) -> None:
    paged = [f"figures/{name}" for name in figures]
    paged += [f"charts/{page.parent.name}" for page in (site / "charts").glob("*/*.svg")]
    assert len(paged) > 1000
    missing = [
        f"{path}/{file}"
        for path in paged
        for file in (
            *("index.html", "embed/index.html"),
            *(f"{path.partition('/')[2]}.{ending}" for ending in SMALL),
        )
        if not (site / path / file).is_file()
    ]
    assert missing == []


@pytest.mark.parametrize("name", FIGURES)
def test_each_download_of_a_figure_holds_the_number_of_its_page(
    site: Path, figures: dict[str, dict[str, str]], name: str
) -> None:
    folder = site / "figures" / name
    value, printed = number_on(body(site, f"figures/{name}"))
    assert value == figures[name]["value"]

    (row,) = rows((folder / f"{name}.csv").read_text(encoding="utf-8"))
    assert row == figures[name]

    described = json.loads((folder / f"{name}.metadata.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in described["tableSchema"]["columns"]] == list(row)
    assert all(each["dc:description"] for each in described["tableSchema"]["columns"])
    assert printed in " ".join(described["dc:description"].split())
    assert described["url"] == f"{name}.csv"

    drawn = etree.parse(str(folder / f"{name}.svg")).getroot()
    assert printed in " ".join(" ".join(drawn.itertext()).split())

    assert printed.replace("%", r"\%") in (folder / f"{name}.bib").read_text().replace("~", " ")
    (item,) = json.loads((folder / f"{name}.csl.json").read_text(encoding="utf-8"))
    assert item["type"] == "dataset"
    assert item["title"].startswith(figures[name]["title"])
    assert printed in " ".join(item["note"].split())

    frame = body(site, f"figures/{name}/embed")
    assert number_on(frame) == (value, printed)
    assert frame.find(".//script") is None
    (style,) = frame.findall(".//link[@rel='stylesheet']")
    assert (folder / "embed" / style.get("href", "")).resolve().is_file()


@pytest.mark.parametrize("name", FIGURES)
def test_the_archive_counts_again_to_the_page_s_number(
    site: Path, figures: dict[str, dict[str, str]], name: str
) -> None:
    row = figures[name]
    with zipfile.ZipFile(site / "figures" / name / f"{name}.zip") as packed:
        files = {path.partition("/")[2]: packed.read(path).decode() for path in packed.namelist()}
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert rows(files[f"{name}.csv"]) == [row]
    assert "creativecommons.org/licenses/by/4.0" in files["LICENSE.txt"]
    assert "says nothing about who wrote and who did not" in files["README.txt"]
    explained = {(each["file"], each["column"]) for each in rows(files["dictionary.csv"])}
    assert {("figure", column) for column in row} <= explained
    if not row["cases_sha256"]:
        assert "cases-behind.csv" not in files
        return
    cases = rows(files["cases-behind.csv"])
    assert {("cases-behind", column) for column in cases[0]} <= explained
    counted = Counter(case["counted_as"] for case in cases)
    if row["unit"] == "share":
        said = counted["yes"], counted["yes"] + counted["no"], counted[""]
        assert said == tuple(int(row[part]) for part in ("numerator", "denominator", "unknown"))
    elif row["method"] == "count":
        assert counted == {"counted": int(row["value"])}


def test_every_archive_of_a_share_counts_again_to_it(
    site: Path, figures: dict[str, dict[str, str]]
) -> None:
    shares = [row for row in figures.values() if row["asked"] and row["method"] == "share_wilson"]
    assert len(shares) > 300
    for row in shares:
        name = row["figure_id"]
        with zipfile.ZipFile(site / "figures" / name / f"{name}.zip") as packed:
            cases = rows(packed.read(f"{name}/cases-behind.csv").decode())
        counted = Counter(case["counted_as"] for case in cases)
        said = counted["yes"] / (counted["yes"] + counted["no"])
        assert said == pytest.approx(float(row["value"]), abs=6e-5), name


def test_a_figure_s_page_says_all_that_it_rests_on(
    site: Path, figures: dict[str, dict[str, str]]
) -> None:
    page = words(body(site, "figures/outcome.pending"))
    row = figures["outcome.pending"]
    for said in (
        f"{row['numerator']} say yes, out of {row['denominator']} that say yes or no",
        "It says nothing about who wrote and who did not",
        "If all of them were no, the share would be",
        "Account actions against freelancers.",
        "Record as of",
        "without_numerator" in row
        and f"{row['without_numerator']} of {row['without_denominator']}",
    ):
        assert said
        assert said in page


def test_small_numbers_carry_a_caution_and_one_source_is_named(
    site: Path, figures: dict[str, dict[str, str]]
) -> None:
    few = {"": 0, "few": 0}
    for row in figures.values():
        page = words(body(site, f"figures/{row['figure_id']}"))
        assert ("Take this share with caution" in page) == (row["caution"] == "few")
        assert ("Without the largest source" in page) == bool(row["largest_source"])
        if row["asked"] and row["unit"] == "share" and row["method"] == "too_few":
            assert "Fewer than five say yes or no, so no share is given" in page
        few[row["caution"]] += 1
    assert min(few.values()) > 100


def test_a_measure_of_the_coding_says_what_was_compared(site: Path) -> None:
    page = words(body(site, "figures/measured.readings.action.kappa"))
    assert "two independent readings of the same reports" in page.lower()
    assert "Agreement beyond chance" in page
    assert "counts no cases" in page
    table = body(site, "method").findall(".//table[@class='measured']//td/a")
    assert "../figures/measured.readings.action.kappa/" in [a.get("href") for a in table]


def test_a_chart_that_cannot_be_drawn_says_what_is_missing(site: Path) -> None:
    charts = {page.name for page in (site / "charts").iterdir() if page.is_dir()}
    lacking = {name for name in charts if not (site / "charts" / name / f"{name}.svg").exists()}
    assert {"answer_time", "reasons-care-com"} <= lacking
    page = words(body(site, "charts/answer_time"))
    assert "Not drawn yet: " in page
    assert "too few for a curve" in page
    assert "This address It stays" in page
    assert "Not drawn yet" not in words(body(site, "charts/reasons"))
    frame = words(body(site, "charts/answer_time/embed"))
    assert "too few for a curve" in frame


def test_the_cases_behind_are_listed_and_lead_to_their_pages(
    site: Path, figures: dict[str, dict[str, str]]
) -> None:
    row = figures["reasons.none_stated"]
    page = body(site, "figures/reasons.none_stated")
    listed = page.findall(".//ul[@class='case-lines']/li/a")
    assert len(listed) == int(row["numerator"])
    assert f"../../cases/?{row['filter']}" in [a.get("href") for a in page.iter("a")]


def test_a_citation_names_the_day_of_the_record_and_no_other(site: Path, record: Workspace) -> None:
    days = [row["first_seen"] for row in rows(record.table("reports").read_text(encoding="utf-8"))]
    for name in ("confirmations", "corrections", "second_codings"):
        if record.table(name).exists():
            text = record.table(name).read_text(encoding="utf-8")
            days += [row["date"] for row in rows(text)]
    folder = site / "figures" / "cases"
    (item,) = json.loads((folder / "cases.csl.json").read_text(encoding="utf-8"))
    assert item["issued"]["date-parts"] == [[int(part) for part in max(days).split("-")]]


CHARTS = ("reasons", "platforms", "outcomes-upwork")


@pytest.mark.parametrize("name", CHARTS)
def test_each_download_of_a_chart_holds_the_numbers_of_its_page(
    site: Path, figures: dict[str, dict[str, str]], name: str
) -> None:
    folder = site / "charts" / name
    page = body(site, f"charts/{name}")
    table = page.findall(".//table[@class='figures']//td[@class='number']/data")
    shown = {str(e.get("data-figure")): (str(e.get("value")), words(e)) for e in table}
    assert len(shown) > 1
    taken = rows((folder / f"{name}.csv").read_text(encoding="utf-8"))
    assert {row["figure_id"]: row["value"] for row in taken} == {
        figure: value for figure, (value, _) in shown.items()
    }
    drawn = " ".join(
        " ".join(etree.parse(str(folder / f"{name}.svg")).getroot().itertext()).split()
    )
    assert [printed for _, printed in shown.values() if printed not in drawn] == []
    with zipfile.ZipFile(folder / f"{name}.zip") as packed:
        for figure in shown:
            cases = rows(packed.read(f"{name}/cases-behind/{figure}.csv").decode())
            yes = [case for case in cases if case["counted_as"] in ("yes", "counted")]
            assert len(yes) == int(figures[figure]["numerator"])
    assert {e.get("data-figure") for e in body(site, f"charts/{name}/embed").iter("data")} >= set(
        shown
    )


def test_a_file_made_twice_is_the_same_file(site: Path, record: Workspace) -> None:
    read = load_record(record)
    wanted = {f"figures/appealed/appealed.{ending}" for ending in SMALL}
    wanted |= {f"charts/notice/notice.{ending}" for ending in SMALL}
    again = {
        made.path: made
        for maker in (figure_outputs, chart_outputs)
        for made in maker(read)
        if isinstance(made, Output) and made.path in wanted
    }
    assert set(again) == wanted
    for path, made in again.items():
        content = made.make()
        content = content.encode() if isinstance(content, str) else content
        assert content == (site / path).read_bytes(), path


ALIKE = """async ([png, svg, box]) => {
  const pixels = async (address) => {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = 800; canvas.height = 420
    const sheet = canvas.getContext("2d")
    sheet.drawImage(image, 0, 0)
    return sheet.getImageData(...box).data
  }
  const [one, other] = [await pixels(png), await pixels(svg)]
  let both = 0, either = 0
  for (let n = 0; n < one.length; n += 4) {
    const ink = [one[n] < 140, other[n] < 140]
    both += ink[0] && ink[1]
    either += ink[0] || ink[1]
  }
  return both / either
}"""
"""How much of the ink in a box of two pictures is common."""

NUMBER = [40, 80, 400, 82]
"""Where the number stands in a picture whose title is one line."""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_the_picture_in_pixels_shows_the_number_of_the_drawing(page: Any, address: str) -> None:
    place = f"{address}figures/"
    page.goto(f"{place}notice.none/embed/")
    drawn = f"{place}notice.none/notice.none"
    other = f"{place}appealed/appealed"
    assert page.evaluate(ALIKE, [f"{drawn}.png", f"{drawn}.svg", NUMBER]) > 0.6
    assert page.evaluate(ALIKE, [f"{drawn}.png", f"{other}.svg", NUMBER]) < 0.6


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_axe_finds_nothing_on_pages_and_frames(
    browser: Any, address: str, scheme: str, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page, found = context.new_page(), {}
    for path in (
        *("figures/outcome.pending/", "figures/outcome.pending/embed/", "charts/reasons/"),
        *("charts/reasons/embed/", "figures/", "figures/group.platform.upwork/"),
    ):
        page.goto(address + path)
        violations = Axe().run(page).response["violations"]
        if violations:
            found[path] = [(each["id"], each["nodes"][0]["html"][:90]) for each in violations]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{path} is wider than {width} px"
    context.close()
    assert found == {}


def test_a_citation_is_copied_by_the_keyboard_alone(browser: Any, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}figures/notice.none/")
    button = page.locator("button.copy").first
    for _ in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    until(page, "document.querySelector('button.copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert f"{address}figures/notice.none/" in copied
    assert "Record as of" in copied


def test_without_script_the_page_says_the_same(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}figures/outcome.pending/")
    assert page.locator("button.copy").count() == 0
    assert "Suspension Record, “How it ended" in page.locator("p.copied").inner_text()
    assert page.locator(".figure-facts").inner_text().count("\n") > 10
    page.locator("summary", has_text="BibTeX").click()
    assert page.locator("pre", has_text="@misc").is_visible()
    context.close()


def test_another_site_can_embed_the_frame(
    page: Any, address: str, site: Path, tmp_path: Path
) -> None:
    frame = f'<iframe src="{address}figures/cases/embed/" width="380" height="300"></iframe>'
    (tmp_path / "article.html").write_text(f"<!doctype html><title>Elsewhere</title>{frame}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://127.0.0.1:{server.server_address[1]}/article.html")
    shown = page.frame_locator("iframe").locator(".figure-value").inner_text()
    server.shutdown()
    server.server_close()
    assert shown.strip() == number_on(body(site, "figures/cases"))[1]
    assert not [url for url in asked if url.endswith(".js")]
