"""Tellings that are one text: cross-posts, planted copies, and pages made by the dozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import regex
from datasketch import MinHash  # type: ignore[import-untyped]
from pydantic import Field

from pipeline.cases import Pair, rows
from pipeline.codebook import CodeList
from pipeline.coding.phrases import UNSPACED, Phrases
from pipeline.coding.reading import Reading
from pipeline.letters import first_alike, signature
from pipeline.platforms import Platform
from pipeline.posts import page
from pipeline.record import Record, decisions
from pipeline.reports import Coded
from pipeline.synthetic import STATUS, SYNTHETIC
from pipeline.tables import EVIDENCE, MARKED, RECODED
from scraper.rules import Rule, load_rules

COPY = "copy"
WHO = "text"
"""Who decided, in ``links.csv``, where this module did."""
RULES = {COPY: "copies.share", SYNTHETIC: "copies.clones"}
"""What ``evidence.csv`` says of a mark that comes of comparing texts."""
NAME = "_"
"""What stands for a platform's name in words that are compared; a letter's names too."""

_UNSPACED = regex.compile(f"[{UNSPACED}]", regex.V1)


class Clones(Rule):
    """How many ``pages`` of one host tell the same of how many ``platforms`` at least."""

    pages: int = Field(ge=2)
    platforms: int = Field(ge=2)


class Rules(Rule):
    """``data/copies.toml``, which says what each key means."""

    share: float = Field(gt=0, le=1)
    shortest: int = Field(ge=1)
    clones: Clones
    elsewhere: CodeList


@dataclass(frozen=True)
class Told:
    """One telling as it is compared with others.

    ``page`` is its address, ``author`` its author's key ("" where not known), ``day`` when it
    was published, else first captured; ``made`` is the signature of its teller's own words,
    ``elsewhere`` whether they say that the same is posted in another place.
    """

    report: str
    page: str
    author: str
    day: str
    platform: str
    made: MinHash
    elsewhere: bool


@dataclass(frozen=True)
class Alike:
    """What tellings of one text are.

    ``copies`` names the original of each copy, ``clones`` are the pages that a host made of one
    text, ``one_action`` all pairs of tellings that can be of one: those of one platform.
    """

    copies: Mapping[str, str]
    clones: frozenset[str]
    one_action: tuple[Pair, ...]


class Words:
    """The teller's own words, without what differs where a text is used again."""

    def __init__(self, platforms: Iterable[Platform], rules: Rules) -> None:
        names = sorted({name for p in platforms for name in p.names}, key=len, reverse=True)
        self._names = regex.compile(r"\L<names>", regex.IGNORECASE, names=names)
        self._shortest = rules.shortest
        self._elsewhere = Phrases(rules.elsewhere)

    def told(self, reading: Reading, platform: str) -> Told | None:
        """*reading* as it is compared, under no number yet; None where its words are too few.

        Of its first post what is the teller's own: no letter, no quotation, nobody's answer.
        """
        post = reading.telling.posts[0]
        text = str(post["text"])
        own = " ".join(
            text[s.start : s.end]
            for s in reading.sentences
            if not (s.post or s.title or s.letter or s.staff or s.speaker == "other")
        )
        if len(own) + 2 * len(_UNSPACED.findall(own)) < self._shortest:
            return None
        day = str(post["published"] or post["captured_at"])[:10]
        made = signature(self._names.sub(NAME, own))
        elsewhere = any(self._elsewhere.find(p.text, p.lang) for p in reading.passages)
        return Told("", page(post), str(post["author_key"]), day, platform, made, elsewhere)


def load_copies(path: Path) -> Rules:
    """The rules at *path*.

    Raises:
        DataError: they break their model.
    """
    return load_rules(path, Rules)


def alike(told: Iterable[Told], rules: Rules) -> Alike:
    """Which of the tellings *told* are one text; the first published one is the original.

    A copy stands on another page, and its author is not known to be the original's.
    """
    in_time = sorted(told, key=lambda each: (each.day, int(each.report[1:])))
    by_report = {each.report: each for each in in_time}
    firsts = first_alike({each.report: each.made for each in in_time}, rules.share)
    groups: dict[str, list[Told]] = {}
    for report, first in firsts.items():
        groups.setdefault(first, []).append(by_report[report])
    clones = {report for group in groups.values() for report in _clones(group, rules.clones)}
    pairs = [(by_report[first], each) for first, group in groups.items() for each in group[1:]]
    copies = {
        each.report: first.report
        for first, each in pairs
        if each.report not in clones and not _is_of_one(first, each)
    }
    same = (pair for pair in pairs if len({told.platform for told in pair} - {"unknown"}) < 2)
    return Alike(copies, frozenset(clones), tuple((a.report, b.report) for a, b in same))


