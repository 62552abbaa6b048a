"""The coder by rules: every column of a report from the telling's own words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipeline.codebook import Codebook
from pipeline.coding.actions import Action, ActionDate
from pipeline.coding.answers import Appealed, Funds, Outcome, Responses
from pipeline.coding.events import events
from pipeline.coding.listed import Letter, Listed
from pipeline.coding.notice import Notice
from pipeline.coding.persons import Role, Teller
from pipeline.coding.places import Published, Where
from pipeline.coding.quantities import Quantities
from pipeline.coding.reading import Lexicon, Part, Reading
from pipeline.coding.reasons import Proposals, Reasons
from pipeline.coding.telling import Telling, Value
from pipeline.platforms import Platform

VERSION = 1
NAME = f"rules-{VERSION}"
"""How a report's ``coder`` names this coder."""

AT_HAND = 64
"""Tellings whose reading is kept, as several coders ask for it."""
OF_FUNDS = ("funds_amount", "funds_currency", "hold_days")
"""Columns that mean nothing unless money was held."""


class RulesCoder:
    """All parts of the coder by rules over one codebook; compiled once."""

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        self.columns = tuple(codebook.columns)
        self.lexicon = Lexicon(codebook)
        self._parts: list[Part] = [Where(platforms), Published(), Teller(), Role()]
        self._parts += [Action(codebook), ActionDate(codebook), Notice(), Reasons(), Proposals()]
        self._parts += [Appealed(), Responses(), Outcome(codebook), Funds()]
        self._parts += [Quantities(codebook), Letter(), Listed()]
        self.read = lru_cache(maxsize=AT_HAND)(self._read)
        self._coded = lru_cache(maxsize=AT_HAND)(self._code)

    def _read(self, telling: Telling) -> Reading:
        return Reading(telling, self.lexicon)

    def code(self, telling: Telling) -> list[Value]:
        """The values that *telling* gives, in the codebook's order of columns.

        What the post itself says beside its text (address, position, engine, language,
        date) is none of the coder's.
        """
        return list(self._coded(telling))

    def _code(self, telling: Telling) -> list[Value]:
        reading = self.read(telling)
        values = [value for part in self._parts for value in part.code(reading)]
        if ("funds_held", "yes") not in {(value.column, value.value) for value in values}:
            values = [value for value in values if value.column not in OF_FUNDS]
        values += events(values)
        return sorted(values, key=lambda value: self.columns.index(value.column))
