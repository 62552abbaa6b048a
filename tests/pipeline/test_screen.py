"""Which threads hold reports, whose, and what the others are."""

import re
from dataclasses import replace
from typing import Any

import pytest

from pipeline.codebook import load_codebook
from pipeline.coding.sentence_model import telling
from pipeline.coding.training import read_training
from pipeline.posts import from_text
from pipeline.reports import Reports
from pipeline.workspace import record

RULES = record().rules
SCREEN = Reports(RULES).screen


def thread(*texts: str, **fields: Any) -> list[dict[str, Any]]:
    return [
        {**from_text(text, position=number), "lang": "en", "published": "", **fields}
        for number, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("report_self", "My Fiverr account was suspended this morning and nobody answers me."),
        ("report_proxy", "My brother's account was suspended by Upwork, he is in despair."),
    ],
)
def test_a_report_is_found_with_its_span(kind: str, text: str) -> None:
    verdict = SCREEN.judge(thread(text))
    assert verdict.kind == kind
    assert [telling.position for telling in verdict.tellings] == [1]
    assert "suspended" in text[verdict.start : verdict.end]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "advice",
            "How to avoid trouble on Upwork. Never share your phone number. If your account is "
            "suspended, stay calm. Make sure to read the rules.",
        ),
        (
            "help_page",
            "Upwork reserves the right to suspend accounts. If we suspend your account, we will "
            "send you an email. We may close an account after repeated violations.",
        ),
        ("general_question", "Is it allowed to have two gigs? Will my account get banned for it?"),
        ("marketing", "Buy verified Upwork accounts for sale. Contact us today."),
        ("other", "I baked bread on Sunday and it was good."),
    ],
)
def test_pages_that_look_alike_hold_none(kind: str, text: str) -> None:
    verdict = SCREEN.judge(thread(text))
    assert (verdict.kind, verdict.tellings) == (kind, ())
    assert verdict.rule


def test_each_member_who_tells_is_a_telling_and_bystanders_are_none() -> None:
    posts = thread(
        "Upwork suspended my account today. I am lost.",
        "You should read the rules again.",
        "Same here, my account was closed by Upwork in May and I never heard why.",
        "Update: my account was reinstated.",
    )
    posts[3]["author_key"] = posts[0]["author_key"]
    verdict = SCREEN.judge(posts)
    assert [[post["position"] for post in t.posts] for t in verdict.tellings] == [[1, 4], [3]]
    assert [telling.position for telling in verdict.tellings] == [1, 2]


def test_staff_tell_nothing_and_stand_beside_the_first_telling() -> None:
    posts = thread(
        "Upwork suspended my account today. I am lost.",
        "Your account was suspended because we could not verify your identity.",
    )
    posts[1]["staff"] = True
    verdict = SCREEN.judge(posts)
    assert [len(telling.posts) for telling in verdict.tellings] == [1]
    assert [post["position"] for post in verdict.tellings[0].staff] == [2]


def test_a_thread_that_names_no_marketplace_holds_no_report() -> None:
    assert (
        SCREEN.judge(thread("I was banned from my own kitchen. I got banned twice.")).tellings == ()
    )


def test_a_question_that_quotes_no_fact_is_none_even_in_the_first_person() -> None:
    text = "I am new on Fiverr. If I get banned, will my account be closed and can I open another?"
    assert SCREEN.judge(thread(text)).tellings == ()


def test_an_empty_post_is_other() -> None:
    assert SCREEN.judge(thread("")).kind == "other"


def test_leaving_posts_unread_that_name_nothing_changes_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codebook = load_codebook(RULES / "codebook")
    examples = read_training(RULES / "training" / "languages-1.toml", codebook)
    texts = [(telling(example).posts[0]["text"], example.lang) for example in examples[::6]]
    hidden = [(re.sub(r"(?i)upwork|fiverr|account\w*", "house", t), lang) for t, lang in texts]
    threads = [
        [{**post, "lang": lang} for post in thread(text, "Me too.")]
        for text, lang in [*texts, *hidden]
    ]
    assert {any(map(SCREEN._may_tell, posts)) for posts in threads} == {True, False}
    verdicts = [SCREEN.judge(posts) for posts in threads]
    monkeypatch.setattr(SCREEN, "_may_tell", lambda post: True)
    for posts, verdict in zip(threads, verdicts, strict=True):
        again = SCREEN.judge(posts)
        assert replace(again, tellings=(), marked=()) == replace(verdict, tellings=(), marked=())
        assert [t.posts for t in again.tellings] == [t.posts for t in verdict.tellings]