def _is_of_one(first: Told, each: Told) -> bool:
    """Whether two tellings stand on one page, or are one author's, as known or as they say."""
    known = each.author != "" and each.author == first.author
    return known or each.page == first.page or first.elsewhere or each.elsewhere


def _clones(group: Sequence[Told], rules: Clones) -> Iterable[str]:
    by_host: dict[str, list[Told]] = {}
    for each in group:
        by_host.setdefault(urlsplit(each.page).hostname or "", []).append(each)
    for there in by_host.values():
        pages = {each.page for each in there}
        platforms = {each.platform for each in there} - {"unknown"}
        if len(pages) >= rules.pages and len(platforms) >= rules.platforms:
            yield from (each.report for each in there)


def mark(
    record: Record, coded: Mapping[str, Coded], told: Mapping[str, Told]
) -> tuple[Record, tuple[Pair, ...]]:
    """*record* with its copies and machine-written reports marked, and the pairs of one action.

    *coded* are the tellings that were found, by report, *told* those of them that can be
    compared. The original of a copy stands beside it in ``links.csv``; where it is not held any
    more, the copy stays one. What people settled, or judged as a report, is not marked.

    Raises:
        DataError: the rules, or what people decided, break their model.
    """
    rules = load_copies(record.workspace.rules / "copies.toml")
    found, decided = alike(told.values(), rules), decisions(record)
    links = record.links
    of_text = links[(links["sureness"] == COPY) & (links["who"] == WHO)]
    before = dict(zip(of_text["report_b"], of_text["report_a"], strict=True))
    status: dict[str, str] = {}
    for row in rows(record.reports):
        report = row["report_id"]
        free = row["review"] in RECODED and decided.on_screen(report) is None
        if free and report in coded:
            lost = row["status"] == COPY and before.get(report) not in told
            status[report] = _status(coded[report], report, found, lost=lost) or (
                "live" if row["status"] in MARKED else row["status"]
            )
    originals = {copy: first for copy, first in found.copies.items() if status.get(copy) == COPY}
    cells = [status.get(row["report_id"], row["status"]) for row in rows(record.reports)]
    marked = replace(
        record,
        reports=record.reports.assign(status=pd.Series(cells, record.reports.index, dtype=str)),
        links=_linked(links, originals, {c for c in before if status.get(c) != COPY}),
        evidence=_proven(record.evidence, coded, status),
    )
    return marked, found.one_action


def _status(coded: Coded, report: str, found: Alike, *, lost: bool) -> str:
    """The mark of a report; "" for none. *lost*: it is a copy whose original is not held."""
    if report in found.clones or any(value.column == STATUS for value in coded.values):
        return SYNTHETIC
    return COPY if lost or report in found.copies else ""


def _linked(links: pd.DataFrame, originals: Mapping[str, str], freed: Set[str]) -> pd.DataFrame:
    """*links* with each copy beside its original; without those of *freed* ones."""
    made = [(first, copy, COPY, WHO) for copy, first in originals.items()]
    again = links["report_b"].isin({*originals, *freed})
    kept = links[~(again & (links["sureness"] == COPY) & (links["who"] == WHO))]
    return pd.concat(
        [kept, pd.DataFrame(made, columns=links.columns, dtype=str)], ignore_index=True
    )


def _proven(
    evidence: pd.DataFrame, coded: Mapping[str, Coded], status: Mapping[str, str]
) -> pd.DataFrame:
    """*evidence* with what the comparison of texts says, where no span of the text does."""
    spoken = set(evidence["report_id"][evidence["column"] == STATUS])
    made = [
        (report, STATUS, code, "0", "0", coded[report].telling.posts[0]["sha256"], RULES[code])
        for report, code in status.items()
        if code in MARKED and report not in spoken
    ]
    added = pd.concat([evidence, pd.DataFrame(made, columns=list(EVIDENCE), dtype=str)])
    added = added.sort_values("report_id", key=lambda ids: ids.str[1:].astype(int), kind="stable")
    return added.reset_index(drop=True)
