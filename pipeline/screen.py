"""Whether a thread tells of a real action against an account, and who tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.codebook import Codebook
from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Lexicon, Reading
from pipeline.coding.telling import Telling, Verdict
from pipeline.platforms import Platform

REPORTS = ("report_self", "report_proxy")
OTHERS = ("help_page", "marketing", "advice", "general_question", "news_general")
GENERAL = ("help_page", "marketing", "advice", "news_general")
"""Codes whose sentences outweigh a telling when a post holds many of them."""
WEIGHT = 3
"""General sentences that one sentence of a report makes up for."""


@dataclass(frozen=True)
class _Heard:
    """One author's posts as the screen hears them."""

    telling: Telling
    reports: list[Hit]
    general: list[Hit]

    @property
    def holds(self) -> bool:
        """Whether the author tells of a real action."""
        return bool(self.reports) and len(self.general) <= WEIGHT * len(self.reports)


class Screen:
    """The screen over one codebook; compiled once, used for every thread.

    An author tells of an action where a sentence says, as a fact, that it was done to them
    or to someone they know, and the sentences of general advice, help, offers or news do
    not outweigh those by more than ``WEIGHT`` to one. Whoever replies is heard for
    themselves; what they only advise is none of theirs.
    """

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        self._lexicon = Lexicon(codebook)

    def judge(self, posts: Sequence[dict[str, Any]]) -> Verdict:
        """What the thread of *posts*, in order, is, and the tellings found in it.

        A thread is of the kind of its first telling, or of what most of its sentences are.
        """
        staff = tuple(post for post in posts if post.get("staff"))
        heard = [self._hear(own, staff) for own in _by_author(posts)]
        tellings = [voice for voice in heard if voice.holds]
        if not tellings:
            return self._kind(posts, heard)
        first = tellings[0].reports[0]
        place = posts.index(tellings[0].telling.posts[first.sentence.post])
        span = (0, 0, 0) if first.sentence.title else (place, first.start, first.end)
        numbered = tuple(
            Telling(voice.telling.posts, staff if index == 1 else (), index)
            for index, voice in enumerate(tellings, 1)
        )
        return Verdict(first.code, numbered, first.rule, *span)

    def _hear(self, own: tuple[dict[str, Any], ...], staff: tuple[dict[str, Any], ...]) -> _Heard:
        telling = Telling(own)
        reading = Reading(telling, self._lexicon)
        facts = reading.facts("screen")
        acts = told(reading)
        reports = [hit for hit in facts if hit.code in REPORTS] if acts else []
        if not reports and any("first" in s.cues for s in reading.sentences):
            reports = [replace(h, code="report_self") for h in acts if h.sentence.letter]
        general = [hit for hit in reading.hits("screen") if hit.code in OTHERS]
        return _Heard(telling, reports, general)

    def _kind(self, posts: Sequence[dict[str, Any]], heard: Sequence[_Heard]) -> Verdict:
        general = heard[0].general if heard else []
        if not general:
            return Verdict("other", (), "screen.other:nothing tells of an action")
        counts = Counter(hit.code for hit in general)
        kind = max(OTHERS, key=lambda code: counts[code])
        hit = next(hit for hit in general if hit.code == kind)
        if hit.sentence.title:
            return Verdict(kind, (), f"{hit.rule}:title")
        place = posts.index(heard[0].telling.posts[hit.sentence.post])
        return Verdict(kind, (), hit.rule, place, hit.start, hit.end)


def _by_author(posts: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], ...]]:
    """The posts of each author who is no staff, by their first post.

    A title belongs to the thread's first post alone.
    """
    authors: dict[str, list[dict[str, Any]]] = {}
    for index, post in enumerate(posts):
        if not post.get("staff"):
            key = str(post.get("author_key") or f"post-{index}")
            authors.setdefault(key, []).append(post)
    return [tuple(own) for own in authors.values()]
