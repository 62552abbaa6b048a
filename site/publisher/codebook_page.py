"""The codebook as readers see it: rendered from the files that coded the record."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.dictionary import COLUMNS
from publisher.record import Record
from publisher.templating import render


def codebook_html(record: Record) -> Markup:
    """Every list of codes that a column uses, with labels, definitions and phrases."""
    used = dict.fromkeys(column.list for column in record.codebook.columns.values() if column.list)
    return render("codebook.html", lists=[record.codebook.lists[name] for name in used])


def other_columns_html() -> Markup:
    """The columns that the codebook does not define, file by file."""
    return render("other_columns.html", files=COLUMNS)


def dictionary_html(record: Record, root: str) -> Markup:
    """Every column of the reports table: its name, what it holds, how it is written."""
    return render("dictionary.html", columns=record.codebook.columns, root=root)
