"""The site in a real browser: the list of cases, charts, a lost page below a sub-path."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.workspace import Workspace

SHOWN = "tbody tr:visible"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_the_address_filters_the_cases_and_choices_change_the_address(
    page: Any, address: str
) -> None:
    page.goto(address + "cases/?platform=upwork&reasons=proposals_without_contracts")
    shown = page.locator(SHOWN)
    assert 0 < shown.count() < page.locator("tbody tr").count()
    assert {row.strip() for row in shown.locator("td:nth-child(2)").all_inner_texts()} == {"Upwork"}
    assert page.locator("select[name=platform]").input_value() == "upwork"
    page.select_option("select[name=reasons]", "")
    assert page.url.endswith("/cases/?platform=upwork")
    more = shown.count()
    page.go_back()
    assert shown.count() < more
    page.click("text=Show all")
    assert shown.count() == page.locator("tbody tr").count()
    assert urlsplit(page.url).query == ""


@pytest.mark.parametrize(
    "figure",
    ["account_actions", "reasons.performance", "fair.conduct_named", "platform.others.cases"],
)
def test_a_figure_leads_to_the_cases_that_it_counts(
    page: Any, address: str, record: Workspace, figure: str
) -> None:
    with record.table("figures").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["figure_id"] == figure)
    page.goto(f"{address}cases/?{row['filter']}")
    assert page.locator(SHOWN).count() == int(row["numerator"])
    assert "Also filtered by" in page.locator(".filter").inner_text()


def test_without_script_all_cases_charts_and_texts_are_there(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "cases/")
    assert page.locator(SHOWN).count() == page.locator("tbody tr").count() > 100
    assert not page.locator(".filter").is_visible()
    page.goto(address)
    assert page.locator("figure.chart svg:visible").count() == page.locator("figure.chart").count()
    context.close()


def test_charts_keep_their_type_on_a_phone(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(address)
    scale = page.locator("figure.chart svg:visible").first.evaluate(
        "svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
    )
    assert scale > 0.95
    context.close()


def test_a_lost_page_below_a_sub_path_leads_home(page: Any, address: str, site: Path) -> None:
    lost = (site / "404.html").read_text(encoding="utf-8")
    page.route("**/cases/c9999/", lambda route: route.fulfill(status=404, body=lost))
    page.goto(address + "cases/c9999/")
    page.click("#home")
    assert page.url == address
    assert page.locator("h1").inner_text().startswith("Who lost")
