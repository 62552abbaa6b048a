"""Removal on request: a report leaves every table, the posts and the archive, and stays out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pandas as pd

from pipeline import tellings as kept
from pipeline.editions import NAMING
from pipeline.figures import figures
from pipeline.history import commits, purge
from pipeline.posts import Post, page, read, threads
from pipeline.privacy import address_key, load_removed
from pipeline.record import Record, read_record, removals_schema, settle, write_record
from pipeline.reports import Reports
from pipeline.tables import csv, figures_schema, write_table
from pipeline.taken_out import take_out as take_out_of_editions
from pipeline.workspace import Workspace
from scraper.addresses import is_page, published_url
from scraper.archive import Archive, locked, take_out
from scraper.identity import secret_key
from scraper.posts import leave_out
from scraper.removed import Removed
from scraper.rules import DataError
from scraper.seen import forget
from scraper.sources import load_sources
from scraper.together import write_together
from scraper.warc import Line

UNDER_WAY = ".removing"
"""In the workspace while a removal is being carried out: the numbers of its reports."""

MOST = 99
"""Tellings that one page holds at the most."""

MADE = ("reports", "evidence", "cases", "letters", "retired", "figures", "removals")
"""Tables that are written as a whole; of all others the rows about the report go."""

Thread = list[Post]


@dataclass(frozen=True)
class Removal:
    """What one removal took away.

    ``reports`` are the numbers of the reports, ``captures`` and ``posts`` how many left the
    archive and the posts, ``stay`` how many other reports of the page stay in the record,
    ``editions`` how many editions they were taken out of,
    ``again`` whether it had been removed before, ``is_held_off`` whether its page is known
    and will not be asked for again, ``commits`` how many commits of the repository hold rows
    of the reports (None where there is no repository).
    """

    reports: tuple[str, ...]
    captures: int
    posts: int
    stay: int
    editions: int
    again: bool
    is_held_off: bool
    commits: int | None

    def __str__(self) -> str:
        lines = [
            f"{'Was removed before; now' if self.again else 'Removed:'} "
            f"{', '.join(self.reports) or 'no report'}, {self.posts} posts, "
            f"{self.captures} captures of the archive"
        ]
        if self.editions:
            lines.append(f"Taken out of {self.editions} editions too; publish them again")
        if self.stay:
            lines.append(f"{self.stay} other reports of the page stay, without its text")
        if not self.is_held_off and not self.again:
            lines.append("The page is not known: give its address too, to keep it from coming back")
        if self.reports and self.commits:
            lines += [
                f"Its coded row (facts and the published address, no words) is still in the "
                f"history: {self.commits} commits brought or changed it. To purge it, commit this "
                "removal, and in a fresh clone:",
                purge(self.reports),
                "then push with --force and ask the host to drop what it caches. Copies that "
                "others took are beyond reach.",
            ]
        return "\n".join(lines)


@dataclass(frozen=True)
class _Sought:
    """What is to go: the pages' hashes, the rows of the record, and those of these pages."""

    pages: frozenset[str]
    rows: pd.DataFrame
    of_page: pd.DataFrame


def remove(workspace: Workspace, what: str, key: bytes | None = None) -> Removal:
    """Remove *what*, the address of a page or post or the number of a report.

    The address of a page removes all reports that it holds, that of one post in it, or a
    number, one person's. The page goes from posts and archive in either case, since its
    captures hold everybody's words, and is not asked for again. ``removals.csv`` gets hashes
    by *key* (the maintainer's where none is given), never the address. It is written first:
    where this ends early, :func:`go_on` ends it. Figures are counted anew.

    Raises:
        DataError: nothing is known of *what*, or a table, a rule or the archive cannot be
            used as it stands; nothing has changed then.
    """
    table = workspace.table("removals")
    key = key or secret_key(table)
    removed = load_removed(workspace, key)
    record = read_record(workspace)
    settle(record)  # whatever cannot be used is told before anything changes
    with locked(workspace.archive):
        sought = _seek(what, record, removed)
        again = bool(removed.keys & (sought.pages | {what}))
        now = removed.model_copy(update={"keys": removed.keys | sought.pages})
        captures = _captures(workspace, now)
        known = sought.pages and (captures or any(now.has(page(p)) for p in read(workspace)))
        listed = _listed(workspace, now)
        if not (len(sought.rows) or known or listed or again):
            problem = "nothing is known of this address"
            hint = "; a report whose address is not published whole is removed by its number"
            raise DataError("remove", "", problem + hint)
        ids = sorted(sought.rows["report_id"])
        keys = {*now.keys, *ids, *filter(None, sought.rows["address_key"])}
        listing = csv(pd.DataFrame({"key": sorted(keys)}, dtype=str), table, removals_schema())
        files = {table.name: listing, UNDER_WAY: json.dumps(ids).encode()}
        write_together(workspace.root, files)
        posts, editions = _carry_out(workspace, ids, now, captures)
    return Removal(
        reports=tuple(ids),
        captures=len(captures),
        posts=posts,
        stay=len(set(sought.of_page["report_id"]).difference(ids)),
        editions=editions,
        again=again,
        is_held_off=bool(sought.pages),
        commits=commits(workspace.root, ids),
    )


