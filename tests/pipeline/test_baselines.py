"""What the coders that know less than the rules say, and that they are as blind as meant."""

import pytest

from pipeline.baselines import Definitions, Keywords, Majority
from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.telling import Coder, Telling
from pipeline.platforms import Platform, load_platforms
from pipeline.posts import from_text
from pipeline.workspace import record

DENIED = (
    "A friend said that his Fiverr account was suspended. Mine was never suspended. "
    "On Fiverr I completed 40 orders."
)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


@pytest.fixture(scope="module")
def platforms() -> dict[str, Platform]:
    return load_platforms(record().rules / "platforms.toml")


def telling(text: str, title: str = "", lang: str = "en") -> Telling:
    return Telling(({**from_text(text, title=title), "lang": lang},))


def coded(coder: Coder, of: Telling) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in coder.code(of):
        found.setdefault(value.column, []).append(value.value)
    return found


def test_the_majority_says_the_same_of_everything() -> None:
    majority = Majority({"action": "closed", "reasons": "spam"}, reports=True)
    expected = {"action": ["closed"], "reasons": ["spam"]}
    assert coded(majority, telling("x")) == coded(majority, telling(DENIED)) == expected
    assert majority.report(telling("x"))
    assert not Majority({}, reports=False).report(telling(DENIED))


def test_keywords_hear_neither_speaker_nor_denial(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    keywords = Keywords(codebook, platforms)
    found = coded(keywords, telling(DENIED))
    assert found["platform"] == ["fiverr"]
    assert found["action"] == ["suspended"]
    assert found["jobs_completed"] == ["40"]


def test_keywords_rest_on_the_words_found(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    keywords = Keywords(codebook, platforms)
    values = {value.column: value for value in keywords.code(telling(DENIED))}
    assert DENIED[values["platform"].start : values["platform"].end] == "Fiverr"
    assert DENIED[values["jobs_completed"].start : values["jobs_completed"].end] == "40"
    (titled,) = (
        value
        for value in keywords.code(telling("Help.", title="Upwork?"))
        if value.column == "platform"
    )
    assert (titled.value, titled.start, titled.end) == ("upwork", 0, 0)


def test_keywords_take_the_code_found_most_often_or_all(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    keywords = Keywords(codebook, platforms)
    found = coded(keywords, telling("Upwork, Fiverr, Upwork: a low score, and spam."))
    assert found["platform"] == ["upwork"]
    assert {"performance", "spam"} >= set(found["reasons"])
    assert set(found["believed_reasons"]) == set(found["reasons"])


def test_keywords_take_any_page_with_a_phrase_of_a_report(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    keywords = Keywords(codebook, platforms)
    assert keywords.report(telling("What if my account was suspended tomorrow?"))
    assert not keywords.report(telling("How do I write a better profile?"))


def test_the_nearest_definition_is_that_of_its_own_words(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    definitions = Definitions(codebook, platforms)
    for column in ("action", "outcome", "notice"):
        for code in codebook.lists[column].code:
            words = " ".join((*code.label.values(), code.definition))
            assert coded(definitions, telling(words))[column] == [code.code]
    assert coded(definitions, telling("アップワーク", lang="ja"))["platform"] == ["upwork"]


def test_a_telling_like_no_definition_has_no_value(
    codebook: Codebook, platforms: dict[str, Platform]
) -> None:
    definitions = Definitions(codebook, platforms)
    assert definitions.code(telling("ⴰⵣⵓⵍ")) == []
    assert not definitions.report(telling("ⴰⵣⵓⵍ"))
