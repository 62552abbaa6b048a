"""The editions of the record in the site: a page and the files of each, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from babel.numbers import format_decimal
from markupsafe import Markup

from pipeline.cases import rows
from pipeline.editions import Edition
from pipeline.editions import editions as of_workspace
from pipeline.formats import Formats
from publisher.numbers import date, printed
from publisher.outputs import MadePage, Output, fingerprint
from publisher.record import Record
from publisher.templating import render

GROUPED = ("platform.", "action.", "measured.")
"""How the figures begin that an edition's page leaves to its table."""


def releases_html(record: Record, root: str) -> Markup:
    """The editions, the newest first, each with what it held when it came out."""
    editions = of_workspace(record.workspace)
    return render("releases.html", editions=editions[::-1], counted=counted, root=root)


def counted(edition: Edition, words: str, number: int) -> Markup:
    """A count of *edition*, in the element that says so; *words* name what was counted."""
    return Markup(
        '<data data-mark="release" data-release="{}" data-of="{}" value="{}">{}</data>'
    ).format(edition.day, words, number, format_decimal(number, locale="en"))


def release_outputs(record: Record) -> Iterator[Output | MadePage]:
    """The files of every edition, and its page."""
    editions = of_workspace(record.workspace)
    for place, edition in enumerate(editions):
        formats = Formats(edition)
        kept = formats.kept()
        state = fingerprint(kept)
        for path in kept:
            yield Output(f"releases/{edition.day}/{path.name}", state, path.read_bytes)
        for name, make in formats:
            yield Output(f"releases/{edition.day}/{name}", state, make)
        newer = [other.day for other in editions[place + 1 :]]
        yield MadePage(
            path=f"releases/{edition.day}/",
            title=Markup("Release of {}").format(date(edition.day)),
            description=f"The record as it stood on {edition.day}: tables, figures, checksums, "
            "how to cite it, and what changed since the release before.",
            body=partial(_page, record, edition, newer),
            inputs=[state, newer, sorted(record.cases)],
        )


def _page(record: Record, edition: Edition, newer: list[str]) -> Markup:
    formats = Formats(edition)
    made = [name for name, _ in formats]
    resources = edition.package["resources"]
    return render(
        "release.html",
        edition=edition,
        counted=partial(counted, edition),
        newer=newer,
        then=edition.then,
        resources=resources,
        now={each["path"]: each["hash"].removeprefix("sha256:") for each in resources},
        whole=[name for name in made if not name.endswith(".parquet")],
        described=[path.name for path in formats.kept() if path.suffix not in (".csv",)],
        taken_out=edition.taken_out(),
        changes=edition.changes,
        figures=_figures(edition),
        citation=(edition.folder / "citation.txt").read_text(encoding="utf-8").strip(),
        cases=record.cases,
        root="../../",
    )


def _figures(edition: Edition) -> list[dict[str, Markup | str]]:
    """The figures of *edition* that are not of one platform or action, as then published."""
    return [
        {
            "figure_id": row["figure_id"],
            "title": row["title"],
            "shown": _then(edition, row, "value"),
            "low": _then(edition, row, "low") if row["low"] else "",
            "high": _then(edition, row, "high") if row["high"] else "",
            "of": _then(edition, row, "denominator") if row["denominator"] else "",
        }
        for row in rows(edition.table("figures"))
        if not row["figure_id"].startswith(GROUPED)
    ]


def _then(edition: Edition, row: dict[str, str], part: str) -> Markup:
    """A part of a figure of *edition*, in the element that says which edition's it is."""
    unit = "share" if row["unit"] == "share" and part != "denominator" else ""
    return Markup(
        '<data data-mark="release" data-release="{}" data-then="{}" data-part="{}" '
        'value="{}">{}</data>'
    ).format(edition.day, row["figure_id"], part, row[part], printed(row[part], unit))
