"""Who publishes a copy, and the ways to reach them: ``data/publisher.toml``."""

from __future__ import annotations

from markupsafe import Markup

from publisher.record import Record
from publisher.templating import render
from scraper.identity import Publisher
from scraper.rules import load_rules


def tell_html(record: Record, part: str) -> Markup:
    """One *part* of the page: ``suggest``, ``publisher``, ``kept`` or ``removal``.

    What is not possible without a contact is said.

    Raises:
        DataError: ``publisher.toml`` breaks its model.
    """
    publisher = load_rules(record.workspace.rules / "publisher.toml", Publisher)
    return render("tell.html", part=part, publisher=publisher)
