"""Where to turn, by country, and what not to do: ``data/help.toml``."""

from __future__ import annotations

from typing import Literal

from babel import Locale
from markupsafe import Markup
from pydantic import Field

from publisher.norms import DAY
from publisher.record import Record
from publisher.templating import render
from scraper.rules import DataError, Rule, load_rules

ADDRESS = r"^https?://"
ANYWHERE = "Anywhere"
UNION = "European Union"


class Help(Rule):
    """An organisation; ``where`` is a country's two letters, ``EU``, or empty for anywhere."""

    name: str
    kind: Literal["complaint", "mediator", "union", "advice"]
    where: str = Field(pattern=r"^([A-Z]{2})?$")
    purpose: str
    limits: str = ""
    address: str = Field(pattern=ADDRESS)
    source: str = Field(pattern=ADDRESS)
    seen: str = Field(pattern=DAY)


class Never(Rule):
    """Something not to do; ``cases`` is a filter of the list of cases."""

    title: str
    why: str
    figures: tuple[str, ...]
    cases: str
    source: str = Field(pattern=ADDRESS)
    seen: str = Field(pattern=DAY)


class Turns(Rule):
    """The whole file."""

    help: tuple[Help, ...]
    never: tuple[Never, ...]


def help_html(record: Record) -> Markup:
    """The organisations, by country: the European Union first, anywhere last.

    Raises:
        DataError: ``help.toml`` breaks its model or names a country that is none.
    """
    countries: dict[str, list[Help]] = {}
    for entry in _turns(record).help:
        countries.setdefault(_country(record, entry.where), []).append(entry)
    order = sorted(countries, key=lambda name: (name == ANYWHERE, name != UNION, name))
    return render("help.html", countries={name: countries[name] for name in order})


def never_html(record: Record, root: str) -> Markup:
    """What not to do, with the figures and cases of the record that bear on it.

    Raises:
        DataError: ``help.toml`` breaks its model or names no figure of the record.
    """
    return render("never.html", never=_turns(record).never, figures=record.figures, root=root)


def _turns(record: Record) -> Turns:
    return load_rules(record.workspace.rules / "help.toml", Turns)


def _country(record: Record, code: str) -> str:
    if code in ("", "EU"):
        return UNION if code else ANYWHERE
    territories = Locale("en").territories
    if code not in territories:
        problem = f"{code!r} is no country's two letters, such as DE; EU and an empty one are known"
        raise DataError(record.workspace.rules / "help.toml", "help.where", problem)
    return str(territories[code])
