"""A letter that asks a platform for its reasons, and the rules that may back it."""

from __future__ import annotations

from babel import Locale
from markupsafe import Markup

from publisher.languages import spoken_language
from publisher.norms import Norms, load_norms
from publisher.pages import platform_codes
from publisher.record import Record
from publisher.templating import render


def ask_html(record: Record) -> Markup:
    """The letter in full, and the form by which a browser makes it the reader's own.

    The letter's parts carry what they need (an ask, a country, a day) as data attributes;
    ``assets/ask.js`` leaves out those that do not hold, and knows no words itself.

    Raises:
        DataError: ``norms.toml`` cannot be used as it stands.
    """
    norms = _norms(record)
    return render(
        "ask.html",
        norms=norms,
        checked=[norm for norm in norms.norm if norm.checked],
        checks={question.id: question for question in record.fair_process.check},
        countries=_countries(norms),
        platforms=[record.platform_label(code) for code in platform_codes(record)],
    )


def norms_html(record: Record) -> Markup:
    """Each rule: what it asks for, since when, its limits, and where its text was seen.

    Raises:
        DataError: ``norms.toml`` cannot be used as it stands.
    """
    norms = _norms(record)
    places = {place.id: place for place in norms.place}
    return render("norms.html", norms=norms.norm, places=places)


def _norms(record: Record) -> Norms:
    path = record.workspace.rules / "norms.toml"
    return load_norms(path, record.codebook, record.fair_process)


def _countries(norms: Norms) -> list[tuple[str, str]]:
    """Code and name of every country that a norm is for, by name."""
    names = Locale(spoken_language()).territories
    codes = {code for place in norms.place for code in place.countries}
    return sorted(((code, str(names[code])) for code in codes), key=lambda pair: pair[1])
