"""A page per chart, at an address that stays, with its files and a frame to embed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

import vl_convert
from markupsafe import Markup

from publisher import charts
from publisher.chart import Chart
from publisher.charts.outcomes import outcomes_chart
from publisher.charts.reasons import reasons_chart
from publisher.citation import Work
from publisher.drawing import chart_html, chart_svg, lack_of
from publisher.figure_downloads import Cited, archive, row
from publisher.figure_page import ROOT, Desk, desk_of, files_of, frame_of, page_of, take_html
from publisher.numbers import Figure, Figures, plain
from publisher.outputs import MadePage, Output, digest
from publisher.pages import platform_codes
from publisher.record import Record
from publisher.templating import render, slug

SCALE = 1.5
"""Pixels of a chart's picture per px of its drawing."""


def chart_outputs(record: Record) -> Iterator[Output | MadePage]:
    """Per chart its page and its frame; its files too where there is anything to draw."""
    desk = desk_of(record)
    for name, chart in all_charts(record).items():
        if chart.bars:
            yield from (replace(each, drawn=True) for each in _outputs(desk, name, chart))
        else:
            yield from _lacking(desk, name, chart)


def all_charts(record: Record) -> dict[str, Chart]:
    """Every chart by its name: those of the whole record, then each platform's own."""
    made = {
        name: importlib.import_module(f"publisher.charts.{name}").chart(record.figures)
        for name in charts.names()
    }
    for code in platform_codes(record):
        label = record.platform_label(code)
        for name, chart in platform_charts(record.figures, code).items():
            made[name] = replace(chart, name=f"{chart.name} ({label})")
    return made


def platform_charts(figures: Figures, code: str) -> dict[str, Chart]:
    """The charts of a platform's page, by name."""
    prefix = f"platform.{slug(code)}"
    return {
        f"reasons-{slug(code)}": reasons_chart(figures, f"{prefix}.reasons"),
        f"outcomes-{slug(code)}": outcomes_chart(figures, f"{prefix}.outcome"),
    }


def _outputs(desk: Desk, name: str, chart: Chart) -> Iterator[Output | MadePage]:
    figures = list({bar.figure.figure_id: bar.figure for bar in chart.bars}.values())
    says = plain(chart.title)
    work = Work(chart.name, says, f"charts/{name}/")
    cited = Cited(work, figures, desk.stand, desk.site)
    words = [chart.name, says, chart.counted, chart.description, chart.shape]
    bars = [(bar.label, bar.group) for bar in chart.bars]
    rows = [row(figure) for figure in figures]
    facts = digest(rows, words, bars, desk.stand.words, desk.site)
    picture = partial(chart_svg, name, chart, desk.record.figures, narrow=False, theme="light")
    page = page_of(cited, facts, partial(_html, desk, name, chart, cited))
    yield replace(page, scripts=(*page.scripts, "assets/chart.js"))
    yield frame_of(cited, facts, partial(_frame, desk, name, chart))
    yield from files_of(cited, facts, picture, lambda: _png(picture()))
    behind = [desk.behind.digest(figure) for figure in figures if figure.of_cases]
    yield Output(f"{work.path}{name}.zip", [facts, behind], partial(_archive, desk, figures, cited))


def _lacking(desk: Desk, name: str, chart: Chart) -> Iterator[Output | MadePage]:
    """The page and the frame of a chart that cannot be drawn yet: an address stays."""
    work = Work(chart.name, plain(lack_of(chart)), f"charts/{name}/")
    cited = Cited(work, [], desk.stand, desk.site)
    facts = [work.title, work.says, chart.counted, chart.description, desk.stand.words]
    body = partial(
        render, "chart_lacking.html", chart=chart, lack=lack_of(chart), root=ROOT, stand=desk.stand
    )
    yield replace(page_of(cited, facts, body), scripts=())
    yield frame_of(cited, facts, partial(_frame, desk, name, chart))


def _png(svg: str) -> bytes:
    return bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def _html(desk: Desk, name: str, chart: Chart, cited: Cited) -> Markup:
    return render(
        "chart.html",
        root=ROOT,
        chart=chart,
        drawing=chart_html(name, chart, desk.record.figures),
        figures=cited.figures,
        shown=desk.record.figures,
        stand=desk.stand,
        take=take_html(cited),
    )


def _frame(desk: Desk, name: str, chart: Chart) -> str:
    drawing = chart_html(name, chart, desk.record.figures)
    content = render("embed_chart.html", name=chart.name, drawing=drawing)
    return str(render("embed.html", title=chart.name, content=content, stand=desk.stand))


def _archive(desk: Desk, figures: list[Figure], cited: Cited) -> bytes:
    counted = [figure for figure in figures if figure.of_cases]
    tables = {f"cases-behind/{each.figure_id}.csv": desk.behind.table(each) for each in counted}
    columns = chain.from_iterable(map(desk.behind.columns, counted))
    return archive(cited, tables, desk.dictionary(tuple(dict.fromkeys(columns))))
