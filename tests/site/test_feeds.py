"""Feeds keep to RFC 4287, and tell of the cases and corrections that are on record."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
import pandas as pd
import pytest
from lxml import etree

from pipeline.record import read_record, settle, write_record
from pipeline.workspace import Workspace
from publisher.feeds import atom, feeds
from publisher.record import load_record

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
ALLOWED = {
    "feed": {"id": 1, "title": 1, "updated": 1, "author": 1, "rights": 1, "link": 2, "entry": 50},
    "entry": {"id": 1, "title": 1, "updated": 1, "published": 1, "content": 1, "link": 1,
              "category": 99},
}  # fmt: skip
NEEDED = {"feed": {"id", "title", "updated", "author"}, "entry": {"id", "title", "updated"}}


def mistakes(content: bytes) -> list[str]:
    """What of a feed does not keep to RFC 4287, as far as our feeds use it."""
    tree = etree.fromstring(content)
    found = [] if tree.tag == f"{ATOM}feed" else [f"root is {str(tree.tag)!r}"]
    for element in (tree, *tree.iter(f"{ATOM}entry")):
        found += _of(element)
    ids = [element.text or "" for element in tree.iter(f"{ATOM}id")]
    found += ["an id stands twice"] * (len(set(ids)) < len(ids))
    found += [f"{name!r} is no URN" for name in ids if uuid.UUID(name).urn != name]
    moments = [element.text or "" for element in tree.iterfind(f"{ATOM}entry/{ATOM}updated")]
    if moments and tree.findtext(f"{ATOM}updated") != max(moments):
        found.append("is older than its newest entry")
    return found


def _of(element: etree._Element) -> Iterator[str]:
    """What is wrong with a feed or an entry in itself."""
    kind = etree.QName(element).localname
    names = [etree.QName(child).localname for child in element]
    yield from (f"{kind} lacks {name}" for name in NEEDED[kind] - set(names))
    for name in sorted(set(names)):
        if names.count(name) > ALLOWED[kind].get(name, 0):
            yield f"{kind} has {names.count(name)} {name}"
    for name in ("updated", "published"):
        moment = element.findtext(f"{ATOM}{name}")
        if moment is not None and not re.fullmatch(MOMENT, moment):
            yield f"{kind} {name} is {moment}"
    if len(element.findall(f"{ATOM}link[@rel='alternate']")) != 1:
        yield f"{kind} has not one alternate"


def all_feeds(site: Path) -> list[Path]:
    return sorted((site / "feeds").rglob("*.atom"))


def test_every_feed_keeps_to_the_standard_and_is_read_by_a_reader(site: Path) -> None:
    found = all_feeds(site)
    assert len(found) > 40
    for path in found:
        content = path.read_bytes()
        assert mistakes(content) == [], path
        parsed = feedparser.parse(content)
        assert parsed.version == "atom10"
        assert not parsed.bozo, path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<title>Case", b"<titel>Case"),
        (b"T00:00:00Z", b""),
        (b'rel="alternate"', b'rel="self"'),
        (b"urn:uuid:", b""),
    ],
)
def test_a_mistake_in_a_feed_is_noticed(site: Path, old: bytes, new: bytes) -> None:
    content = (site / "feeds" / "cases.atom").read_bytes()
    assert old in content
    broken = content.replace(old, new)
    if new == b"<titel>Case":
        broken = re.sub(rb"<titel>(Case[^<]*)</title>", rb"<summary>\1</summary>", broken)
    assert mistakes(broken)


def test_links_of_a_feed_lead_to_pages_of_the_site(site: Path) -> None:
    for path in all_feeds(site):
        for link in etree.parse(str(path)).iter(f"{ATOM}link"):
            target = (path.parent / link.get("href", "")).resolve()
            assert (target / "index.html").exists(), (path, link.get("href"))


def test_a_platforms_feed_tells_of_its_cases_alone(site: Path, record: Workspace) -> None:
    cases = pd.read_csv(record.table("cases"), dtype=str, keep_default_na=False)
    own = set(cases[cases["platform"] == "upwork"]["case_id"])
    entries = feedparser.parse(str(site / "feeds" / "platforms" / "upwork.atom")).entries
    told = {entry.link.rstrip("/").rpartition("/")[2] for entry in entries}
    assert told
    assert told <= own


def test_with_an_address_links_are_whole_and_each_feed_names_itself(record: Workspace) -> None:
    home = "https://record.example/some/place/"
    for feed in feeds(load_record(record)):
        content = atom(feed, home, "2030-04-01")
        assert mistakes(content) == []
        tree = etree.fromstring(content)
        addresses = [link.get("href", "") for link in tree.iter(f"{ATOM}link")]
        assert all(address.startswith(home) for address in addresses)
        assert home + feed.path in addresses


def test_a_feed_is_the_same_in_every_copy_of_the_site(record: Workspace) -> None:
    feed = next(feeds(load_record(record)))
    here, there = (atom(feed, at, "2030-04-01") for at in ("", "https://a.example/"))
    ids = re.findall(rb"urn:uuid:[\w-]+", here)
    assert ids == re.findall(rb"urn:uuid:[\w-]+", there) != []


def test_a_correction_is_told_and_renews_its_case(record: Workspace, tmp_path: Path) -> None:
    shutil.copytree(record.root, tmp_path / "data")
    workspace = Workspace(tmp_path / "data", tmp_path / "data")
    with workspace.table("corrections").open("a") as file:
        file.write("r0002,outcome,pending,upheld,the page says so,2030-02-01\n")
    write_record(settle(read_record(workspace)))
    by_path = {feed.path: feed for feed in feeds(load_record(workspace))}
    told = by_path["feeds/corrections.atom"].entries[0]
    assert "Before: pending. Now: upheld. Why: the page says so" in told.says
    assert told.updated == "2030-02-01"
    newest = by_path["feeds/cases.atom"].entries[0]
    assert newest.path == told.path
    assert (newest.published, newest.updated) == ("2026-11-24", "2030-02-01")
