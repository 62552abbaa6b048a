"""*My account was closed* and the list of cases, in a real browser, against the figures."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from pipeline.declared import Figure, load_figures
from pipeline.intervals import kaplan_meier_median, wilson
from pipeline.workspace import Workspace
from tests.waiting import until

SHOWN = "tbody tr:visible"
WAYS = [(390, "light"), (1440, "dark")]


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}cases/?role=freelancer")
    page.wait_for_selector(".filter output:text('cases')")
    yield page
    context.close()


@pytest.fixture(scope="module")
def figures(record: Workspace) -> dict[str, dict[str, str]]:
    with record.table("figures").open(encoding="utf-8", newline="") as file:
        return {row["figure_id"]: row for row in csv.DictReader(file)}


def answer(page: Any, address: str, query: str) -> Any:
    page.goto(f"{address}closed/{query}")
    page.wait_for_selector(".closed-answer:visible")
    return page.locator(".closed")


def count(words: str) -> int:
    found = re.search(r"[\d,]+", words)
    assert found, words
    return int(found.group().replace(",", ""))


def declared(figure_id: str, shares: dict[str, Figure]) -> tuple[Figure, str] | None:
    """The share that *figure_id* is one of, and its code where it has a row for each."""
    name = re.sub(r"^(platform|action)\.[^.]+\.", "", figure_id)
    for share in shares.values():
        if name == share.id and not share.each:
            return share, ""
        if share.each and name.startswith(f"{share.id}."):
            return share, name.removeprefix(f"{share.id}.")
    return None


def test_the_browser_counts_every_published_share_alike(
    page: Any, figures: dict[str, dict[str, str]], record: Workspace
) -> None:
    kinds = load_figures(record.rules / "figures.toml").figure
    shares = {each.id: each for each in kinds if each.kind == "share" and each.table == "cases"}
    asked = []
    for name, row in figures.items():
        found = declared(name, shares)
        if found and row["filter"]:
            share, code = found
            where = parse_qs(row["filter"])
            where.pop("codebook_edition", None)
            yes = where.pop(share.column)
            asked.append([name, where, share.column, yes, None if code else list(share.no)])
    counted = page.evaluate(
        """async (asked) => {
          const table = await CaseTable.load(document.querySelector(".cases").dataset.table)
          const share = (where, ...of) => table.share(table.where(where), ...of)
          return asked.map(([name, ...of]) => [name, share(...of)]) }""",
        asked,
    )
    assert len(counted) > 400
    for name, share in counted:
        row = figures[name]
        said = [str(share[part]) for part in ("yes", "n", "unknown")]
        assert said == [row["numerator"], row["denominator"], row["unknown"]], name
        for part in ("value", "low", "high"):
            told = f"{share[part]:.4f}".rstrip("0").rstrip(".") if part in share else ""
            assert told == row[part], (name, part)


def test_a_figures_filter_opens_as_many_cases_as_it_counts(
    page: Any, figures: dict[str, dict[str, str]]
) -> None:
    methods = ("count", "share_wilson", "too_few")
    asked = {
        name: parse_qs(row["filter"])
        for name, row in figures.items()
        if row["filter"] and row["method"] in methods and row["unit"] in ("cases", "share")
    }
    counted = page.evaluate(
        """async (asked) => {
          const table = await CaseTable.load(document.querySelector(".cases").dataset.table)
          const count = (where) => table.where(where).length
          return Object.entries(asked).map(([name, where]) => [name, count(where)]) }""",
        asked,
    )
    wrong = {name: n for name, n in counted if str(n) != figures[name]["numerator"]}
    assert len(counted) > 500
    assert wrong == {}


def test_the_browsers_statistics_are_those_of_the_pipeline(page: Any) -> None:
    pairs = [(0, 5), (3, 5), (7, 19), (20, 20), (140, 9_999)]
    drawn = page.evaluate("pairs => pairs.map(([y, n]) => CaseTable.wilson(y, n))", pairs)
    for (yes, n), got in zip(pairs, drawn, strict=True):
        assert (got["low"], got["high"]) == pytest.approx(wilson(yes, n))
    lasted: list[tuple[list[float], list[float]]]
    lasted = [([1, 2, 2, 9], [3, 30]), ([5.0], [1, 1]), ([1, 1, 4], []), ([2], [9, 9, 9])]
    for ended, still in lasted:
        told = [True] * len(ended) + [False] * len(still)
        got = page.evaluate("([ended, open]) => CaseTable.median(ended, open)", [ended, still])
        assert got == kaplan_meier_median([*ended, *still], told)


@pytest.mark.parametrize(
    ("query", "figure"),
    [
        ("platform=upwork", "platform.upwork.account_actions"),
        ("platform=fiverr", "platform.fiverr.account_actions"),
        ("platform=other%3Aoutlier", "platform.outlier.account_actions"),
        ("platform=upwork&action=closed", "platform.upwork.action.closed"),
        ("platform=fiverr&action=warned", "platform.fiverr.action.warned"),
        ("action=hold", "action.hold"),
        ("action=suspended", "action.suspended"),
        ("reasons=performance", "reasons.performance"),
        ("reasons=none_stated", "reasons.none_stated"),
        ("platform=upwork&reasons=spam", "platform.upwork.reasons.spam"),
    ],
)
def test_the_answer_counts_what_the_figures_count(
    page: Any, address: str, figures: dict[str, dict[str, str]], query: str, figure: str
) -> None:
    shown = answer(page, address, f"?{query}")
    assert count(shown.locator("output").inner_text()) == int(figures[figure]["numerator"])


def test_the_share_that_got_it_back_is_the_published_one(
    page: Any, address: str, figures: dict[str, dict[str, str]]
) -> None:
    row = figures["platform.upwork.reinstated"]
    shown = answer(page, address, "?platform=upwork").locator("[data-slot=back]").inner_text()
    for part in ("value", "low", "high"):
        assert f"{float(row[part]):.0%}".replace("%", "\u00a0%") in shown
    assert f"{row['numerator']} of {row['denominator']}" in shown
    assert "Few cases" in shown
    few = answer(page, address, "?platform=fiverr").locator("[data-slot=back]").inner_text()
    assert figures["platform.fiverr.reinstated"]["value"] == ""
    assert "%" not in few


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_who_lost_an_account_gets_an_answer_by_keyboard_alone(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "closed/")
    assert not page.locator(".closed-answer").is_visible()
    assert not [url for url in asked if url.endswith("table.json")]
    while page.evaluate("document.activeElement.name") != "platform":
        page.keyboard.press("Tab")
    page.keyboard.type("Upwork")
    page.wait_for_selector(".closed-answer:visible")
    assert urlsplit(page.url).query == "platform=upwork"
    page.keyboard.press("Tab")
    page.keyboard.type("Suspended")
    page.wait_for_url("**/closed/?platform=upwork&action=suspended")
    output = page.locator("output")
    both = output.inner_text()
    first = page.locator(".closed-answer .case-list tbody tr").first
    assert "platform, action" in first.inner_text()
    assert page.locator(".closed-answer .case-list tbody tr").count() == 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []

    page.locator("[data-without=action]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/closed/?platform=upwork")
    assert count(output.inner_text()) > count(both)
    page.go_back()
    until(page, "text => document.querySelector('output').textContent === text", arg=both)
    assert page.locator("select[name=action]").input_value() == "suspended"

    shared = context.new_page()
    assert answer(shared, address, "?platform=upwork&action=suspended").inner_text() == (
        page.locator(".closed").inner_text()
    )
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    context.close()


def test_nothing_is_said_where_no_case_tells_of_it(page: Any, address: str) -> None:
    shown = answer(page, address, "?platform=fiverr&action=rejected")
    assert count(shown.locator("output").inner_text()) == 0
    assert not shown.locator("table.closed-responses").is_visible()
    assert "%" not in shown.locator(".closed-answer").inner_text()
    assert shown.locator("[data-without=action]").is_visible()
    assert "platform" in shown.locator(".case-list tbody tr").first.inner_text()


def test_a_table_that_cannot_be_had_is_said(browser: Any, address: str) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/table.json", lambda route: route.fulfill(status=503))
    page.goto(address + "closed/?platform=upwork")
    page.wait_for_selector("output:text('could not be loaded')")
    page.goto(address + "cases/?platform=upwork")
    page.wait_for_selector("output:text('could not be loaded')")
    page.unroute("**/table.json")
    page.select_option("select[name=platform]", "fiverr")
    page.wait_for_selector("output:text('of')")
    context.close()


def test_without_script_every_case_and_count_is_reached(
    browser: Any, address: str, site: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "closed/")
    assert not page.locator(".closed form").is_visible()
    assert page.locator(".account-counts tbody tr").count() > 3
    page.click(".account-counts a:text('Upwork')")
    assert page.url == address + "platforms/upwork/"
    page.goto(address + "cases/")
    assert not page.locator(".filter").is_visible()
    reached = set()
    for shelf in page.locator(".shelves a").evaluate_all("all => all.map(each => each.href)"):
        page.goto(shelf)
        reached |= set(page.locator(".case-list tbody td:first-child").all_inner_texts())
    assert reached == {path.parent.name for path in site.glob("cases/c*/index.html")}
    context.close()


def test_the_address_filters_the_cases_and_choices_change_the_address(
    page: Any, address: str
) -> None:
    page.goto(address + "cases/?platform=upwork&reasons=proposals_without_contracts")
    page.wait_for_selector(".filter output:text('of')")
    shown, output = page.locator(SHOWN), page.locator(".filter output")
    few = shown.count()
    assert few == count(output.inner_text()) > 0
    assert {row.strip() for row in shown.locator("td:nth-child(2)").all_inner_texts()} == {"Upwork"}
    assert page.locator("select[name=platform]").input_value() == "upwork"
    page.select_option("select[name=reasons]", "")
    assert page.url.endswith("/cases/?platform=upwork")
    until(page, "few => document.querySelectorAll('tbody tr').length > few", arg=few)
    page.go_back()
    until(page, "few => document.querySelectorAll('tbody tr').length === few", arg=few)
    page.click("text=Show all")
    until(page, "document.querySelectorAll('tbody tr').length === 50")
    assert urlsplit(page.url).query == ""
    page.click("text=Show more")
    assert shown.count() == 100
    assert page.evaluate("document.activeElement.closest('tr').sectionRowIndex") == 50


def test_what_the_form_cannot_choose_is_named_and_can_be_taken_out(page: Any, address: str) -> None:
    page.goto(address + "cases/?role=freelancer&action=closed&action=hold&platform=upwork")
    page.wait_for_selector(".filter output:text('of')")
    also = page.locator(".filter-also")
    assert also.inner_text().startswith("Also filtered by Role: Freelancer")
    assert "Closed for good / On hold" in also.inner_text()
    before = count(page.locator(".filter output").inner_text())
    page.click(".filter-also button[data-column=action]")
    page.wait_for_url("**/cases/?role=freelancer&platform=upwork")
    assert count(page.locator(".filter output").inner_text()) > before


def test_words_find_cases_by_what_is_coded(page: Any, address: str) -> None:
    page.goto(address + "cases/")
    page.fill(".filter input[name=q]", "upwork identity")
    page.wait_for_selector(".filter output:text('of')")
    assert urlsplit(page.url).query == "q=upwork+identity"
    rows = page.locator(SHOWN).all_inner_texts()
    assert 0 < len(rows) < 20
    assert all("Upwork" in row for row in rows)
    page.fill(".filter input[name=q]", "c0012")
    until(page, "document.querySelectorAll('tbody tr').length === 1")
    assert page.locator(SHOWN).inner_text().startswith("c0012")


def test_the_table_names_what_it_holds_and_nobody(site: Path) -> None:
    table = json.loads((site / "cases" / "table.json").read_text(encoding="utf-8"))
    size = len(table["ids"])
    assert {len(column["rows"]) for column in table["columns"].values()} == {size}
    assert table["labels"]["action"]["closed"]["ru"] == "Закрыт навсегда"
    assert not {"reports", "url", "title"} & set(table["columns"])
