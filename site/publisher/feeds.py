"""Atom feeds (RFC 4287): new cases, those of each platform and reason, and what was corrected."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import islice

from lxml import etree
from markupsafe import Markup

from publisher.citation import AUTHORS, site_of, stand_of
from publisher.numbers import partial_day
from publisher.outputs import Output
from publisher.pages import platform_codes, reason_codes
from publisher.prose import paragraph, summary
from publisher.record import SILENT, Record, Row
from publisher.templating import render, slug

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50
"""Entries of one feed; who wants all takes the tables."""

NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:suspension-record")
"""What feeds and entries are named below: the same one has the same name in every copy."""

GROUPS = {"": "Whole record", "platforms": "By platform", "reasons": "By reason stated"}
"""How the list of feeds is divided, by the folder that they lie in."""

SAID = "A report is what one person said; nobody has checked it with the platform."


@dataclass(frozen=True)
class Entry:
    """One entry: where it is told in the site, its days, its words and codes."""

    name: str
    path: str
    title: str
    published: str
    updated: str
    says: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """One feed: its own place in the site, and that of the page it belongs to."""

    path: str
    title: str
    page: str
    entries: tuple[Entry, ...]


def feed_outputs(record: Record) -> Iterator[Output]:
    """Every feed of *record*."""
    site, day = site_of(record), stand_of(record).day
    for feed in feeds(record):
        yield Output(feed.path, [asdict(feed), site, day], partial(atom, feed, site, day))


def feeds_html(record: Record, root: str) -> Markup:
    """The list of the feeds, each with what it tells."""
    groups: dict[str, list[Feed]] = {name: [] for name in GROUPS.values()}
    for feed in feeds(record):
        groups[GROUPS["/".join(feed.path.split("/")[1:-1])]].append(feed)
    return render("feeds.html", groups=groups, root=root)


def feeds(record: Record) -> Iterator[Feed]:
    """All cases, those of each platform and of each reason that has a page, and corrections."""
    told = cache(partial(_entry, record))
    days = {name: _days(record, case) for name, case in record.cases.items()}
    order = sorted(days, key=lambda name: (max(days[name]), int(name[1:])), reverse=True)

    def of(column: str, code: str) -> tuple[Entry, ...]:
        held = (name for name in order if code in record.cases[name][column].split("|"))
        return tuple(map(told, islice(held, MOST)))

    newest = tuple(map(told, order[:MOST]))
    yield Feed("feeds/cases.atom", "All cases", "cases/", newest)
    changed = tuple(islice(_corrected(record), MOST))
    yield Feed("feeds/corrections.atom", "Corrections", "ledger/", changed)
    for code in platform_codes(record):
        place, label = f"platforms/{slug(code)}", record.platform_label(code)
        yield Feed(f"feeds/{place}.atom", label, f"{place}/", of("platform", code))
    for code in reason_codes(record):
        place, label = f"reasons/{slug(code)}", record.codebook.label("reasons", code)
        yield Feed(f"feeds/{place}.atom", label, f"{place}/", of("reasons", code))


def _days(record: Record, case: Row) -> list[str]:
    """The days on which a report of *case* came in, the first first, or was decided on."""
    reports = record.reports_of(case)
    decided = (row for report in reports for row in record.decisions.of(report["report_id"]))
    came = sorted(row["first_seen"] for row in reports)
    return [*came, *(row["date"] for row in decided)]


def _entry(record: Record, name: str) -> Entry:
    case = record.cases[name]
    days = _days(record, case)
    codes = [case["platform"], case["action"], *case["reasons"].split("|")]
    return Entry(
        name=f"cases/{name}",
        path=f"cases/{name}/",
        title=f"Case {name}: {summary(record, case)}".removesuffix(": "),
        published=days[0],
        updated=max(days),
        says=f"{paragraph(record, case)} {SAID}",
        terms=tuple(dict.fromkeys(code for code in codes if code not in SILENT)),
    )


def _corrected(record: Record) -> Iterator[Entry]:
    """The corrections, the newest first."""
    changed = enumerate(record.decisions.corrections)
    for number, row in sorted(changed, key=lambda told: (told[1]["date"], told[0]), reverse=True):
        column = record.codebook.columns.get(row["column"])
        label = column.label["en"] if column else "whether it is a report"
        case = record.reports.get(row["report_id"], {}).get("case_id", "")
        yield Entry(
            name=f"corrections/{row['report_id']}/{row['column']}/{number}",
            path=f"cases/{case}/" if case in record.cases else "ledger/",
            title=f"Report {row['report_id']}, {label}: {row['new'] or 'not told'}",
            published=row["date"],
            updated=row["date"],
            says=f"Before: {row['old'] or 'not told'}. Now: {row['new'] or 'not told'}. "
            f"Why: {row['reason']}",
        )


def atom(feed: Feed, site: str, day: str) -> bytes:
    """*feed* as XML. Links are whole where *site* is known, else relative to the feed.

    A feed without entries is as of *day*.
    """
    root = site or "../" * feed.path.count("/")
    tree = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    tree.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    _add(tree, "id", _name(feed.path))
    _add(tree, "title", f"Suspension Record: {feed.title}")
    _add(tree, "updated", _moment(max((e.updated for e in feed.entries), default=day)))
    if site:
        _add(tree, "link", rel="self", type="application/atom+xml", href=f"{site}{feed.path}")
    _add(tree, "link", rel="alternate", type="text/html", href=f"{root}{feed.page}")
    _add(_add(tree, "author"), "name", AUTHORS)
    _add(tree, "rights", "CC BY 4.0")
    for told in feed.entries:
        _tell(_add(tree, "entry"), told, root)
    return bytes(etree.tostring(tree, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _tell(tree: etree._Element, told: Entry, root: str) -> None:
    _add(tree, "id", _name(told.name))
    _add(tree, "title", told.title)
    _add(tree, "published", _moment(told.published))
    _add(tree, "updated", _moment(told.updated))
    _add(tree, "link", rel="alternate", type="text/html", href=f"{root}{told.path}")
    for term in told.terms:
        _add(tree, "category", term=term)
    _add(tree, "content", told.says, type="text")


def _add(tree: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    added = etree.SubElement(tree, f"{{{ATOM}}}{tag}", attributes)
    added.text = text or None
    return added


def _name(path: str) -> str:
    return uuid.uuid5(NAMES, path).urn


def _moment(partial_date: str) -> str:
    return f"{partial_day(partial_date).isoformat()}T00:00:00Z"
