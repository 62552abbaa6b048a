"""Charts as SVG inside the page: drawn by Altair at build time, finished with lxml.

A chart is bars with their label and value beside them, no axis numbers; a share carries its
interval as a line. It is drawn twice, for wide and for narrow columns, so that type never
shrinks; CSS shows the one that fits. Colours are classes, so that they follow the palette.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import altair as alt
import pandas as pd
import vl_convert
from lxml import etree
from markupsafe import Markup

from publisher.numbers import Figure, Figures, mark_digits

SVG = "{http://www.w3.org/2000/svg}"
BAR, INTERVAL, LABEL, VALUE = "#010203", "#010204", "#010205", "#010206"
"""Colours that Vega writes and that become the classes below."""

CLASSES = {BAR: "bar", INTERVAL: "interval", LABEL: "label", VALUE: "value"}
NARROW, WIDE = 330, 680
"""Widths in px: a phone's column, and the text column of a desk screen."""


@dataclass(frozen=True)
class Bar:
    """One bar: what it is called and the figure it shows."""

    label: str
    figure: Figure


@dataclass(frozen=True)
class Chart:
    """What a module of ``publisher/charts`` returns.

    ``name`` says what is drawn and ``title`` the finding, its numbers from figures;
    ``description`` is read to those who cannot see the chart. Neither name nor description
    holds a number.
    """

    name: str
    title: Markup
    description: str
    bars: Sequence[Bar]


def bars_under(figures: Figures, prefix: str, leave_out: Sequence[str] = ()) -> list[Bar]:
    """A bar per figure called ``prefix.<code>``, named by what stands last in its title.

    Figures that give no value (too few cases) and the codes in *leave_out* have none.
    """
    return [
        Bar(figure.short.rpartition(": ")[2], figure)
        for figure in figures.under(prefix)
        if figure.parts["value"] and figure.figure_id.rpartition(".")[2] not in leave_out
    ]


def top(bars: list[Bar], count: int) -> list[Bar]:
    """The *count* longest bars, longest first; equal ones keep their order."""
    return sorted(bars, key=lambda bar: -bar.figure.number())[:count]


def chart_html(name: str, chart: Chart, figures: Figures) -> Markup:
    """The chart as ``<figure class="chart">``: title, both drawings, and its numbers in a table.

    A chart without bars is a sentence that says so.
    """
    if not chart.bars:
        return Markup('<p class="basis">{}: too few cases to draw.</p>').format(chart.name)
    drawings = Markup("").join(
        Markup('<div class="chart-{}">{}</div>').format(
            size, _svg(f"{name}-{size}", chart, narrow=size == "narrow")
        )
        for size in ("wide", "narrow")
    )
    return Markup(
        '<figure class="chart" id="chart-{}" data-search-exclude>'
        "<figcaption>{}</figcaption>{}{}</figure>"
    ).format(name, chart.title, drawings, _numbers(chart, figures))


def _numbers(chart: Chart, figures: Figures) -> Markup:
    row = Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>')
    rows = Markup("").join(
        row.format(
            mark_digits(bar.label),
            figures.shown(bar.figure.figure_id),
            figures.basis(bar.figure.figure_id),
        )
        for bar in chart.bars
    )
    return Markup(
        '<details><summary>The numbers of this chart</summary><div class="wide-table"><table>'
        '<thead><tr><th scope="col">What</th><th scope="col">Value</th>'
        '<th scope="col">Rests on</th></tr></thead><tbody>{}</tbody></table></div></details>'
    ).format(rows)


def _svg(name: str, chart: Chart, *, narrow: bool) -> Markup:
    svg = vl_convert.vegalite_to_svg(_drawn(chart.bars, narrow=narrow))
    return _finished(svg, name, chart)


def _table(bars: Sequence[Bar], line: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": "\n".join(wrap(bar.label, line)),
            "value": bar.figure.number(),
            "low": bar.figure.number("low") or bar.figure.number(),
            "high": bar.figure.number("high") or bar.figure.number(),
            "text": bar.figure.words(),
            "link": f"#figure:{bar.figure.figure_id}",
        }
        for bar in bars
    )


