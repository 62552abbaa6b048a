"""The files of an edition that are made from its tables: Parquet, SQLite, JSON, ZIP, checksums.

Each is the same to the byte for the same tables and libraries.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from pipeline.described import NAME
from pipeline.editions import Edition, sha256

MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".zip": "application/zip",
}
"""Media types of the files that hold data."""

SUMS = "SHA256SUMS"
_ARROW = {"number": pa.float64(), "integer": pa.int64(), "string": pa.string()}
_SQL = {"number": "REAL", "integer": "INTEGER", "string": "TEXT"}
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time that ZIP gives to a file without one."""

Field = dict[str, Any]


class Formats:
    """The files of one edition beside those that are kept, each made when it is asked for."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __iter__(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Every file's name and what makes its bytes; the checksums of all come last."""
        for name in self._schemas:
            yield f"{name}.parquet", partial(self.parquet, name)
        yield "record.sqlite", self.sqlite
        yield "record.json", self.json
        yield self.archive_name, self.zip
        yield SUMS, self.sums

    @property
    def archive_name(self) -> str:
        """What the ZIP file is called."""
        return f"{NAME}-{self.edition.day}.zip"

    def kept(self) -> list[Path]:
        """The files that are kept, by name."""
        made = {name for name, _ in self}
        return sorted(path for path in self.edition.folder.iterdir() if path.name not in made)

    @cached_property
    def _schemas(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each["schema"] for each in self.edition.package["resources"]}

    def _columns(self, name: str) -> Iterator[tuple[Field, list[Any]]]:
        """Each column of a table, with its cells as what they are; empty ones are None."""
        table = self.edition.table(name)
        for column in self._schemas[name]["fields"]:
            kind = {"number": float, "integer": int}.get(column["type"], str)
            yield column, [kind(cell) if cell else None for cell in table[column["name"]]]

    def parquet(self, name: str) -> bytes:
        """The table *name* as Parquet; numbers are numbers, an empty cell is null."""
        arrays = {
            column["name"]: pa.array(cells, _ARROW[column["type"]])
            for column, cells in self._columns(name)
        }
        buffer = io.BytesIO()
        pq.write_table(pa.table(arrays), buffer, compression="zstd")
        return buffer.getvalue()

    def sqlite(self) -> bytes:
        """All tables in one SQLite database, with a table ``about`` of licence and citation."""
        with sqlite3.connect(":memory:") as database:
            for name, schema in self._schemas.items():
                columns = list(self._columns(name))
                database.execute(_create(name, schema))
                places = ", ".join("?" * len(columns))
                rows = zip(*(cells for _, cells in columns), strict=True)
                database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)  # noqa: S608
            database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, says TEXT)")
            database.executemany("INSERT INTO about VALUES (?, ?)", self._about().items())
            database.commit()
            return bytes(database.serialize())

    def json(self) -> bytes:
        """All tables in one JSON object: a list of rows each; an empty cell is null."""
        tables = {}
        for name in self._schemas:
            columns = list(self._columns(name))
            names = [column["name"] for column, _ in columns]
            rows = zip(*(cells for _, cells in columns), strict=True)
            tables[name] = [dict(zip(names, row, strict=True)) for row in rows]
        whole = {**self._about(), "tables": tables}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _about(self) -> dict[str, str]:
        package = self.edition.package
        return {
            "title": package["title"],
            "description": package["description"],
            "release": self.edition.day,
            "licence": package["licenses"][0]["path"],
            "citation": (self.edition.folder / "citation.txt").read_text("utf-8").strip(),
        }

    def zip(self) -> bytes:
        """The data package: what is kept of the edition, in one file."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in self.kept():
                name = zipfile.ZipInfo(path.name, _BEGINNING)
                archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def sums(self) -> bytes:
        """The SHA-256 of every other file, as ``sha256sum --check`` reads them."""
        found = {path.name: path.read_bytes() for path in self.kept()}
        found |= {name: make() for name, make in self if name != SUMS}
        lines = (f"{sha256(content)}  {name}\n" for name, content in sorted(found.items()))
        return "".join(lines).encode()


def _create(name: str, schema: dict[str, Any]) -> str:
    parts = [f'"{field["name"]}" {_SQL[field["type"]]}' for field in schema["fields"]]
    if key := schema.get("primaryKey"):
        parts.append(f'PRIMARY KEY ("{key[0]}")')
    for foreign in schema.get("foreignKeys", ()):
        there = foreign["reference"]
        parts.append(
            f'FOREIGN KEY ("{foreign["fields"][0]}") '
            f'REFERENCES "{there["resource"]}" ("{there["fields"][0]}")'
        )
    return f'CREATE TABLE "{name}" ({", ".join(parts)})'


def data_files(edition: Edition) -> dict[str, str]:
    """The files of *edition* that hold data, with their media types."""
    tables = [resource["path"] for resource in edition.package["resources"]]
    made = [name for name, _ in Formats(edition) if name != SUMS]
    return {name: MEDIA[Path(name).suffix] for name in (*tables, *made)}
