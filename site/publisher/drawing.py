"""Charts as SVG: drawn by Altair at build time, finished with lxml.

A chart has no axis numbers; each mark has its label and value beside it. It is drawn twice,
for wide and for narrow columns, so that type never shrinks; CSS shows the one that fits.
Inside a page colours are classes, so that they follow the palette; a file of its own carries
the colours of one theme.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from textwrap import wrap

import vl_convert
from lxml import etree
from markupsafe import Markup, escape

from publisher import shapes
from publisher.chart import Bar, Chart
from publisher.numbers import Figures, mark_digits
from publisher.outputs import digest, fingerprint
from publisher.remembered import remembered
from publisher.shapes import SHAPES
from publisher.shapes.ink import CLASSES, COLOURS, PAPER, SIZE, SOFT, Theme

SVG = "{http://www.w3.org/2000/svg}"
FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Helvetica, Arial, sans-serif"
CREDIT = "Suspension Record. A report is what one person said."
_MORE_DECIMALS = re.compile(r"(?<=\d)(\.\d\d)\d+")
EDGE = 16
"""Room in px around a drawing that is a file of its own."""


def chart_html(name: str, chart: Chart, figures: Figures, root: str = "") -> Markup:
    """The chart as ``<figure class="chart">``: title, both drawings, and its numbers in a table.

    A chart without bars is a sentence that says so. With *root*, which leads to the site's
    first page, numbers are linked to the pages of their figures, and the chart to its own.
    """
    if not chart.bars:
        return Markup('<p class="basis">{}: {}.</p>{}').format(
            chart.name, lack_of(chart), _links(name, root, "What is missing for this chart")
        )
    drawings = Markup("").join(
        Markup('<div class="chart-{}">{}</div>').format(
            size, _in_page(f"{name}-{size}", chart, narrow=size == "narrow")
        )
        for size in ("wide", "narrow")
    )
    counted = Markup('<span class="chart-counted">{}</span>').format(chart.counted)
    return Markup(
        '<figure class="chart" id="chart-{}" data-search-exclude>'
        "<figcaption>{}{}</figcaption>{}{}{}</figure>"
    ).format(
        name,
        chart.title,
        counted if chart.counted else "",
        drawings,
        _numbers(chart, figures, root),
        _links(name, root, "Cite, download or embed this chart"),
    )


def chart_svg(name: str, chart: Chart, figures: Figures, *, narrow: bool, theme: Theme) -> str:
    """The chart as an SVG document of its own: its finding, what was counted, and one drawing.

    Raises:
        ValueError: the chart has no bars, so there is nothing to draw.
    """
    if not chart.bars:
        raise ValueError(f"{name}: too few cases to draw")
    drawing = _drawing(chart, narrow=narrow)
    for element in drawing.iter():
        _own(element, COLOURS[theme])
    drawing.attrib.pop("class", None)
    width, height = float(drawing.get("width", "0")), float(drawing.get("height", "0"))
    head, top_edge = _lines(chart, width, theme)
    whole = width + 2 * EDGE, top_edge + height + 2 * SIZE + EDGE
    root = etree.Element(f"{SVG}svg", nsmap={None: SVG.strip("{}")})
    for key, value in zip(("width", "height"), whole, strict=True):
        root.set(key, f"{value:g}")
    root.set("viewBox", f"0 0 {whole[0]:g} {whole[1]:g}")
    root.set("font-family", FONT)
    _describe(root, name, chart)
    etree.SubElement(root, f"{SVG}rect", width="100%", height="100%", fill=PAPER[theme])
    root.extend(head)
    drawing.set("x", f"{EDGE}")
    drawing.set("y", f"{top_edge:g}")
    root.append(drawing)
    root.append(_text(CREDIT, whole[1] - EDGE + 4, 11, SOFT[theme]))
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _lines(chart: Chart, width: float, theme: Theme) -> tuple[list[etree._Element], float]:
    """The finding and what was counted as lines of text, and where they end."""
    made, place = [], float(EDGE)
    ink = COLOURS[theme]["label"]
    for words, size, colour in (
        (str(chart.title.striptags()), 18, ink),
        (chart.counted or chart.name, SIZE, SOFT[theme]),
    ):
        for line in wrap(words, int(width / (size * 0.54))):
            place += size * 1.3
            made.append(_text(line, place, size, colour))
    return made, place + EDGE


def _text(words: str, place: float, size: int, colour: str) -> etree._Element:
    element = etree.Element(f"{SVG}text", x=f"{EDGE}", y=f"{place:g}", fill=colour)
    element.set("font-size", f"{size}")
    element.text = words
    return element


def lack_of(chart: Chart) -> Markup:
    """Why a chart has no bars."""
    return escape(chart.lack or "too few cases to draw")


def _links(name: str, root: str, words: str) -> Markup:
    link = Markup('<p class="chart-take"><a href="{}charts/{}/">{}</a></p>')
    return link.format(root, name, words) if root else Markup("")


def _numbers(chart: Chart, figures: Figures, root: str) -> Markup:
    row = Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>')
    rows = Markup("").join(
        row.format(
            _named(bar, root),
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


def _named(bar: Bar, root: str) -> Markup:
    """What a number is called, linked to its figure's page."""
    words = mark_digits(f"{bar.group}: {bar.label}" if bar.group else bar.label)
    if not root:
        return words
    link = Markup('<a href="{}figures/{}/">{}</a>')
    return link.format(root, bar.figure.figure_id, words)