def _drawn(bars: Sequence[Bar], *, narrow: bool) -> str:
    """Altair's layers as JSON; in a narrow column a label stands above its bar."""
    table = _table(bars, line=44 if narrow else 32)
    width = NARROW - 12 if narrow else WIDE - 260
    room = 0.74 if narrow else 0.8  # of the width; the rest is for the printed values
    scale = alt.Scale(domain=[0, max(float(table["high"].max()), 1e-9) / room], nice=False)
    labels = alt.Axis(
        title=None, ticks=False, domain=False, labels=not narrow, labelLimit=400,
        labelExpr="split(datum.label, '\\n')", labelFontSize=14, labelColor=LABEL,
        labelPadding=10, minExtent=0 if narrow else 250, maxExtent=250,
    )  # fmt: skip
    base = alt.Chart(table).encode(y=alt.Y("label:N", sort=None, axis=labels))
    shift = 9 if narrow else 0
    layers = [
        base.mark_bar(color=BAR, size=11, yOffset=shift).encode(
            x=alt.X("value:Q", scale=scale, axis=None)
        ),
        base.mark_rule(color=INTERVAL, strokeWidth=2, yOffset=shift).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=8, dy=shift, fontSize=14, color=VALUE).encode(
            x="high:Q", text="text:N", href="link:N"
        ),
    ]
    if narrow:
        lift = alt.ExprRef("7 - 16 * length(split(datum.label, '\\n'))")  # lines grow downwards
        above = base.mark_text(align="left", dy=lift, fontSize=14, color=LABEL, lineBreak="\n")
        layers.append(above.encode(x=alt.value(0), text="label:N"))
    lines = 1 + int(table["label"].str.count("\n").max())
    step = 26 + 18 * lines if narrow else max(30, 21 * lines)
    chart = alt.layer(*layers).properties(width=width, height=alt.Step(step))
    view = alt.ViewConfig(stroke=None)
    return str(chart.configure(background="transparent", padding=4, view=view).to_json())


def _finished(svg: str, name: str, chart: Chart) -> Markup:
    """Vega's SVG with a name, a description, classes for colours and figure ids on its values."""
    root = etree.fromstring(svg.encode())
    for link in list(root.iter(f"{SVG}a")):
        _unwrap(link)
    for element in root.iter():
        _own(element)
    for attribute in ("id", "class"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    title, description = etree.Element(f"{SVG}title"), etree.Element(f"{SVG}desc")
    title.text, description.text = chart.name, chart.description
    for place, (element, kind) in enumerate([(title, "title"), (description, "desc")]):
        element.set("id", f"{name}-{kind}")
        root.insert(place, element)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  drawn here, not given


def _unwrap(link: etree._Element) -> None:
    """Replace ``<a href="#figure:ID"><text>`` by ``<text data-figure="ID">``."""
    target = next((value for key, value in link.attrib.items() if key.endswith("href")), "")
    parent = link.getparent()
    if parent is None:
        return
    for child in list(link):
        if child.tag == f"{SVG}text":
            child.set("data-figure", target.partition("#figure:")[2])
        parent.insert(parent.index(link), child)
    parent.remove(link)


def _own(element: etree._Element) -> None:
    """Drop what Vega says of single marks and fonts; turn its colours into classes."""
    kept = {}
    for key, value in element.attrib.items():
        if key in ("fill", "stroke") and str(value).lower() in CLASSES:
            kept["class"] = f"chart-{CLASSES[str(value).lower()]}"
        elif not key.startswith("aria") and key not in ("role", "font-family", "class", "style"):
            kept[key] = value
    if kept.get("class") == "chart-label" and any(map(str.isdigit, "".join(element.itertext()))):
        kept["data-mark"] = "code"
    element.attrib.clear()
    element.attrib.update(kept)
