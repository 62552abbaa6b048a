"""What followed: the appeal, what the platform answered, and how it ended."""

from __future__ import annotations

from pipeline.coding.reading import Hit, Reading
from pipeline.coding.telling import Value

SILENT = ("no_reply", "reason_refused")
"""Responses whose phrases hold the negation themselves."""


class Appealed:
    """Whether they objected to the platform."""

    columns = ("appealed",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = [hit for hit in reading.facts("appealed") if not hit.sentence.letter]
        hits.sort(key=lambda hit: hit.code != "yes")
        return [hit.value("appealed") for hit in hits[:1]]


class Responses:
    """How the platform responded, each code once, in the order of first use."""

    columns = ("responses",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        facts = {id(hit) for hit in reading.facts("responses")}
        found: dict[str, Hit] = {}
        for hit in reading.hits("responses"):
            silent = hit.code in SILENT and hit.speaker != "other"
            if (id(hit) in facts or silent) and not hit.sentence.title:
                found.setdefault(hit.code, hit)
        return [hit.value("responses") for hit in found.values()]


class Outcome:
    """How it stood at the time of telling: the gravest news, reinstatement first.

    A question or a plea for help counts as ``pending`` where nothing says how it ended.
    """

    columns = ("outcome",)
    order = ("partly_restored", "reinstated", "upheld", "pending")

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = {id(hit): hit for hit in reading.facts("outcome")}
        waiting = [h for h in reading.hits("outcome") if h.code == "pending"]
        hits |= {id(h): h for h in waiting if h.speaker == "teller"}
        ranked = sorted(hits.values(), key=lambda hit: self.order.index(hit.code))
        return [hit.value("outcome") for hit in ranked[:1]]


class Funds:
    """Whether money was withheld."""

    columns = ("funds_held",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = sorted(reading.facts("funds_held"), key=lambda hit: hit.code != "yes")
        return [hit.value("funds_held") for hit in hits[:1]]
