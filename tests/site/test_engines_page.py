"""The page that says what is read, made from what the engines say of themselves."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from scraper.sources import READABLE


def test_every_engine_says_what_it_reads(site: Path) -> None:
    page = html.fromstring((site / "engines" / "index.html").read_text(encoding="utf-8"))
    for name in READABLE:
        [entry] = page.xpath("//dl[@class='codes']/div[@id=$name]", name=name)
        assert len(entry.find("dd").text_content().split()) > 8, name
        assert "``" not in entry.text_content()
        assert "Raises" not in entry.text_content()
