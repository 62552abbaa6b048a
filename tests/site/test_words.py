"""Words made from coded facts, and numbers in print."""

from __future__ import annotations

import pytest

from pipeline.workspace import Workspace
from publisher.case_page import case_html
from publisher.examples import marked_text
from publisher.numbers import date, mark_digits, printed
from publisher.prose import paragraph
from publisher.record import Record, Row, load_record


@pytest.fixture(scope="module")
def loaded(record: Workspace) -> Record:
    return load_record(record)


def told(loaded: Record, **values: str) -> Row:
    empty = dict.fromkeys(next(iter(loaded.cases.values())), "")
    start = {"case_id": "c9999", "teller": "self", "role": "freelancer", "platform": "upwork"}
    return {**empty, "codebook_edition": "3", **start, **values}


def test_a_case_in_a_few_sentences(loaded: Record) -> None:
    case = told(
        loaded,
        action="suspended",
        action_date="2019-05-03",
        notice="at_action",
        reasons="performance|spam",
        specificity="generic",
        appealed="yes",
        responses="boilerplate|final_decision",
        response_hours="1",
        outcome="upheld",
        funds_held="yes",
        funds_amount="350",
        funds_currency="USD",
        hold_days="180",
    )
    assert paragraph(loaded, case) == (
        "A freelancer on Upwork reports that their account was suspended on 3 May 2019. "
        "They were told when it happened. As the platform's stated reason the report names: "
        "performance, spam. The platform named a rule or a category, not the conduct at fault. "
        "They appealed. How the platform responded: stock text, then called it final. "
        "An answer came within 1 hour. The decision was upheld. "
        "Money was held back (350 USD) for 180 days."
    )


def test_what_is_not_told_is_said_to_be_not_told(loaded: Record) -> None:
    case = told(loaded, teller="proxy", platform="unknown", action="unknown", reasons="unknown")
    assert paragraph(loaded, case) == (
        "A report by another person says of a freelancer that a measure was taken against "
        "their account. Whether the platform gave a reason is not told. How it ended is not told."
    )


def test_belief_is_kept_apart_from_what_was_stated(loaded: Record) -> None:
    case = told(loaded, action="closed", reasons="none_stated", believed_reasons="spam")
    words = paragraph(loaded, case)
    assert "No reason was given, the report says." in words
    assert "The teller believes that the cause was: spam." in words


def test_a_page_escapes_what_the_tables_hold(loaded: Record) -> None:
    case = told(loaded, action="closed", events="<script>alert(1)</script>")
    page = case_html(loaded, case, "../../")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("cell", "unit", "words"),
    [
        ("0.2381", "share", "24\u00a0%"),
        ("0.005", "share", "1\u00a0%"),
        ("1", "share", "100\u00a0%"),
        ("1204", "cases", "1,204"),
        ("0.9", "kappa", "0.90"),
        ("-0.004", "kappa", "0"),
        ("14.25", "days", "14.25"),
        ("2657.4", "USD", "2,657"),
        ("", "share", "too few to say"),
    ],
)
def test_numbers_in_print(cell: str, unit: str, words: str) -> None:
    assert printed(cell, unit) == words


def test_dates_in_words() -> None:
    assert date("2019") == '<time data-mark="date" datetime="2019">2019</time>'
    assert "March 2019<" in date("2019-03")
    assert "12 March 2019<" in date("2019-03-12")


def test_digits_in_rules_are_marked_and_their_text_escaped() -> None:
    assert mark_digits("stars ×20, <b>") == ('stars <span data-mark="code">×20,</span> &lt;b&gt;')


def test_overlapping_spans_name_both_columns(loaded: Record) -> None:
    def span(column: str, start: int, end: int) -> Row:
        return {"column": column, "start": str(start), "end": str(end)}

    spans = [span("reasons", 0, 6), span("action", 4, 9)]
    labels = [loaded.codebook.columns[name].label["en"] for name in ("reasons", "action")]
    assert marked_text("abcd<f>hijk", spans, loaded) == (
        f'<mark title="{labels[0]}">abcd</mark>'
        f'<mark title="{", ".join(labels)}">&lt;f</mark>'
        f'<mark title="{labels[1]}">&gt;hi</mark>jk'
    )
