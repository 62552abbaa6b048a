"""Whether a thread tells of a real action against an account, and who tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipeline.codebook import CodeList
from pipeline.coding.actions import told
from pipeline.coding.coder import RulesCoder
from pipeline.coding.learned import NAME, REPORTS, Heard, Learned
from pipeline.coding.phrases import Phrases, folded
from pipeline.coding.places import Where
from pipeline.coding.reading import Reading
from pipeline.coding.telling import Telling, Value, Verdict
from pipeline.platforms import Platform
from pipeline.synthetic import SYNTHETIC, Synthetic

GENERAL = ("help_page", "marketing", "advice", "news_general", "general_question")
"""What else a page can be, the first going before the others where they are as many."""

LIKELY = 0.7
"""Probability from which an author's posts count as a report."""
WEIGHT = 3
"""Phrases of general talk that one phrase of a report makes up for."""

ACCOUNT = "account"
"""The code of ``persons`` for words that speak of an account."""

Post = dict[str, Any]
Marked = tuple[Telling, tuple[Value, ...]]
"""A telling and what shows that it is machine-written or planted."""


@dataclass(frozen=True)
class _Voice:
    """One author's posts as the screen hears them; what was learned is asked at need."""

    reading: Reading
    known: Callable[[], Learned]

    @property
    def telling(self) -> Telling:
        """The posts."""
        return self.reading.telling

    @cached_property
    def heard(self) -> Heard:
        """How likely they tell of an action."""
        return self.known().heard(self.reading)

    @property
    def holds(self) -> bool:
        """Whether the author tells of a real action."""
        return self.explicit or self.heard.likely >= LIKELY

    @property
    def explicit(self) -> bool:
        """Whether a phrase of the codebook says so, and general talk does not outweigh it."""
        said = [hit for hit in self.reading.facts("screen") if hit.code in REPORTS]
        general = [hit for hit in self.reading.hits("screen") if hit.code in GENERAL]
        return bool(said) and len(general) <= WEIGHT * len(said) and bool(told(self.reading))

    @property
    def of_account(self) -> bool:
        """Whether any sentence speaks of an account."""
        return any(ACCOUNT in sentence.cues for sentence in self.reading.sentences)


class Screen:
    """The screen: which authors of a thread tell of a real action, by what was learned.

    Or by the codebook's own phrases, which say of few, but rarely wrongly, that they do.

    Whoever replies is heard for themselves. A thread that names neither a marketplace nor,
    where it tells of the action, an account holds no report. What is machine-written or planted
    is marked and is none.
    """

    def __init__(
        self,
        rules: RulesCoder,
        platforms: Mapping[str, Platform],
        known: Callable[[], Learned],
        synthetic: Synthetic,
        persons: CodeList,
    ) -> None:
        self._rules = rules
        self._known = known
        self._synthetic = synthetic
        self._where = Where(platforms)
        account = persons.model_copy(update={"code": (persons[ACCOUNT],)})
        self._account = Phrases(account)

    def judge(self, posts: Sequence[Post]) -> Verdict:
        """What the thread of *posts*, in order, is, and the tellings found in it.

        A thread is of the kind of its first telling, or of what most of its sentences are.
        """
        staff = tuple(post for post in posts if post.get("staff"))
        authors = _by_author(posts)
        if not any(map(self._may_tell, posts)):  # the rest need not be read
            authors = authors[:1]
        readings = [self._rules.read(Telling(own)) for own in authors]
        named = any(self._where.code(reading) for reading in readings)
        voices = [_Voice(reading, self._known) for reading in readings]
        found = [voice for voice in voices if (named or voice.of_account) and voice.holds]
        if not found:
            return _kind(posts, readings)
        tellings = tuple(
            _numbered(voice.telling, staff if index == 1 else (), index)
            for index, voice in enumerate(found, 1)
        )
        why = [self._synthetic.why(voice.reading) for voice in found]
        marked = tuple(pair for pair in zip(tellings, why, strict=True) if pair[1])
        if len(marked) == len(found):
            return _synthetic(posts, marked)
        first = next(voice for voice, shown in zip(found, why, strict=True) if not shown)
        kept = tuple(t for t, shown in zip(tellings, why, strict=True) if not shown)
        return replace(_found(posts, first, kept), marked=marked)

    def _may_tell(self, post: Post) -> bool:
        """Whether *post* may name a platform or an account: false only where it does not."""
        if self._where.may_be_in(post):
            return True
        lang = str(post.get("lang") or "en")
        texts = (folded(str(post[name])) for name in ("title", "text"))
        return any(self._account.find(text, lang) for text in texts)


def _numbered(telling: Telling, staff: tuple[Post, ...], position: int) -> Telling:
    """*telling* as the one at *position*: the same where it is alone, and so has been read."""
    if position == 1 and not staff:
        return telling
    return Telling(telling.posts, staff, position)


def _by_author(posts: Sequence[Post]) -> list[tuple[Post, ...]]:
    """The posts of each author who is no staff, by their first post."""
    authors: dict[str, list[Post]] = {}
    for index, post in enumerate(posts):
        if not post.get("staff"):
            key = str(post.get("author_key") or f"post-{index}")
            authors.setdefault(key, []).append(post)
    return [tuple(own) for own in authors.values()]


def _found(posts: Sequence[Post], voice: _Voice, tellings: tuple[Telling, ...]) -> Verdict:
    sentence = voice.reading.sentences[voice.heard.place]
    rule = f"{NAME}.screen.{voice.heard.code}"
    if sentence.title:
        return Verdict(voice.heard.code, tellings, f"{rule}:title")
    place = posts.index(voice.telling.posts[sentence.post])
    return Verdict(voice.heard.code, tellings, rule, place, sentence.start, sentence.end)


def _synthetic(posts: Sequence[Post], marked: tuple[Marked, ...]) -> Verdict:
    """A thread whose every telling is *marked*, by the first thing that shows it."""
    telling, why = marked[0]
    place = posts.index(telling.posts[why[0].post])
    return Verdict(SYNTHETIC, (), why[0].rule, place, why[0].start, why[0].end, marked)


def _kind(posts: Sequence[Post], readings: Sequence[Reading]) -> Verdict:
    """What a thread without a telling is, by its first author's sentences."""
    hits = readings[0].hits("screen") if readings else []
    general = [hit for hit in hits if hit.code in GENERAL and not hit.sentence.staff]
    if not general:
        return Verdict("other", (), "screen.other:nothing tells of an action")
    counts = Counter(hit.code for hit in general)
    kind = max(GENERAL, key=lambda code: counts[code])
    hit = next(hit for hit in general if hit.code == kind)
    if hit.sentence.title:
        return Verdict(kind, (), f"{hit.rule}:title")
    place = posts.index(readings[0].telling.posts[hit.sentence.post])
    return Verdict(kind, (), hit.rule, place, hit.start, hit.end)
