"""One stock letter in several reports is known as one, without keeping its words."""

import base64
import gzip
import hashlib
import io
import json
import struct
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from pipeline.cases import rows
from pipeline.codebook import Codebook, load_codebook
from pipeline.fair_process import FairProcess, load_fair_process
from pipeline.letter_texts import aligned, copies_of, show
from pipeline.letters import (
    Quoted,
    fingerprint,
    first_alike,
    group,
    known_again,
    letter_states,
    masked,
    read_fingerprint,
    signature,
)
from pipeline.letters import count as counted
from pipeline.normalise import normalise
from pipeline.posts import from_text
from pipeline.tables import EVIDENCE, LETTERS, report_columns
from pipeline.workspace import Workspace, record

RULES = record().rules
FINAL = (
    "Hello {}, we have looked at your account once more and it stays closed. This choice is "
    "final and we will not write again about it. The trust team."
)
IDENTITY = (
    "Dear member, please send a photo of your passport and a bill that shows your address, so "
    "that we can check who you are within three days."
)
FAMILIES = (
    FINAL,
    "Hi {0},\nOn {1} you sent {2} proposals and were hired for none. We have therefore taken "
    "your profile {3} out of the market.\nRegards,\n{0}'s support person",
    "Estimado {0}: el día {1} se recibió una queja por el pedido {2}. Su cuenta queda "
    "limitada mientras la revisamos. Puede escribirnos en {3}.",
    "Sehr geehrter Herr {0}, am {1} wurde Ihr Konto wegen der Rechnung {2} gesperrt. Diese "
    "Entscheidung kann unter {3} angefochten werden.",
    "{0}様、{1}にご利用のアカウントを停止いたしました。受付番号は{2}です。お問い合わせは{3}までお願い申し上げます。"
    "なお、ご返信までに数日いただくことがございますので、あらかじめご了承くださいますようお願いいたします。",
    "Здравствуйте, {0}! {1} ваш аккаунт был закрыт, так как по заказу {2} клиент подал жалобу. "
    "Решение окончательное, подробности на странице {3}.",
)
RECEIVERS = (
    ("Ana", "3 May 2024", "112", "https://help.example/a"),
    ("Bartholomew", "June 17, 2021", "7", "trust@market.example"),
    ("Xu Wei", "2019-11-30", "1,204", "www.market.example/rules?x=1"),
)


@pytest.fixture
def none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=str) for name in LETTERS})


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(RULES / "codebook")


@pytest.fixture(scope="module")
def fair(codebook: Codebook) -> FairProcess:
    return load_fair_process(RULES / "codebook" / "fair_process.toml", codebook)


def numbers() -> Callable[[], str]:
    following = count(1)
    return lambda: f"l{next(following):02d}"


def quoted(report: str, text: str) -> Quoted:
    return Quoted(report, "upwork", "the account stays closed", signature(text))


def test_what_differs_between_receivers_is_masked() -> None:
    text = "Dear Ana,\n\nOn May 3 2024 order #81-22 broke our rules: see https://x.example/a.\nWe"
    assert masked(text) == "dear _, _ _ 0 0 order #0 broke our rules: see _. we"
    assert masked("Hi ana, write to help@x.example") == "hi ana, write to _"


def test_nouns_of_a_language_that_writes_them_large_are_not_masked() -> None:
    assert masked("Wir haben Ihr Konto wegen einer Beschwerde am Montag gesperrt.") == (
        "wir haben ihr konto wegen einer beschwerde am montag gesperrt."
    )
    assert masked("WE CLOSED YOUR ACCOUNT") == "we closed your account"


def test_a_letter_is_one_that_two_reports_quote(none: pd.DataFrame) -> None:
    table, cells = group(
        [
            quoted("r0001", FINAL.format("Ana")),
            quoted("r0002", FINAL.format("Bartholomew").upper()),
            quoted("r0003", IDENTITY),
        ],
        none,
        numbers(),
    )
    assert cells == {"r0001": "l01", "r0002": "l01"}
    assert list(table["letter_id"]) == ["l01"]
    assert list(table["says"]) == ["the account stays closed"]
    assert "Ana" not in table.to_csv()
    assert "final" not in table.to_csv()


