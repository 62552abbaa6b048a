"""``data/norms.toml``: what a letter to a platform can ask for, and the rules that may back it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.codebook import Codebook
from pipeline.fair_process import FairProcess
from scraper.rules import DataError, Rule, load_rules, one_of

DAY = r"^\d{4}-\d{2}-\d{2}$"
ID = r"^[a-z0-9-]+$"


class Place(Rule):
    """The countries (ISO 3166, two letters) that a norm can be for."""

    id: str = Field(pattern=ID)
    title: str
    countries: tuple[str, ...] = Field(min_length=1)


class Deed(Rule):
    """What a platform did (``code`` of the codebook's actions), as a letter puts it."""

    code: str
    words: str


class Ask(Rule):
    """Something a notice may leave out; ``check`` is the fair-process check that asks it."""

    id: str = Field(pattern=ID)
    check: str = ""
    label: str
    words: str


class Checked(Rule):
    """When and where a norm's text was seen, and in what kind of publication."""

    date: str = Field(pattern=DAY)
    kind: Literal["official", "copy", "quotation"]
    address: str = Field(pattern=r"^https://")
    note: str = ""


class Norm(Rule):
    """One article of a law: ``says`` explains it, ``words`` go into a letter.

    ``before`` is what a letter says until ``start``; without it the norm stays out until then.
    ``unchecked`` says what could not be seen, where there is no ``checked``.
    """

    id: str = Field(pattern=ID)
    short: str
    title: str
    article: str
    celex: str = ""
    reference: str = Field(pattern=r"^https://")
    where: str
    start: str = Field(pattern=DAY)
    consumers: bool = False
    asks: tuple[str, ...] = Field(min_length=1)
    says: str
    words: str
    before: str = ""
    limits: str
    checked: Checked | None = None
    unchecked: str = ""


class Norms(Rule):
    """The whole file."""

    place: tuple[Place, ...]
    deed: tuple[Deed, ...]
    ask: tuple[Ask, ...]
    norm: tuple[Norm, ...]

    def countries(self, norm: Norm) -> tuple[str, ...]:
        """The countries that *norm* is for."""
        return next(place.countries for place in self.place if place.id == norm.where)


def load_norms(path: Path, codebook: Codebook, fair: FairProcess) -> Norms:
    """The norms in the file at *path*.

    Raises:
        DataError: the file breaks its model, names what is not known, or holds a norm that
            says neither where it was checked nor what could not be.
    """
    norms = load_rules(path, Norms)
    checks = tuple(question.id for question in fair.check)
    for deed in norms.deed:
        _known(path, f"deed[{deed.code}].code", deed.code, codebook.allowed("action"))
    for ask in norms.ask:
        _known(path, f"ask[{ask.id}].check", ask.check, ("", *checks))
    for norm in norms.norm:
        _known(path, f"norm[{norm.id}].where", norm.where, tuple(p.id for p in norms.place))
        for name in norm.asks:
            _known(path, f"norm[{norm.id}].asks", name, tuple(ask.id for ask in norms.ask))
        if bool(norm.checked) == bool(norm.unchecked):
            problem = "has to hold either [norm.checked] or `unchecked`, what could not be seen"
            raise DataError(path, f"norm[{norm.id}]", problem)
    return norms


def _known(path: Path, place: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DataError(path, place, one_of(value, allowed))
