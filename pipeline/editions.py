"""Editions of the record: the tables as they stood on a day, below ``data/releases/``.

What is kept of an edition is text: its tables, what describes them (``datapackage.json``) and
what it was when it came out (``release.json``). Every other file is made from those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.workspace import Workspace
from scraper.rules import DataError

TABLES = (
    *("reports", "cases", "evidence", "letters", "figures", "links", "retired"),
    *("corrections", "confirmations", "second_codings"),
)
"""The tables of the record that an edition holds."""

NAMING = ("report_id", "report_a", "report_b")
"""Columns that name a report."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Edition:
    """One edition; ``folder`` is named by its day."""

    folder: Path

    @property
    def day(self) -> str:
        """The day on which it came out."""
        return self.folder.name

    @property
    def then(self) -> dict[str, Any]:
        """``release.json``: what the edition was when it came out.

        ``codebook_edition``, how many ``rows`` each table had, and the ``sha256`` of each
        file that was published.
        """
        return self._read("release.json")

    @property
    def package(self) -> dict[str, Any]:
        """``datapackage.json``: what each file is and what its columns hold."""
        return self._read("datapackage.json")

    @property
    def changes(self) -> dict[str, Any]:
        """``changes.json``: what it has that the edition before it has not."""
        return self._read("changes.json")

    @property
    def names(self) -> tuple[str, ...]:
        """The tables of the edition, those that explain it among them."""
        return tuple(resource["name"] for resource in self.package["resources"])

    def table(self, name: str) -> pd.DataFrame:
        """One table, every cell as text; a table that the edition does not have is empty.

        Raises:
            DataError: it is no table, or is that of the reports, which every edition has.
        """
        path = self.folder / f"{name}.csv"
        if name == "reports" and not path.exists():
            raise DataError(path, "", "is missing; put back the file that was published")
        return read_text_table(path) if path.exists() else pd.DataFrame()

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the record, by name."""
        return {name: self.table(name) for name in TABLES}

    def _read(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            problem = f"is damaged ({error}); put back the file that was published"
            raise DataError(path, "", problem) from error

    def taken_out(self) -> int:
        """How many reports were taken out of it since it came out."""
        return int(self.then["rows"]["reports"]) - len(self.table("reports"))


def editions(workspace: Workspace) -> list[Edition]:
    """The editions of *workspace*, the oldest first."""
    found = sorted(workspace.releases.glob("????-??-??/release.json"))
    return [Edition(path.parent) for path in found]


def read_text_table(path: Path) -> pd.DataFrame:
    """The CSV file at *path*, every cell as text.

    Raises:
        DataError: it is no table.
    """
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(path, "", f"is not a CSV table: {error}") from error


def csv(table: pd.DataFrame) -> bytes:
    """*table* as the bytes of a CSV file."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def json_text(content: Any) -> bytes:
    """*content* as JSON that changes line by line."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def sha256(content: bytes) -> str:
    """The SHA-256 of *content* in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
