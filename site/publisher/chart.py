"""What a chart is made of: its words, and the figures that it draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

from markupsafe import Markup

from publisher.numbers import Figure, Figures

MOST = 3
"""Platforms that get a column of their own at most."""


@dataclass(frozen=True)
class Bar:
    """One number of a chart: what it is called, the figure it shows, the group it stands in.

    A chart of bars draws a group as a heading, a grid as a column.
    """

    label: str
    figure: Figure
    group: str = ""


@dataclass(frozen=True)
class Chart:
    """What a module of ``publisher/charts`` returns.

    ``title`` says the finding, its numbers from figures; ``name`` says what is drawn and
    ``counted`` what was counted. ``description`` is read to those who cannot see the chart.
    None of the three holds a number. ``lack`` stands in the chart's place where too few
    cases speak and there are no bars. ``shape`` is a module of ``publisher/shapes``.
    """

    name: str
    title: Markup
    description: str
    bars: Sequence[Bar]
    counted: str = ""
    lack: Markup | str = ""
    shape: Literal["bars", "curve", "flow", "grid", "ranges"] = "bars"


def bars_under(
    figures: Figures, prefix: str, leave_out: Sequence[str] = (), group: str = ""
) -> list[Bar]:
    """A bar per figure called ``prefix.<code>``, named by what stands last in its title.

    Figures that give no value (too few cases) and the codes in *leave_out* have none.
    """
    return [
        Bar(figure.short.rpartition(": ")[2], figure, group)
        for figure in figures.under(prefix)
        if figure.parts["value"] and figure.figure_id.rpartition(".")[2] not in leave_out
    ]


def top(bars: list[Bar], count: int) -> list[Bar]:
    """The *count* longest bars, longest first; equal ones keep their order."""
    return sorted(bars, key=lambda bar: -bar.figure.number())[:count]


def by_platform(figures: Figures, ids: Sequence[str]) -> list[Bar]:
    """Bars of the figures called *ids*: of all, of the most told of platforms, of the others.

    Row by row, the column as the bar's group; figures that give no value have none. The
    others are those that ``data/figures.toml`` does not name.
    """
    counts = [f for f in figures if f.figure_id.endswith(".account_actions") and f.group]
    others = next((f for f in counts if f.figure_id.startswith("platform.others.")), None)
    among = _platforms(others) if others else set()
    named = [f for f in counts if f is not others and not among & _platforms(f)]
    named.sort(key=lambda figure: -figure.number())
    columns = {"": "All"} | {f"{f.figure_id.rpartition('.')[0]}.": f.group for f in named[:MOST]}
    columns |= {"platform.others.": "Others"} if others else {}
    return [
        Bar(figures[name].short.rpartition(": ")[2], figures[prefix + name], group)
        for name in ids
        for prefix, group in columns.items()
        if prefix + name in figures and figures[prefix + name].parts["value"]
    ]


def apart(bars: Sequence[Bar]) -> list[Bar]:
    """Those of :func:`by_platform` that are of one platform and do not rest on few."""
    return [bar for bar in bars if bar.group not in ("All", "Others") and not bar.figure.caution]


def _platforms(figure: Figure) -> set[str]:
    return set(parse_qs(figure.filter).get("platform", ()))


def curve_bars(figures: Figures, prefix: str, named: Mapping[int, str]) -> list[Bar]:
    """The points of a curve, those at a *named* time with its name as their group."""
    return [
        Bar(figure.title, figure, named.get(int(figure.figure_id.rpartition(".")[2]), ""))
        for figure in figures.under(prefix)
    ]
