"""What happened in a case, one step after the other, with what is told of its dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.record import Record, Row

COLUMNS = {
    "action": "action",
    "notice": "notice",
    "response": "responses",
    "outcome": "outcome",
}
"""The column whose codes a step of the sequence carries; an ``appeal`` carries none."""

PRECISION = {
    0: "day not told",
    4: "only the year is told",
    7: "only the month is told",
    10: "",
}
"""What is to be said of a partial date, by its length."""

_OFFSET = re.compile(r"\+(\d+(?:\.\d+)?)([hd])")


@dataclass(frozen=True)
class Step:
    """One step: a partial date or none, what is known of it besides, and what happened.

    ``report`` is the id of the report that the step is the telling of.
    """

    day: str
    note: str
    what: str
    report: str = ""


def steps(record: Record, case: Row, reports: list[Row]) -> list[Step]:
    """The sequence that *case* tells, then the days on which *reports* told it."""
    told = case["events"] or "|".join(_sequence(case))
    entries = _together([entry for entry in told.split("|") if entry])
    happened = [_step(record, case, entry) for entry in entries]
    return [*happened, *_tellings(record, reports)]


def _together(entries: list[str]) -> list[str]:
    """Responses that follow one another without a date of their own are one step."""
    joined: list[str] = []
    for entry in entries:
        if joined and entry.startswith("response:") and "@" not in entry:
            before, at, when = joined[-1].partition("@")
            if before.startswith("response:"):
                joined[-1] = f"{before}+{entry.removeprefix('response:')}{at}{when}"
                continue
        joined.append(entry)
    return joined


def _sequence(case: Row) -> Iterator[str]:
    """The steps of a case whose own sequence was not asked for, written as that is."""
    if case["notice"] == "before":
        yield "notice:before"
    if case["first_action"] not in ("", "unknown"):
        yield f"action:{case['first_action']}"
    if case["action"] not in ("", "unknown"):
        yield f"action:{case['action']}" + _at(case["action_date"])
    if case["notice"] in ("at_action", "none"):
        yield f"notice:{case['notice']}"
    if case["appealed"] == "yes":
        yield "appeal"
    responses = [code for code in case["responses"].split("|") if code not in ("", "unknown")]
    for place, code in enumerate(responses):
        hours = f"+{case['response_hours']}h" if case["response_hours"] else ""
        yield f"response:{code}" + (_at(hours) if place == 0 else "")
    if case["outcome"] not in ("", "unknown", "pending"):
        days = f"+{case['resolution_days']}d" if case["resolution_days"] else ""
        yield f"outcome:{case['outcome']}" + _at(days)


def _at(when: str) -> str:
    return f"@{when}" if when else ""


def _step(record: Record, case: Row, entry: str) -> Step:
    name, _, when = entry.partition("@")
    kind, _, code = name.partition(":")
    what = "Appealed" if kind == "appeal" else _words(record, kind, code)
    offset = _OFFSET.fullmatch(when)
    if not offset:
        return Step(when, PRECISION.get(len(when), ""), what)
    number, unit = offset.groups()
    since = "after the action" if unit == "d" else "after it was asked for"
    note = f"{number} {_unit(number, unit)} {since}"
    return Step(_later(case["action_date"], number) if unit == "d" else "", note, what)


def _words(record: Record, kind: str, code: str) -> str:
    column = COLUMNS.get(kind, "")
    known = record.codebook.allowed(column) if column else ()
    labels = [
        record.codebook.label(column, each) if each in known else f"{kind} {each}".strip()
        for each in code.split("+")
    ]
    if kind != "response":
        return labels[0]
    answers = ", then ".join(label[:1].lower() + label[1:] for label in labels)
    return f"The platform responded: {answers}"


def _unit(number: str, unit: str) -> str:
    word = {"h": "hour", "d": "day"}[unit]
    return word if number == "1" else f"{word}s"


def _later(day: str, days: str) -> str:
    """The day *days* after *day*, where both are whole; nothing else is known to the day."""
    if len(day) < 10 or not days.isdigit():
        return ""
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(int(days)))


def _tellings(record: Record, reports: list[Row]) -> list[Step]:
    """When each report told it, the dated ones in order, and how it stood then."""
    dated = sorted(reports, key=lambda row: (not row["published"], row["published"]))
    return [
        Step(
            report["published"],
            PRECISION[len(report["published"])],
            record.codebook.label("outcome", report["outcome"] or "unknown"),
            report["report_id"],
        )
        for report in dated
    ]
