"""Which cases a figure asked, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from urllib.parse import parse_qs

import pandas as pd

from pipeline.counted import Labels
from publisher.record import Record

NAMED = {"letter_id": "Stock letter", "fee_period": "Schedule of fees", "fee_against": "The fee"}
"""What counted columns are called that the codebook does not define, other than by their name."""


class Asked:
    """Puts the queries of figures into words."""

    def __init__(self, record: Record) -> None:
        """Read what the populations of ``data/figures.toml`` are called.

        Raises:
            DataError: the file breaks its model.
        """
        self.record = record
        populations = record.declared.population.values()
        self.populations = {each.title: each.where for each in populations}
        letters = pd.DataFrame(record.letters, columns=["letter_id", "says"])
        self.label = Labels(record.codebook, record.platforms, letters, record.fair_process)
        self.words = cache(self._words)

    def _words(self, query: str) -> tuple[str, ...]:
        """The population's title, then each other condition: ``Platform: Upwork``."""
        left = parse_qs(query)
        title = max(
            (title for title, where in self.populations.items() if _holds(left, where)),
            key=lambda title: len(self.populations[title]),
        )
        others = {n: c for n, c in left.items() if n not in self.populations[title]}
        return (title, *filter(None, (self._condition(*each) for each in others.items())))

    def _condition(self, column: str, codes: Sequence[str]) -> str:
        if column == "codebook_edition":
            return f"coded by edition {codes[0]} of the codebook or a later one"
        if column.startswith("fair."):
            return ""  # the check is what is counted; it was asked of all to whom it applies
        columns = self.record.codebook.columns
        if column == "platform":
            words = [self.record.platform_label(code) for code in codes]
        else:
            words = [self.label(column, code) for code in codes]
        plain = column.partition(".")[0].replace("_", " ").capitalize()
        name = columns[column].label["en"] if column in columns else NAMED.get(column, plain)
        return f"{name}: {', '.join(words)}"


def _holds(asked: dict[str, list[str]], where: dict[str, tuple[str, ...]]) -> bool:
    return all(set(asked.get(name, ())) == set(codes) for name, codes in where.items())
