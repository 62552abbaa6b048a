"""``data/platforms.toml``: the marketplaces, and what they charged when."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from scraper.rules import Rule, load_rules

PARTIAL_DATE = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
"""``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or nothing."""


class Fee(Rule):
    """One entry of a platform's service-fee schedule for those who do the work.

    ``start`` and ``end`` are partial dates, empty where no page says; ``percent_min`` and
    ``percent_max`` bound what was charged; ``basis`` says on what; ``confirmed`` is true
    only where ``source`` is a page of the platform itself.
    """

    start: str = Field(default="", pattern=PARTIAL_DATE)
    end: str = Field(default="", pattern=PARTIAL_DATE)
    percent_min: float = Field(ge=0, le=100)
    percent_max: float = Field(ge=0, le=100)
    basis: str
    source: str = Field(pattern=r"^https?://")
    confirmed: bool
    note: str = ""


class Terms(Rule):
    """Rules of a platform: where they stand, so that web archives can be asked for a day's copy.

    ``seen`` is the day on which the address was last found to be theirs; ``note`` says of
    which versions anything is known.
    """

    title: str
    address: str = Field(pattern=r"^https?://")
    seen: str = Field(pattern=PARTIAL_DATE)
    note: str = ""

    def archived(self, partial: str) -> str:
        """The Wayback Machine's address of the copy nearest to a partial date, or of them all."""
        day = partial.replace("-", "") or "*"
        return f"https://web.archive.org/web/{day}/{self.address}"


class Platform(Rule):
    """One marketplace; ``code`` is what a report's ``platform`` holds.

    ``names`` are how texts call it, ``domains`` its own hosts, ``forums`` the hosts where
    its staff answers in public.
    """

    code: str = Field(pattern=r"^([a-z0-9]+|other:[a-z0-9.]+|unknown)$")
    label: str
    names: tuple[str, ...]
    domains: tuple[str, ...] = ()
    forums: tuple[str, ...] = ()
    successor: str = ""
    note: str = ""
    fee: tuple[Fee, ...] = ()
    terms: tuple[Terms, ...] = ()


class _Platforms(Rule):
    platform: tuple[Platform, ...]


def load_platforms(path: Path) -> dict[str, Platform]:
    """The platforms by code, in the file's order.

    Raises:
        DataError: the file breaks the rules of :class:`Platform`.
    """
    return {entry.code: entry for entry in load_rules(path, _Platforms).platform}