@cache
def _vega(shape: str, bars: tuple[Bar, ...], narrow: bool) -> str:
    """Vega's SVG of *bars*, to the hundredth of a px; several pages show the same one.

    What was drawn once rests in the user's cache: drawing is what a build waits for most.
    """
    known = digest(_drawn_by(), shape, repr(bars), narrow)
    drawn = remembered(f"drawings/{known}.svg", lambda: _drawn(SHAPES[shape](bars, narrow)))
    return drawn.decode()


def _drawn(specification: str) -> bytes:
    return _MORE_DECIMALS.sub(r"\1", vl_convert.vegalite_to_svg(specification)).encode()


@cache
def _drawn_by() -> str:
    """What a drawing depends on beside its bars: our shapes and the libraries."""
    ours = fingerprint(Path(shapes.__file__).parent.glob("*.py"))
    return digest(ours, version("altair"), version("vl-convert-python"), _MORE_DECIMALS.pattern)


def _drawing(chart: Chart, *, narrow: bool) -> etree._Element:
    """Vega's drawing, with figure ids on the texts that show them."""
    root = etree.fromstring(_vega(chart.shape, tuple(chart.bars), narrow).encode())
    for link in list(root.iter(f"{SVG}a")):
        _unwrap(link)
    root.attrib.pop("id", None)
    return root


def _in_page(name: str, chart: Chart, *, narrow: bool) -> Markup:
    """The drawing with a name, a description, and classes for colours."""
    root = _drawing(chart, narrow=narrow)
    for element in root.iter():
        _own(element, None)
    root.attrib.pop("class", None)
    _describe(root, name, chart)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  drawn here, not given


def _describe(root: etree._Element, name: str, chart: Chart) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (kind, words) in enumerate([("title", chart.name), ("desc", chart.description)]):
        element = etree.Element(f"{SVG}{kind}", id=f"{name}-{kind}")
        element.text = words
        root.insert(place, element)


def _unwrap(link: etree._Element) -> None:
    """Replace ``<a href="#figure:ID"><text>`` by ``<text data-figure="ID">``.

    A mark without words has ``data-of``: it stands for the figure, and does not print it.
    """
    target = next((value for key, value in link.attrib.items() if key.endswith("href")), "")
    parent = link.getparent()
    if parent is None:
        return
    for child in list(link):
        told = "data-figure" if child.tag == f"{SVG}text" else "data-of"
        if target:
            child.set(told, target.partition("#figure:")[2])
        parent.insert(parent.index(link), child)
    parent.remove(link)


def _own(element: etree._Element, colours: dict[str, str] | None) -> None:
    """Drop what Vega says of single marks and fonts; turn its colours into classes or *colours*."""
    kept = {}
    for key, value in element.attrib.items():
        name = CLASSES.get(str(value).lower()) if key in ("fill", "stroke") else None
        if name and colours:
            kept[key] = colours[name]
        elif name:
            kept["class"] = f"chart-{name}{'-line' if key == 'stroke' else ''}"
        elif not key.startswith("aria") and key not in ("role", "font-family", "class", "style"):
            kept[key] = value
    label = kept.get("class") == "chart-label"
    if label and any(map(str.isdigit, "".join(element.itertext()))):
        kept["data-mark"] = "code"
    element.attrib.clear()
    element.attrib.update(kept)
