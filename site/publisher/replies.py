"""``data/replies.toml``: what platforms say themselves, in public or on a case."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.codebook import Codebook
from pipeline.platforms import PARTIAL_DATE, Platform
from scraper.rules import DataError, Rule, load_rules, one_of

Row = dict[str, str]


class Reply(Rule):
    """What a platform said, in our words, and where it was read.

    A ``statement`` is to everyone, a ``reply`` on ``cases``; either stands on the cases of its
    platform that have one of ``reasons`` or ``actions``. ``date`` is partial, empty where the
    page tells none; ``quoted`` is true where it is known only as a report quotes it.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    platform: str
    kind: Literal["statement", "reply"]
    title: str
    date: str = Field(default="", pattern=PARTIAL_DATE)
    source: str = Field(pattern=r"^https?://")
    seen: str = Field(pattern=PARTIAL_DATE)
    says: str
    quoted: bool = False
    reasons: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def concerns(self, case: Row) -> bool:
        """Whether it stands on the page of *case*."""
        stated = set(case["reasons"].split("|"))
        alike = not stated.isdisjoint(self.reasons) or case["action"] in self.actions
        return case["case_id"] in self.cases or (case["platform"] == self.platform and alike)


class _Replies(Rule):
    reply: tuple[Reply, ...] = ()


def load_replies(
    path: Path, codebook: Codebook, platforms: dict[str, Platform]
) -> tuple[Reply, ...]:
    """The entries in the file at *path*, in its order; cases that are gone may be named.

    Raises:
        DataError: the file breaks its model, an id stands twice, or a platform, reason or
            action is not known.
    """
    replies = load_rules(path, _Replies).reply
    ids = [reply.id for reply in replies]
    for reply in replies:
        if ids.count(reply.id) > 1:
            raise DataError(path, f"reply[{reply.id}]", "stands twice; an id is used once")
        for key, values, known in (
            ("platform", (reply.platform,), tuple(platforms)),
            ("reasons", reply.reasons, codebook.lists["reasons"].codes),
            ("actions", reply.actions, codebook.lists["action"].codes),
        ):
            for value in values:
                if value not in known:
                    raise DataError(path, f"reply[{reply.id}].{key}", one_of(value, known))
    return replies
