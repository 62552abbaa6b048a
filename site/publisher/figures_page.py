"""Every figure: what it counts, what it rests on, how it was made, which cases are behind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile

from markupsafe import Markup

from publisher.measures import NAMES
from publisher.numbers import Figure, mark_digits
from publisher.outputs import MadePage
from publisher.record import Record
from publisher.templating import render

TOPICS = {
    "Reports, and what was changed": ("reports", "contested", "sources", "ledger"),
    "Cases": ("cases", "account_actions", "action", "platforms", "languages"),
    "Whose accounts": (
        *("tenure_years", "newcomer", "vetted_or_top_rated", "success_score", "jobs_completed"),
        *("earnings_usd", "proposals_count", "connects_spent"),
    ),
    "What was stated": (
        *("reasons", "reasons_stated", "believed_reasons", "specificity", "notice"),
        *("proposals_mentioned", "explained", "refused", "machine_disclosed"),
    ),
    "What was answered, and how it ended": (
        *("appealed", "appeal", "responses", "person_signed", "outcome", "reinstated"),
        *("response_hours", "response_wait", "resolution_days"),
    ),
    "Money": (
        *("funds_held", "funds_amount", "hold_days", "fee_percents", "fee_against", "fee_named"),
    ),
    "Letters": ("letters", "letter_quoted"),
    "Fair-process checks": ("fair",),
}
"""Under which heading figures stand, by the first word of their id; all others under ``REST``."""

REST = "Other"
FOLDED = 8
"""From so many on, the figures of one question are folded under what their titles share."""

GROUPED = {"platform": 2, "action": 2, "year": 1, "path": 1, "fees": 1, "said": 1, "measured": 2}
"""How many words of an id name the list that a figure stands in, where it has one of its own."""

GROUP_NAMES = {
    "year": "Reasons stated, year by year",
    "path": "The path from the action to its end",
    "fees": "Fees named, and the schedule of that day",
    "said": "By how precisely the reason was stated",
    **{f"measured.{what}": f"Agreement: {compared}" for what, compared in NAMES.items()},
}

METHODS = {
    "count": "counted",
    "distinct": "different values counted",
    "sum": "added up",
    "share_wilson": "share with its Wilson interval",
    "median_bootstrap": "median with its bootstrap interval",
    "kaplan_meier": "Kaplan–Meier median, open cases included",
    "schedule": "from the platform's official schedule",
    "kaplan_meier_curve": "Kaplan–Meier curve at that day, open cases included",
    "measured": "measured as the method page says",
    "too_few": "too few cases to say",
}


def figure_list_html(record: Record, prefix: str, root: str) -> Markup:
    """The figures whose ids begin with ``prefix.``, as a table."""
    figures = [each for each in record.figures if each.figure_id.startswith(f"{prefix}.")]
    return render("figure_list.html", figures=figures, shown=record.figures, root=root)


def figures_html(record: Record, root: str) -> Markup:
    """The figures of the whole record by topic, and where those of one group stand.

    A row's anchor is its ``figure_id``. Many figures of one question stand folded.
    """
    topics: dict[str, dict[str, list[Figure]]] = {title: {} for title in (*TOPICS, REST)}
    for figure in record.figures:
        if not group_of(figure):
            families = topics[_topic(figure)]
            families.setdefault(figure.figure_id.rpartition(".")[0], []).append(figure)
    filled = {title: _folded(families) for title, families in topics.items() if families}
    names = {name: group_name(name, figures[0]) for name, figures in groups(record).items()}
    return render("figures.html", topics=filled, groups=names, shown=record.figures, root=root)


def _topic(figure: Figure) -> str:
    first = figure.figure_id.partition(".")[0]
    return next((title for title, words in TOPICS.items() if first in words), REST)


def _folded(families: dict[str, list[Figure]]) -> list[tuple[str, list[Figure]]]:
    """The families of a topic, each under what its titles share where it is a long one."""
    folded = []
    for figures in families.values():
        words = zip(*(figure.title.split() for figure in figures), strict=False)
        same = takewhile(lambda several: len(set(several)) == 1, words)
        shared = " ".join(several[0] for several in same).rstrip(":")
        folded.append((shared if len(figures) >= FOLDED else "", figures))
    return folded


def group_of(figure: Figure) -> str:
    """The list that a grouped figure stands in (``platform.upwork``), else nothing."""
    words = figure.figure_id.split(".")
    depth = GROUPED.get(words[0], 0)
    return ".".join(words[:depth]) if len(words) > depth else ""


def group_name(name: str, first: Figure) -> str:
    """What that list is called; *first* is its first figure."""
    return GROUP_NAMES.get(name) or first.group


def groups(record: Record) -> dict[str, list[Figure]]:
    """The grouped figures by ``group_of``, in the file's order."""
    found: dict[str, list[Figure]] = {}
    for figure in record.figures:
        if name := group_of(figure):
            found.setdefault(name, []).append(figure)
    return found


def group_outputs(record: Record) -> Iterator[MadePage]:
    """A page per group: its figures as a table, each leading to its own page where it has one."""
    for name, figures in groups(record).items():
        label = group_name(name, figures[0])
        label = label[:1].upper() + label[1:]
        body = partial(
            render, "figure_group.html", label=label, figures=figures, shown=record.figures,
            root="../../", short=name not in GROUP_NAMES,
        )  # fmt: skip
        yield MadePage(
            path=f"figures/group.{name}/",
            title=mark_digits(f"{label}: figures"),
            description=f"{label}: every figure, with what it rests on.",
            body=body,
            inputs=[[figure.figure_id, figure.title, *figure.parts.values()] for figure in figures],
        )
