"""Reports of one action become one case, whose number never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, groupby
from urllib.parse import urlsplit

import pandas as pd

from pipeline.codebook import Codebook
from pipeline.tables import UNCOUNTED, case_columns

STANDING = ("corrected", "confirmed", "read", "admitted", "proposed")
"""How well a report was looked at, best first."""

FACTS = (
    *("action_date", "response_hours", "resolution_days", "funds_amount", "hold_days"),
    *("tenure_years", "jobs_completed", "earnings_usd", "success_score"),
)
"""Columns that tell two actions apart which the same letter announced."""

ENDS = {"pending": 1, "upheld": 2, "partly_restored": 2, "reinstated": 2}
"""How late in a case an outcome stands; all others are no outcome."""

Pair = tuple[str, str]


def rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """The rows of *table*, every cell as text."""
    names = [str(name) for name in table.columns]
    cells = (column.tolist() for _, column in table.astype(str).items())
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def link(
    reports: pd.DataFrame,
    links: pd.DataFrame,
    new_case: Callable[[], str],
    *,
    similar: Iterable[Pair] = (),
) -> tuple[pd.Series[str], dict[str, str]]:
    """The ``case_id`` of each report, and the cases that went into another one.

    Two reports tell of one action when ``links`` calls the pair ``certain``, when they were
    read at the same page and position, when they quote the same letter and agree on two
    facts and differ on none, or when something else says so (*similar*: pairs of report ids,
    such as those whose texts are nearly the same). A pair that ``links`` calls ``different``
    is never joined directly.

    A case keeps its number: reports that have one stay together; where cases meet, the
    lowest number holds and the others are given back as retired (old id to new id). A
    number that is needed anew comes from *new_case*.
    """
    names = {frozenset(pair) for pair in _pairs(links, "different")}
    edges = (*_pairs(links, "certain"), *similar, *_same(reports))
    groups = _components(list(reports["report_id"]), edges, names)
    before = dict(zip(reports["report_id"], reports["case_id"], strict=True))
    case_of: dict[str, str] = {}
    retired: dict[str, str] = {}
    taken = {""}
    for group in groups:
        held = sorted({before[report] for report in group} - taken, key=_number)
        case = held[0] if held else new_case()
        retired |= dict.fromkeys(held[1:], case)
        case_of |= dict.fromkeys(group, case)
        taken.add(case)
    alive = set(case_of.values())
    ids = reports["report_id"].map(case_of).astype(str)
    return ids, {old: new for old, new in retired.items() if old not in alive}


def _pairs(links: pd.DataFrame, sureness: str) -> list[Pair]:
    chosen = links[links["sureness"] == sureness]
    return list(zip(chosen["report_a"], chosen["report_b"], strict=True))


def _same(reports: pd.DataFrame) -> Iterator[Pair]:
    """Pairs that the reports themselves join."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows(reports):
        for key in _keys(row):
            groups.setdefault(key, []).append(row)
    for key, group in groups.items():
        for a, b in combinations(group, 2):
            if not key.startswith("letter ") or _same_facts(a, b):
                yield a["report_id"], b["report_id"]


def _keys(row: Mapping[str, str]) -> Iterator[str]:
    """What another report has to share to tell of the same action."""
    if row["case_id"]:
        yield f"case {row['case_id']}"
    if len(urlsplit(row["url"]).path) > 1:
        yield f"page {row['url']} {row['position']}"
    told = [f"{name} {row[name]}" for name in FACTS if row[name]] if row["letter_id"] else []
    for letter in filter(None, row["letter_id"].split("|")):
        same = f"letter {letter} {row['platform']} {row['action']}"
        # by two facts at once, as all who quote one letter are too many to be compared
        yield from (f"{same} {one} {other}" for one, other in combinations(told, 2))


