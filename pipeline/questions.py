"""What a person is asked in a review, and what counts as an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt
from rich.table import Table
from rich.text import Text

from pipeline.agreement import PERSON
from pipeline.codebook import Codebook, Column
from pipeline.coding.learned import REPORTS
from pipeline.decisions import SCREEN
from pipeline.platforms import load_platforms
from pipeline.privacy import is_wordless
from pipeline.reports import silence
from scraper.rules import one_of

LONGEST = 200
"""Characters of the longest reason."""

Row = dict[str, str]


class LaterError(Exception):
    """The person leaves this report for later."""


class Questions:
    """The questions, over one codebook and one list of platforms, on one terminal.

    Each raises EOFError where there are no more answers, LaterError where the person asks
    for the next report.
    """

    def __init__(self, codebook: Codebook, platforms: Path, console: Console) -> None:
        self._codebook, self._console = codebook, console
        self._platforms = {code: entry.label for code, entry in load_platforms(platforms).items()}

    def say(self, words: str) -> None:
        """Print a line."""
        self._console.print(Text(words, "bold"))

    def person(self) -> str:
        """Who codes, as ``person-1``: a number that is nobody's name."""
        while not (number := self._read("Your number as a coder, not your name", "1")).isdecimal():
            self.say("A number, such as 1.")
        return f"{PERSON}{int(number)}"

    def is_report(self) -> bool:
        """Whether the page holds a report."""
        question = "Is this one person's public telling of one action against an account?"
        return self._choose(question, {"y": "yes", "x": "no", "n": "next report"}) == "y"

    def what_else(self) -> tuple[str, str]:
        """What a page is that holds no report, and why."""
        kinds = [code for code in self._codebook.lists[SCREEN].codes if code not in REPORTS]
        self._list(SCREEN, kinds)
        while (kind := _numbered(self._read("What is it?"), kinds)) not in kinds:
            self.say(one_of(kind, kinds))
        return kind, self.reason()

    def decision(self) -> str:
        """``confirm``, ``correct`` or ``skip``."""
        choices = {"y": "confirm", "c": "correct", "s": "skip", "n": "next report"}
        return choices[self._choose("Is that what the text says?", choices)]

    def reason(self) -> str:
        """Why a value is changed: words that may be published."""
        asked = "Reason, in your own words (it is published: no name, no address, no quotation)"
        while True:
            reason = " ".join(self._read(asked).split())
            if reason and len(reason) <= LONGEST and not re.search(r"@|//|\d{7}", reason):
                return reason
            self.say(f"Up to {LONGEST} characters, no address, no long number.")

    def missing(self, silent: Sequence[Column]) -> Column | None:
        """The one of *silent* columns that the text does tell; None where there is none."""
        self.say("Not told: " + ", ".join(column.name for column in silent))
        return self.which("Which of these does the text tell?", silent)

    def which(self, question: str, columns: Sequence[Column]) -> Column | None:
        """The one of *columns* that is named; None where none is."""
        names = {column.name: column for column in columns}
        while name := self._read(f"{question} (Enter: none, n: next report, q: leave)"):
            if name == "n":
                raise LaterError
            if name in names:
                return names[name]
            self.say(one_of(name, tuple(names)))
        return None

    def define(self, column: Column) -> None:
        """Print what *column* holds."""
        label = Text.assemble("\n", (column.label["en"], "bold"), f" ({column.name}): ")
        self._console.print(label + Text(column.definition), soft_wrap=True)

    def show(
        self, column: Column, cell: str, own: str | None, excerpts: list[Text], spans: list[Row]
    ) -> None:
        """Print a value, what its codes mean, and the words that it rests on."""
        self._console.print(Text.assemble("  coded as ", (cell or "not told", "bold")))
        if own is not None:
            self._console.print(Text.assemble("  you said ", (own or "not told", "bold")))
        if column.list:
            self._list(column.list, [code for code in cell.split("|") if code])
        for excerpt in excerpts:
            self._console.print(excerpt, soft_wrap=True)
        for rule in dict.fromkeys(span["rule"] for span in spans):
            self._console.print(Text(f"  {rule}", "dim"), soft_wrap=True)
        if not spans:
            self._console.print(Text("  no evidence held", "dim"))

    def value(self, column: Column) -> str:
        """A cell of *column* as a person types it: codes, or their numbers, or nothing."""
        codes = list(self._codebook.allowed(column.name)) if column.list else []
        if column.list:
            self._list(column.list, codes)
        while True:
            typed = self._read(f"{column.name} (Enter: not told)")
            parts = [_numbered(part, codes) for part in re.split(r"[|,;\s]+", typed) if part]
            wrong = [part for part in parts if not self._fits(column, part)]
            if not wrong and (len(parts) < 2 or column.kind in ("codes", "numbers")):
                return self._cell(column, parts)
            self.say(self._hint(column, wrong[0]) if wrong else "One value, please.")

    def _fits(self, column: Column, part: str) -> bool:
        return is_wordless(column, part, self._codebook, frozenset(self._platforms))

    def _hint(self, column: Column, part: str) -> str:
        if column.list:
            return one_of(part, self._codebook.allowed(column.name))
        if column.kind == "platform":
            return one_of(part, tuple(self._platforms))
        return f"{part!r} is no {column.kind} such as this column holds."

    def _cell(self, column: Column, parts: list[str]) -> str:
        if column.kind == "codes" and column.order == "list":
            parts.sort(key=self._codebook.allowed(column.name).index)
        return "|".join(dict.fromkeys(parts)) or silence(column, self._codebook)

    def _list(self, name: str, codes: list[str]) -> None:
        table = Table(box=None, show_header=False, pad_edge=False)
        for number, code in enumerate(codes, 1):
            definition = self._codebook.lists[name][code].definition
            table.add_row(Text(str(number), "dim"), Text(code), Text(definition, "dim"))
        self._console.print(table)

    def _choose(self, question: str, choices: dict[str, str]) -> str:
        words = ", ".join(f"{key}: {word}" for key, word in choices.items())
        while (answer := self._read(f"{question} ({words}, q: leave)").lower()) not in choices:
            self.say(one_of(answer, tuple(choices)))
        if choices[answer] == "next report":
            raise LaterError
        return answer

    def _read(self, question: str, default: str = "") -> str:
        """What is typed; ``q`` is the end of all answers."""
        shown = Text(question, "cyan")
        answer = Prompt.ask(
            shown, console=self._console, default=default, show_default=bool(default)
        )
        if answer.strip() == "q":
            raise EOFError
        return answer.strip()


def _numbered(part: str, codes: list[str]) -> str:
    """The code that *part* numbers, else *part*."""
    number = int(part) if part.isdecimal() else 0
    return codes[number - 1] if 0 < number <= len(codes) else part
