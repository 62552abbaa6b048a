"""Whom a removal or a correction is asked of: ``data/publisher.toml``."""

from __future__ import annotations

from markupsafe import Markup

from publisher.record import Record
from scraper.identity import Publisher
from scraper.rules import load_rules


def contact_html(record: Record) -> Markup:
    """Where to write to; a copy whose maintainer names no contact says so.

    Raises:
        DataError: ``publisher.toml`` breaks its model.
    """
    contact = load_rules(record.workspace.rules / "publisher.toml", Publisher).contact
    if not contact:
        return Markup("This copy was built without a contact; ask whoever gave you its address.")
    return Markup('Write to <a href="mailto:{0}">{0}</a>.').format(contact)