def _same_facts(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    if (a["platform"], a["action"]) != (b["platform"], b["action"]):
        return False
    told = [(a[name], b[name]) for name in FACTS if a[name] and b[name]]
    return len(told) > 1 and all(one == other for one, other in told)


def _components(
    nodes: list[str], edges: Iterable[Pair], apart: set[frozenset[str]]
) -> list[list[str]]:
    """The groups that *edges* make of *nodes*, each sorted, in the order of their first."""
    root = {node: node for node in nodes}

    def find(node: str) -> str:
        while root[node] != node:
            root[node] = node = root[root[node]]
        return node

    for a, b in edges:
        if a in root and b in root and frozenset((a, b)) not in apart:
            low, high = sorted((find(a), find(b)), key=_number)
            root[high] = low
    groups: dict[str, list[str]] = {}
    for node in sorted(nodes, key=_number):
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())


def merge(reports: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The cases that *reports* (with their ``case_id``) tell of, by number.

    ``proposed`` reports speak only where a case has no other, as do withdrawn ones, and
    those of an ``UNCOUNTED`` status never. The
    merged action is the gravest, in the codebook's order; the outcome the latest: an end
    before none yet, then that of the later telling; ``responses`` are those of every
    report, in the order of telling; any other value is that of the best reviewed report
    which says something (then of the second reading, then the lower number). ``outcomes``
    keeps what was told of the end: each outcome with the day of its first telling
    (``pending@2024-05-01|reinstated@2024-06-11``), the earliest first; empty where all tell
    of one. ``disagree`` names the columns on which two reports say different things.
    """
    told: dict[str, list[dict[str, str]]] = {}
    for row in rows(reports[~reports["status"].isin(UNCOUNTED)]):
        told.setdefault(row["case_id"], []).append(row)
    merged = [_merged(case, told[case], codebook) for case in sorted(told, key=_number)]
    return pd.DataFrame(merged, columns=list(case_columns(codebook)), dtype=str)


def _merged(case: str, reports: list[dict[str, str]], codebook: Codebook) -> dict[str, str]:
    reports.sort(key=lambda row: _number(row["report_id"]))
    heard = [row for row in reports if row["review"] != "proposed"] or reports
    heard = [row for row in heard if row["status"] != "withdrawn"] or heard
    heard.sort(key=lambda row: str(row["coder"]), reverse=True)
    heard.sort(key=lambda row: STANDING.index(row["review"]))
    merged = {
        "case_id": case,
        "reports": "|".join(row["report_id"] for row in reports),
        "codebook_edition": heard[0]["codebook_edition"],
        "review": heard[0]["review"],
    }
    disagree = []
    for name in case_columns(codebook)[2:-4]:
        values = [row[name] for row in heard if row[name] not in ("", "unknown")]
        merged[name] = values[0] if values else heard[0][name]
        if len(set(values)) > 1 and name not in ("source_kind", "engine", "lang", "published"):
            disagree.append(name)
    merged["action"] = min((row["action"] for row in heard), key=_order(codebook, "action"))
    merged["outcome"] = max(heard, key=_lateness)["outcome"]
    in_time = sorted(heard, key=lambda row: row["published"])
    merged["responses"] = _joined(row["responses"] for row in in_time)
    merged["outcomes"] = _history(in_time)
    merged["disagree"] = "|".join(disagree)
    return merged


def _joined(cells: Iterable[str]) -> str:
    """The codes of several cells, each once; ``unknown`` only where no cell says more."""
    codes = list(dict.fromkeys(code for cell in cells for code in cell.split("|") if code))
    return "|".join([code for code in codes if code != "unknown"] or codes)


def _history(in_time: list[dict[str, str]]) -> str:
    ends = [row for row in in_time if row["outcome"] in ENDS]
    if len({row["outcome"] for row in ends}) < 2:
        return ""
    firsts = [next(same) for _, same in groupby(ends, key=lambda row: row["outcome"])]
    return "|".join(f"{row['outcome']}@{row['published']}".rstrip("@") for row in firsts)


def _number(name: str) -> int:
    """The number in an id such as ``c0012``: ids are sorted by it, also past ``c9999``."""
    return int(name[1:])


def _order(codebook: Codebook, column: str) -> Callable[[str], int]:
    codes = ("", *codebook.allowed(column))
    return lambda code: codes.index(code) if code else len(codes)


def _lateness(row: Mapping[str, str]) -> tuple[int, str]:
    return ENDS.get(row["outcome"], 0), row["published"]
