"""How likely two reports tell of one action, by the facts that were coded of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from pipeline.cases import FACTS, Pair, rows
from pipeline.codebook import Codebook
from scraper.rules import DataError, Rule, load_rules, one_of

WHO = "facts"
"""Who decided, in ``links.csv``, where this module did."""


class Rate(Rule):
    """How often two reports agree: of one action (``m``), of two on one platform (``u``)."""

    m: float = Field(gt=0, lt=1)
    u: float = Field(gt=0, lt=1)


class Agreement(Rule):
    """What the agreement of two reports on one column is worth; see ``data/linking.toml``."""

    name: str
    same: Rate
    near: Rate | None = None
    by_frequency: bool = False


class Linking(Rule):
    """The model of ``data/linking.toml``, which says what each key means."""

    reports: int = Field(gt=0)
    prior: float = Field(gt=0, lt=1)
    likely: float = Field(gt=0, lt=1)
    certain: float = Field(gt=0, lt=1)
    facts: int = Field(gt=0)
    block: tuple[tuple[str, ...], ...] = Field(min_length=1)
    column: tuple[Agreement, ...] = Field(min_length=1)


def load_linking(path: Path, codebook: Codebook) -> Linking:
    """The model in the file at *path*.

    Raises:
        DataError: the file breaks its model, or names a column that the codebook lacks.
    """
    linking = load_rules(path, Linking)
    compared = tuple(column.name for column in linking.column)
    for name in compared:
        if name not in codebook.columns:
            raise DataError(path, f"column[{name}]", one_of(name, tuple(codebook.columns)))
    for name in (name for names in linking.block for name in names):
        if name not in compared:
            raise DataError(path, "block", one_of(name, compared))
    return linking


def probabilities(reports: pd.DataFrame, linking: Linking, codebook: Codebook) -> dict[Pair, float]:
    """The pairs of *reports* that are at least ``likely`` one action, and how likely.

    Two tellings on one page are two people's and no pair. The model is that of Fellegi and
    Sunter (A theory for record linkage, 1969), as Splink computes it; of the libraries for
    it that are kept up, it alone runs beside pandas 3 (recordlinkage does not) and needs no
    training, whose outcome would change from run to run (dedupe does).
    """
    named = [row for row in rows(reports) if row["platform"] not in ("", "unknown")]
    counts = Counter(row["platform"] for row in named)
    named = [row for row in named if counts[row["platform"]] > 1 and row["status"] != "withdrawn"]
    if len(named) < 2:
        return {}
    page = {row["report_id"]: row["url"] for row in named}
    found = {
        (pair["report_id_l"], pair["report_id_r"]): float(pair["match_probability"])
        for pair in _predicted(named, linking, codebook)
    }
    return {
        (a, b): found[a, b]
        for a, b in sorted(found)
        if not page[a] or page[a] != page[b] or page[a].count("/") == 3
    }


def _predicted(
    named: list[dict[str, str]], linking: Linking, codebook: Codebook
) -> list[dict[str, Any]]:
    from splink import DuckDBAPI, Linker  # takes a second to load

    columns = [column.name for column in linking.column]
    table = pd.DataFrame(named)[["report_id", "platform", *columns]].astype(object)
    table = table.mask(table.isin(["", "unknown"]), None)
    prior = linking.prior * min(1.0, linking.reports / len(named))
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "report_id",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [
            " and ".join(f"l.{name} = r.{name}" for name in ("platform", *names))
            for names in linking.block
        ],
        "comparisons": [
            {
                "output_column_name": column.name,
                "comparison_levels": list(_levels(column, codebook.columns[column.name].kind)),
            }
            for column in linking.column
        ],
    }
    linker = Linker(DuckDBAPI().register(table), settings, log_level=logging.ERROR)
    predicted = linker.inference.predict(threshold_match_probability=linking.likely)
    return list(predicted.as_record_list())


def _levels(column: Agreement, kind: str) -> Iterator[dict[str, Any]]:
    """Splink's levels of agreement on *column*, the closest first."""
    left, right = f'"{column.name}_l"', f'"{column.name}_r"'
    near = {
        "date": f"starts_with({left}, {right}[:7]) or starts_with({right}, {left}[:7])",
        "number": f"abs({left}::double - {right}::double) <= 1",
    }
    rates = [column.same, *filter(None, [column.near])]
    conditions = [f"{left} = {right}", near.get(kind, "false")]
    yield {"sql_condition": f"{left} is null or {right} is null", "is_null_level": True}
    for rate, condition in zip(rates, conditions, strict=False):
        level = {"sql_condition": condition, "m_probability": rate.m, "u_probability": rate.u}
        if column.by_frequency:
            level["tf_adjustment_column"] = column.name
        yield level
    yield {
        "sql_condition": "ELSE",
        "m_probability": 1 - sum(rate.m for rate in rates),
        "u_probability": 1 - sum(rate.u for rate in rates),
    }


def certain(found: Mapping[Pair, float], reports: pd.DataFrame, linking: Linking) -> list[Pair]:
    """The pairs in *found* that are one action: so likely, so many facts, none that differs."""
    row = {row["report_id"]: row for row in rows(reports)}

    def agree(a: str, b: str) -> bool:
        told = [(row[a][name], row[b][name]) for name in FACTS if row[a][name] and row[b][name]]
        return len(told) >= linking.facts and all(one == other for one, other in told)

    return [pair for pair, p in found.items() if p >= linking.certain and agree(*pair)]


def likely(found: Iterable[Pair], links: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """*links* with the pairs in *found* as ``likely``, in place of those found before.

    A pair that somebody has decided on stays as decided; reports of one case are no pair.
    """
    decided = links[links["who"] != WHO]
    case_of = dict(zip(reports["report_id"], reports["case_id"], strict=True))
    known = set(map(frozenset, zip(decided["report_a"], decided["report_b"], strict=True)))
    new = [
        (a, b, "likely", WHO)
        for a, b in found
        if frozenset((a, b)) not in known and case_of[a] != case_of[b]
    ]
    made = pd.DataFrame(new, columns=links.columns, dtype=str)
    return pd.concat([decided, made], ignore_index=True)
