"""A figure as a picture to take along: what is counted, the number, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from markupsafe import Markup

from publisher.citation import LICENCE, Stand
from publisher.numbers import Figure, Figures, plain
from publisher.pixels import Box, Picture, Text
from publisher.shapes.ink import COLOURS, PAPER, SOFT
from publisher.templating import render

WIDTH, HEIGHT, EDGE = 800, 420, 40
"""Size of the picture in px, and the room around what it shows."""

INNER = WIDTH - 2 * EDGE
INK, TRACK = COLOURS["light"], "#d9d5ca"
FAMILY = "'Liberation Sans', Arial, Helvetica, 'Noto Sans', 'DejaVu Sans', sans-serif"

NO_UNIT = ("share", "cases", "reports", "")
"""Units that the title, or the number itself, says already."""


def unit_of(figure: Figure) -> str:
    """The unit that is printed behind a figure's number, as far as one is needed."""
    said = figure.of_coding or figure.unit in NO_UNIT or not figure.parts["value"]
    return "" if said else figure.unit


def bar(figure: Figure, width: float = 1000) -> dict[str, tuple[float, float]]:
    """Where the drawing of a share lies on a line of *width*: start and length of each part.

    ``bar`` is the share, ``interval`` its interval, ``unknown`` from the share if all unknown
    were no to the share if all were yes. Empty where there is no share.
    """
    if not figure.parts_cases or not figure.parts["value"]:
        return {}
    ends = {"bar": (0.0, figure.number())}
    ends["interval"] = (figure.number("low"), figure.number("high"))
    if figure.parts["unknown"] not in ("", "0"):
        ends["unknown"] = (figure.number("if_unknown_no"), figure.number("if_unknown_yes"))
    return {
        part: (round(low * width, 1), round((high - low) * width, 1))
        for part, (low, high) in ends.items()
    }


def bar_html(figure: Figure) -> Markup:
    """The share as a line inside a page, stretched to its column; nothing for other numbers."""
    parts = bar(figure)
    return render("bar.svg", parts=parts) if parts else Markup("")


def card(figure: Figure, figures: Figures, among: str, stand: Stand, address: str) -> Picture:
    """The picture in light colours.

    *among* says which cases were asked; it and *address* may be empty.
    """
    title = list(_lines(figure.title, 26, EDGE + 26, 3, bold=True))
    top = title[-1].y + 90
    rests = plain(figures.basis(figure.figure_id))
    said = [*_lines(rests[:1].upper() + rests[1:], 17, top + 78, 2)]
    said += _lines(among, 17, top + 78 + 24 * len(said), 2)
    value = " ".join(filter(None, (figure.words(), unit_of(figure))))
    source = f"Suspension Record. {stand.words}. {LICENCE}. A report is what one person said."
    texts = [*title, Text(EDGE, top, 72, INK["bar"], value, bold=True), *said]
    return Picture(
        WIDTH, HEIGHT, PAPER["light"], _boxes(figure, top + 34), texts + _foot(source, address)
    )


def _boxes(figure: Figure, y: float) -> list[Box]:
    parts = bar(figure, INNER)
    if not parts:
        return []
    (_, share), (low, length) = parts["bar"], parts["interval"]
    return [
        Box(EDGE, y, INNER, 14, TRACK),
        Box(EDGE, y, share, 14, INK["bar"]),
        Box(EDGE + low, y + 5, length, 4, INK["interval"]),
    ]


def _foot(source: str, address: str) -> list[Text]:
    lines = [*_wrapped(source, 14), *_wrapped(address, 14)]
    first = HEIGHT - 24 - 19 * (len(lines) - 1)
    return [Text(EDGE, first + 19 * n, 14, SOFT["light"], line) for n, line in enumerate(lines)]


def _lines(words: str, size: int, y: float, most: int, *, bold: bool = False) -> Iterator[Text]:
    for number, line in enumerate(_wrapped(words, size)[:most]):
        yield Text(EDGE, y + number * round(size * 1.4), size, INK["label"], line, bold)


def _wrapped(words: str, size: float) -> list[str]:
    """*words* in lines of type of that size, none too wide by a rough measure."""
    return wrap(words.replace("\u00a0", " "), int(INNER / (size * 0.53)))


def svg(picture: Picture) -> str:
    """*picture* as an SVG document."""
    return str(render("card.svg", picture=picture, family=FAMILY))
