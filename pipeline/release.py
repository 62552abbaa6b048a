"""``suspensions release``: the record as it stands, as a dated edition to cite.

An edition never changes, but for what people ask to have removed and what they take away.
"""

from __future__ import annotations

import shutil
from datetime import date

from pipeline.changes import changes, tables, words
from pipeline.described import citation, codes, dcat, dictionary, package, schema_org, sized
from pipeline.editions import (
    Edition,
    csv,
    editions,
    json_text,
    sha256,
)
from pipeline.formats import Formats, data_files
from pipeline.record import Record, read_record
from pipeline.workspace import Workspace
from scraper.files import write_whole
from scraper.identity import Publisher
from scraper.rules import DataError, load_rules

CAVEATS = ("## What it is worth", "## Addresses and people")
"""The parts of ``data/README.md`` that go with every edition."""


def release(workspace: Workspace, day: str) -> Edition:
    """Write the edition of *day* below ``data/releases/``; its tables are those of *workspace*.

    It holds every table as CSV and Parquet, all of them as SQLite and JSON, a data package,
    DCAT and schema.org metadata, checksums, citations, and what changed since the edition
    before. Done again with the same tables it gives the same bytes.

    Raises:
        DataError: *day* is none or lies before the last edition, a table cannot be used, or
            an edition of that day stands already and has other tables.
    """
    last = before(workspace, day)
    record = read_record(workspace)
    now = tables(workspace)
    now |= {"dictionary": dictionary(now, record.codebook), "codes": codes(record.codebook)}
    publisher = load_rules(workspace.rules / "publisher.toml", Publisher)
    target = Edition(workspace.releases / day)
    staged = Edition(workspace.releases / f".{day}.part" / day)
    shutil.rmtree(staged.folder.parent, ignore_errors=True)
    try:
        for name, table in now.items():
            write_whole(staged.folder / f"{name}.csv", csv(table))
        described = package(day, now, record.codebook, publisher)
        write_whole(staged.folder / "datapackage.json", json_text(described))
        write_whole(staged.folder / "README.md", _readme(workspace).encode())
        for name, text in citation(day, publisher).items():
            write_whole(staged.folder / name, text.encode())
        _then(staged, record)
        describe(staged, last)
        _put(staged, target)
    finally:
        shutil.rmtree(staged.folder.parent, ignore_errors=True)
    write_formats(target)
    return target


def before(workspace: Workspace, day: str) -> Edition | None:
    """The edition before that of *day*.

    Raises:
        DataError: *day* is none, or lies before the last edition.
    """
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise DataError("release", "", f"{day!r} is no day such as 2026-11-24") from error
    known = editions(workspace)
    if known and known[-1].day > day:
        problem = f"lies before the last edition, of {known[-1].day}; an edition is of its day"
        raise DataError("release", day, problem)
    return next((edition for edition in reversed(known) if edition.day < day), None)


def _readme(workspace: Workspace) -> str:
    """The caveats, the licence, and where the rest is told."""
    text = (workspace.rules / "README.md").read_text(encoding="utf-8")
    parts = [f"## {part}" for part in text.split("\n## ")[1:]]
    caveats = [part.strip() for part in parts if part.startswith(CAVEATS)]
    files = (
        "`datapackage.json` says what each table and column holds, `dictionary.csv` and "
        "`codes.csv` say it as tables, `changes.json` what differs from the edition before, "
        "`release.json` what this edition was when it came out. Licence: "
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). To cite: `citation.txt`."
    )
    return "\n\n".join(["# An edition of the Suspension Record", files, *caveats]) + "\n"


def _then(edition: Edition, record: Record) -> None:
    """Write down what the edition was when it came out."""
    resources = edition.package["resources"]
    content = {each["path"]: (edition.folder / each["path"]).read_bytes() for each in resources}
    facts = {
        "release": edition.day,
        "codebook_edition": record.codebook.edition,
        "rows": {each["name"]: len(edition.table(each["name"])) for each in resources},
        "sha256": {path: sha256(found) for path, found in content.items()},
    }
    write_whole(edition.folder / "release.json", json_text(facts))


def describe(edition: Edition, last: Edition | None) -> None:
    """Write what describes the files of *edition* as they stand, and what changed since *last*."""
    folder = edition.folder
    since = {"since": last.day if last else ""}
    found = changes(last.tables(), edition.tables()) if last else {}
    write_whole(folder / "changes.json", json_text(since | found))
    described = sized(edition.package, edition)
    write_whole(folder / "datapackage.json", json_text(described))
    files = data_files(edition)
    write_whole(folder / "dcat.jsonld", json_text(dcat(described, files)))
    write_whole(folder / "schema.jsonld", json_text(schema_org(described, files)))


def _put(staged: Edition, target: Edition) -> None:
    """Let *staged* take its place, unless another edition of that day stands there."""
    if target.folder.exists():
        for path in staged.folder.iterdir():
            there = target.folder / path.name
            if not there.exists() or there.read_bytes() != path.read_bytes():
                problem = "came out already and differs; an edition is not changed"
                raise DataError(target.folder, path.name, problem)
        return
    staged.folder.rename(target.folder)


def write_formats(edition: Edition) -> None:
    """Write the files that are made from the tables beside them; git does not keep these."""
    for name, make in Formats(edition):
        write_whole(edition.folder / name, make())


def said(edition: Edition) -> list[str]:
    """What *edition* holds and how it differs from the one before, in lines for a reader."""
    rows = edition.then["rows"]
    counts = ", ".join(f"{rows[name]} {name}" for name in ("reports", "cases", "figures"))
    found = edition.changes
    if not found["since"]:
        return [f"Edition of {edition.day}: {counts}; the first one"]
    changed = list(words(found)) or ["nothing changed"]
    return [f"Edition of {edition.day}: {counts}", f"Since {found['since']}:", *changed]
