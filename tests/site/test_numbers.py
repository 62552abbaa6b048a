"""Every number on every page is a figure, or is marked as what it is."""

from __future__ import annotations

import csv
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from pipeline.workspace import Workspace

SHARES = ("", "low", "high", "if_unknown_no", "if_unknown_yes", "without_largest")
MARKS = {"date", "law", "study", "code", "case", "release"}
SEPARATORS = {"en": ",.", "es": ".,", "hi": ",.", "ru": "\u00a0,"}
"""What stands between thousands, and before decimals, in each language."""


def read(figures: Path) -> dict[str, dict[str, str]]:
    with figures.open(encoding="utf-8", newline="") as file:
        return {row["figure_id"]: row for row in csv.DictReader(file)}


def words(rules: Path) -> dict[str, dict[str, dict[str, str]]]:
    """What the rules say in each language."""
    return {path.stem: tomllib.loads(path.read_text()) for path in (rules / "words").glob("*.toml")}


def language(element: html.HtmlElement) -> str:
    """The language that *element* is in."""
    return str(element.xpath("string(ancestor-or-self::*[@lang][1]/@lang)"))


def expected(row: dict[str, str], part: str, lang: str, said: dict[str, str]) -> str:
    """What a page should print, worked out without the site's own code."""
    cell = row[part or "value"]
    if cell == "":
        few = "not measured" if row["figure_id"].startswith("measured.") else "too few to say"
        return few if lang == "en" else said[few]
    english = in_english(row, part)
    return english.translate(str.maketrans(",.", SEPARATORS[lang]))


def in_english(row: dict[str, str], part: str) -> str:
    cell = row[part or "value"]
    if row["unit"] == "share" and part in SHARES:
        return f"{int(float(cell) * 100 + 0.5 + 1e-9)}\u00a0%"
    number = float(cell)
    if number == int(number):
        return f"{int(number):,}"
    if number >= 100:
        return f"{int(number + 0.5):,}"
    hundredths = int(abs(number) * 100 + 0.5 + 1e-9)
    sign = "-" if number < 0 and hundredths else ""
    return sign + (f"{hundredths // 100}" if hundredths % 100 == 0 else f"{hundredths / 100:.2f}")


def pages(site: Path) -> Iterator[tuple[Path, html.HtmlElement]]:
    for path in sorted(site.rglob("*.html")):
        yield path, html.fromstring(path.read_text(encoding="utf-8"))


def wrong_figures(site: Path, record: Workspace, figures: Path | None = None) -> list[str]:
    rows = read(figures or record.table("figures"))
    said = {lang: each.get("page", {}) for lang, each in words(record.rules).items()}
    wrong = []
    for path, page in pages(site):
        for element in page.iterfind(".//*[@data-figure]"):
            row = rows.get(element.get("data-figure", ""))
            part = element.get("data-part", "")
            shown, lang = element.text_content(), language(element)
            if row is None or shown != expected(row, part, lang, said[lang]):
                wrong.append(f"{path.relative_to(site)}: {element.get('data-figure')} {shown!r}")
            elif element.tag == "data" and element.get("value") != row[part or "value"]:
                wrong.append(f"{path.relative_to(site)}: value of {element.get('data-figure')}")
    return wrong


def stray_digits(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter():
        if element.tag in ("script", "style") or not isinstance(element.tag, str):
            holders = [(element.getparent(), element.tail)]
        else:
            holders = [(element, element.text), (element.getparent(), element.tail)]
        for holder, text in holders:
            if holder is not None and any(map(str.isdigit, text or "")) and not said(holder):
                yield str(text).strip()


def said(element: html.HtmlElement) -> bool:
    around = (element, *element.iterancestors())
    return any(each.get("data-figure") or each.get("data-mark") in MARKS for each in around)


def test_every_figure_on_every_page_is_the_one_of_the_table(site: Path, record: Workspace) -> None:
    assert wrong_figures(site, record) == []


def test_there_are_figures_to_check(site: Path) -> None:
    shown = {e.get("data-figure") for _, page in pages(site) for e in page.iterfind(".//data")}
    drawn = {e.get("data-figure") for _, page in pages(site) for e in page.iterfind(".//text")}
    assert len(shown) > 500
    assert len(drawn - {None}) > 50


@pytest.mark.parametrize(
    ("figure", "column"),
    [("cases", "value"), ("reasons.none_stated", "low"), ("notice.none", "denominator")],
)
def test_a_figure_altered_after_the_build_is_noticed(
    site: Path, record: Workspace, tmp_path: Path, figure: str, column: str
) -> None:
    rows = read(record.table("figures"))
    rows[figure][column] = "0.77"
    altered = tmp_path / "figures.csv"
    with altered.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[figure]))
        writer.writeheader()
        writer.writerows(rows.values())
    assert any(figure in line for line in wrong_figures(site, record, altered))


def test_no_other_digit_stands_unmarked_anywhere(site: Path) -> None:
    stray = {
        f"{path.relative_to(site)}: {text[:80]}"
        for path, page in pages(site)
        for text in stray_digits(page)
    }
    assert sorted(stray)[:20] == []


def test_an_unmarked_digit_is_noticed() -> None:
    page = html.fromstring("<main><p>About 30 cases <b data-mark='law'>Art. 4</b> of 12</p></main>")
    assert list(stray_digits(page)) == ["About 30 cases", "of 12"]


def test_a_page_that_shows_a_figure_says_what_it_is_worth(site: Path, record: Workspace) -> None:
    notes = {lang: each["theme"]["standing_note"] for lang, each in words(record.rules).items()}
    notes["en"] = "coded by a language model from each page's opening"
    for path, page in pages(site):
        if page.find(".//data[@data-figure]") is not None:
            text = " ".join(page.text_content().split())
            assert notes[page.get("lang", "en")] in text, path


def test_downloads_are_the_tables(site: Path, record: Workspace) -> None:
    for name in ("reports", "cases", "figures"):
        published = (site / "data" / f"{name}.csv").read_bytes()
        assert published == record.table(name).read_bytes()


def test_the_check_itself_reads_every_page(site: Path, tmp_path: Path, record: Workspace) -> None:
    copy = tmp_path / "public"
    shutil.copytree(site, copy)
    page = copy / "cases" / "c0001" / "index.html"
    added = '<data data-figure="cases" value="1">1</data></body>'
    page.write_text(page.read_text().replace("</body>", added))
    assert any("c0001" in line for line in wrong_figures(copy, record))
