"""The coder that is in use: of each column the one that ``data/coders.toml`` names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.codebook import Codebook
from pipeline.coding import learned
from pipeline.coding.coder import NAME, OF_FUNDS, RulesCoder
from pipeline.coding.events import events
from pipeline.coding.learned import COLUMNS, LearnedCoder
from pipeline.coding.model import Endpoint, ModelCoder, askable
from pipeline.coding.telling import Coder, Telling, Value
from pipeline.platforms import Platform
from scraper.rules import DataError, Rule, load_rules, one_of

OTHERS = ("learned", "model")
"""Coders beside the rules."""


class Coders(Rule):
    """``data/coders.toml``: which coder fills a column; ``rules`` those that it does not name."""

    columns: dict[str, Literal["rules", "learned", "model"]] = Field(default_factory=dict)


def load_coders(path: Path, codebook: Codebook) -> Coders:
    """The choice in the file at *path*.

    Raises:
        DataError: it breaks its model, or gives a column to a coder that cannot fill it.
    """
    coders = load_rules(path, Coders)
    can = {"rules": tuple(codebook.columns), "learned": COLUMNS, "model": askable(codebook)}
    for name, coder in coders.columns.items():
        if name not in can[coder]:
            raise DataError(path, f"columns.{name}", one_of(name, can[coder]))
    return coders


class Chosen:
    """Of each column the values of the coder that it is given to.

    ``name`` is how a report's ``coder`` says what coded it.
    """

    def __init__(
        self,
        codebook: Codebook,
        platforms: Mapping[str, Platform],
        rules: RulesCoder,
        by_learning: LearnedCoder,
        file: Path,
    ) -> None:
        """Read the choice in *file*.

        Raises:
            DataError: it names a column or a coder that does not exist, or gives a column to
                a model that the environment does not name.
        """
        given = load_coders(file, codebook).columns
        self.columns = tuple(codebook.columns)
        self._coders: list[tuple[Coder, frozenset[str]]] = []
        names = [NAME]
        by = {coder: tuple(c for c in self.columns if given.get(c) == coder) for coder in OTHERS}
        if by["learned"]:
            names.append(learned.NAME)
            self._coders.append((by_learning, frozenset(by["learned"])))
        if asked := by["model"]:
            endpoint = Endpoint.named(os.environ)
            if endpoint is None:
                problem = "is given to a model; set SUSPENSIONS_MODEL_URL and _NAME, or take it out"
                raise DataError(file, f"columns.{asked[0]}", problem)
            names.append(endpoint.name)
            self._coders.append(
                (ModelCoder(codebook, platforms, endpoint, asked), frozenset(asked))
            )
        apart = frozenset().union(*(columns for _, columns in self._coders))
        self._coders.insert(0, (rules, frozenset(self.columns) - apart - {"events"}))
        self.name = "+".join(names)

    def code(self, telling: Telling) -> list[Value]:
        """The values that *telling* gives, in the codebook's order of columns.

        Raises:
            DataError: the model cannot be asked.
        """
        values = [
            value
            for coder, columns in self._coders
            for value in coder.code(telling)
            if value.column in columns
        ]
        if ("funds_held", "yes") not in {(value.column, value.value) for value in values}:
            values = [value for value in values if value.column not in OF_FUNDS]
        values += events(values)
        return sorted(values, key=lambda value: self.columns.index(value.column))
