"""The site in a real browser: filter, sub-path, no script, no other host, accessibility."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from pipeline.workspace import Workspace

KINDS = (
    *("", "cases/", "cases/c0001/", "platforms/", "platforms/upwork/", "reasons/"),
    *("reasons/performance/", "figures/", "examples/", "method/", "codebook/", "limits/"),
    *("data/", "about/", "404.html"),
)
SHOWN = "tbody tr:visible"
LONG = {"exclude": [["tbody tr:nth-child(n+12)"]]}
"""The rows of a long table are made by one template; the first ones stand for all."""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_nothing_is_asked_of_another_host_and_nothing_fails(page: Any, address: str) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda got: failed.append(got.url) if got.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    for kind in KINDS:
        page.goto(address + kind)
    page.goto(address, wait_until="networkidle")
    assert len(asked) > len(KINDS)
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(address).netloc
    }
    assert failed == []


@pytest.mark.parametrize(
    ("scheme", "width", "kinds"),
    [("light", 1440, KINDS), ("dark", 390, (*KINDS[:6], "examples/"))],
)
def test_axe_finds_nothing_on_any_kind_of_page(
    browser: Any, address: str, scheme: str, width: int, kinds: tuple[str, ...]
) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page, axe, found = context.new_page(), Axe(), {}
    for kind in kinds:
        page.goto(address + kind)
        violations = axe.run(page, LONG).response["violations"]
        if violations:
            found[kind] = [
                (each["id"], each["nodes"][0]["html"][:90], len(each["nodes"]))
                for each in violations
            ]
    context.close()
    assert found == {}


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


@pytest.mark.parametrize(("width", "kinds"), [(390, KINDS), (1440, KINDS[:3])])
def test_no_page_is_wider_than_the_screen_and_charts_keep_their_type(
    browser: Any, address: str, width: int, kinds: tuple[str, ...]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for kind in kinds:
        page.goto(address + kind)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
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
