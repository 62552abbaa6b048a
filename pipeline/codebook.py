"""``data/codebook/*.toml``: the columns of a report and the closed lists of codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from scraper.rules import DataError, Rule, load_rules, one_of

Kind = Literal["platform", "code", "codes", "number", "numbers", "date", "text", "events"]


class Column(Rule):
    """One column of a report.

    ``kind`` is how a cell is written: ``platform`` (a code of ``data/platforms.toml`` or
    ``other:<name>``), ``code`` (one of ``list``), ``codes`` (several of
    ``list`` joined by ``|``, in the list's order or, where ``order = "time"``, in the order
    of events), ``number``, ``numbers`` (joined by ``|``), ``date`` (``YYYY``, ``YYYY-MM`` or
    ``YYYY-MM-DD``), ``text``, ``events``. ``edition`` is the codebook edition that brought
    the column; rows coded by an earlier one know nothing of it.
    """

    name: str = Field(pattern=r"^[a-z_]+$")
    label: dict[str, str]
    definition: str
    kind: Kind
    list: str = ""
    order: Literal["list", "time"] = "list"
    unit: str = ""
    edition: int = Field(ge=1)


class Code(Rule):
    """One code of a list: what it means and, per language, the phrases that speak for it.

    A phrase is plain words: case and white space do not matter, ``word*`` is any word that
    begins so, ``(a|b)`` one of several, ``...`` up to six words in between.
    """

    code: str = Field(pattern=r"^[a-z0-9_:.]+$")
    label: dict[str, str]
    definition: str
    edition: int = Field(default=1, ge=1)
    phrases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    references: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _english(self) -> Code:
        if "en" not in self.label:
            raise ValueError("label.en is missing; every code has an English label")
        return self


class CodeList(Rule):
    """One closed list of codes, in the order in which several are joined."""

    list: str
    label: dict[str, str]
    definition: str
    code: tuple[Code, ...] = Field(min_length=1)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes alone, in the list's order."""
        return tuple(code.code for code in self.code)

    def __getitem__(self, code: str) -> Code:
        return next(entry for entry in self.code if entry.code == code)


class _Columns(Rule):
    edition: int
    column: tuple[Column, ...]


@dataclass(frozen=True)
class Codebook:
    """Columns in order and code lists by name; ``edition`` is the newest one."""

    edition: int
    columns: dict[str, Column]
    lists: dict[str, CodeList]

    def allowed(self, column: str) -> tuple[str, ...]:
        """The codes that a cell of *column* may hold."""
        return self.lists[self.columns[column].list].codes

    def label(self, column: str, code: str, lang: str = "en") -> str:
        """The label of *code* in *lang*, else in English."""
        labels = self.lists[self.columns[column].list][code].label
        return labels.get(lang, labels["en"])


def load_codebook(folder: Path) -> Codebook:
    """The codebook in *folder*.

    Raises:
        DataError: a file breaks its model, a code stands twice, or a column names a list
            that no file holds.
    """
    columns = load_rules(folder / "columns.toml", _Columns)
    lists: dict[str, CodeList] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name in ("columns.toml", "fair_process.toml"):
            continue
        entry = load_rules(path, CodeList)
        if entry.list != path.stem:
            raise DataError(path, "list", f"{entry.list!r} should be {path.stem!r}, as the file")
        twice = sorted({code for code in entry.codes if entry.codes.count(code) > 1})
        if twice:
            raise DataError(path, f"code[{twice[0]}]", "stands twice; a code is listed once")
        lists[entry.list] = entry
    for column in columns.column:
        if column.kind in ("code", "codes") and column.list not in lists:
            place = f"column[{column.name}].list"
            raise DataError(folder / "columns.toml", place, one_of(column.list, tuple(lists)))
    return Codebook(columns.edition, {c.name: c for c in columns.column}, lists)
