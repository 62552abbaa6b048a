"""The fair-process checks of ``data/codebook/fair_process.toml``, answered for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, PrivateAttr

from pipeline.codebook import Codebook
from scraper.rules import DataError, Rule, load_rules, one_of

Answer = Literal["met", "not_met", "not_told", "not_applicable"]
Force = Literal["in_force", "not_applicable", "day_unknown"]
Condition = dict[str, tuple[str, ...]]


class Norm(Rule):
    """A text that asks for what a check looks at; ``start`` is the day it began to hold."""

    id: str = Field(pattern=r"^[a-z0-9]+$")
    title: str
    start: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    reference: str = Field(pattern=r"^https://")


class Answers(Rule):
    """The conditions of each answer: any one is enough, and all that it names must hold.

    A condition maps a column to the codes that speak for the answer; for a number it is a
    bound such as ``<=336`` or ``>336``.
    """

    not_applicable: tuple[Condition, ...] = ()
    met: tuple[Condition, ...] = Field(min_length=1)
    not_met: tuple[Condition, ...] = Field(min_length=1)


class Question(Rule):
    """One check: what is asked, of which columns, and the articles of the norms it mirrors.

    ``note`` says what the answers cannot tell. ``counted`` is false where hardly anybody
    could report one of the answers: a share of such a check would say nothing.
    """

    id: str = Field(pattern=r"^[a-z_]+$")
    title: str
    question: str
    columns: tuple[str, ...] = Field(min_length=1)
    norms: dict[str, str]
    answers: Answers
    note: str = ""
    counted: bool = True
    _given: dict[tuple[str, ...], Answer] = PrivateAttr(default_factory=dict)

    def answer(self, cells: tuple[str, ...]) -> Answer:
        """The answer on *cells*, those of ``columns``; what many cases share is found once."""
        if cells not in self._given:
            case = dict(zip(self.columns, cells, strict=True))
            self._given[cells] = _answer(case, self.answers)
        return self._given[cells]


class FairProcess(Rule):
    """All checks; ``comparison`` is the sentence that stands beside every answer."""

    comparison: str
    norm: tuple[Norm, ...]
    check: tuple[Question, ...]


@dataclass(frozen=True)
class Mirrored:
    """A norm beside a check: its article, and whether it held on the day of the action."""

    norm: Norm
    article: str
    force: Force


@dataclass(frozen=True)
class Check:
    """One check's answer on one case."""

    question: Question
    answer: Answer
    norms: tuple[Mirrored, ...]


def load_fair_process(path: Path, codebook: Codebook) -> FairProcess:
    """The checks in the file at *path*.

    Raises:
        DataError: the file breaks its model, or names a column, code or norm that is not.
    """
    fair = load_rules(path, FairProcess)
    norms = tuple(norm.id for norm in fair.norm)
    for question in fair.check:
        place = f"check[{question.id}]"
        for name in question.norms:
            _known(path, f"{place}.norms", name, norms)
        for column in question.columns:
            _known(path, f"{place}.columns", column, tuple(codebook.columns))
        for answer, conditions in question.answers:
            for condition in conditions:
                _checked(path, f"{place}.answers.{answer}", condition, question, codebook)
    return fair


def _checked(
    path: Path, place: str, condition: Condition, question: Question, codebook: Codebook
) -> None:
    for column, codes in condition.items():
        _known(path, place, column, question.columns)
        if codebook.columns[column].list:
            for code in codes:
                _known(path, f"{place}.{column}", code, codebook.allowed(column))


def _known(path: Path, place: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DataError(path, place, one_of(value, allowed))


def check(case: Mapping[str, str], fair: FairProcess) -> list[Check]:
    """Every check's answer on *case* (a row of ``cases.csv``), in the file's order.

    The answer is the first of not applicable, met and not met that a condition speaks for,
    else ``not_told``. A norm that did not hold yet on the action's day is shown as not
    applicable; where the day is not told, or told too roughly to say, as ``day_unknown``.
    """
    norms = {norm.id: norm for norm in fair.norm}
    return [
        Check(
            question,
            question.answer(tuple(case[name] for name in question.columns)),
            tuple(
                Mirrored(norms[name], article, force(norms[name], case["action_date"]))
                for name, article in question.norms.items()
            ),
        )
        for question in fair.check
    ]


def answers_of(cases: pd.DataFrame, question: Question) -> list[Answer]:
    """The answer of one check on each row of *cases*, as :func:`check` gives it."""
    told = zip(*(cases[name].tolist() for name in question.columns), strict=True)
    return [question.answer(cells) for cells in told]


def _answer(case: Mapping[str, str], answers: Answers) -> Answer:
    if any(_holds(case, condition) for condition in answers.not_applicable):
        return "not_applicable"
    if any(_holds(case, condition) for condition in answers.met):
        return "met"
    if any(_holds(case, condition) for condition in answers.not_met):
        return "not_met"
    return "not_told"


def edition_asked(question: Question, codebook: Codebook) -> int:
    """The first codebook edition by which a case can be both met and not met."""

    def known_from(condition: Condition) -> int:
        return max(_known_from(column, codes, codebook) for column, codes in condition.items())

    return max(
        min(map(known_from, question.answers.met)), min(map(known_from, question.answers.not_met))
    )


def _known_from(column: str, codes: tuple[str, ...], codebook: Codebook) -> int:
    entry = codebook.columns[column]
    listed = [codebook.lists[entry.list][code].edition for code in codes] if entry.list else [1]
    return max(entry.edition, min(listed))


def _holds(case: Mapping[str, str], condition: Condition) -> bool:
    return all(
        any(_says(case[column], code) for code in codes) for column, codes in condition.items()
    )


def _says(cell: str, code: str) -> bool:
    if code.startswith("<="):
        return bool(cell) and float(cell) <= float(code[2:])
    if code.startswith(">"):
        return bool(cell) and float(cell) > float(code[1:])
    return code in cell.split("|")


def force(norm: Norm, day: str) -> Force:
    """Whether *norm* held on *day*, a partial date: ``2020-07`` may lie on both sides."""
    if day and day < norm.start[: len(day)]:
        return "not_applicable"
    if not day or (len(day) < len(norm.start) and day == norm.start[: len(day)]):
        return "day_unknown"
    return "in_force"
