"""Whether a thread tells of a real action against an account, and who tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.codebook import Codebook
from pipeline.coding.actions import told
from pipeline.coding.places import Where
from pipeline.coding.reading import Hit, Lexicon, Reading
from pipeline.coding.telling import Telling, Verdict
from pipeline.platforms import Platform

REPORTS = ("report_self", "report_proxy")
GENERAL = ("help_page", "marketing", "advice", "news_general", "general_question")
"""What else a page can be, the first going before the others where they are as many."""
WEIGHT = 3
"""Sentences of general talk that one sentence of a report makes up for."""
OWN = 2
"""Sentences in the first person singular that a telling has at least."""

Post = dict[str, Any]


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

    @property
    def of_account(self) -> bool:
        """Whether a sentence that tells of the action speaks of an account."""
        return any("account" in hit.sentence.cues for hit in self.reports)


class Screen:
    """The screen over one codebook; compiled once, used for every thread.

    An author tells of an action where a sentence says, as a fact, that it was done to them
    or to someone they know, or where they quote or retell it among sentences of their own,
    and where general advice, help, offers or news do not outweigh that by more than
    ``WEIGHT`` to one. Whoever replies is heard for themselves. A thread that names neither a
    marketplace nor, where it tells of the action, an account holds no report.
    """

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        self._lexicon = Lexicon(codebook, "action", "modality", "screen", "speakers")
        self._where = Where(platforms)

    def judge(self, posts: Sequence[Post]) -> Verdict:
        """What the thread of *posts*, in order, is, and the tellings found in it.

        A thread is of the kind of its first telling, or of what most of its sentences are.
        """
        staff = tuple(post for post in posts if post.get("staff"))
        readings = [Reading(Telling(own), self._lexicon) for own in _by_author(posts)]
        named = any(self._where.code(reading) for reading in readings)
        heard = [_hear(reading) for reading in readings]
        tellings = [voice for voice in heard if voice.holds and (named or voice.of_account)]
        if not tellings:
            return _kind(posts, heard)
        numbered = tuple(
            Telling(voice.telling.posts, staff if index == 1 else (), index)
            for index, voice in enumerate(tellings, 1)
        )
        return _verdict(posts, tellings[0], tellings[0].reports[0], numbered)


def _by_author(posts: Sequence[Post]) -> list[tuple[Post, ...]]:
    """The posts of each author who is no staff, by their first post."""
    authors: dict[str, list[Post]] = {}
    for index, post in enumerate(posts):
        if not post.get("staff"):
            key = str(post.get("author_key") or f"post-{index}")
            authors.setdefault(key, []).append(post)
    return [tuple(own) for own in authors.values()]


def _hear(reading: Reading) -> _Heard:
    facts = reading.facts("screen")
    general = [hit for hit in reading.hits("screen") if hit.code in GENERAL]
    general = [hit for hit in general if not hit.sentence.staff]
    actions = told(reading)
    reports = [hit for hit in facts if hit.code in REPORTS] if actions else []
    own = sum("first" in s.cues and "we" not in s.cues for s in reading.sentences)
    if not reports:
        near = [hit for hit in actions if _is_own(hit, own)]
        dropped = actions and actions[0].sentence.lang != "en" and not general
        near = near or (actions if dropped and len(actions) >= OWN else [])
        reports = [replace(hit, code="report_self") for hit in near]
    return _Heard(reading.telling, reports, general)


def _on_account(hit: Hit) -> bool:
    """Whether a sentence that tells of an action names the writer's own account."""
    cues = hit.sentence.cues
    return {"first", "account"} <= cues and "we" not in cues


def _is_own(hit: Hit, own: int) -> bool:
    """Whether what *hit* tells is the writer's, who has *own* sentences in the first person."""
    if hit.sentence.title:
        return own > OWN
    if hit.sentence.lang != "en":
        return own > 0 or _on_account(hit)
    if own >= OWN and _of_teller(hit):
        return True
    return _on_account(hit) or (own >= 2 * OWN and "you" not in hit.sentence.cues)


def _of_teller(hit: Hit) -> bool:
    """Whether a sentence that tells of an action is about whoever writes it.

    English says so by "I" or "my"; other languages leave that out.
    """
    sentence = hit.sentence
    return sentence.letter or "first" in sentence.cues or sentence.lang != "en"


def _kind(posts: Sequence[Post], heard: Sequence[_Heard]) -> Verdict:
    """What a thread without a telling is, by its first author's sentences."""
    general = heard[0].general if heard else []
    if not general:
        return Verdict("other", (), "screen.other:nothing tells of an action")
    counts = Counter(hit.code for hit in general)
    kind = max(GENERAL, key=lambda code: counts[code])
    return _verdict(posts, heard[0], next(hit for hit in general if hit.code == kind), ())


def _verdict(
    posts: Sequence[Post], voice: _Heard, hit: Hit, tellings: tuple[Telling, ...]
) -> Verdict:
    if hit.sentence.title:
        return Verdict(hit.code, tellings, f"{hit.rule}:title")
    place = posts.index(voice.telling.posts[hit.sentence.post])
    return Verdict(hit.code, tellings, hit.rule, place, hit.start, hit.end)
