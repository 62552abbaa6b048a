"""The site in a real browser: charts, a lost page below a sub-path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_without_script_all_charts_are_there(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
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
