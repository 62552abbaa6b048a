"""The small language of the codebook's phrases."""

import pytest
import regex

from pipeline.codebook import Code, CodeList, load_codebook
from pipeline.coding.phrases import Phrases, folded, masked, pattern
from pipeline.coding.sentences import sentences
from pipeline.workspace import record
from scraper.rules import DataError


def listed(**phrases: tuple[str, ...]) -> Phrases:
    code = Code(code="x", label={"en": "X"}, definition="X.", phrases=phrases)
    return Phrases(CodeList(list="trial", label={"en": "T"}, definition="T.", code=(code,)))


def found(text: str, *phrases: str, lang: str = "en") -> list[str]:
    matches = listed(**{lang: phrases}).find(folded(text), lang)
    return [text[match.start : match.end] for match in matches]


@pytest.mark.parametrize(
    ("phrase", "text", "spans"),
    [
        ("my account", "So MY\n  Account is gone", ["MY\n  Account"]),
        ("my account", "my accounts, tommy account", []),
        ("suspen*", "They suspended it. A suspension.", ["suspended", "suspension"]),
        ("(closed|shut down) my account", "shut down my account", ["shut down my account"]),
        ("suspend(ed|ing) it", "suspending it", ["suspending it"]),
        ("(to |)private", "set private, set to private", ["private", "to private"]),
        ("sent ... proposals", "sent out some forty new proposals", None),
        ("sent ... proposals", "sent one two three four five six proposals", None),
        ("sent ... proposals", "sent one two three four five six seven proposals", []),
        ("sent ... proposals", "I sent it. My proposals", []),
        ("don't know", "I don’t know why", ["don’t know"]),
        ("(a (b|c)|d) e", "a c e and d e", ["a c e", "d e"]),
    ],
)
def test_what_a_phrase_matches(phrase: str, text: str, spans: list[str] | None) -> None:
    assert found(text, phrase) == ([text] if spans is None else spans)


def test_scripts_without_spaces_match_inside_words_and_in_any_width() -> None:
    assert found("昨日アカウントが停止されました", "アカウント ... 停止", lang="ja") == [
        "アカウントが停止"
    ]
    assert found("ｆｉｖｅｒｒのアカウント", "fiverr", lang="ja") == ["ｆｉｖｅｒｒ"]
    assert found("我的Upwork账号", "upwork", lang="zh") == ["Upwork"]
    assert found("Upworkerで", "upwork", lang="ja") == []
    assert found("ＦＩＶＥＲＲ account", "fiverr account") == ["ＦＩＶＥＲＲ account"]


def test_english_is_looked_for_in_every_language_and_others_are_not() -> None:
    phrases = listed(en=("account suspended",), es=("cuenta cerrada",))
    text = "cuenta cerrada, account suspended"
    assert [text[m.start : m.end] for m in phrases.find(text, "es")] == [
        "cuenta cerrada",
        "account suspended",
    ]
    assert [m.rule for m in phrases.find(text, "ru")] == ["trial.x:en:account suspended"]


def test_of_overlapping_matches_the_first_and_longest_counts() -> None:
    assert found("account suspended for good", "account suspended", "account suspended for *") == [
        "account suspended for good"
    ]


def test_a_number_sign_matches_only_what_is_masked() -> None:
    text = "completed 120 jobs and 3 more jobs"
    covered = masked(text, [(10, 13)])
    assert len(covered) == len(text)
    hits = listed(en=("# ... jobs",)).find(covered, "en")
    assert [text[hit.start : hit.end] for hit in hits] == ["120 jobs"]


@pytest.mark.parametrize("phrase", ["(open", "shut)", "...", "", "()"])
def test_a_broken_phrase_is_named_with_its_place(phrase: str) -> None:
    with pytest.raises(DataError, match=r"trial\.toml: code\[x\]\.phrases\.en: "):
        listed(en=(phrase,))


def test_a_text_made_to_be_slow_ends() -> None:
    text = "sent " * 20_000
    assert found(text, "(sent|sent sent) ... (sent|sent sent) ... proposals") == []


def test_every_phrase_of_the_codebook_can_be_compiled() -> None:
    codebook = load_codebook(record().rules / "codebook")
    for codes in codebook.lists.values():
        for lang in {lang for code in codes.code for lang in code.phrases}:
            assert Phrases(codes).find("account 12 アカウント", lang) is not None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("停止されました。理由は不明です。", ["停止されました。", "理由は不明です。"]),
        ("a hard\nwrapped line\nNew line", ["a hard\nwrapped line", "New line"]),
        ("Fiverr.com took 4.5 percent.", ["Fiverr.com took 4.5 percent."]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_folding_keeps_every_offset() -> None:
    text = "İstanbul ‘ＡＢＣ’ ﬁne ½ Straße"
    assert len(folded(text)) == len(text)


_CLASS = regex.compile(r"\[(?:\^?\]?)(?:\\.|\[[^\]]*\]|[^\]\\])*\]")


def unbounded(source: str) -> list[str]:
    """The repetitions in a regular expression that nothing ends but the text."""
    plain = _CLASS.sub("x", regex.sub(r"\\[^\w]", "x", source))
    return regex.findall(r"[^(]\*|[^}]\+|\{\d*,\}", plain)


def test_no_phrase_repeats_without_a_bound() -> None:
    """So from each place in a text it reads a bounded stretch: its cost is linear."""
    assert [len(unbounded(p)) for p in (r"a+", r"[^x+*]*b", r"(?:\w){3,}", r"\w{1,9}+\+\*")] == [
        *(1, 1, 1, 0)
    ]
    codebook = load_codebook(record().rules / "codebook")
    written = {
        phrase
        for listed in codebook.lists.values()
        for code in listed.code
        for phrases in code.phrases.values()
        for phrase in phrases
    }
    assert len(written) > 3000
    assert [phrase for phrase in written if unbounded(pattern(phrase))] == []
