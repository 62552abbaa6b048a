"""Worked examples: whole texts of our own wording, with the evidence marked in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from publisher.record import SILENT, Record, Row
from publisher.templating import render
from scraper.sound import shown


@dataclass(frozen=True)
class Value:
    """One coded column: its label, the words of its codes, and what each rests on."""

    label: str
    words: list[str]
    grounds: dict[str, str]


@dataclass(frozen=True)
class Example:
    """One specimen report: its texts with marks, and its coded values."""

    report: Row
    title: str
    texts: list[Markup]
    values: list[Value]


def examples_html(examples: Record | None) -> Markup:
    """Every report of the specimens' record, text and coded table side by side, richest first."""
    rows = examples.reports.values() if examples else []
    made = [_example(examples, row) for row in rows if examples]
    told = sorted((each for each in made if each.texts), key=lambda each: -len(each.values))
    return render("examples.html", examples=told)


def _example(record: Record, report: Row) -> Example:
    spans = record.evidence_of([report["report_id"]])
    posts = {
        row["text_sha256"]: record.texts[row["text_sha256"]]
        for row in spans
        if row["text_sha256"] in record.texts
    }
    texts = [
        marked_text(post["text"], [row for row in spans if row["text_sha256"] == key], record)
        for key, post in posts.items()
    ]
    values = [
        Value(column.label["en"], record.labels(name, report[name]), _grounds(record, spans, name))
        for name, column in record.codebook.columns.items()
        if report[name] not in SILENT and name not in ("url", "position")
    ]
    title = next((str(post["title"]) for post in posts.values() if post["title"]), "")
    return Example(report, shown(title), texts, values)


def _grounds(record: Record, spans: list[Row], column: str) -> dict[str, str]:
    """Each rule that spoke for a value of *column*, without its phrase, and the words it found."""
    found = {}
    for row in spans:
        if row["column"] == column:
            text = record.texts.get(row["text_sha256"], {}).get("text", "")
            rule = ":".join(row["rule"].split(":")[:2])
            found[rule] = shown(text[int(row["start"]) : int(row["end"])])
    return found


def marked_text(text: str, spans: list[Row], record: Record) -> Markup:
    """*text* with each evidence span in ``<mark>``; where spans overlap, both are named."""
    places = [(int(row["start"]), int(row["end"]), row) for row in spans if row["end"] != "0"]
    borders = sorted({0, len(text), *(place for span in places for place in span[:2])})
    pieces = []
    for start, end in pairwise(borders):
        names = dict.fromkeys(
            record.codebook.columns[row["column"]].label["en"]
            for left, right, row in places
            if left <= start and end <= right and row["column"] in record.codebook.columns
        )
        piece = escape(shown(text[start:end]))
        if names:
            piece = Markup('<mark title="{}">{}</mark>').format(", ".join(names), piece)
        pieces.append(piece)
    return Markup("").join(pieces)
