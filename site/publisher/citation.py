"""How a number or chart of the record is cited: as plain words, BibTeX, and CSL-JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pipeline.editions import editions
from publisher.numbers import in_words
from publisher.record import Record
from scraper.identity import Publisher
from scraper.rules import load_rules

AUTHORS = "The Suspension Record contributors"
LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
_TEX = {**{char: f"\\{char}" for char in "&%$#_{}"}, "\u00a0": "~", "–": "--"}


@dataclass(frozen=True)
class Stand:
    """How far the record went when a copy was made, never the day on which it was built.

    ``day`` is the newest on which a report came in or a person decided something, ``release``
    the newest dated edition (empty where there is none yet).
    """

    day: str
    release: str

    @property
    def words(self) -> str:
        """``Record as of 24 November 2026 (unreleased)``."""
        day = in_words(self.day) if self.day else "an unknown day"
        if not self.release:
            return f"Record as of {day} (unreleased)"
        if self.release >= self.day:
            return f"Record as of {day}, release {self.release}"
        return f"Record as of {day}, after release {self.release}"


@dataclass(frozen=True)
class Work:
    """What is cited: a figure or chart, what it says, and its place within the site."""

    title: str
    says: str
    path: str


def stand_of(record: Record) -> Stand:
    """How far *record* goes."""
    days = [row["first_seen"] for row in record.reports.values()]
    released = editions(record.workspace)
    return Stand(max([*days, record.decisions.last]), released[-1].day if released else "")


def site_of(record: Record) -> str:
    """Where the site of *record* stands, with a slash behind; empty where nobody has said.

    Raises:
        DataError: ``publisher.toml`` breaks its model.
    """
    address = load_rules(record.workspace.rules / "publisher.toml", Publisher).address
    return f"{address.rstrip('/')}/" if address else ""


def plain(work: Work, stand: Stand, site: str) -> str:
    """One line for a footnote; *site* may be empty, here as in the other two."""
    said = f" {work.says}." if work.says else ""
    return f"Suspension Record, “{work.title}”.{said} {stand.words}. {site}{work.path} ({LICENCE})."


def bibtex(work: Work, stand: Stand, site: str) -> str:
    """An entry for BibTeX or BibLaTeX."""
    fields = {
        "author": f"{{{AUTHORS}}}",
        "title": f"{{{_tex(work.title)}}}",
        "organization": "Suspension Record",
        "year": stand.day[:4],
        "month": str(int(stand.day[5:7])) if stand.day[5:7] else "",
        "version": stand.release,
        "url": site and f"{site}{work.path}",
        "note": _tex(". ".join(filter(None, (work.says, stand.words, LICENCE)))),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(work, stand)},", *lines, "}"]) + "\n"


def csl(work: Work, stand: Stand, site: str) -> str:
    """An item of CSL-JSON, as Zotero and pandoc read it."""
    issued = [int(part) for part in stand.day.split("-") if part]
    item = {
        "id": _key(work, stand),
        "type": "dataset",
        "title": work.title,
        "author": [{"literal": AUTHORS}],
        "container-title": "Suspension Record",
        "publisher": "Suspension Record",
        "issued": {"date-parts": [issued]},
        "version": stand.release,
        "URL": site and f"{site}{work.path}",
        "note": ". ".join(filter(None, (work.says, stand.words))),
        "license": LICENCE_ADDRESS,
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=1) + "\n"


def _key(work: Work, stand: Stand) -> str:
    return f"suspension-record-{work.path.strip('/').rpartition('/')[2]}-{stand.day}"


def _tex(text: str) -> str:
    return re.sub("[&%$#_{}\u00a0–]", lambda found: _TEX[found.group()], text)
