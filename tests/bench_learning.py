"""How well what was learned codes texts that it has not seen: each training text left out in turn.

``make bench-learning`` prints, column by column, F1 of the learned coder and of the rules over
the tellings of ``data/training/``, in English and in the other languages, then precision and
recall of the screen over tellings and pages. What sentences and whole tellings are evidence for
is known as if each text had been left out (:mod:`pipeline.coding.sentence_model`,
:mod:`pipeline.coding.whole_model`); what decides on columns, numbers and pages learns from four
fifths and is asked for the rest. Some minutes on two cores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.coder import RulesCoder
from pipeline.coding.deciding import Decider, Weighed, without_others
from pipeline.coding.learned import CODED, SEVERAL, by_column, codes_of, values
from pipeline.coding.number_model import NEAR, NumberModel, candidates, stated
from pipeline.coding.page_model import PageModel
from pipeline.coding.reading import Reading
from pipeline.coding.sentence_model import Scores, SentenceModel, telling
from pipeline.coding.training import NUMBERS, Example, load_training
from pipeline.coding.whole_model import WholeModel
from pipeline.platforms import load_platforms
from pipeline.screen import LIKELY
from pipeline.workspace import record

FOLDS = 5

Said = Sequence[frozenset[str]]
"""Per telling what a column says."""


class Texts(NamedTuple):
    """The training texts as read, with the scores of their sentences as if left out."""

    examples: list[Example]
    readings: list[Reading]
    scores: list[Scores]
    sentences: SentenceModel


def read(codebook: Codebook, rules: RulesCoder) -> Texts:
    """The texts of ``data/training/``."""
    examples = load_training(record().rules / "training", codebook)
    examples.sort(key=lambda example: example.kind == "numbers")
    readings = [Reading(telling(example), rules.lexicon) for example in examples]
    taught = sum(example.kind != "numbers" for example in examples)
    sentences = SentenceModel()
    scores = sentences.fit(examples[:taught], readings[:taught])
    scores += [sentences.scores(reading) for reading in readings[taught:]]
    return Texts(examples, readings, scores, sentences)


def folds(indexes: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """``FOLDS`` pairs: what to learn from, and the rest, which is asked."""
    mixed = np.random.RandomState(0).permutation(indexes)
    return [
        (sorted(set(indexes) - set(mixed[k::FOLDS].tolist())), mixed[k::FOLDS].tolist())
        for k in range(FOLDS)
    ]


def f1(truth: Said, found: Said, chosen: Sequence[bool], *, close: bool = False) -> str:
    """F1 over the *chosen* tellings, and how many values they say; numbers need be *close*."""
    hits = every = said = 0
    for wanted, got, take in zip(truth, found, chosen, strict=True):
        if take:
            hits += sum(any(_same(a, b, close) for b in got) for a in wanted)
            every += len(wanted) + len(got)
            said += len(wanted)
    return f"{2 * hits / every:.2f} ({said})" if said else "–"


def _same(wanted: str, got: str, close: bool) -> bool:
    if close:
        return abs(float(wanted) - float(got)) <= NEAR * max(1.0, float(wanted))
    return wanted == got


def main() -> None:
    """Print the table."""
    codebook = load_codebook(record().rules / "codebook")
    rules = RulesCoder(codebook, load_platforms(record().rules / "platforms.toml"))
    texts = read(codebook, rules)
    labels = {label: index for index, label in enumerate(texts.sentences.labels)}
    told = [i for i, example in enumerate(texts.examples) if example.kind == "telling"]
    ruled = {i: by_column(rules.code(texts.readings[i].telling)) for i in told}
    english = [texts.examples[i].lang == "en" for i in told]
    table = Table(title="F1 on texts left out, and how many values", box=None)
    for head in ("column", "learned en", "rules en", "learned others", "rules others"):
        table.add_column(head, no_wrap=True)

    def row(name: str, truth: Said, found: Said, *, close: bool = False) -> None:
        silent = {"no", "unknown"}
        by_rules = [ruled[i].get(name, frozenset()) - silent for i in told]
        cells = [
            f1(truth, of, chosen, close=close)
            for chosen in (english, [not one for one in english])
            for of in (found, by_rules)
        ]
        table.add_row(name, *cells)

    truths = {i: values(texts.examples[i], codebook) for i in told}
    codes = {column: codes_of(column, codebook) for column in CODED}
    own = [without_others(texts.scores[i], labels) for i in told]
    whole = WholeModel(codes).fit([texts.readings[i] for i in told], own, list(truths.values()))
    cases = {
        i: Weighed(scores, labels, of_all, ruled[i])
        for i, scores, of_all in zip(told, own, whole, strict=True)
    }
    for column in CODED:
        found: dict[int, frozenset[str]] = {}
        for learn, ask in folds(told):
            decider = Decider(column, codes[column], several=column in SEVERAL)
            decider.fit([cases[i] for i in learn], [truths[i][column] for i in learn])
            for i in ask:
                decided = decider.decide(cases[i]) if decider.ready else []
                found[i] = frozenset(code for code, _ in decided)
        row(column, [truths[i][column] for i in told], [found[i] for i in told])
    numbers(texts, rules, labels, told, row)
    console = Console()
    console.print(table)
    console.print(screen(texts, labels))


def numbers(
    texts: Texts,
    rules: RulesCoder,
    labels: dict[tuple[str, str], int],
    told: list[int],
    row: Callable[..., None],
) -> None:
    """The rows of the columns of numbers."""
    own = [i for i, example in enumerate(texts.examples) if example.kind != "page"]
    readings, scores = texts.readings, texts.scores
    offered = {i: candidates(readings[i], rules.code(readings[i].telling)) for i in own}
    truth = {i: stated(texts.examples[i], readings[i]) for i in own}
    found: dict[int, dict[str, frozenset[str]]] = {}
    for learn, ask in folds(own):
        model = NumberModel(labels).fit(
            [offered[i] for i in learn], [scores[i] for i in learn], [truth[i] for i in learn]
        )
        for i in set(ask) & set(told):
            found[i] = dict(by_column(model.decide(readings[i], scores[i], offered[i])))
    for column in NUMBERS:
        said = [
            frozenset(str(n) for sentence in truth[i] for n in sentence.get(column, ()))
            for i in told
        ]
        row(column, said, [found[i].get(column, frozenset()) for i in told], close=True)


def screen(texts: Texts, labels: dict[tuple[str, str], int]) -> str:
    """How many of the tellings the screen finds, and of the pages it takes."""
    whole = [i for i, example in enumerate(texts.examples) if example.kind in ("telling", "page")]
    report = {i: texts.examples[i].kind == "telling" for i in whole}
    taken: dict[int, bool] = {}
    for learn, ask in folds(whole):
        model = PageModel(labels).fit(
            [texts.readings[i] for i in learn],
            [texts.scores[i] for i in learn],
            [report[i] for i in learn],
        )
        for i in ask:
            taken[i] = model.likely(texts.readings[i], texts.scores[i]) >= LIKELY
    tellings = [taken[i] for i in whole if report[i]]
    pages = [taken[i] for i in whole if not report[i]]
    return (
        f"Screen: {sum(tellings)} of {len(tellings)} tellings found, "
        f"{sum(pages)} of {len(pages)} pages taken for one"
    )


if __name__ == "__main__":
    main()
