"""A page per figure, at an address that stays, with its files and a frame to embed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any

from markupsafe import Markup, escape

from pipeline.codebook import Column
from publisher import citation
from publisher.asked import Asked
from publisher.behind import Behind
from publisher.citation import Stand, Work
from publisher.figure_card import FAMILY, bar_html, card, svg, unit_of
from publisher.figure_downloads import Cited, archive, dictionary, figures_csv, metadata, row
from publisher.figures_page import METHODS
from publisher.measures import comparison, whole_title
from publisher.numbers import Figure, mark_digits, plain
from publisher.outputs import MadePage, Output, digest
from publisher.pixels import png
from publisher.record import Record
from publisher.templating import render
from scraper.sources import load_sources

ROOT = "../../"
LISTED = 24
"""So many cases behind a figure are named on its page; the list of cases shows all."""

HERE = "⟪site⟫/"
"""Stands in a citation for the site's address where nobody has said it; a script fills it in."""

STYLES, SCRIPTS = ("assets/figure.css",), ("assets/figure.js",)


def figure_outputs(record: Record) -> Iterator[Output | MadePage]:
    """Per figure its page, its frame, and its files."""
    desk = desk_of(record)
    for figure in record.figures:
        yield from desk.outputs(figure)


class Desk:
    """What the pages of all figures and charts are made with, read once."""

    def __init__(self, record: Record) -> None:
        """Read how far *record* goes and where its site stands.

        Raises:
            DataError: a rule breaks its model.
        """
        self.record = record
        self.stand: Stand = citation.stand_of(record)
        self.site = citation.site_of(record)
        self.asked = Asked(record)
        self.dictionaries: dict[tuple[str, ...], str] = {}
        self._lines: dict[str, Markup] = {}

    @cached_property
    def behind(self) -> Behind:
        """The cases behind the figures."""
        return Behind(self.record)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """What the sources are called."""
        path = self.record.workspace.rules / "sources.toml"
        return {name: source.title for name, source in load_sources(path).items()}

    def cited(self, figure: Figure) -> Cited:
        """*figure* as it is cited."""
        rests = plain(self.record.figures.basis(figure.figure_id))
        value = " ".join(filter(None, (figure.words(), unit_of(figure))))
        says = f"{value}: {rests}" if rests else value
        work = Work(whole_title(figure), says, f"figures/{figure.figure_id}/")
        return Cited(work, [figure], self.stand, self.site)

    def among(self, figure: Figure) -> tuple[str, ...]:
        """Which cases were asked, in words; nothing for a figure over reports."""
        return self.asked.words(figure.asked) if figure.of_cases else ()

    def _asked(self, figure: Figure) -> str:
        """Which cases were asked, or what was compared, as a line; nothing over reports."""
        if figure.of_coding:
            return f"Compared: {comparison(figure)['compared']}"
        return "Asked: " + "; ".join(self.among(figure)) if figure.of_cases else ""

    def outputs(self, figure: Figure) -> Iterator[Output | MadePage]:
        """The page of *figure* and everything below it."""
        cited = self.cited(figure)
        facts = digest(row(figure), self.stand.words, self.site)
        among = self._asked(figure)
        address = self.site and self.site + cited.work.path
        picture = partial(card, figure, self.record.figures, among, self.stand, address)
        yield page_of(cited, self._behind(facts, figure), partial(self.html, figure, cited))
        yield frame_of(cited, facts, partial(self.frame, figure))
        yield from files_of(cited, facts, lambda: svg(picture()), lambda: png(picture(), FAMILY))
        yield Output(
            f"{cited.work.path}{cited.name}.zip",
            self._behind(facts, figure),
            partial(self.archive, figure, cited),
        )

    def _behind(self, facts: str, figure: Figure) -> list[str]:
        return [facts, self.behind.digest(figure) if figure.of_cases else ""]

    def html(self, figure: Figure, cited: Cited) -> Markup:
        """The body of the page."""
        shown = self.record.figures
        return render(
            "figure.html",
            root=ROOT,
            figure=figure,
            shown=shown,
            bar=bar_html(figure),
            unit=unit_of(figure),
            among=self.among(figure),
            column=self._column(figure),
            measure=comparison(figure) if figure.of_coding else {},
            stand=self.stand,
            method=METHODS[figure.method],
            source=self.sources.get(figure.largest_source, figure.largest_source),
            **self._cases(figure),
            take=take_html(cited),
        )

    def _column(self, figure: Figure) -> Column | None:
        """The column that *figure* counts, or whose coding it measures."""
        columns = self.record.codebook.columns
        words = figure.figure_id.split(".")[2:] if figure.of_coding else [figure.column]
        return next((columns[word] for word in words if word in columns), None)

    def _cases(self, figure: Figure) -> dict[str, Any]:
        if not figure.of_cases:
            return {"cases": [], "more": False, "withheld": False}
        ids = list(self.behind.ids[self.behind.query(figure.filter)])
        told = [name for name in ids if name in self.record.cases]
        return {
            "cases": [self._line(name) for name in told[:LISTED]],
            "more": len(told) > LISTED,
            "withheld": len(told) < len(ids),
        }

    def _line(self, case_id: str) -> Markup:
        """A case as one line of a list, with its link."""
        if case_id not in self._lines:
            self._lines[case_id] = render(
                "case_line.html", root=ROOT, record=self.record, case=self.record.cases[case_id]
            )
        return self._lines[case_id]

    def frame(self, figure: Figure) -> str:
        """The whole of the frame that other pages embed."""
        figures = self.record.figures
        return str(
            render(
                "embed.html",
                title=figure.title,
                content=render(
                    "embed_figure.html",
                    figure=figure,
                    shown=figures,
                    bar=bar_html(figure),
                    unit=unit_of(figure),
                    among=self._asked(figure),
                ),
                stand=self.stand,
            )
        )

    def archive(self, figure: Figure, cited: Cited) -> bytes:
        """The packed files of *figure*."""
        if not figure.of_cases:
            return archive(cited, {}, self.dictionary(()))
        columns = tuple(self.behind.columns(figure))
        return archive(
            cited, {"cases-behind.csv": self.behind.table(figure)}, self.dictionary(columns)
        )

    def dictionary(self, columns: tuple[str, ...]) -> str:
        """What the columns of the figure and of its cases hold, as CSV."""
        if columns not in self.dictionaries:
            self.dictionaries[columns] = dictionary(self.record, columns)
        return self.dictionaries[columns]


