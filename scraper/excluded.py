"""``data/excluded_sources.toml``: places whose owner asked to be left out."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator

from scraper.addresses import among
from scraper.rules import Rule, load_rules, rules_file


class Place(Rule):
    """A host, every host below a domain (``*.``), or one of these with a path's beginning.

    ``date`` is the day on which its owner asked, ``why`` what was asked.
    """

    place: str
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    why: str = Field(min_length=1)

    @field_validator("place")
    @classmethod
    def _is_place(cls, value: str) -> str:
        host = value.partition("/")[0]
        if "://" in value or "." not in host or "*" in value.removeprefix("*."):
            raise ValueError(f"{value!r} is no host with or without a path, as in forum.example/a/")
        return value

    def holds(self, url: str) -> bool:
        """Whether *url* lies there."""
        host, _, path = self.place.partition("/")
        try:
            parts = urlsplit(url.strip())
        except ValueError:  # an address that cannot be taken apart
            return False
        there = among((parts.hostname or "").lower(), (host.lower(),))
        return there and unquote(parts.path).lstrip("/").startswith(unquote(path))


class Excluded(Rule):
    """All places that are left out."""

    excluded: tuple[Place, ...] = ()

    def has(self, url: str) -> bool:
        """Whether *url* lies in one of them."""
        return any(place.holds(url) for place in self.excluded)


def load_excluded() -> Excluded:
    """The places that ``excluded_sources.toml`` lists.

    Raises:
        DataError: the file cannot be used.
    """
    return load_rules(rules_file("excluded_sources.toml"), Excluded)