def test_families_in_five_languages_come_apart_and_no_copy_is_lost(none: pd.DataFrame) -> None:
    messages = [
        quoted(f"r{10 * family + copy:04d}", text.format(*receiver))
        for copy, receiver in enumerate(RECEIVERS)
        for family, text in enumerate(FAMILIES, 1)
    ]
    table, cells = group(messages, none, numbers())
    assert len(table) == len(FAMILIES)
    for family in range(1, len(FAMILIES) + 1):
        ids = {cells[f"r{10 * family + copy:04d}"] for copy in range(len(RECEIVERS))}
        assert len(ids) == 1, FAMILIES[family - 1]


def test_a_known_letter_is_found_again_by_its_fingerprint(none: pd.DataFrame) -> None:
    number = numbers()
    both = [quoted("r0001", FINAL.format("Ana")), quoted("r0002", FINAL.format("Ben"))]
    table, _ = group(both, none, number)
    again, cells = group([quoted("r0009", FINAL.format("Cleo"))], table, number)
    assert cells == {"r0009": "l01"}
    assert again.equals(table)


def test_one_report_that_quotes_twice_makes_no_letter(none: pd.DataFrame) -> None:
    twice = [quoted("r0001", FINAL.format("Ana")), quoted("r0001", FINAL.format("Ana"))]
    table, cells = group(twice, none, numbers())
    assert table.empty
    assert cells == {}


def test_a_short_message_is_no_letter() -> None:
    assert known_again("No.") is None
    assert known_again(IDENTITY) == signature(IDENTITY)


def test_texts_alike_point_at_the_first() -> None:
    made = {
        "a": signature(FINAL.format("Ana")),
        "b": signature(IDENTITY),
        "c": signature(FINAL.format("Ben")),
    }
    assert first_alike(made, 0.7) == {"a": "a", "b": "b", "c": "a"}


def by_hand(text: str) -> str:
    """The fingerprint as its description says, with nothing but integers and SHA-1."""

    def first(word: str) -> int:
        return int(struct.unpack("<I", hashlib.sha1(word.encode()).digest()[:4])[0])

    def mixed(h: int) -> int:
        h = (h ^ h >> 16) * 0x85EBCA6B % 2**32
        h = (h ^ h >> 13) * 0xC2B2AE35 % 2**32
        return h ^ h >> 16

    plain = masked(text)
    runs = [mixed(first(plain[i : i + 8])) for i in range(len(plain) - 7)]
    values = [
        min((h * (first(f"a{k}") | 1) + first(f"b{k}")) % 2**32 for h in runs) for k in range(64)
    ]
    return base64.b64encode(struct.pack("<64I", *values)).decode().replace("+", ".")


def test_a_fingerprint_can_be_made_again_without_the_library() -> None:
    for text in (FINAL, IDENTITY, FAMILIES[4]):
        made = fingerprint(signature(text))
        assert made == by_hand(text)
        assert len(made) == 344
        assert fingerprint(read_fingerprint(made)) == made
        assert read_fingerprint(made).jaccard(signature(text)) == 1


def reports(codebook: Codebook, *told: dict[str, str]) -> pd.DataFrame:
    base = dict.fromkeys(report_columns(codebook), "") | {
        **{"platform": "upwork", "reasons": "unknown", "specificity": "unknown"},
        **{"review": "read", "status": "live", "letter_id": "l01", "rule_cited": "unknown"},
    }
    made = [
        base | {"report_id": f"r{n:04d}", "case_id": f"c{n:04d}"} | row
        for n, row in enumerate(told, 1)
    ]
    return pd.DataFrame(made, dtype=str)


def letter(none: pd.DataFrame) -> pd.DataFrame:
    row = dict.fromkeys(LETTERS, "") | {"letter_id": "l01", "platform": "upwork"}
    return pd.concat([none, pd.DataFrame([row])])


def spans(*cells: tuple[str, str, int, int]) -> pd.DataFrame:
    made = [("r0001", column, value, str(a), str(b), "t", "") for column, value, a, b in cells]
    return pd.DataFrame(made, columns=list(EVIDENCE), dtype=str)


def test_a_letter_counts_people_dates_reasons_and_checks(
    codebook: Codebook, fair: FairProcess, none: pd.DataFrame
) -> None:
    spam = {"reasons": "spam", "specificity": "generic"}
    table = reports(
        codebook,
        spam | {"published": "2024-05-01"},
        spam | {"action_date": "2023-04", "published": "2025", "case_id": "c0001"},
        {"letter_id": "l07|l01", "appealed": "yes", "notice": "before"},
        spam | {"review": "proposed", "action_date": "2001"},
        spam | {"status": "refuted", "action_date": "2001"},
        spam | {"letter_id": "l010", "action_date": "2001"},
    )
    row = counted(letter(none), table, spans(), fair).iloc[0]
    assert (row["reports"], row["cases"]) == ("3", "2")
    assert (row["first_seen"], row["last_seen"]) == ("2023-04", "2024-05-01")
    assert (row["reasons"], row["checks"]) == ("spam", "reason_stated")


