"""Who speaks in each sentence of a post: the platform, the teller or someone else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from pipeline.codebook import Codebook
from pipeline.coding.phrases import Phrases, folded
from pipeline.coding.sentences import sentences
from pipeline.turns import TURN

LINE = 60
"""Characters that a sign-off has at most."""
CUES = ("speakers", "persons", "modality")
"""Lists of short words, each read in a text's own language alone."""
ELSEWHERE = -1
"""Where a sentence stands that is in none of the telling's posts."""
REACH = 8
"""Sentences after a salutation among which staff show themselves by their words."""
OTHER_SCRIPTS = ("ru", "ja", "zh", "hi", "bn")
"""Languages in whose texts a word in Latin letters is another language's."""
_MARKS = re.compile(r"[\"「『]")
_FIRST = ("salutation", "sign_off", "question")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a post and who speaks in it.

    ``post`` is the index in the telling's posts, ``ELSEWHERE`` for what staff wrote in a post
    of their own (the title of the first is no post's text: ``title`` is then true). ``text``
    is folded. ``speaker`` is ``platform``, ``teller`` or ``other``; ``letter`` says that the
    platform's own words stand there, not a retelling, ``staff`` that its forum staff answers.
    """

    post: int
    start: int
    end: int
    text: str
    lang: str
    speaker: str = "teller"
    letter: bool = False
    title: bool = False
    staff: bool = False
    cues: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Passage:
    """One folded text and its sentences: a title, a post, or what staff wrote."""

    text: str
    lang: str
    sentences: tuple[Sentence, ...]

    def at(self, offset: int) -> Sentence | None:
        """The sentence that holds *offset*; None before the first."""
        index = bisect_right(self.sentences, offset, key=lambda sentence: sentence.start)
        return self.sentences[index - 1] if index else None


Block = Sequence[Sentence]
"""Sentences side by side."""


class Speakers:
    """The cues of ``speakers``, ``persons`` and ``letter_quoted``, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        names = ("speakers", "persons", "letter_quoted")
        self.phrases = {
            name: Phrases(codebook.lists[name], mixed=name not in CUES) for name in names
        }

    def read(self, post: Mapping[str, Any], index: int) -> Passage:
        """The sentences of *post*, the telling's *index*-th, each with its speaker."""
        text = str(post["text"])
        passage = self._cued(text, post, index)
        spans = [(sentence.start, sentence.end) for sentence in passage.sentences]
        gaps = [text[e:s] for e, (s, _) in zip([0, *(e for _, e in spans)], spans, strict=False)]
        quotes = [(int(start), int(end)) for start, end in post.get("quotes") or ()]
        spoken = self.assign(passage.sentences, gaps, quotes)
        return replace(passage, sentences=tuple(spoken))

    def title(self, post: Mapping[str, Any]) -> Passage:
        """The title of *post*: the teller's, and no part of any text."""
        passage = self._cued(str(post["title"]), post, 0)
        spoken = (replace(sentence, title=True) for sentence in passage.sentences)
        return replace(passage, sentences=tuple(spoken))

    def staff(self, post: Mapping[str, Any]) -> Passage:
        """What the platform's staff wrote in *post*, which is no part of the telling's texts."""
        passage = self._cued(str(post["text"]), post, ELSEWHERE)
        spoken = (replace(s, speaker="platform", staff=True) for s in passage.sentences)
        return replace(passage, sentences=tuple(spoken))

    def _cued(self, text: str, post: Mapping[str, Any], index: int) -> Passage:
        """The sentences of *text* with their cues; ``_FIRST`` ones only at their start."""
        plain, lang = folded(text), str(post.get("lang") or "en")
        spans = sentences(text)
        passage = Passage(
            plain, lang, tuple(Sentence(index, a, b, plain[a:b], lang) for a, b in spans)
        )
        cues: dict[int, set[str]] = {start: set() for start, _ in spans}
        for name, phrases in self.phrases.items():
            found = phrases.find(plain, lang)
            if lang in OTHER_SCRIPTS and name in CUES:  # an English letter pasted in
                found += phrases.find(plain, "en")
            for match in found:
                sentence = passage.at(match.start)
                code = "letter" if name == "letter_quoted" else match.code
                if sentence and (code not in _FIRST or match.start < sentence.start + 2):
                    cues[sentence.start].add(code)
        spoken = (replace(s, cues=frozenset(cues[s.start])) for s in passage.sentences)
        return replace(passage, sentences=tuple(spoken))

    def assign(
        self, plain: Sequence[Sentence], gaps: Sequence[str], quotes: Sequence[tuple[int, int]]
    ) -> list[Sentence]:
        """The sentences of one post, in order, each with its speaker.

        ``gaps[i]`` is the text between sentence ``i - 1`` and ``i``; *quotes* are the spans
        that the engine marks as quoted. A marked quote is the platform's if it reads like a
        letter, else another member's. Without marks, a letter begins at a salutation, after
        a colon that hands over to a message, or at a sentence that only a platform would
        write; it goes on until a sign-off, a sentence in the first person singular, or a
        paragraph that addresses nobody. Other sentences with a cue of the platform
        ("they said") retell what it said. One that addresses somebody and is not in the first
        person is advice, or about anybody: another's. All else is the teller's.

        Where a page gave a whole thread as one text, a later paragraph that speaks to whoever
        opened it is another member's, and what follows a salutation in the words of forum
        staff is theirs.
        """
        spoken: list[Sentence] = []
        of_quote = cache(lambda a, b: _of_quote([s for s in plain if a <= s.start < b]))
        letter = False
        for index, sentence in enumerate(plain):
            quote = next((q for q in quotes if q[0] <= sentence.start < q[1]), None)
            if quote:
                letter = False
                speaker, letter_here = of_quote(*quote)
                spoken.append(replace(sentence, speaker=speaker, letter=letter_here))
                continue
            before = plain[index - 1] if index else None
            ahead = plain[index + 1] if index + 1 < len(plain) else None
            letter = _begins(sentence, before, ahead) or (
                letter and _goes_on(sentence, gaps[index]) and not _turns(before, sentence)
            )
            speaker = "platform" if letter else _alone(sentence)
            spoken.append(replace(sentence, speaker=speaker, letter=letter))
            letter = letter and not _signs_off(sentence)
        return _staffed(_answered(spoken, gaps))


def _answered(spoken: Sequence[Sentence], gaps: Sequence[str]) -> list[Sentence]:
    """*spoken*, with what answers its author as another's: turns, and else paragraphs."""
    turned = _others(spoken, [TURN in gap for gap in gaps], _is_answer)
    return _others(turned, [gap.count("\n") > 1 for gap in gaps], _holds_reply)


def _others(
    spoken: Sequence[Sentence], begins: Sequence[bool], answers: Callable[[Block], bool]
) -> list[Sentence]:
    """*spoken*, with the blocks after the first that *answers* as another's, letters aside."""
    starts = [i for i in range(len(spoken)) if not i or begins[i]]
    found: list[Sentence] = []
    for start, end in pairwise([*starts, len(spoken)]):
        block = spoken[start:end]
        other = start and answers(block)
        found += [replace(s, speaker="other") if other and not s.letter else s for s in block]
    return found


def _holds_reply(block: Block) -> bool:
    return any("reply" in s.cues and not s.letter for s in block)


def _is_answer(block: Block) -> bool:
    """Whether more of a message speaks to somebody than of its writer, or none of it does."""
    own = sum("first" in s.cues and "you" not in s.cues for s in block if not s.letter)
    to_others = sum("you" in s.cues and "first" not in s.cues for s in block if not s.letter)
    return to_others > own or (not own and not any(s.letter for s in block))


def _staffed(spoken: Sequence[Sentence]) -> list[Sentence]:
    """*spoken*, with what forum staff wrote as the platform's."""
    greetings = [i for i, s in enumerate(spoken) if "salutation" in s.cues and not s.letter]
    found = list(spoken)
    for start, end in pairwise([*greetings, len(spoken)]):
        reach = range(start, min(end, start + REACH))
        if any("staff" in spoken[i].cues for i in reach):
            for i in reach:
                found[i] = replace(spoken[i], speaker="platform", letter=False, staff=True)
    return found


def _of_quote(block: Sequence[Sentence]) -> tuple[str, bool]:
    cues = frozenset().union(*(sentence.cues for sentence in block))
    if _letterlike(cues - {"first"}) and not ("first" in cues and "we" not in cues):
        return "platform", True
    return "other", False


def _letterlike(cues: frozenset[str]) -> bool:
    return "you" in cues and bool(cues & {"we", "platform"}) and "first" not in cues


def _begins(sentence: Sentence, before: Sentence | None, ahead: Sentence | None) -> bool:
    cues = sentence.cues
    if "letter" in cues and _letterlike(cues):
        return True
    greets = "salutation" in cues and not (ahead and "hearsay" in ahead.cues)
    if greets and ahead is not None and len(sentence.text.split()) < 6:
        return _letterlike(ahead.cues) or ("we" in ahead.cues and "you" in ahead.cues)
    handed_over = (
        before is not None
        and before.text.endswith((":", ':"', "："))
        and bool(before.cues & {"message", "platform"})
    )
    opened = (greets or handed_over) and bool(cues & {"we", "you"})
    return opened and (_not_only_first(cues) or sentence.text.startswith('"'))


def _not_only_first(cues: frozenset[str]) -> bool:
    return "first" not in cues or "we" in cues


def _goes_on(sentence: Sentence, gap: str) -> bool:
    cues = sentence.cues
    if "first" in cues:
        return "we" in cues and "you" in cues
    return bool(cues & {"we", "you", "sign_off"}) or gap.count("\n") < 2


def _turns(before: Sentence | None, sentence: Sentence) -> bool:
    """Whether the text goes back to its own script after an English letter."""
    other = sentence.lang in OTHER_SCRIPTS and not sentence.text.isascii()
    return other and before is not None and before.text.isascii()


def _signs_off(sentence: Sentence) -> bool:
    return "sign_off" in sentence.cues and len(sentence.text) < LINE


def _alone(sentence: Sentence) -> str:
    cues = sentence.cues
    if "hearsay" in cues:
        return "other"
    if "platform" in cues or ("message" in cues and _MARKS.search(sentence.text)):
        return "platform"
    return "other" if cues & {"other", "you"} and "first" not in cues else "teller"