def go_on(workspace: Workspace, key: bytes | None = None) -> None:
    """Carry out the removal in *workspace* that a killed run had begun.

    Raises:
        DataError: what is left of it is damaged, or see :func:`remove`.
    """
    marker = workspace.root / UNDER_WAY
    try:
        ids = [str(report) for report in json.loads(marker.read_text(encoding="utf-8"))]
    except (ValueError, TypeError) as error:
        problem = "is damaged; delete it, and remove again what was asked for"
        raise DataError(marker, "", problem) from error
    removed = load_removed(workspace, key or secret_key(workspace.table("removals")))
    with locked(workspace.archive):
        _carry_out(workspace, ids, removed, _captures(workspace, removed))


def _carry_out(
    workspace: Workspace, ids: Sequence[str], removed: Removed, captures: Sequence[Line]
) -> tuple[int, int]:
    """Take out all that the table of removals names; how many posts, and out of how many editions.

    Each step can be done again where it was done already.
    """
    take_out(workspace.archive, captures)
    posts = leave_out(workspace.posts, removed)
    kept.leave_out(workspace.tellings, removed)
    forget(workspace.archive, removed)
    _tables(workspace, ids, removed)
    editions = take_out_of_editions(workspace)
    (workspace.root / UNDER_WAY).unlink()
    return posts, editions


def _seek(what: str, record: Record, removed: Removed) -> _Sought:
    reports = record.reports
    found = list(threads(read(record.workspace)))
    if re.fullmatch(r"r\d{4,}", what):
        rows = reports[reports["report_id"] == what]
        if rows.empty and what not in removed.keys:
            raise DataError("remove", what, "is no report of the record")
        held = [each for each in found if set(rows["address_key"]) & set(_places(each, removed))]
        urls = [page(each[0]) for each in held] + [url for url in rows["url"] if is_page(url)]
        pages = frozenset(map(removed.hash, urls))
        return _Sought(pages, rows, _of_pages(reports, held, urls, removed))
    parts = urlsplit(what)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DataError("remove", "", "takes an http address, or a report's number such as r0123")
    posted = urldefrag(what).url
    held = [each for each in found if posted in map(_permalink, each)]
    if not held:
        held = [each for each in found if removed.hash(page(each[0])) == removed.hash(what)]
        of_page = _of_pages(reports, held, [what], removed)
        return _Sought(frozenset({removed.hash(what)}), of_page, of_page)
    urls = [page(each[0]) for each in held]
    of_page = _of_pages(reports, held, urls, removed)
    own = {place for each in held for place in _own(each, posted, record, removed)}
    rows = of_page[of_page["address_key"].isin(own)]
    return _Sought(frozenset(map(removed.hash, [what, *urls])), rows, of_page)


def _permalink(post: Post) -> str:
    """The address of *post* alone; "" where it has none but its page's."""
    url = str(urldefrag(post["url"]).url)
    return "" if url == page(post) else url


def _places(thread: Thread, removed: Removed) -> list[str]:
    """The ``address_key`` of each telling that *thread* can hold."""
    return [_place(page(thread[0]), position, removed) for position in range(1, len(thread) + 1)]


def _place(url: str, position: int, removed: Removed) -> str:
    return address_key(removed.secret.encode(), url, position)


def _own(thread: Thread, url: str, record: Record, removed: Removed) -> list[str]:
    """The ``address_key`` of the telling that the post at *url* is part of, if it is of one."""
    tellings = Reports(record.workspace.rules).screen.judge(thread).tellings
    return [
        _place(page(thread[0]), telling.position, removed)
        for telling in tellings
        if url in map(_permalink, telling.posts)
    ]


def _of_pages(
    reports: pd.DataFrame, held: Sequence[Thread], urls: Sequence[str], removed: Removed
) -> pd.DataFrame:
    """The rows of *reports* that the threads in *held*, or the pages at *urls*, hold."""
    places = {place for thread in held for place in _places(thread, removed)}
    places |= {_place(url, position, removed) for url in urls for position in range(1, MOST)}
    published = {published_url(url, removed.addresses) for url in urls}
    published = {url for url in (*published, *urls) if is_page(url)}
    return reports[reports["address_key"].isin(places) | reports["url"].isin(published)]


def _captures(workspace: Workspace, removed: Removed) -> list[Line]:
    """Where the archive holds what was removed, or a list that names it."""
    archive, sources = Archive(workspace.archive), load_sources(workspace.rules / "sources.toml")
    return [
        line
        for name in archive.names
        for line in archive.lines(name)
        if removed.is_in(archive.read(line), sources.get(name))
    ]


def _listed(workspace: Workspace, removed: Removed) -> bool:
    """Whether another table, such as that of pages without a report, names the page."""
    tables = (pd.read_csv(path, dtype=str, keep_default_na=False) for path in _others(workspace))
    return any(removed.has(url) for table in tables if "url" in table for url in table["url"])


def _others(workspace: Workspace) -> list[Path]:
    return [path for path in sorted(workspace.root.glob("*.csv")) if path.stem not in MADE]


def _tables(workspace: Workspace, ids: Sequence[str], removed: Removed) -> None:
    """Take the rows about the reports called *ids*, and about removed pages, out of all tables."""
    files = {}
    for path in _others(workspace):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        gone = table[[name for name in NAMING if name in table]].isin(ids).any(axis=1)
        if "url" in table:
            gone |= table["url"].map(removed.has).astype(bool)
        if gone.any():
            files[path.name] = table[~gone].to_csv(index=False, lineterminator="\n").encode()
    write_together(workspace.root, files)
    record = settle(read_record(workspace))
    quoted = set(record.reports["letter_id"].str.split("|").explode())
    letters = record.letters[record.letters["letter_id"].isin(quoted)].reset_index(drop=True)
    write_record(replace(record, letters=letters))
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
