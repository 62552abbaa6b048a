"""What is coded in one text, by which rule, from which span."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from pipeline.coding.telling import Telling, Verdict
from pipeline.posts import from_text, with_language
from pipeline.reports import Coded, Reports
from pipeline.turns import turns
from pipeline.workspace import record
from scraper.rules import DataError
from scraper.sound import shown

STYLES = ("black on yellow", "black on cyan", "black on green", "white on magenta", "white on blue")
"""Colours of evidence on the terminal, taken in turn by the columns that have some."""


def explain(text: str, url: str = "") -> dict[str, Any]:
    """The screen's answer on *text*, and its coding, as one JSON-ready object.

    ``reports`` holds one object per telling: every column of the codebook (lists for
    columns of several values, None for a number that is not told) and ``evidence``, whose
    ``start`` and ``end`` are character offsets in *text*. What the screen refuses is coded
    all the same; ``screen.report`` says whether it would enter the record.

    Raises:
        DataError: the rules cannot be read.
    """
    maker = Reports(record().rules)
    verdict, coded = _coded(maker, text, url)
    return {
        "screen": {
            "kind": verdict.kind,
            "report": bool(verdict.tellings),
            "rule": verdict.rule,
            "start": verdict.start,
            "end": verdict.end,
        },
        "reports": [_plain(maker, telling) for telling in coded],
    }


def _coded(maker: Reports, text: str, url: str) -> tuple[Verdict, list[Coded]]:
    title = text.strip().partition("\n")[0].strip()
    post = with_language(from_text(text, url, title))
    messages = turns([post])
    verdict = maker.screen.judge(messages)
    tellings = verdict.tellings or (Telling((messages[0],)),)
    return verdict, [maker.code(telling) for telling in tellings]


def _plain(maker: Reports, coded: Coded) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, column in maker.codebook.columns.items():
        parts = [part for part in coded.cells[name].split("|") if part]
        if column.kind in ("number", "numbers"):
            numbers = [float(part) if "." in part else int(part) for part in parts]
            cells[name] = numbers if column.kind == "numbers" else next(iter(numbers), None)
        else:
            cells[name] = parts if column.kind in ("codes", "events") else coded.cells[name]
    cells["evidence"] = [
        {"column": v.column, "value": v.value, "start": v.start, "end": v.end, "rule": v.rule}
        for v in coded.values
    ]
    return cells


def explain_file(file: Path, console: Console, *, as_json: bool) -> None:
    """Print what :func:`explain` finds in *file*: as JSON, or with the spans in colour.

    Raises:
        DataError: *file* or the rules cannot be read.
    """
    try:
        text = file.read_bytes().decode("utf-8")  # read_text() would change line ends
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(file, "", f"cannot be read as UTF-8 text ({error})") from error
    if as_json:
        print(json.dumps(explain(text), ensure_ascii=False, indent=2))
        return
    maker = Reports(record().rules)
    verdict, coded = _coded(maker, text, "")
    label = maker.codebook.lists["screen"][verdict.kind].label["en"]
    taken = "taken as a report" if verdict.tellings else "not taken; coded here all the same"
    console.print(Text(f"Screen: {label} ({verdict.rule}): {taken}", style="bold"))
    for telling in coded:
        _show(telling, text, console)


def _show(coded: Coded, text: str, console: Console) -> None:
    """Each value with its words and, below, its rule; then the text with the spans marked."""
    styles = dict(zip(dict.fromkeys(v.column for v in coded.values), cycle(STYLES), strict=False))
    marked = Text(shown(text))
    for value in coded.values:
        style = styles[value.column] if value.end else ""
        words = " ".join(text[value.start : value.end].split())
        line = Text.assemble((value.column, style), f" {value.value}  ", (shown(words), "italic"))
        console.print(line)
        console.print(Text(f"    {value.rule}", "dim"), no_wrap=True, overflow="ellipsis")
        marked.stylize(style, value.start, value.end)
    silent = ", ".join(name for name, cell in coded.cells.items() if cell in ("", "unknown"))
    console.print(Text(f"Not told: {silent}\n", "dim"))
    console.print(marked)
