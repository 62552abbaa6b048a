"""The hostile texts, of our own wording: ``inputs.jsonl``.

A line is a text with the harm that it tries and where it comes in: a post's text, title,
author, address or day; a platform's letter; the reason of a correction; a rule of ``data/``;
the name of a platform or source. ``times`` repeats it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.rules import DataError

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Input:
    """One hostile text."""

    id: str
    harm: str
    where: str
    text: str


def _inputs() -> list[Input]:
    lines = (Path(__file__).with_name("inputs.jsonl")).read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [
        Input(each["id"], each["harm"], each["where"], each["text"] * each.get("times", 1))
        for each in told
    ]


INPUTS = _inputs()


def of(*where: str) -> list[Input]:
    return [each for each in INPUTS if each.where in where]


def basic(text: str) -> str:
    """*text* as a string of TOML."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04X}" if "\x7f" <= c <= "\x9f" else c for c in written)


def taken(texts: list[str], path: Path, write: Any, read: Any) -> tuple[list[str], list[str]]:
    """Those of *texts* that a rule may hold; and what is said of the others, a line each."""
    kept, refused = [], []
    for text in texts:
        path.write_text(write([text]), encoding="utf-8")
        try:
            read(path)
            kept.append(text)
        except DataError as error:
            refused.append(str(error))
    path.write_text(write(kept), encoding="utf-8")
    return kept, refused
