"""Other studies' numbers beside the record's own on the same question: ``data/studies.toml``."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup
from pydantic import Field

from publisher.norms import DAY
from publisher.record import Record
from publisher.templating import render
from scraper.rules import DataError, Rule, load_rules, one_of


class Question(Rule):
    """What is asked; ``ours`` are the figures of the record that answer it."""

    id: str
    title: str
    ours: tuple[str, ...]


class Number(Rule):
    """One published number: ``counted`` is what it counts, ``unlike`` how ours differs."""

    question: str
    value: str
    counted: str
    unlike: str


class Study(Rule):
    """Who asked whom; ``kind`` is where its numbers were read, ``seen`` the day of that."""

    id: str
    title: str
    by: str
    year: int
    n: int = Field(ge=1)
    population: str
    method: str
    address: str = Field(pattern=r"^https?://")
    kind: Literal["own", "copy", "press"]
    seen: str = Field(pattern=DAY)
    caution: str
    number: tuple[Number, ...]


class Studies(Rule):
    """The whole file."""

    question: tuple[Question, ...]
    study: tuple[Study, ...]


def studies_html(record: Record, root: str) -> Markup:
    """Question by question: the record's figures, then each study's number with its terms.

    Raises:
        DataError: the file breaks its model, a number answers no question of it, or a figure
            is named that no record has.
    """
    path = record.workspace.rules / "studies.toml"
    studies = load_rules(path, Studies)
    known = tuple(question.id for question in studies.question)
    for study in studies.study:
        for number in study.number:
            if number.question not in known:
                place = f"study[{study.id}].number.question"
                raise DataError(path, place, one_of(number.question, known))
    ours = {
        question.id: [n for n in question.ours if record.has_figure(n, path, question.id)]
        for question in studies.question
    }
    return render("studies.html", studies=studies, ours=ours, figures=record.figures, root=root)
