"""Where to turn, by country, and what not to do: ``data/help.toml``."""

from __future__ import annotations

from typing import Literal, NamedTuple

from babel import Locale
from markupsafe import Markup
from pydantic import Field

from publisher.languages import FIRST, say, spoken_language
from publisher.norms import DAY
from publisher.record import Record
from publisher.templating import render
from scraper.rules import DataError, Rule, load_rules

ADDRESS = r"^https?://"
UNION = "EU"


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


class Country(NamedTuple):
    """Where help is from: its code, its name on the page, the anchor of its heading."""

    code: str
    name: str
    anchor: str


class Turns(Rule):
    """The whole file."""

    help: tuple[Help, ...]
    never: tuple[Never, ...]


def help_html(record: Record) -> Markup:
    """The organisations, by country: the European Union first, anywhere last.

    Raises:
        DataError: ``help.toml`` breaks its model or names a country that is none.
    """
    countries: dict[Country, list[Help]] = {}
    for entry in _turns(record).help:
        countries.setdefault(_country(record, entry.where), []).append(entry)
    order = sorted(countries, key=lambda each: (not each.code, each.code != UNION, each.name))
    return render("help.html", countries={country: countries[country] for country in order})


def never_html(record: Record, root: str) -> Markup:
    """What not to do, with the cases and those figures of the record that bear on it.

    A record whose cases know nothing of a code has no figure of it.

    Raises:
        DataError: ``help.toml`` breaks its model, or names a figure that no record has.
    """
    path = record.workspace.rules / "help.toml"
    never = [
        (entry, [name for name in entry.figures if record.has_figure(name, path, entry.title)])
        for entry in _turns(record).never
    ]
    return render("never.html", never=never, figures=record.figures, root=root)


def _turns(record: Record) -> Turns:
    return load_rules(record.workspace.rules / "help.toml", Turns)


def _country(record: Record, code: str) -> Country:
    if not code:
        return Country("", say("Anywhere"), "anywhere")
    english = Locale(FIRST).territories
    if code not in english:
        problem = f"{code!r} is no country's two letters, such as DE; EU and an empty one are known"
        raise DataError(record.workspace.rules / "help.toml", "help.where", problem)
    anchor = english[code].lower().replace(" ", "-")
    return Country(code, str(Locale(spoken_language()).territories[code]), anchor)
