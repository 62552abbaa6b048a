"""The files of a figure or chart: its rows, what they mean, and the cases behind them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.dictionary import COLUMNS
from pipeline.tables import FIGURES
from publisher.citation import LICENCE, LICENCE_ADDRESS, Stand, Work, bibtex, csl, plain
from publisher.numbers import PARTS, Figure
from publisher.record import Record
from publisher.templating import render

COUNTED_AS = (
    "What the case counts as in this figure: yes, no, empty where it does not say; counted "
    "where the figure is no share."
)
ADDED = {
    "year": "Year of the action, else of the telling.",
    "letter_id": "The stock letters that the case's reports quote or retell, joined by |.",
    "source": "The sources that its reports stand in, joined by |.",
    "fee_against": "How the fees that it names stand to the platform's schedule of that day.",
    "fee_period": "That schedule: the platform, and the day from which it held.",
}
"""Columns of the counted cases that stand in no file of the record."""

NEWLINES = "\n"
WORTH_PACKING = 1_000
"""Characters of a file from which on packing it saves more than it costs."""

PACKED = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, so that the same content is the same file."""


@dataclass(frozen=True)
class Cited:
    """A figure or chart with how far the record went and where the site stands (or empty)."""

    work: Work
    figures: Sequence[Figure]
    stand: Stand
    site: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.work.path.strip("/").rpartition("/")[2]


def row(figure: Figure) -> dict[str, str]:
    """The row of ``figures.csv``."""
    return {n: figure.parts[n] if n in PARTS else getattr(figure, n) for n in FIGURES}


def figures_csv(figures: Iterable[Figure]) -> str:
    """The rows of ``figures.csv`` as they stand there."""
    return _csv(FIGURES, [row(figure) for figure in figures])


def metadata(cited: Cited) -> str:
    """What the CSV file holds, as *Metadata Vocabulary for Tabular Data* (W3C, 2015)."""
    told = COLUMNS["figures.csv"]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{cited.name}.csv",
        "dc:title": cited.work.title,
        "dc:description": cited.work.says,
        "dc:publisher": "Suspension Record",
        "dc:license": {"@id": LICENCE_ADDRESS},
        "dc:identifier": f"{cited.site}{cited.work.path}",
        "dc:date": cited.stand.day,
        "dc:isVersionOf": cited.stand.words,
        "dc:bibliographicCitation": plain(cited.work, cited.stand, cited.site),
        "notes": [*CAVEATS],
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "datatype": _type(name),
                    "dc:description": told[name],
                }
                for name in FIGURES
            ],
            "primaryKey": "figure_id",
        },
    }
    return json.dumps(described, ensure_ascii=False) + "\n"


def _type(name: str) -> str:
    return "number" if name in PARTS else "string"


CAVEATS = (
    "A report is what one person said in public. Nobody has checked it with the platform.",
    "The record holds reports, not accounts: a share is one among what was reported, never of "
    "all users, and says nothing of how often a platform acts.",
    "An interval says how far chance alone could move the share. It says nothing about who "
    "wrote and who did not.",
    "A share needs five cases that say yes or no; below twenty it carries the caution few. "
    "Those that do not say are counted apart.",
    "Numbers move as reports are added, corrected or removed. Name the figure's id and the date.",
)
"""What must be known before a number of the record is used."""


def archive(cited: Cited, tables: Mapping[str, str], dictionary: str) -> bytes:
    """The figure's rows with the cases behind them, a dictionary, the licence and the caveats.

    *tables* are CSV texts by file name. The same content gives the same bytes.
    """
    words = {"cited": cited, "caveats": CAVEATS, "tables": list(tables)}
    files = {
        "README.txt": str(render("archive.txt", citation=plain(*_of(cited)), **words)),
        "LICENSE.txt": f"{LICENCE}\n{LICENCE_ADDRESS}\n\nFree to use and change if the source is "
        "named:\n" + plain(*_of(cited)) + "\n",
        f"{cited.name}.csv": figures_csv(cited.figures),
        f"{cited.name}.csv-metadata.json": metadata(cited),
        "dictionary.csv": dictionary,
        "citation.bib": bibtex(*_of(cited)),
        "citation.csl.json": csl(*_of(cited)),
        **tables,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compresslevel=4) as archived:
        for name, text in files.items():
            entry = zipfile.ZipInfo(f"{cited.name}/{name}", PACKED)
            entry.external_attr = 0o644 << 16
            packs = len(text) >= WORTH_PACKING
            entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            archived.writestr(entry, text)
    return packed.getvalue()


def dictionary(record: Record, columns: Iterable[str]) -> str:
    """What *columns* of the cases and the columns of the figures hold, as CSV."""
    rows = [{"file": "cases-behind", "column": "counted_as", "holds": COUNTED_AS}]
    rows += [{"file": "cases-behind", "column": c, "holds": _defined(record, c)} for c in columns]
    told = COLUMNS["figures.csv"]
    rows += [{"file": "figure", "column": name, "holds": told[name]} for name in FIGURES]
    return _csv(("file", "column", "holds"), rows)


def _defined(record: Record, name: str) -> str:
    known = record.codebook.columns.get(name)
    if known:
        return known.definition
    checks = {f"fair.{check.id}": check.question for check in record.fair_process.check}
    if name.startswith("band."):
        return "The band that the number lies in."
    return ADDED.get(name) or checks.get(name) or COLUMNS["cases.csv"][name]


def _of(cited: Cited) -> tuple[Work, Stand, str]:
    return cited.work, cited.stand, cited.site


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    written = io.StringIO()
    table = csv.DictWriter(written, columns, lineterminator=NEWLINES)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()
