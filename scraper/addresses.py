"""How an address is named where others read it: in a form that names nobody."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import field_validator

from scraper.rules import Rule
from scraper.sound import unsound

_ROUTE = re.compile(r"([a-z]{1,12}|\d+|v\d|wp-json)?(\.[a-z]{2,5})?")
"""One step of a path that leads to a kind of page, or a number; all else can be a title's."""

_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]{0,2000}")


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
    their path (``*.x.org`` is every host below ``x.org``), as ``shorten`` has it where it
    holds words of a title; of the query only the numbers called ``keep_query`` stay.
    Any other host is withheld until a person has looked whether it names somebody.
    """

    keep_query: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    rewrite: tuple[Rewrite, ...] = ()
    shorten: tuple[Rewrite, ...] = ()
    host_only: tuple[str, ...] = ()
    keep_hosts: tuple[str, ...] = ()


def published_url(url: str, rules: Addresses) -> str:
    """*url* as it is published: handle-free, else its host alone, else "" (withheld).

    So is one that is no plain address: with blanks, quotes or brackets in it, or very long.
    """
    form = _published(url, rules)
    return form if _PLAIN.fullmatch(form) and not unsound(form) else ""


def _published(url: str, rules: Addresses) -> str:
    parts = _parts(url)
    host = (parts.hostname or "").lower() if parts else ""
    if not parts or parts.scheme not in ("http", "https") or not host:
        return ""
    address = urlunsplit(("", "", parts.path, parts.query, ""))
    if form := _form(host, address, rules.rewrite):
        return form
    alone = f"{parts.scheme}://{host}/"
    if among(host, rules.host_only):
        return alone
    if not among(host, rules.keep_hosts):
        return ""
    if _names_person(address, rules):
        return alone
    if form := _form(host, address, rules.shorten):
        return form
    query = [(k, v) for k, v in parse_qsl(parts.query) if k in rules.keep_query and v.isdigit()]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query), ""))


def shown_url(url: str, rules: Addresses) -> str:
    """*url*, an address at a source's own host, as an error names it: without a person.

    In its handle-free form; else its host, its path without what could be words of a title,
    and the numbers in its query.
    """
    parts = _parts(url)
    if not parts or not parts.hostname:
        return "an address"
    address = urlunsplit(("", "", parts.path, parts.query, ""))
    if form := _form(parts.hostname, address, (*rules.rewrite, *rules.shorten)):
        return form
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if _names_person(address, rules):
        return f"{host}/…"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if v.isdigit()])
    path = "/".join(part if _ROUTE.fullmatch(part) else "…" for part in parts.path.split("/"))
    return f"{host}{path}{query and '?'}{query}"


def page_name(url: str, rules: Addresses) -> str:
    """What *url* is told from other pages by: its published form, if that names one page.

    Else the address itself, without its scheme, fragment and closing slash.
    """
    form = published_url(url, rules)
    name = form if is_page(form) else url.strip()
    return re.sub(r"^https?://(www\.)?", "", name.partition("#")[0]).rstrip("/")


def is_page(published: str) -> bool:
    """Whether a *published* address is one page's, and not a host's alone."""
    parts = urlsplit(published)
    return len(parts.path) > 1 or bool(parts.query)


def among(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether *host* is one of *hosts*, of which ``*.x.org`` is every host below ``x.org``."""
    bare = host.removeprefix("www.")
    return any(
        bare.endswith(known[1:]) if known.startswith("*.") else bare == known.removeprefix("www.")
        for known in hosts
    )


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url.strip())
    except ValueError:  # an address that cannot be taken apart
        return None


def _form(host: str, address: str, rules: tuple[Rewrite, ...]) -> str:
    for rule in rules:
        if found := re.search(rule.pattern, f"{host}{address}"):
            return rule.form.format(**found.groupdict())
    return ""


def _names_person(address: str, rules: Addresses) -> bool:
    return any(re.search(pattern, address) for pattern in rules.person)
