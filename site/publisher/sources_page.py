"""Where reports are looked for: each source, what it allows, and how it was when last asked."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pipeline.cases import rows
from pipeline.health import read_health
from publisher.numbers import Figure
from publisher.record import Record
from publisher.templating import render
from scraper.health import STATES
from scraper.sources import READABLE, Source, load_sources

ACCESS = {
    "api": "asked through an interface that it offers to programs",
    "feed": "asked through its feed",
    "page": "asked page by page",
    "archive": "read from a web archive",
}


@dataclass(frozen=True)
class Place:
    """One source with the figure of its reports, and its health where it was asked."""

    source: Source
    reports: Figure | None
    health: dict[str, str]


def sources_html(record: Record, root: str) -> Markup:
    """The sources that are on, those that are off, and the other places of reports."""
    sources = _sources(record)
    health = {row["source"]: row for row in rows(read_health(record.workspace))}
    figures = {figure.title.rpartition(": ")[2]: figure for figure in _counts(record)}
    places = [
        Place(source, figures.get(name), health.get(name, {})) for name, source in sources.items()
    ]
    return render(
        "sources.html",
        on=[place for place in places if place.source.enabled],
        off=[place for place in places if not place.source.enabled],
        others={name: figure for name, figure in figures.items() if name not in sources},
        figures=record.figures,
        states=STATES,
        access=ACCESS,
        readable=READABLE,
        root=root,
    )


def titles(record: Record) -> dict[str, str]:
    """What each source is called, by its name."""
    return {name: source.title for name, source in _sources(record).items()}


def _sources(record: Record) -> dict[str, Source]:
    return load_sources(record.workspace.rules / "sources.toml")


def _counts(record: Record) -> list[Figure]:
    """The figures of reports by where they were found, the most first."""
    found = record.figures.under("reports.source")
    return sorted(found, key=lambda figure: -figure.number())
