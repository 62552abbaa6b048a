"""What leaves the archive: addresses that name nobody, and values that hold no words."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from pathlib import Path

from pipeline.codebook import Codebook, Column
from pipeline.coding.events import STEPS
from pipeline.platforms import PARTIAL_DATE, load_platforms
from pipeline.record import removals_schema
from pipeline.tables import read_table
from pipeline.workspace import Workspace
from scraper.addresses import Addresses, among
from scraper.addresses import published_url as published_url
from scraper.removed import Removed
from scraper.rules import load_rules
from scraper.sources import load_sources

_NUMBER = r"\d{1,9}(\.\d{1,4})?"
"""A longer one is a telephone's, an order's or a ticket's."""

_DATE = PARTIAL_DATE.strip("^$")
_FORMS = {
    "number": re.compile(_NUMBER),
    "numbers": re.compile(_NUMBER),
    "date": re.compile(_DATE),
    "text": re.compile(r"[a-z]{2}|[A-Z]{3}"),  # a language, a currency
}
_WHEN = re.compile(rf"\+{_NUMBER}[hd]|{_DATE}")


def load_addresses(rules: Path) -> Addresses:
    """The rules in the folder *rules*; hosts of sources and platforms' forums keep their path.

    A platform's own hosts are published alone, since their paths are profiles, unless
    ``keep_hosts`` names them.

    Raises:
        DataError: one of the three files breaks its model.
    """
    addresses = load_rules(rules / "addresses.toml", Addresses)
    platforms = load_platforms(rules / "platforms.toml").values()
    sources = load_sources(rules / "sources.toml").values()
    forums = {host for platform in platforms for host in platform.forums}
    known = forums | {host for source in sources for host in source.hosts}
    kept = (*addresses.keep_hosts, *sorted(known))
    own = {host for platform in platforms for host in platform.domains if not among(host, kept)}
    return addresses.model_copy(
        update={
            "keep_hosts": kept,
            "host_only": (*addresses.host_only, *sorted(own)),
        }
    )


def load_removed(workspace: Workspace, key: bytes) -> Removed:
    """What was removed from *workspace* on request, hashed with *key*.

    Raises:
        DataError: a rule on addresses or the table of removals cannot be used.
    """
    keys = read_table(workspace.table("removals"), removals_schema())["key"]
    addresses = load_addresses(workspace.rules)
    return Removed(keys=frozenset(keys), addresses=addresses, secret=key.decode())


def address_key(key: bytes, url: str, position: int) -> str:
    """The keyed hash (HMAC-SHA256, its first 128 bits) of a full address and position."""
    return hmac.digest(key, f"{url} {position}".encode(), "sha256").hex()[:32]


def is_wordless(column: Column, value: str, codebook: Codebook, platforms: Collection[str]) -> bool:
    """Whether *value* can stand in *column* without telling anybody's words.

    It is one of the column's codes, a platform that the rules name, a language, a currency,
    a date, a step of events, or a number that is too short to be a telephone's.
    """
    if column.kind == "events":
        return _is_step(value, codebook)
    if column.kind == "platform":
        return value in platforms
    if column.kind in ("code", "codes"):
        return value in codebook.allowed(column.name)
    return _FORMS[column.kind].fullmatch(value) is not None


def _is_step(value: str, codebook: Codebook) -> bool:
    step, _, when = value.partition("@")
    name, _, code = step.partition(":")
    column = next((column for column, known in STEPS.items() if known == name), "")
    coded = not code or code in codebook.allowed(column) if column else False
    return coded and (not when or _WHEN.fullmatch(when) is not None)
