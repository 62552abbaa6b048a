"""What followed: the appeal, what the platform answered, and how it ended."""

from __future__ import annotations

import re

from pipeline.codebook import Codebook
from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Reading
from pipeline.coding.reasons import stated
from pipeline.coding.telling import Value

SILENT = ("no_reply", "reason_refused")
"""Responses whose phrases hold the negation themselves."""

_SELF = re.compile(r"\b(?:i|i've|i'm|we)(?: [\w']+){0,3} $")

ENDS = {"reinstated": "reinstated", "final_decision": "upheld"}
"""The outcome that a response is."""


class Appealed:
    """Whether they objected to the platform."""

    columns = ("appealed",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = sorted(_appeals(reading), key=lambda hit: hit.code != "yes")
        return [hit.value("appealed") for hit in hits[:1]]


def _appeals(reading: Reading) -> list[Hit]:
    return [hit for hit in reading.facts("appealed") if not hit.sentence.letter]


class Responses:
    """How the platform responded, each code once, in the order of first use.

    What stands in the notice of the action is no response. Staff who name the reason in the
    thread have given it.
    """

    columns = ("responses",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        facts = {id(hit) for hit in reading.facts("responses")}
        found: dict[str, Hit] = {}
        for hit in reading.hits("responses"):
            silent = hit.code in SILENT and hit.speaker != "other"
            if hit.sentence.title or id(hit.sentence) in reading.notice or _by_teller(hit):
                continue
            if id(hit) in facts or silent:
                found.setdefault(hit.code, hit)
        values = [hit.value("responses") for hit in found.values()]
        explained = [hit for hit in stated(reading) if hit.sentence.staff]
        if explained and "reason_given" not in found:
            values.insert(0, explained[0].value("responses", "reason_given"))
        return values


def _by_teller(hit: Hit) -> bool:
    """Whether it is the teller who went to the help page, or will tell more."""
    at = hit.start - hit.sentence.start
    if hit.code == "escalated" and hit.speaker == "teller":
        return hit.sentence.text[at:].startswith(("i ", "i'"))
    return hit.code == "referred_to_help_page" and bool(_SELF.search(hit.sentence.text[:at]))


class Outcome:
    """How it stood at the time of telling: the gravest news, reinstatement first.

    What the notice of the action says is no outcome. Where nothing says how it ended, a
    question, a plea for help, an appeal and a hold each make it ``pending``; after an action
    that leaves nothing to wait for, only an appeal does, and after a warning nothing.
    """

    columns = ("outcome",)
    order = ("partly_restored", "reinstated", "upheld")
    over = ("demoted", "fined", "warned", "rejected")

    def __init__(self, codebook: Codebook) -> None:
        self._rank = {code: rank for rank, code in enumerate(codebook.allowed("action"))}

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        facts = [(hit, hit.code) for hit in reading.facts("outcome") if hit.code != "pending"]
        facts += [(hit, ENDS[hit.code]) for hit in reading.facts("responses") if hit.code in ENDS]
        ended = [(h, code) for h, code in facts if id(h.sentence) not in reading.notice]
        ended.sort(key=lambda end: self.order.index(end[1]))
        pending = [hit.value("outcome", "pending") for hit in self._waiting(reading)]
        return ([hit.value("outcome", code) for hit, code in ended] or pending)[:1]

    def _waiting(self, reading: Reading) -> list[Hit]:
        actions = told(reading)
        gravest = min((hit.code for hit in actions), key=self._rank.__getitem__, default="")
        appeals = [hit for hit in _appeals(reading) if hit.code == "yes"]
        if gravest in self.over:
            return appeals if gravest != "warned" else []
        asked = [hit for hit in reading.hits("outcome") if hit.code == "pending"]
        asked = [hit for hit in asked if hit.speaker == "teller"]
        return asked + appeals + [hit for hit in actions if hit.code == "hold"]


class Funds:
    """Whether money was withheld."""

    columns = ("funds_held",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = sorted(reading.facts("funds_held"), key=lambda hit: hit.code != "yes")
        return [hit.value("funds_held") for hit in hits[:1]]
