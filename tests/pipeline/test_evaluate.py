"""Agreement with a reading: the measures against numbers worked out by hand."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.codebook import Codebook, load_codebook
from pipeline.compared import agreement, believed_as_stated
from pipeline.evaluate import LEAST, evaluate, evaluate_files
from pipeline.workspace import record
from scraper.rules import DataError

STORY = (
    "My Upwork account was suspended last week. I had been on Upwork for three years and "
    "completed 40 jobs. They sent me an email and it says that I submitted many proposals "
    "without contracts. I appealed the same day and they never replied."
)
QUESTION = "How do I write a better proposal? I am new here and would like some tips, thanks."


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


def measures(
    codebook: Codebook,
    column: str,
    cells: list[tuple[str, str]],
    *,
    editions: dict[int, int] | None = None,
    contested: tuple[int, ...] = (),
) -> dict[str, float | None]:
    """The measures of one column over (gold, coded) *cells*."""
    pairs = [
        (
            {
                column: gold,
                "edition": str((editions or {}).get(row, codebook.edition)),
                "contested": column if row in contested else "",
            },
            {column: coded},
        )
        for row, (gold, coded) in enumerate(cells)
    ]
    return agreement(pairs, [codebook.columns[column]], codebook)[column]


def test_one_code_per_cell(codebook: Codebook) -> None:
    cells = [
        ("suspended", "suspended"),
        ("suspended", "closed"),
        ("closed", "closed"),
        ("unknown", "unknown"),
        ("hold", "unknown"),
    ]
    # chance: suspended 2/5·1/5, closed 1/5·2/5, silent 1/5·2/5 = 0.24; (0.6 - 0.24) / 0.76
    # F1: suspended 2/3, closed 2/3, hold 0
    assert measures(codebook, "action", cells) == {
        "n": 5,
        "accuracy": 0.6,
        "precision": 0.6667,
        "recall": 0.5,
        "f1": 0.5714,
        "kappa": 0.4737,
        "accuracy_with_contested": 0.6,
        "macro_f1": 0.4444,
    }


def test_several_codes_per_cell(codebook: Codebook) -> None:
    cells = [
        ("performance|spam", "spam|performance"),
        ("spam", "spam|automation"),
        ("none_stated", "unknown"),
        ("unknown", ""),
    ]
    # hits 3, false alarms 1 (automation), misses 1 (none_stated); codes: performance 1, spam 1,
    # automation 0, none_stated 0
    found = measures(codebook, "reasons", cells)
    assert (found["accuracy"], found["precision"], found["recall"]) == (0.5, 0.75, 0.75)
    assert (found["f1"], found["macro_f1"]) == (0.75, 0.5)


def test_no_is_compared_but_no_finding(codebook: Codebook) -> None:
    found = measures(codebook, "letter_quoted", [("no", "no"), ("no", "yes"), ("yes", "yes")])
    assert (found["n"], found["accuracy"]) == (3, 0.6667)
    assert (found["precision"], found["recall"]) == (0.5, 1.0)


def test_numbers_are_equal_as_numbers(codebook: Codebook) -> None:
    found = measures(codebook, "fee_percents", [("20", "20.0"), ("10|15", "15|10"), ("5", "")])
    assert (found["accuracy"], found["precision"], found["recall"]) == (0.6667, 1.0, 0.75)
    assert "macro_f1" not in found


def test_contested_cells_stand_apart(codebook: Codebook) -> None:
    cells = [("upheld", "upheld"), ("pending", "upheld"), ("pending", "pending")]
    found = measures(codebook, "outcome", cells, contested=(1, 2))
    assert (found["n"], found["accuracy"], found["accuracy_with_contested"]) == (1, 1.0, 0.6667)


def test_a_measure_without_cases_is_none(codebook: Codebook) -> None:
    silent = measures(codebook, "outcome", [("unknown", ""), ("", "unknown")])
    assert (silent["n"], silent["accuracy"]) == (2, 1.0)
    assert {silent[m] for m in ("precision", "recall", "f1", "kappa", "macro_f1")} == {None}
    nothing = measures(codebook, "outcome", [])
    assert nothing.pop("n") == 0
    assert set(nothing.values()) == {None}


def test_a_row_is_not_asked_what_its_edition_does_not_know(codebook: Codebook) -> None:
    assert measures(codebook, "standing", [("", "vetted")], editions={0: 1})["n"] == 0
    warned = measures(codebook, "action", [("unknown", "warned")], editions={0: 1})
    assert warned["n"] == 0
    assert measures(codebook, "action", [("unknown", "warned")], editions={0: 2})["n"] == 1


def test_a_believed_reason_that_is_coded_as_stated_is_counted(codebook: Codebook) -> None:
    def row(stated: str, believed: str, contested: str = "") -> dict[str, str]:
        cells = {"reasons": stated, "believed_reasons": believed, "contested": contested}
        return {**cells, "edition": str(codebook.edition)}

    coded = {"reasons": "spam|performance", "believed_reasons": ""}
    pairs = [
        (row("unknown", "spam"), coded),
        (row("spam", "spam"), coded),
        (row("spam|performance", ""), coded),
        (row("unknown", "location"), coded),
        (row("unknown", "spam", contested="reasons"), coded),
    ]
    assert believed_as_stated(pairs, codebook) == {"n": 4, "share": 0.25}
    assert believed_as_stated([({"action": "hold"}, coded)], codebook) == {"n": 0, "share": None}


def write_posts(path: Path, *posts: dict[str, Any]) -> Path:
    lines = "".join(json.dumps({"title": "", "lang": "en", **post}) + "\n" for post in posts)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())
    return path


def write_table(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def gold(url: str, **cells: str) -> dict[str, str]:
    row = {"url": url, "position": "1", "platform": "unknown", "action": "unknown"}
    return {**row, "jobs_completed": "", "edition": "2", "contested": "", **cells}


UPWORK = {"platform": "upwork", "action": "suspended", "jobs_completed": "40"}


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_pages_are_joined_and_screened(tmp_path: Path, name: str) -> None:
    posts = write_posts(
        tmp_path / name,
        {"url": "https://a.example/1", "position": 1, "text": STORY},
        {"url": "https://a.example/2", "position": 1, "text": QUESTION},
        {"url": "https://a.example/3", "position": 1, "text": QUESTION},
        {"url": "https://a.example/4", "position": 1, "text": STORY},
        {"url": "https://a.example/of-nobody", "position": 1, "text": STORY},
    )
    rows = write_table(
        tmp_path / "gold.csv",
        gold("https://a.example/1", **UPWORK),
        gold("https://a.example/2", platform="fiverr"),
        gold("https://a.example/without-a-post", **UPWORK),
    )
    negatives = write_table(
        tmp_path / "negatives.csv",
        {"url": "https://a.example/3", "why": "general_question"},
        {"url": "https://a.example/4", "why": "advice"},
    )
    found = evaluate(posts, rows, negatives)
    assert found["screen"] == {
        **{"precision": 0.5, "recall": 0.5, "f1": 0.5},
        **{"tp": 1, "fp": 1, "fn": 1},
    }
    assert list(found["columns"]) == ["platform", "action", "jobs_completed"]
    assert found["columns"]["platform"]["n"] == 2
    assert found["columns"]["platform"]["precision"] == 1.0
    assert found["columns"]["platform"]["recall"] == 0.5


def test_of_several_rows_of_a_page_the_one_that_agrees_best_counts(tmp_path: Path) -> None:
    rows = write_table(
        tmp_path / "gold.csv",
        gold("https://a.example/1", platform="fiverr", action="demoted"),
        gold("https://a.example/1", position="2", **UPWORK),
    )
    posts = write_posts(
        tmp_path / "one.jsonl", {"url": "https://a.example/1", "position": 1, "text": STORY}
    )
    found = evaluate(posts, rows)
    assert found["columns"]["platform"]["accuracy"] == 1.0
    assert (found["screen"]["tp"], found["screen"]["fn"]) == (1, 0)


def test_two_tellers_of_a_page_are_two_rows(tmp_path: Path) -> None:
    other = STORY.replace("Upwork", "Fiverr").replace("suspended", "permanently closed")
    rows = write_table(
        tmp_path / "gold.csv",
        gold("https://a.example/1", platform="fiverr", action="closed"),
        gold("https://a.example/1", position="2", **UPWORK),
    )
    posts = write_posts(
        tmp_path / "two.jsonl",
        {"url": "https://a.example/1", "position": 1, "text": STORY},
        {"url": "https://a.example/1", "position": 2, "text": other},
    )
    found = evaluate(posts, rows)
    assert found["screen"]["tp"] == 2
    assert found["columns"]["platform"] == {
        **found["columns"]["platform"],
        **{"n": 2, "accuracy": 1.0, "kappa": 1.0},
    }


def many(tmp_path: Path, number: int, **cells: str) -> tuple[Path, Path, Path]:
    """*number* pages with the story and their rows, and one page without a report."""
    pages = [f"https://a.example/{page}" for page in range(number)]
    posts = [{"url": url, "position": 1, "text": STORY} for url in pages]
    nobody = "https://a.example/q"
    rows = [gold(url, **{**UPWORK, "lang": "en", **cells}) for url in pages]
    return (
        write_posts(tmp_path / "p.jsonl", *posts, {"url": nobody, "position": 1, "text": QUESTION}),
        write_table(tmp_path / "gold.csv", *rows),
        write_table(tmp_path / "negatives.csv", {"url": nobody, "why": "advice"}),
    )


def test_baselines_are_measured_on_the_same_tellings(tmp_path: Path) -> None:
    baselines = evaluate(*many(tmp_path, 2))["baselines"]
    assert list(baselines) == ["majority", "keywords", "definitions"]
    for name in ("majority", "keywords"):
        assert {m["f1"] for m in baselines[name]["columns"].values()} == {1.0}, name
    assert "lang" not in baselines["majority"]["columns"]
    assert {m["n"] for m in baselines["definitions"]["columns"].values()} == {2}
    assert baselines["definitions"]["columns"]["jobs_completed"]["recall"] == 0.0
    assert baselines["majority"]["screen"]["fp"] == 1
    assert baselines["keywords"]["screen"] == {
        **{"precision": 1.0, "recall": 1.0, "f1": 1.0},
        **{"tp": 2, "fp": 0, "fn": 0},
    }


def test_the_majority_is_that_of_the_values_that_say_something(tmp_path: Path) -> None:
    rows = write_table(
        tmp_path / "gold.csv",
        gold("https://a.example/1"),
        gold("https://a.example/2"),
        gold("https://a.example/3", platform="fiverr", action="hold"),
    )
    pages = [{"url": f"https://a.example/{n}", "position": 1, "text": STORY} for n in (1, 2, 3)]
    found = evaluate(write_posts(tmp_path / "p.jsonl", *pages), rows)
    majority = found["baselines"]["majority"]["columns"]
    assert (majority["platform"]["precision"], majority["platform"]["recall"]) == (0.3333, 1.0)
    assert majority["jobs_completed"]["f1"] is None


def test_a_language_with_too_few_reports_is_not_measured(tmp_path: Path) -> None:
    few = evaluate(*many(tmp_path, LEAST - 1))["languages"]
    assert few == {"en": {"n": LEAST - 1, "columns": None, "baselines": None}}


def test_a_language_with_enough_reports_is_measured(tmp_path: Path) -> None:
    posts, rows, negatives = many(tmp_path, LEAST)
    text = rows.read_text().replace(",2,,en", ",2,action,en", 1)  # contested in one row
    rows.write_text(text)
    english = evaluate(posts, rows, negatives)["languages"]["en"]
    assert english["n"] == english["columns"]["platform"]["n"] == LEAST
    assert english["columns"]["platform"]["f1"] == 1.0
    assert english["columns"]["action"] is None
    assert english["baselines"]["keywords"]["platform"] == 1.0
    assert english["baselines"]["keywords"]["action"] is None


def test_the_table_is_printed_and_the_json_written(tmp_path: Path) -> None:
    posts = write_posts(
        tmp_path / "p.jsonl", {"url": "https://a.example/1", "position": 1, "text": STORY}
    )
    rows = write_table(tmp_path / "gold.csv", gold("https://a.example/1", **UPWORK))
    console = Console(record=True, width=160, quiet=False)
    evaluate_files(posts, rows, None, tmp_path / "out.json", console)
    printed = console.export_text()
    assert "1 tp, 0 fp, 0 fn" in printed
    assert "platform" in printed
    assert "majority  keywords  definitions" in printed
    assert "Ahead of every baseline on 0 of" in printed
    assert "not on screen, platform, action" in printed
    result = json.loads((tmp_path / "out.json").read_text())
    assert result["columns"]["platform"]["kappa"] is None
    assert {"screen", "columns", "baselines", "languages"} <= set(result)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 1: is not JSON"),
        ('{"url": "https://a.example/1"}', "line 1: has no text in 'title'"),
        (
            '{"url": "u", "title": "", "text": "", "lang": "en", "position": "first"}',
            "line 1: position 'first' is not a whole number",
        ),
    ],
)
def test_a_broken_post_is_named(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "p.jsonl").write_text(line + "\n")
    rows = write_table(tmp_path / "gold.csv", gold("https://a.example/1"))
    with pytest.raises(DataError, match=problem):
        evaluate(tmp_path / "p.jsonl", rows)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"action": "suspendid"}, "row 2, column action: 'suspendid' is not known; did you mean"),
        ({"edition": "new"}, "row 2, column edition: 'new'"),
        ({"jobs_completed": "many"}, "row 2, column jobs_completed: 'many'"),
    ],
)
def test_a_broken_gold_row_is_named(tmp_path: Path, cells: Any, problem: str) -> None:
    posts = write_posts(tmp_path / "p.jsonl")
    rows = write_table(tmp_path / "gold.csv", gold("https://a.example/1", **cells))
    with pytest.raises(DataError, match=problem):
        evaluate(posts, rows)


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    posts = write_posts(tmp_path / "p.jsonl")
    with pytest.raises(DataError, match="cannot be read"):
        evaluate(posts, tmp_path / "gold.csv")
    rows = write_table(tmp_path / "gold.csv", {"url": "https://a.example/1"})
    with pytest.raises(DataError, match="has no column 'position'"):
        evaluate(posts, rows)
