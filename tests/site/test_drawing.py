"""Charts: drawn at build time, readable without sight, every number a figure."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree, html
from markupsafe import Markup

from pipeline.workspace import Workspace
from publisher import charts
from publisher.chart import Bar, Chart
from publisher.drawing import chart_html, chart_svg
from publisher.macros import chart
from publisher.numbers import Figures
from publisher.record import load_record
from publisher.shapes.ink import COLOURS, PAPER, SOFT, WIDE, Theme
from scraper.rules import DataError

STYLE = Path(__file__).resolve().parents[2] / "site/pages/assets/site.css"
BARS = ("reasons", "specificity", "notice", "outcomes", "responses", "platforms", "fair_process")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(record: Workspace) -> Figures:
    return load_record(record).figures


@pytest.fixture(scope="module")
def drawn(record: Workspace) -> dict[str, html.HtmlElement]:
    """The charts that the published figures are enough for."""
    loaded = load_record(record)
    made = {name: html.fromstring(str(chart(name, loaded, "../"))) for name in charts.names()}
    return {name: figure for name, figure in made.items() if figure.tag == "figure"}


def made(name: str, figures: Figures) -> Chart:
    found: Chart = importlib.import_module(f"publisher.charts.{name}").chart(figures)
    return found


def test_there_is_a_chart_for_every_question(drawn: dict[str, html.HtmlElement]) -> None:
    asked = {"before_after", "path", "money_held", "fees", "letters"}
    asked |= {"reasons_by_platform", "reasons_by_year", "fair_by_platform"}
    assert {*BARS, *asked} <= set(drawn)
    assert {"answer_time", "end_time", "hold_days"} <= set(charts.names())


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
            assert shown, name
            assert set(shown) <= set(listed), name
            assert shown == listed or name not in BARS


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


def test_each_number_leads_to_its_figure_and_each_chart_to_its_page(
    drawn: dict[str, html.HtmlElement],
) -> None:
    for name, figure in drawn.items():
        for row in figure.iterfind(".//tbody/tr"):
            figure_id = next(row.iter("data")).get("data-figure")
            assert row.xpath("string(th/a/@href)") == f"../figures/{figure_id}/"
        assert figure.xpath("string(p[@class='chart-take']/a/@href)") == f"../charts/{name}/"


def test_the_title_states_the_figures_that_the_drawing_shows(figures: Figures) -> None:
    said = html.fromstring(f"<p>{made('path', figures).title}</p>")
    assert [element.get("data-figure") for element in said] == [
        *("account_actions", "path.appealed.yes"),
        *("path.outcome.reinstated", "path.outcome.pending"),
    ]


def test_where_too_few_are_dated_a_sentence_says_how_many(figures: Figures) -> None:
    chart = made("end_time", figures)
    assert not chart.bars
    said = html.fromstring(str(chart_html("end_time", chart, figures)))
    assert said.xpath("string(data/@data-figure)") == "resolution_days"
    assert "too few for a curve" in said.text_content()
    with pytest.raises(ValueError, match="too few"):
        chart_svg("end_time", chart, figures, narrow=False, theme="light")


def point(figures: Figures, day: int, share: float, low: str, high: str) -> Bar:
    parts = figures["notice.none"].parts | {"value": str(share), "low": low, "high": high}
    figure = replace(figures["notice.none"], figure_id=f"end.curve.{day}", parts=parts)
    return Bar("", figure, {7: "a week", 30: "a month"}.get(day, ""))


def test_a_curve_falls_to_the_right_and_names_its_times(figures: Figures) -> None:
    told = [(0, 1, "", ""), (7, 0.6, "0.4", "0.8"), (30, 0.25, "0.1", "0.5")]
    points = [point(figures, *each) for each in told]
    chart = Chart("Time", Markup("Time"), "A curve.", points, shape="curve")
    for narrow in (False, True):
        svg = chart_svg("end", chart, figures, narrow=narrow, theme="light")
        root = etree.fromstring(svg)
        values = {text.get("data-figure"): text for text in root.iter(f"{SVG}text")}
        week, month = (place(values[f"end.curve.{day}"]) for day in (7, 30))
        assert week[0] < month[0]
        assert week[1] < month[1]
        assert {"a week", "a month"} <= {text.text for text in root.iter(f"{SVG}text")}


def place(text: etree._Element) -> tuple[float, float]:
    x, y = re.findall(r"[-\d.]+", text.get("transform", ""))[:2]
    return float(x), float(y)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_file_of_its_own_has_the_palette_of_the_pages(theme: Theme, figures: Figures) -> None:
    pairs = re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", STYLE.read_text())
    page = {name: {"light": light, "dark": dark}[theme] for name, light, dark in pairs}
    inks = ("bar", "bar-line", "ink", "ink", "line")
    assert list(COLOURS[theme].values()) == [page[name] for name in inks]
    assert (PAPER[theme], SOFT[theme]) == (page["paper"], page["soft"])
    svg = chart_svg("notice", made("notice", figures), figures, narrow=False, theme=theme)
    colours = set(re.findall(r"#[0-9a-f]{6}", svg))
    assert colours <= {*COLOURS[theme].values(), PAPER[theme], SOFT[theme]}


@pytest.mark.parametrize("name", ["reasons", "path", "fees", "fair_by_platform", "before_after"])
def test_a_file_of_its_own_says_its_finding_and_holds_what_it_draws(
    name: str, figures: Figures
) -> None:
    chart = made(name, figures)
    root = etree.fromstring(chart_svg(name, chart, figures, narrow=False, theme="light"))
    lines = [text.text or "" for text in root.iterchildren(f"{SVG}text")]
    assert " ".join(lines).startswith(str(chart.title.striptags()))
    inner = root.find(f"{SVG}svg")
    assert inner is not None
    assert float(inner.get("width", "0")) <= WIDE
    assert float(root.get("height", "0")) > float(inner.get("height", "0")) + float(
        inner.get("y", "0")
    )


def test_a_chart_that_is_not_there_is_named(record: Workspace) -> None:
    with pytest.raises(DataError, match=r"'reason' is not known; did you mean 'reasons'\?"):
        chart("reason", load_record(record))
