"""Feeds: entries as messages."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import feed
from scraper.post import EngineError, Page
from scraper.sources import Source

SITE = "https://site.example"
SOURCE = Source(
    name="site", title="Site", engine="feed", access="feed", start=(f"{SITE}/atom.xml",),
    source_kind="blog", robots="", terms="", checked="2026-01-01",
)  # fmt: skip

ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>Site</title>
<link rel="next" href="/atom.xml?page=2"/>
<entry><id>tag:site.example,2020:1</id><title>Konto &amp;amp; Geld weg</title><link href="/konto-weg"/>
<published>2020-01-02T10:00:00+01:00</published><author><name>Laterne</name></author>
<content type="html">&lt;p&gt;Sie schrieben:&lt;/p&gt;&lt;blockquote&gt;Guten Tag&lt;/blockquote&gt;</content></entry>
<entry><id>2</id><title>Leer</title><link href="{SITE}/leer"/></entry>
<entry><id>3</id><title>Kurz</title><link href="{SITE}/kurz"/><summary>Nur so viel.</summary></entry>
</feed>"""


def test_entries_are_messages() -> None:
    page = feed.read(Page(f"{SITE}/atom.xml", ATOM.encode()), SOURCE)
    full, short = page.messages
    assert full.text == "Sie schrieben:\nGuten Tag"
    assert [full.text[start:end] for start, end in full.quotes] == ["Guten Tag"]
    assert (full.url, full.thread_url, full.position) == (
        f"{SITE}/konto-weg",
        f"{SITE}/konto-weg",
        1,
    )
    assert (full.title, full.author) == ("Konto & Geld weg", "Laterne")
    assert full.published == "2020-01-02T09:00:00+00:00"
    assert full.lang == "de"
    assert (short.text, short.published) == ("Nur so viel.", "")
    assert full.engine_id != short.engine_id
    assert page.links == (f"{SITE}/atom.xml?page=2",)


@pytest.mark.parametrize("body", [b"", b"<html><p>x", b"/etc/hostname", b'{"items": []}'])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(EngineError, match="not a feed"):
        feed.read(Page(f"{SITE}/feed", body), SOURCE)
