"""A case in a few neutral sentences, made from its coded facts alone, in any language."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.record import SILENT, Record, Row
from publisher.wording import Wording

STATED = ("rule_cited", "why_explained", "automation_disclosed", "appeal_route_named")
"""What is told of the platform's statement after its reasons, where it is told at all."""


def paragraph(record: Record, case: Row, lang: str = "en") -> str:
    """Plain sentences: who, what was done, what was stated, what was answered, how it ended.

    *lang* is one of ``record.wordings``. What is not told is left out, but for the reason and
    the end.
    """
    return " ".join(_sentences(record, case, record.wordings[lang]))


def summary(record: Record, case: Row) -> str:
    """Platform and action in a word each: ``Upwork, Suspended``."""
    told = [name for name in ("platform", "action") if case[name] not in SILENT]
    return ", ".join(record.labels(name, case[name])[0] for name in told)


def _sentences(record: Record, case: Row, words: Wording) -> Iterator[str]:
    yield _opening(record, case, words)
    yield from _listed(case, words, "first_action")
    yield from _said(case, words, "notice")
    yield from _reasons(case, words)
    for column in STATED:
        yield from _said(case, words, column)
    yield from _listed(case, words, "believed_reasons")
    yield from _said(case, words, "appealed")
    yield from _listed(case, words, "responses")
    yield from _said(case, words, "reviewer")
    yield from _counted(case, words, "response_hours")
    yield from _said({**case, "outcome": case["outcome"] or "unknown"}, words, "outcome")
    yield from _counted(case, words, "resolution_days")
    yield from _said(case, words, "funds_held")
    if case["funds_held"] == "yes":
        yield from _counted(case, words, "funds_amount", currency=case["funds_currency"])
        yield from _counted(case, words, "hold_days")


def _opening(record: Record, case: Row, words: Wording) -> str:
    patterns, role = words.patterns, case["role"] or "unknown"
    platform = patterns.platform_unknown
    if case["platform"] not in SILENT:
        platform = patterns.platform.format(name=record.platform_label(case["platform"]))
    action = patterns.action[case["action"] or "unknown"]
    what = " ".join(action.format(platform=platform, date=words.when(case["action_date"])).split())
    teller = patterns.teller[case["teller"] or "self"]
    return teller.format(who=patterns.who[role], whom=patterns.whom[role], what=what)


def _reasons(case: Row, words: Wording) -> Iterator[str]:
    if case["reasons"] in ("", "unknown", "none_stated"):
        yield words.patterns.sentence["reasons"][case["reasons"] or "unknown"]
    else:
        yield from _listed(case, words, "reasons")
        yield from _said(case, words, "specificity")


def _said(case: Row, words: Wording, column: str) -> Iterator[str]:
    said = words.patterns.sentence.get(column, {}).get(case[column])
    if said:
        yield said


def _listed(case: Row, words: Wording, column: str) -> Iterator[str]:
    if case[column] not in SILENT:
        pattern = words.patterns.listed[column]  # type: ignore[index]
        yield pattern.format(words=words.listed(column, case[column]))


def _counted(case: Row, words: Wording, column: str, **places: str) -> Iterator[str]:
    if case[column]:
        yield words.counted(column, case[column], **places)
