"""The tables between the modules: one schema each, read and written here alone.

Every cell is text, as it stands in the file: an empty cell is "", a list is joined by
``|``. Numbers are written plainly (``4.7``), so that a rewritten file changes only where
a value did.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.codebook import Codebook, Column
from pipeline.platforms import PARTIAL_DATE
from scraper.files import write_whole
from scraper.post import POSTS as POSTS
from scraper.rules import DataError, one_of
from scraper.sound import unsound_cell

REVIEWS = ("proposed", "admitted", "read", "confirmed", "corrected")
RECODED = ("proposed", "admitted")
"""The ``review`` of rows whose values no person has settled."""
SHOWN = ("live", "gone")
"""The ``status`` of a report that pages show."""
MARKED = ("synthetic", "copy")
"""The ``status`` of a report that is machine-written or planted, as far as rules can tell."""
UNCOUNTED = (*MARKED, "refuted")
"""The ``status`` of a report that is counted nowhere, whatever its ``review``."""
STATUSES = (*SHOWN, "withdrawn", *UNCOUNTED)
PLATFORM = r"^([a-z0-9]*|other:[a-z0-9.]+)$"
ADDRESS = r"^(https?://[^\s<>\"'`{}|\\^]+)?$"
NUMBER = r"^(\d+(\.\d+)?)?$"
REPORT_HEAD = ("report_id", "case_id", "letter_id", "source", "address_key")
REPORT_TAIL = (*("contested", "coder", "codebook_edition", "review", "status", "first_seen"),)
EVIDENCE = ("report_id", "column", "value", "start", "end", "text_sha256", "rule")
FIGURES = (
    *("figure_id", "title", "value", "low", "high", "unit", "numerator", "denominator"),
    *("unknown", "if_unknown_no", "if_unknown_yes", "caution", "largest_source"),
    *("without_largest", "without_numerator", "without_denominator", "method"),
    *("column", "counted_no", "asked", "filter", "cases_sha256"),
)
LETTERS = (
    *("letter_id", "platform", "says", "first_seen", "last_seen", "reports", "cases"),
    *("reasons", "checks", "fingerprint"),
)


def report_columns(codebook: Codebook) -> tuple[str, ...]:
    """The columns of ``reports.csv`` in order.

    A row is one person's telling of one action. ``address_key`` is a keyed hash of the full
    address and position; the key is the maintainer's, and rows of the first record have none.
    """
    return (*REPORT_HEAD, *codebook.columns, *REPORT_TAIL)


def case_columns(codebook: Codebook) -> tuple[str, ...]:
    """The columns of ``cases.csv`` in order.

    A row is one real action: the merged value of each coded column, ``reports`` the ids of
    the reports that tell of it, ``outcomes`` what they told of its end one after the other,
    and ``disagree`` the columns on which they differ.
    """
    coded = [name for name in codebook.columns if name not in ("url", "position")]
    return ("case_id", "reports", *coded, "outcomes", "disagree", "codebook_edition", "review")


def _matches(pattern: str, problem: str, **options: Any) -> pa.Check:
    return pa.Check.str_matches(pattern, error=problem, **options)


def _coded(column: Column, codebook: Codebook) -> list[pa.Check]:
    """The checks that a cell of a coded column has to pass."""
    if column.kind == "number":
        return [_matches(NUMBER, "is not a plain number, such as 12 or 4.7")]
    if column.kind == "numbers":
        return [_matches(r"^(\d+(\.\d+)?(\|\d+(\.\d+)?)*)?$", "is not numbers joined by |")]
    if column.kind == "platform":
        return [_matches(PLATFORM, "is not a platform's code, such as upwork or other:care.com")]
    if column.name == "url":
        return [_matches(ADDRESS, "is not an http or https address")]
    if column.name == "lang":
        return [_matches(r"^([a-z]{2,3})?$", "is not a language's code, such as en")]
    if column.kind == "date":
        return [_matches(PARTIAL_DATE, "is not YYYY, YYYY-MM or YYYY-MM-DD")]
    if column.kind in ("code", "codes"):
        return [_codes(codebook.allowed(column.name), several=column.kind == "codes")]
    return []


def _codes(allowed: tuple[str, ...], *, several: bool) -> pa.Check:
    known = {"", *allowed}

    def check(cells: pd.Series[str]) -> pd.Series[bool]:
        codes = {cell: cell.split("|") if several else [cell] for cell in cells.unique()}
        return ~cells.isin([cell for cell, held in codes.items() if not known.issuperset(held)])

    return pa.Check(check, error="codes:" + "|".join(allowed))


def _schema(checks: dict[str, list[pa.Check]], unique: str = "") -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {name: pa.Column(str, rules, unique=name == unique) for name, rules in checks.items()},
        strict=True,
        ordered=True,
    )


def reports_schema(codebook: Codebook) -> pa.DataFrameSchema:
    """Schema of ``reports.csv``."""
    checks: dict[str, list[pa.Check]] = {name: [] for name in report_columns(codebook)}
    for name, column in codebook.columns.items():
        checks[name] = _coded(column, codebook)
    checks["report_id"] = [_matches(r"^r\d{4,}$", "is not an id such as r0001")]
    checks["case_id"] = [_matches(r"^(c\d{4,})?$", "is not an id such as c0001")]
    checks["review"] = [_codes(REVIEWS, several=False)]
    checks["status"] = [_codes(STATUSES, several=False)]
    checks["codebook_edition"] = [_matches(r"^\d+$", "is not an edition such as 2")]
    checks["first_seen"] = [_matches(PARTIAL_DATE, "is not a date such as 2026-11-24")]
    return _schema(checks, unique="report_id")


def cases_schema(codebook: Codebook) -> pa.DataFrameSchema:
    """Schema of ``cases.csv``."""
    checks: dict[str, list[pa.Check]] = {name: [] for name in case_columns(codebook)}
    for name, column in codebook.columns.items():
        if name in checks:
            checks[name] = _coded(column, codebook)
    checks["case_id"] = [_matches(r"^c\d{4,}$", "is not an id such as c0001")]
    return _schema(checks, unique="case_id")


def evidence_schema() -> pa.DataFrameSchema:
    """Schema of ``evidence.csv``: a row is one span that a coded value rests on.

    ``start`` and ``end`` are character offsets in the text whose SHA-256 is
    ``text_sha256``; ``rule`` names the coder and the phrase's list and code.
    """
    checks: dict[str, list[pa.Check]] = {name: [] for name in EVIDENCE}
    for name in ("start", "end"):
        checks[name] = [_matches(r"^\d+$", "is not a character offset")]
    return _schema(checks)


def figures_schema() -> pa.DataFrameSchema:
    """Schema of ``figures.csv``: a row is one published number.

    A share is ``numerator / denominator`` with its 95 % Wilson interval (``low``, ``high``),
    all three between 0 and 1; ``unknown`` counts the cases that do not say, ``caution`` is
    ``few`` where a share rests on few. ``largest_source`` and the three cells after it are
    filled where the figure would read otherwise without the source that tells most of it.
    """
    return _schema({name: [] for name in FIGURES}, unique="figure_id")


def letters_schema() -> pa.DataFrameSchema:
    """Schema of ``letters.csv``: a row is one stock text that several reports quote."""
    return _schema({name: [] for name in LETTERS}, unique="letter_id")


def read_table(path: Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """The CSV file at *path*, checked; an absent file is an empty table.

    Raises:
        DataError: a cell breaks the schema; the text names the row (as a spreadsheet
            counts them) and the column.
    """
    columns = list(schema.columns)
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype=str) for name in columns})
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(path, "", f"is not a CSV table: {error}") from error
    return validate(table, schema, path)


def validate(table: pd.DataFrame, schema: pa.DataFrameSchema, path: Path) -> pd.DataFrame:
    """*table* as it is, if it keeps *schema* and no cell could steer what reads it.

    Raises:
        DataError: it does not; only the first mistake is named.
    """
    for name in table.columns:
        for cell in table[name].unique():
            if problem := unsound_cell(str(cell)):
                row = int((table[name] == cell).to_numpy().argmax()) + 2
                raise DataError(path, f"row {row}, column {name}", problem)
    try:
        return schema.validate(table)
    except pa.errors.SchemaErrors as errors:  # of columns several at once
        raise DataError(path, *_where(errors.schema_errors[0], table)) from errors
    except pa.errors.SchemaError as error:
        raise DataError(path, *_where(error, table)) from error


def _where(error: pa.errors.SchemaError, table: pd.DataFrame) -> tuple[str, str]:
    failures = error.failure_cases
    if not isinstance(failures, pd.DataFrame) or "index" not in failures.columns:
        said = str(error).splitlines()[0].partition(" not in dataframe")
        return "header", f"{said[0]} is missing" if said[1] else said[0]
    index, value = failures["index"].iloc[0], failures["failure_case"].iloc[0]
    if index is None or pd.isna(index):
        return "header", f"column {value!r} is missing, unknown or out of order"
    place = f"row {int(index) + 2}, column {getattr(error.schema, 'name', '?')}"
    problem = str(getattr(error.check, "error", None) or "")
    if problem.startswith("codes:"):
        return place, one_of(_stranger(str(value), problem), tuple(problem[6:].split("|")))
    return place, f"{value!r} {problem or 'stands twice; an id is used once'}"


def _stranger(cell: str, problem: str) -> str:
    known = problem.removeprefix("codes:").split("|")
    return next((code for code in cell.split("|") if code not in known), cell)


def write_table(table: pd.DataFrame, path: Path, schema: pa.DataFrameSchema) -> None:
    """Write *table* to *path*, checked first and whole or not at all.

    Raises:
        DataError: the table breaks the schema; the file stays as it was.
    """
    write_whole(path, csv(table, path, schema))


def csv(table: pd.DataFrame, path: Path, schema: pa.DataFrameSchema) -> bytes:
    """*table* as the bytes of the file *path*.

    Raises:
        DataError: it breaks the schema.
    """
    checked = validate(table[list(schema.columns)], schema, path)
    return checked.to_csv(index=False, lineterminator="\n").encode()


def read_posts(folder: Path) -> Iterator[dict[str, Any]]:
    """The posts of every ``<source>.jsonl.gz`` in *folder*, sources and rows in order.

    Raises:
        DataError: a file is no gzip, a line no JSON object, or a key of a post is missing.
    """
    for path in sorted(folder.glob("*.jsonl.gz")):
        try:
            packed = path.read_bytes()
        except OSError as error:
            raise DataError(path, "", f"cannot be read ({error})") from error
        yield from posts_in(path, packed)


def posts_in(path: Path, packed: bytes) -> Iterator[dict[str, Any]]:
    """The posts of one *packed* file, which stands at *path*.

    Raises:
        DataError: as :func:`read_posts`.
    """
    try:
        # not splitlines(): a text may hold the line separators of Unicode
        lines = gzip.decompress(packed).decode("utf-8").split("\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(path, "", f"cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if line:
            yield _post(path, number, line)


def _post(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        post = json.loads(line)
    except ValueError as error:
        raise DataError(path, f"line {number}", f"is not JSON: {error}") from error
    missing = [key for key in POSTS if not isinstance(post, dict) or key not in post]
    if missing:
        raise DataError(path, f"line {number}", f"has no {missing[0]!r}")
    return dict(post)
