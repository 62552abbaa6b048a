"""``data/training/*.toml``: texts of our own wording, labelled sentence by sentence."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator

from pipeline.codebook import Codebook, load_codebook
from scraper.rules import DataError, Rule, load_rules, one_of

SPEAKING = ("letter", "staff", "other")
"""Labels that say whose words a line is; the teller's own have none of them."""
NUMBERS = (
    *("tenure_years", "jobs_completed", "earnings_usd", "success_score", "fee_percents"),
    *("funds_amount", "hold_days", "response_hours", "resolution_days"),
    *("proposals_count", "connects_spent"),
)
"""Labels whose values are numbers."""
SCREEN = "screen"
"""The label that says what a line shows its page to be."""
_UNSAID = ("url", "position", "source_kind", "engine", "lang", "platform", "published", "events")
_BAR = " | "

Label = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One sentence, or piece of one, and what it is evidence for."""

    text: str
    labels: frozenset[Label]

    def says(self, name: str) -> frozenset[str]:
        """The values of the label *name*."""
        return frozenset(value for label, value in self.labels if label == name)


@dataclass(frozen=True)
class Example:
    """One text of training.

    ``kind`` is ``telling``, ``page`` (one that holds no report), ``lines`` (a single sentence,
    from anywhere) or ``numbers`` (one whose numbers alone are learned from); ``paragraphs``
    are its lines in order.
    """

    name: str
    lang: str
    kind: str
    paragraphs: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in order."""
        return tuple(line for paragraph in self.paragraphs for line in paragraph)


class _Text(Rule):
    lang: str = Field(pattern=r"^[a-z]{2}$")
    text: str


class _Telling(_Text):
    platform: str


class _Page(_Text):
    why: str


class _File(Rule):
    telling: tuple[_Telling, ...] = ()
    page: tuple[_Page, ...] = ()
    lines: tuple[_Text, ...] = ()
    numbers: tuple[_Text, ...] = ()

    @model_validator(mode="after")
    def _any(self) -> _File:
        if not (self.telling or self.page or self.lines or self.numbers):
            raise ValueError("holds neither tellings nor pages nor lines")
        return self


def load_training(folder: Path, codebook: Codebook) -> list[Example]:
    """The texts of all files in *folder*.

    Raises:
        DataError: a file breaks its model, or a label names what the codebook does not hold.
    """
    return [
        example
        for path in sorted(folder.glob("*.toml"))
        for example in read_training(path, codebook)
    ]


def read_training(path: Path, codebook: Codebook) -> list[Example]:
    """The texts of the file at *path*.

    Raises:
        DataError: as :func:`load_training`.
    """
    file = load_rules(path, _File)
    found: list[Example] = []
    for kind, texts in (("telling", file.telling), ("page", file.page)):
        for number, entry in enumerate(texts, 1):
            place = f"{kind}[{number}]"
            paragraphs = _paragraphs(entry.text, codebook, path, place)
            name = f"{path.stem}.{kind}.{number}"
            found.append(Example(name, entry.lang, kind, paragraphs))
    for kind, singles in (("lines", file.lines), ("numbers", file.numbers)):
        for number, entry in enumerate(singles, 1):
            paragraphs = _paragraphs(entry.text, codebook, path, f"{kind}[{number}]")
            single = [line for lines in paragraphs for line in lines]
            name = f"{path.stem}.{kind}.{number}"
            found += [
                Example(f"{name}.{i}", entry.lang, kind, ((s,),)) for i, s in enumerate(single)
            ]
    return found


def _paragraphs(
    text: str, codebook: Codebook, path: Path, place: str
) -> tuple[tuple[Line, ...], ...]:
    paragraphs: list[list[Line]] = [[]]
    for raw in text.strip().splitlines():
        if not raw.strip():
            paragraphs.append([])
            continue
        labels, bar, said = raw.strip().partition(_BAR)
        if not bar:
            raise DataError(path, place, f"the line {raw.strip()[:40]!r} has no ' | '")
        paragraphs[-1].append(Line(said.strip(), _labels(labels, codebook, path, place)))
    return tuple(tuple(lines) for lines in paragraphs if lines)


def _labels(words: str, codebook: Codebook, path: Path, place: str) -> frozenset[Label]:
    labels: set[Label] = set()
    for word in words.split():
        if word == "-":
            continue
        name, _, values = word.partition("=")
        for value in values.split("|"):
            _check(name, value, codebook, path, place)
            labels.add((name, value))
    return frozenset(labels)


def _check(name: str, value: str, codebook: Codebook, path: Path, place: str) -> None:
    known = (*SPEAKING, SCREEN, *(c for c in codebook.columns if c not in _UNSAID))
    if name not in known:
        raise DataError(path, place, one_of(name, known))
    if name in SPEAKING:
        allowed: tuple[str, ...] = ("yes",)
    elif name == SCREEN or codebook.columns[name].list:
        allowed = codebook.lists[SCREEN if name == SCREEN else codebook.columns[name].list].codes
    else:
        return
    if value not in allowed:
        raise DataError(path, f"{place}: {name}", one_of(value, allowed))


def _main() -> None:
    """Count the labels of the files that are named, or say what is wrong with the first."""
    codebook = load_codebook(Path("data/codebook"))
    try:
        examples = [e for name in sys.argv[1:] for e in read_training(Path(name), codebook)]
    except DataError as error:
        sys.exit(str(error))
    counts = Counter(label for e in examples for line in e.lines for label in line.labels)
    kinds = Counter(example.kind for example in examples)
    print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    for (name, value), count in sorted(counts.items()):
        print(f"{count:5} {name}={value}")


if __name__ == "__main__":
    _main()
