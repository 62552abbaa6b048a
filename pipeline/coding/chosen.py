"""The coder that is in use: of each column the one that ``data/coders.toml`` names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.codebook import Codebook
from pipeline.coding.coder import NAME, OF_FUNDS, RulesCoder
from pipeline.coding.events import events
from pipeline.coding.model import Endpoint, ModelCoder, askable
from pipeline.coding.telling import Telling, Value
from pipeline.platforms import Platform
from scraper.rules import DataError, Rule, load_rules, one_of


class Coders(Rule):
    """``data/coders.toml``: which coder fills a column; ``rules`` those that it does not name."""

    columns: dict[str, Literal["rules", "model"]] = Field(default_factory=dict)


def load_coders(path: Path, codebook: Codebook) -> Coders:
    """The choice in the file at *path*.

    Raises:
        DataError: it breaks its model, or names a column that no coder can be chosen for.
    """
    coders = load_rules(path, Coders)
    allowed = askable(codebook)
    for name in coders.columns:
        if name not in allowed:
            raise DataError(path, f"columns.{name}", one_of(name, allowed))
    return coders


class Chosen:
    """The coder by rules, with a model's values in the columns that are given to it.

    ``name`` is how a report's ``coder`` says what coded it.
    """

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform], file: Path) -> None:
        """Read the choice in *file*.

        Raises:
            DataError: it names a column or a coder that does not exist, or gives a column to
                a model that the environment does not name.
        """
        given = load_coders(file, codebook).columns
        self.columns = tuple(codebook.columns)
        self.name = NAME
        self._rules = RulesCoder(codebook, platforms)
        self._model: ModelCoder | None = None
        asked = tuple(name for name in self.columns if given.get(name) == "model")
        if asked:
            endpoint = Endpoint.named(os.environ)
            if endpoint is None:
                problem = "is given to a model; set SUSPENSIONS_MODEL_URL and _NAME, or take it out"
                raise DataError(file, f"columns.{asked[0]}", problem)
            self._model = ModelCoder(codebook, platforms, endpoint, asked)
            self.name = f"{NAME}+{endpoint.name}"

    def code(self, telling: Telling) -> list[Value]:
        """The values that *telling* gives, in the codebook's order of columns.

        Raises:
            DataError: the model cannot be asked.
        """
        values = self._rules.code(telling)
        if self._model is None:
            return values
        apart = {*self._model.columns, "events"}
        values = [value for value in values if value.column not in apart]
        values += self._model.code(telling)
        if ("funds_held", "yes") not in {(value.column, value.value) for value in values}:
            values = [value for value in values if value.column not in OF_FUNDS]
        values += events(values)
        return sorted(values, key=lambda value: self.columns.index(value.column))
