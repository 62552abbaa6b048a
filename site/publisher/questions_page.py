"""What the page of the founding questions shows: cases behind figures, fees that cases name."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pipeline.derived import schedule
from pipeline.platforms import Fee
from publisher.record import Record, Row
from publisher.templating import render

SHOWN = 40
"""So many cases are shown; the list of cases has all."""


@dataclass(frozen=True)
class Named:
    """A case that names fees: what it names, the schedule entries of its day, its outcome."""

    case: Row
    platform: str
    percents: list[str]
    held: tuple[Fee, ...]
    outcome: str


def fees_named_html(record: Record, root: str) -> Markup:
    """The newest cases that name a service fee, as a table; nothing where none does."""
    named = [_named(record, case) for case in record.cases.values() if case["fee_percents"]]
    named.sort(key=lambda each: each.case["action_date"] or each.case["published"], reverse=True)
    return render("fees_named.html", named=named[:SHOWN], more=len(named) > SHOWN, root=root)


def behind_html(record: Record, figure_id: str, text: str, root: str) -> Markup:
    """*text* as a link to the list of the cases behind a figure.

    Raises:
        DataError: there is no such figure.
    """
    query = record.figures[figure_id].filter
    return Markup('<a href="{}cases/?{}">{}</a>').format(root, query, text)


def _named(record: Record, case: Row) -> Named:
    return Named(
        case,
        record.platform_label(case["platform"]),
        case["fee_percents"].split("|"),
        schedule(record.platforms.get(case["platform"]), case["action_date"] or case["published"]),
        record.label("outcome", case["outcome"] or "unknown"),
    )
