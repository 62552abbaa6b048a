"""What changed in the record between two editions, or since the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.cases import rows
from pipeline.editions import TABLES, Tables, editions, read_text_table
from pipeline.tables import figures_schema, read_table
from pipeline.workspace import Workspace

KEYS = {"reports": "report_id", "cases": "case_id", "letters": "letter_id"}
"""Tables whose rows have a name, by which they are compared; of others whole rows are."""

Changes = dict[str, Any]


def changes(before: Tables, now: Tables) -> Changes:
    """What the tables *now* have that those *before* had not, and the other way round.

    ``tables`` has per table the rows ``added``, ``removed`` and ``changed``: their names, of
    the changed ones with the columns; of rows without a name the number. A change of a
    column that one side alone has does not count; such columns stand under ``columns``.
    ``figures`` has those ``added`` and ``removed``, and the ``moved`` ones with their value
    before and now.
    """
    tables = {name: _table(name, before[name], now[name]) for name in TABLES if name != "figures"}
    columns = {
        name: sorted(set(now[name].columns) ^ set(before[name].columns))
        for name in TABLES
        if len(before[name].columns) and set(now[name].columns) != set(before[name].columns)
    }
    return {
        "tables": {name: change for name, change in tables.items() if any(change.values())},
        "columns": columns,
        "figures": _figures(before["figures"], now["figures"]),
    }


def _table(name: str, before: pd.DataFrame, now: pd.DataFrame) -> Changes:
    key = KEYS.get(name)
    if not key:
        old, new = Counter(_whole(before)), Counter(_whole(now))
        return {"added": (new - old).total(), "removed": (old - new).total()}
    old_rows, new_rows = _by(before, key), _by(now, key)
    shared = [column for column in now.columns if column in set(before.columns)]
    changed = {
        row: differing
        for row in new_rows
        if row in old_rows
        and (differing := [c for c in shared if new_rows[row][c] != old_rows[row][c]])
    }
    return {
        "added": [row for row in new_rows if row not in old_rows],
        "removed": [row for row in old_rows if row not in new_rows],
        "changed": changed,
    }


def _figures(before: pd.DataFrame, now: pd.DataFrame) -> Changes:
    old, new = _by(before, "figure_id"), _by(now, "figure_id")
    moved = {
        name: [old[name]["value"], new[name]["value"]]
        for name in new
        if name in old and new[name]["value"] != old[name]["value"]
    }
    return {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "moved": moved,
    }


def _whole(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    return table.itertuples(index=False, name=None)


def _by(table: pd.DataFrame, key: str) -> dict[str, Mapping[str, str]]:
    return {row[key]: row for row in rows(table)}


def words(found: Changes) -> Iterator[str]:
    """*found* in lines for a reader: what was added, lost and changed, table by table."""
    for name, change in found["tables"].items():
        yield f"{name.replace('_', ' ')}: " + ", ".join(_counts(change))
    for name, columns in found["columns"].items():
        yield f"columns of {name}: " + ", ".join(columns)
    figures = {what: len(names) for what, names in found["figures"].items() if names}
    if figures:
        yield "figures: " + ", ".join(f"{number} {what}" for what, number in figures.items())


def _counts(change: Changes) -> Iterator[str]:
    for what in ("added", "removed"):
        found = change[what]
        if isinstance(found, list) and found:
            yield f"{len(found)} {what} ({_named(found)})"
        elif found:
            yield f"{found} {what}"
    if changed := change.get("changed"):
        columns = Counter(column for names in changed.values() for column in names)
        told = ", ".join(f"{column} {number}" for column, number in columns.most_common())
        yield f"{len(changed)} changed ({told})"


def _named(names: list[str], most: int = 8) -> str:
    """*names*, of many the first and the last."""
    return ", ".join(names) if len(names) <= most else f"{names[0]} … {names[-1]}"


def since_last(workspace: Workspace) -> tuple[str, Changes]:
    """The day of the last edition, and what the record has beside it; "" where none came out.

    Raises:
        DataError: a table cannot be read.
    """
    known = editions(workspace)
    none = dict.fromkeys(TABLES, pd.DataFrame())
    before = known[-1].tables() if known else none
    return known[-1].day if known else "", changes(before, tables(workspace))


def tables(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The tables of *workspace* that an edition holds, every cell as text; absent ones empty.

    Raises:
        DataError: one is no table, or the figures break their schema.
    """
    read_table(workspace.table("figures"), figures_schema())
    paths = {name: workspace.table(name) for name in TABLES}
    return {
        name: read_text_table(path) if path.exists() else pd.DataFrame()
        for name, path in paths.items()
    }
