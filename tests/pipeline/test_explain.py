"""One text explained: the story that began the project, told anew in our own words."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.explain import explain, explain_file
from scraper.rules import DataError

FOUNDING = """Upwork shut me out after inviting me to its premium programme

Jul 3, 2017

I write apps for phones. In spring I left my job to live from freelancing and chose Upwork, \
where I had finished one order two years before, with good feedback. The fee that freelancers \
pay is up to 20% now. For two weeks I used every connect I had, got two contracts and finished \
both. Then Upwork invited me to an interview for its premium programme, and I passed.

On the 31st of May this came by email:

From: Upwork Help Center: Your Upwork account has been suspended.

We are writing to let you know that we have suspended your access to Upwork indefinitely. Our \
decision rests on a careful review and on the fact that you have submitted a high number of \
proposals without many contracts or earnings.

I wrote to their appeals address at once. They asked me for a photo of my degree certificate. I \
sent everything and an hour later got this answer:

Hello Maxim,

We have carefully reviewed your appeal and your Upwork account will remain suspended. The appeal \
process is exhausted and our decision is final. Please note that we are unlikely to respond to \
any further messages about this matter.

Upwork Trust & Safety

The answer was pure boilerplate; I doubt that anyone opened my files. I replied and never got an \
answer.
"""
QUESTION = "How do I write a better proposal?\nI am new here and would like some tips, thanks.\n"


@pytest.fixture(scope="module")
def founding() -> dict[str, Any]:
    return explain(FOUNDING)


def test_the_founding_story(founding: dict[str, Any]) -> None:
    assert founding["screen"]["report"] is True
    assert founding["screen"]["kind"] == "report_self"
    (report,) = founding["reports"]
    expected = {
        **{"platform": "upwork", "action": "suspended", "action_date": "2017-05-31"},
        **{"reasons": ["proposals_without_contracts"], "appealed": "yes", "outcome": "upheld"},
        **{"response_hours": 1, "fee_percents": [20], "funds_held": "unknown"},
        **{"letter_quoted": "yes", "lang": "en"},
    }
    assert {name: report[name] for name in expected} == expected
    assert {"boilerplate", "final_decision", "contact_closed"} <= set(report["responses"])


def test_the_reason_rests_on_words_of_the_letter(founding: dict[str, Any]) -> None:
    letter = FOUNDING[FOUNDING.index("We are writing") : FOUNDING.index("I wrote to their")]
    spans = [e for e in founding["reports"][0]["evidence"] if e["column"] == "reasons"]
    assert spans
    for span in spans:
        assert FOUNDING[span["start"] : span["end"]] in letter
        assert set(span) == {"column", "value", "start", "end", "rule"}


def test_nothing_but_codes_and_offsets_is_given(founding: dict[str, Any]) -> None:
    given = json.dumps(founding)
    for words in ("Maxim", "careful review", "left my job"):
        assert words not in given


def test_what_the_screen_refuses_is_coded_all_the_same() -> None:
    found = explain(QUESTION)
    assert found["screen"]["report"] is False
    assert len(found["reports"]) == 1


def printed(tmp_path: Path, text: str, **options: bool) -> str:
    (tmp_path / "story.txt").write_text(text, encoding="utf-8")
    console = Console(record=True, width=200, force_terminal=True)
    explain_file(tmp_path / "story.txt", console, as_json=options.get("as_json", False))
    return console.export_text(styles=True)


def test_the_terminal_shows_the_words_in_colour(tmp_path: Path) -> None:
    shown = printed(tmp_path, FOUNDING)
    assert "taken as a report" in shown
    assert "proposals_without_contracts" in shown
    assert "\x1b[" in shown
    assert "not taken; coded here all the same" in printed(tmp_path, QUESTION)


def test_json_is_one_object_with_offsets_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(tmp_path, FOUNDING, as_json=True)
    assert json.loads(capsys.readouterr().out) == explain(FOUNDING)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"story\.txt: cannot be read as UTF-8 text"):
        explain_file(tmp_path / "story.txt", Console(), as_json=True)
