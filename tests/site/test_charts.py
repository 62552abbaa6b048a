"""The charts in a browser: whole without a script, told mark by mark with one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

SIZES = [(390, "dark"), (1440, "light")]


@pytest.fixture(params=SIZES, ids=["phone", "desk"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}charts/")
    yield page
    context.close()


def drawing(page: Any, name: str) -> Any:
    return page.locator(f"#chart-{name} > div:visible").first


def test_every_drawing_fits_and_keeps_its_size_of_type(page: Any) -> None:
    told = page.evaluate(
        """() => [...document.querySelectorAll("figure.chart svg")]
        .filter((svg) => svg.getBoundingClientRect().width)
        .map((svg) => [svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
            svg.getBoundingClientRect().right <= document.documentElement.clientWidth])"""
    )
    assert len(told) > 10
    assert all(scale >= 0.97 and fits for scale, fits in told), told


def test_pointing_at_a_mark_tells_its_number_and_leads_to_its_figure(page: Any) -> None:
    chart = drawing(page, "reasons")
    chart.locator('text[data-figure="reasons.none_stated"]').hover()
    note = chart.locator(".chart-note")
    row = page.locator("#chart-reasons tr", has=page.locator('[data-figure="reasons.none_stated"]'))
    for cell in row.locator("th, td").all_text_contents():
        assert cell in note.text_content()
    note.locator("a").click()
    page.wait_for_url("**/figures/reasons.none_stated/")


def test_the_arrow_keys_go_from_mark_to_mark_and_escape_closes(page: Any) -> None:
    page.locator("#chart-notice summary").focus()
    page.keyboard.press("Shift+Tab")
    chart = drawing(page, "notice")
    note = chart.locator(".chart-note")
    order = chart.locator("svg text[data-figure]").evaluate_all(
        "texts => texts.map((text) => text.dataset.figure)"
    )
    seen = [note.locator("data").first.get_attribute("data-figure")]
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(note.locator("data").first.get_attribute("data-figure"))
    assert seen == [order[0], order[1], order[2], order[1]]
    page.keyboard.press("Escape")
    assert note.is_hidden()


def test_without_a_script_the_table_says_the_same(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}charts/")
    page.locator("#chart-path summary").click()
    table = page.locator("#chart-path table")
    assert table.is_visible()
    assert table.locator('[data-figure="path.action.closed.appealed.yes"]').count()
    assert page.locator(".chart-note").count() == 0
    context.close()


def test_the_first_page_holds_few_charts(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    assert 2 <= page.locator("figure.chart").count() <= 3
    page.close()
