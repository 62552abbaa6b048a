"""Charts: drawn at build time, readable without sight, every number a figure."""

from __future__ import annotations

import pytest
from lxml import html

from pipeline.workspace import Workspace
from publisher import charts
from publisher.macros import chart
from publisher.record import load_record
from scraper.rules import DataError


@pytest.fixture(scope="module")
def drawn(record: Workspace) -> dict[str, html.HtmlElement]:
    loaded = load_record(record)
    return {name: html.fromstring(str(chart(name, loaded))) for name in charts.names()}


def test_there_is_a_chart_for_every_question(drawn: dict[str, html.HtmlElement]) -> None:
    wanted = {"reasons", "specificity", "notice", "outcomes", "responses", "platforms"}
    assert wanted | {"fair_process", "letters"} <= set(drawn)


def test_each_chart_has_a_title_a_description_and_its_numbers_in_a_table(
    drawn: dict[str, html.HtmlElement],
) -> None:
    for name, figure in drawn.items():
        rows = figure.findall(".//tbody/tr")
        pictures = figure.findall(".//svg")
        assert len(pictures) == 2, name
        assert figure.findtext("figcaption") or figure.find("figcaption/data") is not None
        for picture in pictures:
            named = [
                figure.get_element_by_id(i) for i in picture.get("aria-labelledby", "").split()
            ]
            assert [element.tag for element in named] == ["title", "desc"]
            assert all(element.text for element in named)
            assert picture.get("role") == "img"
            values = [text.get("data-figure") for text in picture.iter("text")]
            shown = [value for value in values if value]
            listed = [next(row.iter("data")).get("data-figure") for row in rows]
            assert shown == listed, name


def test_no_axis_number_no_font_and_no_colour_of_its_own_is_left(
    drawn: dict[str, html.HtmlElement],
) -> None:
    for name, figure in drawn.items():
        for text in figure.iterfind(".//svg//text"):
            digits = any(map(str.isdigit, text.text_content()))
            assert not digits or text.get("data-figure") or text.get("data-mark"), name
            assert text.get("font-family") is None
        fills = {e.get("fill") for e in figure.iterfind(".//svg//*")} - {None, "none"}
        assert fills <= {"transparent"}, name


def test_a_share_carries_its_interval_and_a_count_none(
    drawn: dict[str, html.HtmlElement],
) -> None:
    def lengths(name: str) -> list[float]:
        lines = drawn[name].findall(".//line")
        return [abs(float(line.get("x2", "0"))) for line in lines]

    assert all(length > 1 for length in lengths("notice"))
    assert not any(lengths("platforms"))


def test_a_chart_that_is_not_there_is_named(record: Workspace) -> None:
    with pytest.raises(DataError, match=r"'reason' is not known; did you mean 'reasons'\?"):
        chart("reason", load_record(record))
