"""Words made from coded facts, and numbers in print."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.workspace import Workspace
from publisher.case_page import case_html
from publisher.examples import marked_text
from publisher.numbers import date, mark_digits, printed
from publisher.prose import paragraph
from publisher.record import Record, Row, load_record
from publisher.wording import load_wordings
from scraper.rules import DataError


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
        "A freelancer reports that Upwork suspended the account without an end date on "
        "3 May 2019. Notice came when it happened. The stated reason: performance, spam. "
        "A rule or a category was named, not the conduct at fault. An appeal was made. "
        "How the platform responded: stock text, then called it final. "
        "An answer came within 1 hour. The decision was upheld. Money was held back. "
        "The amount held: 350 USD. It was held for 180 days."
    )


def test_what_is_not_told_is_said_to_be_not_told(loaded: Record) -> None:
    case = told(loaded, teller="proxy", platform="unknown", action="unknown", reasons="unknown")
    assert paragraph(loaded, case) == (
        "Another person reports of a freelancer that the platform took a measure against the "
        "account. Whether a reason was given is not told. How it ended is not told."
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "Una persona freelance cuenta que Upwork cerró la cuenta de forma definitiva"),
        ("ru", "Фрилансер сообщает, что площадка Upwork в марте 2019 года закрыла аккаунт"),
        ("hi", "एक फ़्रीलांसर का कहना है कि Upwork ने मार्च 2019 में खाता हमेशा के लिए बंद कर दिया।"),
    ],
)
def test_the_same_facts_in_another_language(loaded: Record, lang: str, words: str) -> None:
    case = told(loaded, action="closed", action_date="2019-03", reasons="spam", response_hours="3")
    said = paragraph(loaded, case, lang)
    assert said.startswith(words)
    assert loaded.codebook.label("reasons", "spam", lang).lower() in said.lower()


def test_hours_and_days_take_the_language_s_plural(loaded: Record) -> None:
    days = ("1", "3", "7", "0.5")
    cases = [told(loaded, action="closed", resolution_days=number) for number in days]
    said = [paragraph(loaded, case, "ru").rpartition("через ")[2] for case in cases]
    assert said == ["1 день.", "3 дня.", "7 дней.", "0,5 дня."]


def test_every_case_is_told_in_every_language_and_nothing_is_left_to_fill(loaded: Record) -> None:
    assert next(iter(loaded.wordings)) == "en"
    assert set(loaded.wordings) >= {"en", "es", "hi", "ru"}
    for case in loaded.cases.values():
        told = {paragraph(loaded, case, lang) for lang in loaded.wordings}
        assert len(told) == len(loaded.wordings)
        assert not [words for words in told if "{" in words or "  " in words or " ." in words]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("es.toml", 'closed = "', '# closed = "', "action.closed: is missing"),
        (
            "ru.toml",
            "{platform} {date} закрыла",
            "{platfrom} {date} закрыла",
            "action.closed.*plat",
        ),
        ("hi.toml", "[sentence.notice]", "[sentence.notices]", "sentence.notices.*notice"),
        ("xx.toml", "", "", "no language that CLDR knows"),
        ("tr.toml", "", "", r"label.action.closed: is missing, here and in the codebook"),
    ],
)
def test_a_mistake_in_a_language_s_file_is_named(
    record: Workspace, loaded: Record, tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    words = tmp_path / "words"
    shutil.copytree(record.rules / "words", words)
    if not (words / file).exists():
        shutil.copy(words / "en.toml", words / file)
    text = (words / file).read_text(encoding="utf-8")
    (words / file).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        load_wordings(words, loaded.codebook)


def test_another_language_is_one_more_file(
    record: Workspace, loaded: Record, tmp_path: Path
) -> None:
    shutil.copytree(record.rules / "words", tmp_path / "words")
    english = (tmp_path / "words" / "en.toml").read_text(encoding="utf-8")
    german = english.replace("lower = true", "lower = false").replace('"English"', '"Deutsch"')
    (tmp_path / "words" / "de.toml").write_text(german, encoding="utf-8")
    words = load_wordings(tmp_path / "words", loaded.codebook)["de"]
    assert words.listed("reasons", "spam|performance") == "Spam, Leistung"
    assert words.when("2019-03") == "in März 2019"


def test_belief_is_kept_apart_from_what_was_stated(loaded: Record) -> None:
    case = told(loaded, action="closed", reasons="none_stated", believed_reasons="spam")
    words = paragraph(loaded, case)
    assert "No reason was given, the report says." in words
    assert "What the teller believes to be the cause: spam." in words


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
