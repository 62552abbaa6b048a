"""Where the tables of one record lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scraper.rules import DataError


@dataclass(frozen=True)
class Workspace:
    """One record's tables: the published one below ``data/``, the specimens' below ``data/run/``.

    ``rules`` is the folder of the TOML rules, ``root`` the folder of the tables.
    """

    rules: Path
    root: Path

    @property
    def archive(self) -> Path:
        """Captures: WARC files and ``index.cdxj``; ignored by git."""
        return self.root / "archive"

    @property
    def posts(self) -> Path:
        """Posts, one ``<source>.jsonl.gz`` each; ignored by git."""
        return self.root / "posts"

    @property
    def tellings(self) -> Path:
        """What the posts gave, coded and without their words; ignored by git."""
        return self.root / "tellings"

    @property
    def releases(self) -> Path:
        """Editions of the record, a folder per day."""
        return self.root / "releases"

    def table(self, name: str) -> Path:
        """The CSV file of the table called *name* (``reports``, ``cases`` …)."""
        return self.root / f"{name}.csv"


def record() -> Workspace:
    """The published record: ``data/`` of the current folder, else of this checkout.

    Raises:
        DataError: neither holds one.
    """
    for folder in (Path.cwd(), Path(__file__).resolve().parents[1]):
        if (folder / "data" / "codebook").is_dir():
            return Workspace(folder / "data", folder / "data")
    raise DataError("data/", "", "no record here; run the command in the project's folder")


def specimens(of: Workspace) -> Workspace:
    """The worked examples' tables; ignored by git, made anew by every run."""
    return Workspace(of.rules, of.root / "run" / "specimens")
