"""The coder by rules: every column of a report from the telling's own words."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.codebook import Codebook
from pipeline.coding.telling import Telling, Value
from pipeline.platforms import Platform

VERSION = 1
NAME = f"rules-{VERSION}"
"""How a report's ``coder`` names this coder."""


class RulesCoder:
    """All parts of the coder by rules over one codebook; compiled once."""

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        self.columns = tuple(codebook.columns)

    def code(self, telling: Telling) -> list[Value]:
        """The values that *telling* gives, in the codebook's order of columns."""
        return []
