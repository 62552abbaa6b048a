"""``data/figures.toml``: what is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipeline.codebook import Codebook
from scraper.rules import DataError, Rule, load_rules, one_of

Where = dict[str, tuple[str, ...]]

BY_PARTS = ("fair", "curve", "path", "schedule")
"""Kinds that make several figures, each with a word of its own behind the id."""


class Population(Rule):
    """The rows that a figure is about: each column of ``where`` holds one of its codes."""

    title: str
    where: Where


class Group(Rule):
    """Figures made again for each value of ``column`` with ``least`` rows in ``population``."""

    column: str
    least: int = Field(ge=1)
    population: str = ""
    others_than: tuple[str, ...] = ()


class Step(Rule):
    """One step of a path: a column, and what its codes are called where they stand alone."""

    column: str
    names: dict[str, str] = Field(default_factory=dict)


class Figure(Rule):
    """One declaration; ``data/figures.toml`` says what each ``kind`` counts."""

    id: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")
    title: str
    kind: Literal[
        "count",
        "distinct",
        "share",
        "median",
        "duration",
        "sum",
        "fair",
        "curve",
        "path",
        "schedule",
    ]
    table: Literal["cases", "reports"] = "cases"
    population: str
    column: str = ""
    each: bool = False
    least: int = 0
    at: tuple[int, ...] = ()
    step: tuple[Step, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    unit: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Figure:
        if not self.column and self.kind not in ("count", "fair", "path"):
            raise ValueError(f"a {self.kind} needs a column")
        if self.kind == "share" and not self.each and not (self.yes and self.no):
            raise ValueError("a share needs each = true, or codes for yes and for no")
        return self


class Declared(Rule):
    """The whole of ``data/figures.toml``."""

    least_said: int = Field(ge=1)
    least_dated: int = Field(ge=2)
    careful_below: int = Field(ge=1)
    population: dict[str, Population]
    bands: dict[str, tuple[int, ...]]
    group: dict[str, Group]
    figure: tuple[Figure, ...]


def could_be(figure_id: str, declared: Declared, codebook: Codebook) -> bool:
    """Whether a record could have a figure of that id, if enough of its cases spoke."""
    return any(_makes(figure, figure_id.split("."), codebook) for figure in declared.figure)


def _makes(figure: Figure, words: list[str], codebook: Codebook) -> bool:
    if words[0] in figure.by and len(words) > 2:
        words = words[2:]
    own = figure.id.split(".")
    said = ".".join(words[len(own) :])
    if words[: len(own)] != own:
        return False
    if not said:
        return not figure.each and figure.kind not in BY_PARTS
    column = codebook.columns.get(figure.column)
    if figure.each and column and column.list:
        return said in map(slug, codebook.allowed(column.name))
    return figure.each or figure.kind in BY_PARTS


def slug(code: str) -> str:
    """A code as a word of a figure's id."""
    return code.removeprefix("other:").replace(".", "-").replace(":", "-").rstrip("-")


def load_figures(path: Path) -> Declared:
    """The declarations in the file at *path*.

    Raises:
        DataError: the file breaks its model, an id stands twice, or a figure names a
            population or group that is not declared.
    """
    declared = load_rules(path, Declared)
    ids = Counter((figure.id, figure.each, figure.by) for figure in declared.figure)
    for figure in declared.figure:
        if ids[figure.id, figure.each, figure.by] > 1:
            raise DataError(path, f"figure[{figure.id}]", "stands twice; an id is used once")
        if figure.population not in declared.population:
            problem = one_of(figure.population, tuple(declared.population))
            raise DataError(path, f"figure[{figure.id}].population", problem)
        for group in figure.by:
            if group not in declared.group:
                problem = one_of(group, tuple(declared.group))
                raise DataError(path, f"figure[{figure.id}].by", problem)
    return declared
