"""Each boundary alone: what it refuses, and what is left of the rest."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from pipeline.platforms import load_platforms
from pipeline.privacy import load_addresses, published_url
from pipeline.workspace import record
from scraper.sound import shown, unsound, unsound_cell
from scraper.sources import load_sources
from tests.hostile.inputs import INPUTS, STEERING, basic, of, taken

PLACE = """title = "Any"
engine = "wordpress"
access = "page"
source_kind = "blog"
robots = ""
terms = ""
checked = "2026-01-01"
start = ["http://any.example/"]"""


def test_the_corpus_is_wide() -> None:
    assert len(INPUTS) > 900
    assert len({each.id for each in INPUTS}) == len(INPUTS)
    assert len({each.harm for each in INPUTS}) >= 15


def entries(kind: str, key: str, rest: str, texts: list[str]) -> str:
    return "".join(f"[[{kind}]]\n{key} = {basic(text)}\n{rest}\n" for text in texts)


@pytest.mark.parametrize("where", ["platform", "source"])
def test_a_name_that_is_another_s_or_a_path_is_refused(where: str, tmp_path: Path) -> None:
    """One that is let through is no more than letters, digits and dots."""
    for each in of(where):
        key, kind = ("name", "source") if where == "source" else ("code", "platform")
        rest = PLACE if where == "source" else 'label = "L"\nnames = []'
        read = load_sources if where == "source" else load_platforms
        write = partial(entries, kind, key, rest)
        kept, refused = taken([each.text], tmp_path / "a.toml", write, read)
        assert len(kept) + len(refused) == 1
        assert [name for name in kept if not re.fullmatch(r"(other:)?[a-z0-9.-]+", name)] == []
        assert [told for told in refused if STEERING.search(told)] == []


def test_an_address_is_published_plain_or_not_at_all() -> None:
    rules = load_addresses(record().rules)
    for each in of("url"):
        url = published_url(each.text, rules)
        assert re.fullmatch(r"(https?://[a-z0-9.:-]+/[^\s<>\"'`{}|^]*)?", url), each.id
        assert not unsound_cell(url)
        assert "evil.example" not in url.split("/")[2:3]


def test_what_is_shown_is_as_long_and_steers_nothing() -> None:
    for each in INPUTS:
        assert len(shown(each.text)) == len(each.text)
        assert not STEERING.search(shown(each.text).replace("\ufffe", ""))
        assert not unsound(shown(each.text)), each.id


def test_a_formula_is_no_cell() -> None:
    tried = [each.text for each in of("reason") if each.harm == "formula"]
    assert [t for t in tried if t.lstrip()[:1] in set("=+-@＝＋－＠") and not unsound_cell(t)] == []
    assert [
        n for n in ("-1", "12", "-0.5", "a=1", "https://a.example/?b=1") if unsound_cell(n)
    ] == []