def test_an_unquoted_letter_counts_nothing(
    codebook: Codebook, fair: FairProcess, none: pd.DataFrame
) -> None:
    row = counted(letter(none), reports(codebook, {"letter_id": ""}), spans(), fair).iloc[0]
    assert (row["reports"], row["cases"], row["first_seen"], row["checks"]) == ("0", "0", "", "")


def test_a_letter_states_what_stands_inside_it(codebook: Codebook) -> None:
    told = {"reasons": "spam|performance", "specificity": "specific", "rule_cited": "yes"}
    (row,) = rows(reports(codebook, told | {"appealed": "yes", "outcome": "upheld"}))
    evidence = spans(
        ("letter_quoted", "yes", 100, 200),
        ("reasons", "spam", 120, 130),
        ("reasons", "spam", 10, 14),
        ("reasons", "performance", 195, 205),
        ("specificity", "specific", 0, 0),
    )
    states = letter_states(row, rows(evidence))
    assert {name: cell for name, cell in states.items() if cell} == {
        "reasons": "spam",
        "rule_cited": "yes",  # nobody holds evidence of it: as it was read
    }


def test_what_varies_is_marked_in_the_longest_copy() -> None:
    copies = [FAMILIES[1].format(*receiver) for receiver in RECEIVERS]
    parts = aligned(copies)
    assert "".join(part.text for part in parts) == max(copies, key=len)
    varying = " ".join(part.text for part in parts if part.varies)
    constant = " ".join(part.text for part in parts if not part.varies)
    assert "proposals and were hired for none" in constant
    for word in ("Bartholomew", "June", "17", "2021", "7"):
        assert word in varying
        assert word not in constant.split()


def test_copies_in_a_language_without_spaces_are_aligned() -> None:
    parts = aligned([FAMILIES[4].format(*receiver) for receiver in RECEIVERS])
    constant = "".join(part.text for part in parts if not part.varies)
    assert "ご利用のアカウントを停止いたしました。受付番号は" in constant
    assert "Bartholomew" not in constant


def test_one_copy_varies_nowhere() -> None:
    (part,) = aligned([IDENTITY])
    assert (part.text, part.varies) == (IDENTITY, False)


STOCK = (
    "Hello {},\n\nWe have looked at your account and closed it permanently, because you submitted "
    "a high number of proposals without contracts. Our decision is final and we will not answer "
    "further messages about it.\n\nUpwork Trust & Safety"
)
STORIES = (
    "My Upwork account was suspended in May. I had been there for three years and this is the "
    "email that I got from them:\n\n{}\n\nI appealed the same day and a template came back "
    "within an hour. Nobody read what I wrote, and I still wait for a person.",
    "Upwork closed my account last week, after 41 jobs as an illustrator. They wrote:\n\n{}\n\n"
    "There was no warning. My clients asked me where I am, and I had to say that I do not know.",
)


def test_the_maintainers_own_posts_show_a_letter_that_the_tables_do_not(tmp_path: Path) -> None:
    workspace = Workspace(RULES, tmp_path)
    workspace.posts.mkdir()
    lines = []
    for number, (story, name) in enumerate(zip(STORIES, ("Ana", "Bartholomew"), strict=True)):
        made = from_text(story.format(STOCK.format(name)), f"https://forum.example/t/{number}")
        made |= {"lang": "en", "published": "2026-03-01", "captured_at": "2026-03-04T05:06:07Z"}
        lines.append(json.dumps({**made, "source": "forum", "author_key": str(number)}))
    (workspace.posts / "forum.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    normalise(workspace, b"a key of these tests, long enough to be one")
    (copies,) = copies_of(workspace).values()
    assert len(copies) == 2
    screen = Console(file=io.StringIO(), width=200, force_terminal=True)
    show(workspace, screen)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "a high number of proposals without contracts" in shown
    assert "\x1b[30;43m[Bartholomew]\x1b[0m" in shown
    for path in tmp_path.glob("*.csv"):
        assert "high number of proposals" not in path.read_text()
