"""Whether a telling is machine-written or planted, by the cues of ``data/synthetic.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import regex
from pydantic import Field

from pipeline.codebook import Code, CodeList
from pipeline.coding.phrases import Match, Phrases
from pipeline.coding.reading import Reading, spanned
from pipeline.coding.speakers import Passage, Sentence
from pipeline.coding.telling import Value
from scraper.rules import Rule, load_rules

STATUS = "status"
"""The column of ``reports.csv`` that a mark stands in, and its evidence names."""
SYNTHETIC = "synthetic"
HEADING = 80
"""Characters that a line has at most which heads others."""
LEAD = 6
"""Characters before a heading's first word at most: a number, a sign."""

_NUMBERED = regex.compile(r"^[\s#*>-]*\(?\d{1,2}[.):]\s*")
_FIGURE = regex.compile(r"\p{Nd}|[一二三四五六七八九十百千万][日月年週周間天时時元円個个万千百]")


class Cue(Code):
    """A kind of cue: ``points`` for each wording of it, up to ``most``.

    One that is ``heading`` counts where it begins a short line; one that is ``sure`` needs no
    other kind beside it.
    """

    points: int = Field(ge=1)
    most: int = Field(ge=1)
    heading: bool = False
    sure: bool = False


class Addressed(Rule):
    """What it is worth that at least ``share`` of ``sentences`` or more speak to the reader."""

    sentences: int = Field(ge=1)
    share: float = Field(gt=0, le=1)
    points: int = Field(ge=0)


class Facts(Rule):
    """Points for ``none`` of the teller's own facts; points less for ``each``, to ``most``."""

    none: int = Field(ge=0)
    each: int = Field(ge=0)
    most: int = Field(ge=0)


class Rules(Rule):
    """``data/synthetic.toml``, which says what each key means."""

    points: int = Field(ge=1)
    kinds: int = Field(ge=1)
    addressed: Addressed
    facts: Facts
    cue: tuple[Cue, ...] = Field(min_length=1)


class Synthetic:
    """The cues, compiled once."""

    def __init__(self, path: Path) -> None:
        """Read the rules at *path*.

        Raises:
            DataError: they break their model, or a phrase the small language of phrases.
        """
        self._rules = load_rules(path, Rules)
        self._cues: Mapping[str, Cue] = {cue.code: cue for cue in self._rules.cue}
        listed = CodeList(
            list=SYNTHETIC,
            label={"en": "Machine-written"},
            definition="What shows a text to be.",
            code=self._rules.cue,
        )
        self._phrases = Phrases(listed)

    def why(self, reading: Reading) -> tuple[Value, ...]:
        """What shows *reading* to be machine-written or planted; nothing where too little does.

        Each is a value of ``status`` with its span, so that a person can look at it.
        """
        found = [each for passage in reading.passages for each in self._found(passage)]
        sentences = [s for p in reading.passages for s in p.sentences if not s.staff]
        shown = {id(sentence) for _, sentence in found}
        wordings: dict[str, set[str]] = {}
        for match, sentence in found:
            words = sentence.text[match.start - sentence.start : match.end - sentence.start]
            wordings.setdefault(match.code, set()).add(words)
        points = sum(
            min(self._cues[code].most, self._cues[code].points * len(words))
            for code, words in wordings.items()
        )
        beside = (
            self._addressed(sentences),
            self._of_facts([s for s in sentences if id(s) not in shown]),
        )
        kinds = len(wordings) + sum(each > 0 for each in beside)
        sure = any(self._cues[code].sure for code in wordings)
        if points + sum(beside) < self._rules.points or not (sure or kinds >= self._rules.kinds):
            return ()
        return tuple(
            spanned(STATUS, SYNTHETIC, sentence, match.start, match.end, match.rule)
            for match, sentence in found
        )

    def _found(self, passage: Passage) -> list[tuple[Match, Sentence]]:
        return [
            (match, sentence)
            for match in self._phrases.find(passage.text, passage.lang)
            if (sentence := passage.at(match.start))
            and not sentence.staff
            and (not self._cues[match.code].heading or _heads(passage.text, match))
        ]

    def _addressed(self, sentences: Sequence[Sentence]) -> int:
        rule = self._rules.addressed
        to_reader = sum(_to_reader(sentence) for sentence in sentences)
        enough = len(sentences) >= rule.sentences and to_reader >= rule.share * len(sentences)
        return rule.points if enough else 0

    def _of_facts(self, sentences: Sequence[Sentence]) -> int:
        """The points, less than none, of the facts that the teller's *sentences* hold."""
        rule = self._rules.facts
        facts = sum(
            not s.title and not _to_reader(s) and bool(_FIGURE.search(_NUMBERED.sub("", s.text)))
            for s in sentences
        )
        return -min(rule.most, rule.each * facts) if facts else rule.none


def _to_reader(sentence: Sentence) -> bool:
    return "you" in sentence.cues and "first" not in sentence.cues and not sentence.letter


def _heads(text: str, match: Match) -> bool:
    """Whether *match* begins a short line that is no sentence."""
    start = text.rfind("\n", 0, match.start) + 1
    end = text.find("\n", match.end)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    return (
        match.start - start <= LEAD and len(line) <= HEADING and not line.endswith((".", ",", "。"))
    )
