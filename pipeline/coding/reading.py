"""A telling as the parts of the coder read it: sentences, speakers, phrases found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from pipeline.codebook import Codebook
from pipeline.coding.phrases import Phrases
from pipeline.coding.published import published
from pipeline.coding.speakers import CUES, ELSEWHERE, Passage, Sentence, Speakers
from pipeline.coding.telling import Telling, Value

NEAR = 4
"""Words between a negation and what it still denies, if no clause ends between them."""
_WORD = 10
"""Characters that a word has at most where a script writes no spaces."""
_CLAUSE = re.compile(r"[,;:()—–、，]|\b(?:and|but)\b")


@dataclass(frozen=True)
class Hit:
    """A phrase found in a sentence; ``start`` and ``end`` count as the sentence's own do."""

    code: str
    start: int
    end: int
    rule: str
    sentence: Sentence

    @property
    def speaker(self) -> str:
        """Who says it: ``platform``, ``teller`` or ``other``."""
        return self.sentence.speaker

    def value(self, column: str, value: str = "") -> Value:
        """The value of *column* that rests on this hit: its own code unless one is given."""
        return spanned(column, value or self.code, self.sentence, self.start, self.end, self.rule)


def spanned(column: str, value: str, sentence: Sentence, start: int, end: int, rule: str) -> Value:
    """A value that rests on *start* to *end* in *sentence*.

    A title, and what staff wrote, stand in none of the telling's texts: no span then.
    """
    if sentence.title:
        return Value(column, value, 0, 0, 0, f"{rule}:title")
    if sentence.post == ELSEWHERE:
        return Value(column, value, 0, 0, 0, f"{rule}:staff")
    return Value(column, value, sentence.post, start, end, rule)


class Lexicon:
    """The phrases of a codebook's lists, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        self.speakers = Speakers(codebook)
        self.lists: Mapping[str, Phrases] = {
            name: Phrases(codebook.lists[name], mixed=name not in CUES) for name in codebook.lists
        }


class Reading:
    """One telling, read: the parts ask it instead of searching the text again."""

    def __init__(self, telling: Telling, lexicon: Lexicon) -> None:
        self.telling = telling
        self._lexicon = lexicon
        self._hits: dict[str, list[Hit]] = {}

    @property
    def lang(self) -> str:
        """The telling's language."""
        return str(self.telling.posts[0].get("lang") or "en")

    @cached_property
    def published(self) -> Value | None:
        """When the telling was published, where only its page says so."""
        post = self.telling.posts[0]
        return None if post.get("published") else published(self.sentences, str(post.get("url")))

    @cached_property
    def told(self) -> datetime | None:
        """When the telling was published, where its post or its page says so to the day."""
        day = self.published.value if self.published else self.telling.posts[0].get("published")
        try:
            return datetime.fromisoformat(str(day)[:10])
        except ValueError:
            return None

    @cached_property
    def notice(self) -> frozenset[int]:
        """The sentences, by ``id``, of the platform's first letter: the notice of the action.

        None where an appeal is told before it: that letter is an answer.
        """
        letter: set[int] = set()
        appeals = {id(hit.sentence) for hit in self.facts("appealed") if not hit.sentence.letter}
        for sentence in self.sentences:
            if letter and not sentence.letter:
                break
            if sentence.letter:
                letter.add(id(sentence))
            elif id(sentence) in appeals:
                break
        return frozenset(letter)

    @cached_property
    def thread_title(self) -> Passage:
        """The title of the thread, also where somebody else opened it."""
        return self._lexicon.speakers.title(self.telling.posts[0])

    @cached_property
    def passages(self) -> list[Passage]:
        """The title, the posts, then what the platform's staff answered in the thread.

        A thread's title is its first post's alone.
        """
        speakers, posts = self._lexicon.speakers, self.telling.posts
        opens = posts[0].get("title") and str(posts[0].get("position") or 1) == "1"
        head = [self.thread_title] if opens else []
        body = [speakers.read(post, index) for index, post in enumerate(posts)]
        return [*head, *body, *(speakers.staff(post) for post in self.telling.staff)]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of all passages, in order."""
        return [sentence for passage in self.passages for sentence in passage.sentences]

    def hits(self, name: str) -> list[Hit]:
        """The phrases of the code list *name*, in order."""
        if name not in self._hits:
            phrases = self._lexicon.lists[name]
            self._hits[name] = [
                Hit(match.code, match.start, match.end, match.rule, sentence)
                for passage in self.passages
                for match in phrases.find(passage.text, passage.lang)
                if (sentence := passage.at(match.start))
            ]
        return self._hits[name]

    def after_cue(self, hit: Hit) -> bool:
        """Whether *hit* comes after, or in, the words that say that the platform speaks."""
        cues = self._cues["speakers"].get(id(hit.sentence), ())
        return any(cue.code == "platform" and cue.start <= hit.start for cue in cues)

    def facts(self, name: str) -> list[Hit]:
        """The hits of the list *name* that the teller or the platform tells as facts.

        Neither denied nor supposed, not another member's, and not asked by the teller.
        """
        return [hit for hit in self.hits(name) if self._is_fact(hit)]

    def _is_fact(self, hit: Hit) -> bool:
        sentence = hit.sentence
        asked = sentence.text.endswith(("?", "？")) and not sentence.letter
        if sentence.title:  # many a title only wonders at what it tells
            asked = asked and "question" in sentence.cues
        denied = self.said(hit) & {"negated", "hypothetical"}
        return sentence.speaker != "other" and not asked and not denied

    def said(self, hit: Hit) -> frozenset[str]:
        """How *hit* is said: of the codes of ``modality`` those that bear on it.

        A negation counts only close before the phrase, a condition anywhere before it, a
        doubt and an admission anywhere in its sentence.
        """
        cues = self._cues["modality"].get(id(hit.sentence), ())
        return frozenset(cue.code for cue in cues if _bears(cue, hit))

    @cached_property
    def _cues(self) -> dict[str, dict[int, list[Hit]]]:
        """The hits of the lists of cues by the sentence that they stand in."""
        found: dict[str, dict[int, list[Hit]]] = {"modality": {}, "speakers": {}}
        for name, by_sentence in found.items():
            for hit in self.hits(name):
                by_sentence.setdefault(id(hit.sentence), []).append(hit)
        return found


def _bears(cue: Hit, hit: Hit) -> bool:
    """Whether the cue of modality bears on *hit*, in the same sentence."""
    if cue.code in ("doubt", "admitted"):
        return True
    if cue.code == "hypothetical":
        return cue.start < hit.end
    if cue.end > hit.start:
        return False
    start = hit.sentence.start
    between = hit.sentence.text[cue.end - start : hit.start - start]
    near = len(between.split()) <= NEAR and len(between) <= NEAR * _WORD
    return near and not _CLAUSE.search(between)


class Part(Protocol):
    """One part of the coder by rules: some columns, one method."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it fills."""
        ...

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        ...
