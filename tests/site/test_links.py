"""Every link inside the site leads somewhere, wherever the site stands."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}


def links(page: html.HtmlElement) -> list[tuple[str, str]]:
    found = []
    for tag, attribute in LINKS.items():
        found += [(tag, address) for e in page.iter(tag) if (address := e.get(attribute))]
    return [(tag, address) for tag, address in found if not address.startswith("data:")]


def test_every_internal_link_and_anchor_resolves_and_is_relative(site: Path) -> None:
    pages = {path: html.parse(str(path)).getroot() for path in site.rglob("*.html")}
    anchors = {
        path: {e.get("id") for e in page.iter() if e.get("id")} for path, page in pages.items()
    }
    broken, checked = set(), 0
    for path, page in pages.items():
        for tag, address in links(page):
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "mailto") and tag == "a":
                continue
            checked += 1
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            target = target / "index.html" if target.is_dir() else target
            missing = not target.exists() or address.startswith("/") or parts.scheme
            named = "" if "=" in parts.fragment else parts.fragment  # else it is a page's state
            lost = target in anchors and named and named not in anchors[target]
            if missing or lost:
                broken.add(f"{path.relative_to(site)}: {address}")
    assert sorted(broken)[:20] == []
    assert checked > 5000


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    for path in site.rglob("*.html"):
        for tag, address in links(html.parse(str(path)).getroot()):
            assert tag == "a" or not urlsplit(address).netloc, (path, address)


def test_source_links_hand_on_neither_reader_nor_rank(site: Path) -> None:
    page = html.parse(str(site / "cases" / "c0003" / "index.html")).getroot()
    sources = page.findall(".//ul[@class='reports']//a")
    assert sources
    for link in sources:
        assert set(link.get("rel", "").split()) == {"noopener", "noreferrer", "nofollow"}


def test_cases_stand_neither_in_the_navigation_nor_in_the_search_index(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    places = {document["location"] for document in index["docs"]}
    assert any(place.startswith("method/") for place in places)
    assert not [place for place in places if place.startswith("cases/")]
    assert "c0001" not in json.dumps(index)
    home = html.parse(str(site / "index.html")).getroot()
    led = [a.get("href", "") for a in home.iterfind(".//nav//a")]
    assert "cases/" in led
    assert not [address for address in led if address.startswith("cases/c")]


def test_the_page_for_what_is_not_there_brings_all_it_needs(site: Path) -> None:
    page = html.parse(str(site / "404.html")).getroot()
    assert [address for _, address in links(page)] == ["."]
