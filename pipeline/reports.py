"""From tellings to rows of ``reports.csv`` and of ``evidence.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.codebook import Codebook, Column, load_codebook
from pipeline.coding import coder
from pipeline.coding import learned as learning
from pipeline.coding.chosen import Chosen
from pipeline.coding.coder import RulesCoder
from pipeline.coding.learned import LearnedCoder, learned
from pipeline.coding.telling import Coder, Telling, Value
from pipeline.platforms import PARTIAL_DATE, load_platforms
from pipeline.posts import Post, page
from pipeline.privacy import is_wordless, load_addresses, published_url
from pipeline.screen import Screen
from pipeline.synthetic import Synthetic
from scraper.sources import Source, load_sources


@dataclass(frozen=True)
class Coded:
    """One telling as it was coded.

    ``cells`` holds every column of the codebook, ``values`` what those cells rest on.
    """

    telling: Telling
    cells: dict[str, str]
    values: tuple[Value, ...]


class Reports:
    """The screen and the coder over the rules in one folder; made once, used for all posts.

    ``coder`` names what codes: how a report's row says it. ``alone`` are the coders that need
    nothing else, by name.
    """

    def __init__(self, rules: Path) -> None:
        """Read the rules.

        Raises:
            DataError: the codebook, the platforms, the coders, the sources, the addresses or
                the cues of machine-written text break theirs.
        """
        self.codebook = load_codebook(rules / "codebook")
        self.platforms = load_platforms(rules / "platforms.toml")
        self.addresses = load_addresses(rules)
        by_rules = RulesCoder(self.codebook, self.platforms)
        known = cache(lambda: learned(rules, self.codebook, by_rules))
        by_learning = LearnedCoder(known, by_rules)
        self.alone: dict[str, Coder] = {coder.NAME: by_rules, learning.NAME: by_learning}
        self.read = by_rules.read
        synthetic = Synthetic(rules / "synthetic.toml")
        persons = self.codebook.lists["persons"]
        self.screen = Screen(by_rules, self.platforms, known, synthetic, persons)
        self._coder = Chosen(
            self.codebook, self.platforms, by_rules, by_learning, rules / "coders.toml"
        )
        self.coder = self._coder.name
        self._sources: dict[str, Source] = {}
        for path in (rules / "sources.toml", rules / "specimens" / "sources.toml"):
            if path.exists():
                self._sources |= load_sources(path)

    def code(self, telling: Telling) -> Coded:
        """*telling*'s cells as ``coder`` fills them; see :meth:`coded`."""
        return self.coded(telling, self._coder.code(telling))

    def coded(self, telling: Telling, values: Iterable[Value]) -> Coded:
        """*telling*'s cells from *values*, with the page's own facts, and what they rest on.

        A value that could be somebody's words, whichever coder gave it, is left out.
        """
        values = [value for value in values if self._is_wordless(value)]
        cells = {
            name: cell(column, self.codebook, values)
            for name, column in self.codebook.columns.items()
        }
        cells.update(self._page_facts(telling.posts[0], telling.position))
        cells["published"] = cells["published"] or _day(telling.posts[0]["published"])
        kept = (v for v in values if v.value in cells[v.column].split("|"))
        return Coded(telling, cells, tuple(kept))

    def _is_wordless(self, value: Value) -> bool:
        column = self.codebook.columns[value.column]
        return is_wordless(column, value.value, self.codebook, self.platforms)

    def _page_facts(self, post: Post, position: int) -> dict[str, str]:
        source = self._source(post)
        engine = source.home.engine if source else post["engine"]
        return {
            "url": page(post),
            "position": str(position),
            "lang": post["lang"],
            "engine": engine if engine in self.codebook.allowed("engine") else "other",
            "source_kind": source.source_kind if source else "",
        }

    def _source(self, post: Post) -> Source | None:
        """The source that *post* came from; for a post from elsewhere, one of the same host.

        The host is that of the published address: a mirror's page is of what it mirrors.
        """
        if post["source"] in self._sources:
            return self._sources[post["source"]]
        url = published_url(page(post), self.addresses) or page(post)
        host = urlsplit(url).hostname
        return next((source for source in self._sources.values() if host in source.hosts), None)


def cell(column: Column, codebook: Codebook, values: Iterable[Value]) -> str:
    """The cell of *column* that *values* fill; what it says by default where none does.

    Several codes stand in the order of their list or, where the column asks for it, of
    events, as the coder gave them. A column of one code takes the first value.
    """
    found = list(dict.fromkeys(v.value for v in values if v.column == column.name))
    if not found:
        return silence(column, codebook)
    if column.kind == "codes" and column.order == "list":
        found.sort(key=codebook.allowed(column.name).index)
    return "|".join(found) if column.kind in ("codes", "numbers", "events") else found[0]


def silence(column: Column, codebook: Codebook) -> str:
    """What a cell of *column* holds where the telling is silent.

    ``unknown`` or ``no``, where the column's own list has it; else nothing. A column that
    borrows the list of another (``believed_reasons``) is empty.
    """
    if column.kind == "platform":
        return "unknown"
    if column.list != column.name:
        return ""
    allowed = codebook.allowed(column.name)
    return next((code for code in ("unknown", "no") if code in allowed), "")


def evidence(coded: Coded, report_id: str) -> list[dict[str, str]]:
    """The rows of ``evidence.csv`` of one report, in the order of the coder's values."""
    return [
        {
            "report_id": report_id,
            "column": value.column,
            "value": value.value,
            "start": str(value.start),
            "end": str(value.end),
            "text_sha256": coded.telling.posts[value.post]["sha256"],
            "rule": value.rule,
        }
        for value in coded.values
    ]


def _day(moment: str) -> str:
    """The day of an ISO 8601 *moment*; "" where there is none."""
    return moment[:10] if re.match(PARTIAL_DATE, moment[:10]) else ""
