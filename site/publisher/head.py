"""What programs read of a page: its preview where it is shared, its feeds, its structured data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from pipeline.described import LICENCE, SAYS, TITLE, schema_org
from publisher.citation import site_of, stand_of
from publisher.downloads import TABLES
from publisher.figure_card import HEIGHT, WIDTH
from publisher.record import Record
from publisher.templating import render

FINDING = "reasons.none_stated"
"""The figure whose picture stands for every page that has none of its own."""

WHOLE = ("", "data/", "releases/")
"""Pages that tell of the whole record."""

SINGLE = ("cases", "figures", "charts")
"""Folders whose pages each tell of a part of it."""


class Heads:
    """Makes the heads of all pages of one record."""

    def __init__(self, record: Record) -> None:
        """Read where the site of *record* stands."""
        self.record = record
        self.site = site_of(record)

    def __call__(self, path: str, title: str, description: str) -> Markup:
        """The elements for the page at *path* (``""`` is the first), as HTML.

        Without an address of the site links are relative, which readers of feeds follow and
        few of those who show previews.
        """
        root = self.site or "../" * path.count("/")
        picture, about = self._picture(path)
        return render(
            "head.html",
            title=title,
            description=description,
            address=self.site and self.site + path,
            picture=root + picture,
            about=about,
            width=WIDTH,
            height=HEIGHT,
            feeds=[(root + place, name) for place, name in self._feeds(path)],
            data=[_embedded(each) for each in self._data(path, title, description)],
        )

    def _picture(self, path: str) -> tuple[str, str]:
        """The picture of the finding that the page at *path* tells of, and what it shows."""
        folder, _, name = path.rstrip("/").partition("/")
        if folder == "charts" and name:
            return f"charts/{name}/{name}.png", ""
        figures = self.record.figures
        own = {
            "figures": name,
            "platforms": f"platform.{name}.{FINDING}",
            "reasons": f"reasons.{name.replace('-', '_')}",
        }.get(folder, "")
        chosen = own if own in figures else FINDING
        if folder != "figures" and not figures[chosen].parts["value"]:
            chosen = FINDING
        figure = figures[chosen]
        return f"figures/{chosen}/{chosen}.png", f"{figure.title}: {figure.words()}"

    def _feeds(self, path: str) -> Iterator[tuple[str, str]]:
        yield "feeds/cases.atom", "New cases"
        folder, _, name = path.rstrip("/").partition("/")
        if folder in ("platforms", "reasons") and name:
            yield f"feeds/{folder}/{name}.atom", "New cases told here"
        if folder == "ledger":
            yield "feeds/corrections.atom", "Corrections"

    def _data(self, path: str, title: str, description: str) -> Iterator[dict[str, Any]]:
        """What the page is, in the words of schema.org."""
        if path in WHOLE:
            root = self.site or "../" * path.count("/")
            files = {f"{root}data/{name}": "text/csv" for name in TABLES if name.endswith(".csv")}
            whole = {"title": TITLE, "description": SAYS, "version": stand_of(self.record).day}
            yield schema_org(whole, files) | ({"url": self.site} if self.site else {})
        folder, _, name = path.rstrip("/").partition("/")
        if folder in SINGLE and name:
            yield {
                "@context": "https://schema.org/",
                "@type": "WebPage",
                "name": title,
                "description": description,
                "license": LICENCE,
                "isPartOf": {"@type": "Dataset", "name": TITLE, "description": SAYS},
            } | ({"url": self.site + path} if self.site else {})


def _embedded(data: dict[str, Any]) -> Markup:
    """*data* as JSON that no HTML can end."""
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704
