"""What of an address is published: the form that names nobody."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, field_validator

from pipeline.platforms import load_platforms
from scraper.rules import Rule, load_rules
from scraper.sources import load_sources


class Rewrite(Rule):
    """Addresses that match ``pattern`` are published as ``form``.

    ``pattern`` is a regular expression on the whole address without scheme and fragment,
    with ``host`` in lower case; ``form`` takes its named groups in braces. ``why`` says what
    the other form would show.
    """

    pattern: str
    form: str
    why: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from error
        return value


class Addresses(Rule):
    """``data/addresses.toml``: how an address is published; the first rule that fits holds.

    ``rewrite`` gives a known handle-free form; ``person`` are patterns of paths that name a
    person, of which the host alone is published, as of ``host_only``; ``keep_hosts`` keep
    their path (``*.x.org`` is every host below ``x.org``); of the query only the numbers
    called ``keep_query`` stay.
    Any other host is withheld until a person has looked whether it names somebody.
    """

    keep_query: tuple[str, ...]
    person: tuple[str, ...]
    rewrite: tuple[Rewrite, ...]
    host_only: tuple[str, ...] = ()
    keep_hosts: tuple[str, ...] = Field(default=())


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
    own = {host for platform in platforms for host in platform.domains if not _among(host, kept)}
    return addresses.model_copy(
        update={
            "keep_hosts": kept,
            "host_only": (*addresses.host_only, *sorted(own)),
        }
    )


def published_url(url: str, rules: Addresses) -> str:
    """*url* as it is published: handle-free, else its host alone, else "" (withheld)."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host:
        return ""
    address = urlunsplit(("", "", parts.path, parts.query, ""))
    for rule in rules.rewrite:
        if found := re.search(rule.pattern, f"{host}{address}"):
            return rule.form.format(**found.groupdict())
    alone = f"{parts.scheme}://{host}/"
    if _among(host, rules.host_only):
        return alone
    if not _among(host, rules.keep_hosts):
        return ""
    if any(re.search(pattern, address) for pattern in rules.person):
        return alone
    query = [(k, v) for k, v in parse_qsl(parts.query) if k in rules.keep_query and v.isdigit()]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query), ""))


def _among(host: str, hosts: tuple[str, ...]) -> bool:
    bare = host.removeprefix("www.")
    return any(
        bare.endswith(known[1:]) if known.startswith("*.") else bare == known.removeprefix("www.")
        for known in hosts
    )
