"""Who speaks: the platform's letter, what is retold of it, the teller, another member."""

import pytest

from pipeline.codebook import load_codebook
from pipeline.coding.speakers import Sentence, Speakers
from pipeline.posts import from_text
from pipeline.workspace import record

SPEAKERS = Speakers(load_codebook(record().rules / "codebook"))


def read(text: str, *quotes: tuple[int, int]) -> list[Sentence]:
    post = {**from_text(text), "lang": "en", "quotes": list(quotes)}
    return list(SPEAKERS.read(post, 0).sentences)


def voices(text: str, *quotes: tuple[int, int]) -> list[str]:
    return [f"{s.speaker}{'!' if s.letter else ''}" for s in read(text, *quotes)]


def test_a_letter_goes_from_its_salutation_to_its_sign_off() -> None:
    text = (
        "This came last night.\n\n"
        "Hello there,\n"
        "We looked at your account and closed it.\n"
        "Our decision rests on your last ten orders.\n"
        "Kind regards\n\n"
        "I could not sleep after that."
    )
    assert voices(text) == [
        "teller",
        "platform!",
        "platform!",
        "platform!",
        "platform!",
        "teller",
    ]


def test_a_colon_hands_over_to_a_letter_and_the_teller_takes_it_back() -> None:
    text = (
        "Then I found an e-mail in my inbox:\n"
        "We have suspended your account. You will not be able to bid.\n"
        "I had done nothing of the kind."
    )
    assert voices(text)[1:] == ["platform!", "platform!", "teller"]


def test_a_marked_quote_is_a_letter_only_if_it_reads_like_one() -> None:
    letter = "We have closed your account. You cannot open another."
    member = "I had the same thing last year. It took me a month."
    after = "\nThat is all I know."
    assert voices(letter + after, (0, len(letter))) == ["platform!", "platform!", "teller"]
    assert voices(member + after, (0, len(member))) == ["other", "other", "teller"]


@pytest.mark.parametrize(
    ("sentence", "voice"),
    [
        ("They said that my photo was too dark.", "platform"),
        ("I think that it was my photo.", "teller"),
        ("You should read the rules before you sell.", "other"),
        ("I was surprised by what you wrote.", "teller"),
    ],
)
def test_a_sentence_alone(sentence: str, voice: str) -> None:
    assert voices(sentence) == [voice]
