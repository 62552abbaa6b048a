"""What a chart is made of: its words, and the figures that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from publisher.numbers import Figure, Figures


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
    shape: Literal["bars"] = "bars"


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
