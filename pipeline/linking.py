"""How likely two reports tell of one action, by the facts that were coded of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from pydantic import Field

from pipeline.cases import FACTS, Pair, rows
from pipeline.codebook import Codebook
from pipeline.tables import SHOWN
from scraper.rules import DataError, Rule, load_rules, one_of

WHO = "facts"
"""Who decided, in ``links.csv``, where this module did."""

AUTHOR = "author"
"""What the model calls the author of a report; no table has it."""

NOBODY: Mapping[str, str] = {}


GIVEN_BACK = ("reinstated", "partly_restored")

GROWS = ("unknown", "limited", "hold", "suspended", "closed")
"""Actions of which a later telling may name a graver one: one case that went on."""

SAME_STORY = 366
"""Days between two tellings of one author within which they may be of one action."""


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
        if name not in (AUTHOR, *codebook.columns):
            allowed = (AUTHOR, *codebook.columns)
            raise DataError(path, f"column[{name}]", one_of(name, allowed))
    for name in (name for names in linking.block for name in names):
        if name not in compared:
            raise DataError(path, "block", one_of(name, compared))
    return linking


def probabilities(
    reports: pd.DataFrame,
    linking: Linking,
    codebook: Codebook,
    authors: Mapping[str, str] = NOBODY,
) -> dict[Pair, float]:
    """The pairs of *reports* that are at least ``likely`` one action, and how likely.

    The author speaks too where *authors* names some; without them, whose keys no table has,
    every run finds the same. Two tellings on one page are two people's and no pair.

    The model is that of Fellegi and Sunter (A theory for record linkage, 1969), as Splink
    computes it; of the libraries for it that are kept up, it alone runs beside pandas 3
    (recordlinkage does not) and needs no training, whose outcome would change from run to
    run (dedupe does).
    """
    told = reports[reports["status"].isin(SHOWN) & (reports["platform"] != "unknown")]
    told = told[told["platform"].duplicated(keep=False)]
    if told.empty:
        return {}
    told = told.assign(**{AUTHOR: [authors.get(report, "") for report in told["report_id"]]})
    page = dict(zip(told["report_id"], told["url"], strict=True))
    found = {
        (pair["report_id_l"], pair["report_id_r"]): float(pair["match_probability"])
        for pair in _predicted(told, linking, codebook)
    }
    return {
        (a, b): found[a, b]
        for a, b in sorted(found)
        if page[a] != page[b] or len(urlsplit(page[a]).path) < 2
    }


def _predicted(told: pd.DataFrame, linking: Linking, codebook: Codebook) -> list[dict[str, Any]]:
    from splink import DuckDBAPI, Linker  # takes a second to load

    columns = [column.name for column in linking.column]
    table = told[["report_id", "platform", *columns]].astype(object)
    table = table.mask(table.isin(["", "unknown"]), None)
    prior = linking.prior * min(1.0, linking.reports / len(told))
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
                "comparison_levels": list(_levels(column, _kind(column, codebook))),
            }
            for column in linking.column
        ],
    }
    linker = Linker(DuckDBAPI().register(table), settings, log_level=logging.ERROR)
    predicted = linker.inference.predict(threshold_match_probability=linking.likely)
    return list(predicted.as_record_list())


def _kind(column: Agreement, codebook: Codebook) -> str:
    return codebook.columns[column.name].kind if column.name in codebook.columns else "text"


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
    """The pairs in *found* that are one action by their facts.

    They are at least ``certain``, agree on as many dates and numbers as the model asks for,
    and differ on none.
    """
    row = {row["report_id"]: row for row in rows(reports)}

    def agree(a: str, b: str) -> bool:
        told = [(row[a][name], row[b][name]) for name in FACTS if row[a][name] and row[b][name]]
        return len(told) >= linking.facts and all(mine == other for mine, other in told)

    return [pair for pair, p in found.items() if p >= linking.certain and agree(*pair)]


def went_on(
    reports: pd.DataFrame, linking: Linking, codebook: Codebook, authors: Mapping[str, str]
) -> list[Pair]:
    """The pairs of one author's own tellings that are one action (:func:`goes_on`).

    *authors* are the author keys of those reports whose posts are held.
    """
    keys = pd.Series([authors.get(report, "") for report in reports["report_id"]], dtype=str)
    again = reports[((keys != "") & keys.duplicated(keep=False)).to_numpy()]
    row = {row["report_id"]: row for row in rows(again)}
    return [
        (a, b)
        for (a, b), p in probabilities(again, linking, codebook, authors).items()
        if p >= linking.certain and authors[a] == authors[b] and goes_on(row[a], row[b])
    ]


def goes_on(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether two tellings of one author and platform can be of one action.

    Both tell of their own account. It is the same action on the same day, as far as told, or
    one that grew: a hold that ended in closure. What was given back and then taken again is
    another action, and so is what is told more than a year later, unless both name the day.
    """
    if {a["teller"], b["teller"]} != {"self"}:
        return False  # a blog's author, too, may tell several people's cases
    first, later = sorted((a, b), key=lambda row: row["published"])
    same = first["action"] == later["action"]
    if not same and not {first["action"], later["action"]} <= set(GROWS):
        return False
    if first["outcome"] in GIVEN_BACK and later["outcome"] in ("pending", "upheld"):
        return False
    began, went_on = first["action_date"], later["action_date"]
    if not began or not went_on:
        told = [_day(row["published"]) for row in (first, later) if row["published"]]
        return len(told) < 2 or (told[1] - told[0]).days <= SAME_STORY
    grew = not same and GROWS.index(first["action"]) < GROWS.index(later["action"])
    return _one_day(began, went_on) or (grew and began < went_on)


def _one_day(a: str, b: str) -> bool:
    """Whether two partial dates can be one day: ``2024-05`` and ``2024-05-01`` can."""
    return a.startswith(b) or b.startswith(a)


def _day(partial: str) -> date:
    """The first day of a partial date."""
    return date.fromisoformat((partial + "-01-01")[:10])


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
