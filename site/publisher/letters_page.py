"""The stock letters: to how many people each went, when, and what it states."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from publisher.languages import say
from publisher.record import Record, Row
from publisher.templating import render


@dataclass(frozen=True)
class Letter:
    """One row of ``letters.csv`` in the words of the page, and the cases behind it."""

    row: Row
    platform: str
    reasons: list[str]
    checks: list[str]
    cases: list[str]

    @property
    def figure_id(self) -> str:
        """The figure that counts its cases."""
        return f"letters.{self.row['letter_id']}"


def letters_of(record: Record, platform: str = "") -> list[Letter]:
    """The letters, or those of one *platform*, that counted cases tell of; the most first."""
    titles = {check.id: say(check.title) for check in record.fair_process.check}
    cases = _cases(record)
    letters = [
        Letter(
            row,
            record.platform_label(row["platform"]),
            record.labels("reasons", row["reasons"]),
            [titles[name] for name in row["checks"].split("|") if name],
            cases[row["letter_id"]],
        )
        for row in record.letters
        if row["letter_id"] in cases and platform in ("", row["platform"])
    ]
    return sorted(letters, key=lambda letter: -len(letter.cases))


def _cases(record: Record) -> dict[str, list[str]]:
    """The counted cases of each letter, by its id."""
    found: dict[str, list[str]] = {}
    for case in record.cases.values():
        told = (
            letter
            for report in record.reports_of(case)
            if report["review"] != "proposed"
            for letter in report["letter_id"].split("|")
            if letter
        )
        for letter in dict.fromkeys(told):
            found.setdefault(letter, []).append(case["case_id"])
    return found


def letters_html(record: Record, root: str) -> Markup:
    """Every letter that counted cases tell of, with its dates, reasons, checks and cases."""
    return render("letters.html", letters=letters_of(record), figures=record.figures, root=root)