@lru_cache(maxsize=1)
def desk_of(record: Record) -> Desk:
    """The one desk at which all of *record*'s figures and charts are made."""
    return Desk(record)


def page_of(cited: Cited, facts: Any, body: Any) -> MadePage:
    """The page of what is cited."""
    return MadePage(
        path=cited.work.path,
        title=mark_digits(cited.work.title),
        description=f"{cited.work.title}: {cited.work.says}. {cited.stand.words}.",
        body=body,
        inputs=facts,
        scripts=SCRIPTS,
        styles=STYLES,
    )


def frame_of(cited: Cited, facts: Any, make: Any) -> Output:
    """The page that others embed."""
    return Output(f"{cited.work.path}embed/index.html", facts, make)


def files_of(cited: Cited, facts: Any, svg: Any, png: Any) -> Iterator[Output]:
    """The small files of what is cited."""
    works = cited.work, cited.stand, cited.site
    makers = {
        "csv": partial(figures_csv, cited.figures),
        "metadata.json": partial(metadata, cited),
        "bib": partial(citation.bibtex, *works),
        "csl.json": partial(citation.csl, *works),
        "svg": svg,
        "png": png,
    }
    for ending, make in makers.items():
        yield Output(f"{cited.work.path}{cited.name}.{ending}", facts, make)


def take_html(cited: Cited) -> Markup:
    """How to cite, embed and download what is cited."""
    work, stand, site = cited.work, cited.stand, cited.site or HERE
    frame = (
        f'<iframe src="{site}{work.path}embed/" title="{escape(work.title)}" width="100%" '
        'height="320" loading="lazy" style="border:0"></iframe>'
    )
    return render(
        "take.html",
        name=cited.name,
        plain=_placed(citation.plain(work, stand, site)),
        bibtex=_placed(citation.bibtex(work, stand, site)),
        csl=_placed(citation.csl(work, stand, site)),
        frame=_placed(frame),
    )


def _placed(text: str) -> Markup:
    """*text* with a place for the site's address where it is not known yet."""
    place = Markup('<span data-site="{}">…/</span>').format(ROOT)
    return place.join(escape(part) for part in text.split(HERE))
