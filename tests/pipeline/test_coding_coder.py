"""What the coder by rules makes of whole tellings, and the span each value rests on."""

from typing import Any

import pytest

from pipeline.codebook import load_codebook
from pipeline.coding.coder import RulesCoder
from pipeline.coding.telling import Telling, Value
from pipeline.platforms import load_platforms
from pipeline.posts import from_text
from pipeline.workspace import record

RULES = record().rules
CODEBOOK = load_codebook(RULES / "codebook")
CODER = RulesCoder(CODEBOOK, load_platforms(RULES / "platforms.toml"))

STORY = """Tested, welcomed, suspended

5 min read. Jun 7, 2017

I design apps. I joined Upwork in 2015 and came back to it this spring. Upwork keeps 20% as its
service fee.

In May they invited me to their premium programme, I passed the interview and did the test
project.

Two weeks later I received an email on the 31st of May:

We are writing to let you know that we have suspended your account indefinitely.

Our decision comes after a review which showed a high number of proposals from you without many
contracts.

I wrote to support on the same evening and they asked me to send a copy of my degree. I sent it.
I got an answer in an hour saying:

Hello,

We have carefully reviewed your appeal and decided that your account will remain suspended. The
appeal process is exhausted and our decision is final. It is unlikely that we will respond to
any further messages in this matter.

Trust & Safety

I call that a boilerplate answer.
"""


def post(text: str, **fields: Any) -> dict[str, Any]:
    return {**from_text(text), "lang": "en", "published": "", **fields}


def cells(*posts: dict[str, Any], staff: tuple[dict[str, Any], ...] = ()) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in CODER.code(Telling(posts, staff)):
        found.setdefault(value.column, []).append(value.value)
    return found


@pytest.fixture(scope="module")
def story() -> list[Value]:
    return CODER.code(Telling((post(STORY),)))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("platform", ["upwork"]),
        ("published", ["2017-06-07"]),
        ("teller", ["self"]),
        ("role", ["freelancer"]),
        ("action", ["suspended"]),
        ("action_date", ["2017-05-31"]),
        ("notice", ["at_action"]),
        ("reasons", ["proposals_without_contracts"]),
        ("specificity", ["generic"]),
        ("believed_reasons", []),
        ("appealed", ["yes"]),
        ("response_hours", ["1"]),
        ("outcome", ["upheld"]),
        ("fee_percents", ["20"]),
        ("funds_held", []),
        ("funds_amount", []),
        ("tenure_years", ["2"]),
        ("proposals_mentioned", ["yes"]),
        ("letter_quoted", ["yes", "yes"]),
    ],
)
def test_the_founding_story_retold(story: list[Value], column: str, values: list[str]) -> None:
    assert [value.value for value in story if value.column == column] == values


def test_responses_stand_in_the_order_of_first_use(story: list[Value]) -> None:
    responses = [value.value for value in story if value.column == "responses"]
    assert responses[:4] == [
        "documents_requested",
        "boilerplate",
        "final_decision",
        "contact_closed",
    ]


def test_every_value_rests_on_a_span_and_a_rule(story: list[Value]) -> None:
    letter = STORY.index("We are writing"), STORY.index("I wrote to support")
    for value in story:
        assert value.rule
        assert value.post == 0
        assert 0 <= value.start <= value.end <= len(STORY)
    reason = next(value for value in story if value.column == "reasons")
    assert letter[0] < reason.start < reason.end < letter[1]
    assert "high number of proposals" in STORY[reason.start : reason.end]


def test_each_letter_is_evidence_from_end_to_end(story: list[Value]) -> None:
    letters = [STORY[v.start : v.end] for v in story if v.column == "letter_quoted"]
    assert [letter.split()[0] for letter in letters] == ["We", "Hello,"]
    assert letters[0].endswith("contracts.")
    assert "Trust & Safety" in letters[1]


def test_the_events_tell_the_sequence(story: list[Value]) -> None:
    events = [value.value for value in story if value.column == "events"]
    assert events[:4] == [
        "action:suspended@2017-05-31",
        "notice:at_action",
        "appeal",
        "response:documents_requested@+1h",
    ]
    assert events[-1] == "outcome:upheld"


def test_values_come_in_the_order_of_the_columns_and_twice_the_same(story: list[Value]) -> None:
    order = list(CODEBOOK.columns)
    places = [order.index(value.column) for value in story]
    assert places == sorted(places)
    assert CODER.code(Telling((post(STORY),))) == story


def test_who_speaks_decides_between_stated_and_believed() -> None:
    stated = cells(post("Fiverr closed my account. They said it was because of a copyright claim."))
    assert (stated["reasons"], stated.get("believed_reasons")) == (["intellectual_property"], None)
    believed = cells(post("Fiverr closed my account. I think it was because of a copyright claim."))
    assert (believed.get("reasons"), believed["believed_reasons"]) == (
        None,
        ["intellectual_property"],
    )


def test_what_another_member_says_is_not_coded() -> None:
    quote = "My account was permanently banned for spam. They never answered me."
    text = f"{quote}\nMine got a warning on Fiverr. I received a warning yesterday."
    alone = cells(post(text, quotes=[[0, len(quote)]]))
    assert alone["action"] == ["warned"]
    assert "reasons" not in alone


@pytest.mark.parametrize(
    "text",
    [
        "On Upwork your account will be suspended if you share your phone number.",
        "My account was never suspended on Upwork.",
        "I am afraid of being banned on Upwork.",
        "Was my account suspended by Upwork?",
    ],
)
def test_denied_supposed_and_asked_actions_do_not_count(text: str) -> None:
    assert "action" not in cells(post(text))


def test_a_denial_ends_with_its_clause() -> None:
    found = cells(post("Then, without any warning, my account was permanently closed by Fiverr."))
    assert found["action"] == ["closed"]


def test_no_reason_given_is_none_stated_and_specificity_none() -> None:
    found = cells(post("Upwork suspended my account without giving me a reason."))
    assert (found["reasons"], found["specificity"]) == (["none_stated"], ["none"])


def test_a_hold_that_ended_in_closure_is_closed_and_began_as_a_hold() -> None:
    found = cells(
        post("My account was placed on hold by Upwork. A week later my account was closed.")
    )
    assert (found["action"], found["first_action"]) == (["closed"], ["hold"])


def test_a_titles_words_count_and_have_no_span() -> None:
    found = CODER.code(Telling((post("I do not know what to do.", title="Fiverr banned me"),)))
    action = next(value for value in found if value.column == "action")
    assert (action.value, action.start, action.end) == ("suspended", 0, 0)
    assert action.rule.endswith(":title")


def test_what_the_staff_answered_counts_without_a_span() -> None:
    answer = post("We have carefully reviewed your appeal. Our decision is final.", staff=True)
    teller = post("Upwork suspended my account.", title="")
    values = CODER.code(Telling((teller,), (answer,)))
    final = [v for v in values if v.column == "responses" and v.value == "final_decision"]
    assert [(value.start, value.end) for value in final] == [(0, 0)]
    assert final[0].rule.endswith(":staff")


def test_later_posts_of_the_teller_count_and_are_named_by_their_index() -> None:
    first = post("Upwork suspended my account.", position=1)
    later = post("Good news: my account was reinstated.", position=4)
    outcome = next(v for v in CODER.code(Telling((first, later))) if v.column == "outcome")
    assert (outcome.value, outcome.post) == ("reinstated", 1)
    assert later["text"][outcome.start : outcome.end] == "account was reinstated"


def test_the_platforms_own_forum_names_the_platform() -> None:
    silent = post("My account was suspended.", url="https://community.upwork.com/t5/x/td-p/1")
    assert cells(silent)["platform"] == ["upwork"]
    assert "platform" not in cells(post("My account was suspended."))


@pytest.mark.parametrize(
    ("lang", "text", "action", "reason"),
    [
        (
            "es",
            "Upwork suspendió mi cuenta. Me dijeron que fue por spam.",
            "suspended",
            "spam",
        ),
        ("pt", "A Workana encerrou a minha conta para sempre ontem.", "closed", ""),
        ("ru", "Мой аккаунт на Upwork заблокировали в мае без объяснений.", "suspended", ""),
        ("de", "Fiverr hat mein Konto am 3. Mai gesperrt.", "suspended", ""),
        ("ja", "ランサーズのアカウントが突然停止されました。", "suspended", ""),
    ],
)
def test_other_languages_and_no_english_cue_in_them(
    lang: str, text: str, action: str, reason: str
) -> None:
    found = cells(post(text, lang=lang))
    assert found["action"] == [action]
    assert "platform" in found
    assert not reason or found["reasons"] == [reason]


def test_short_cue_words_of_english_mean_nothing_in_other_languages() -> None:
    # Portuguese "no" is "in the", and denies nothing
    found = cells(post("No dia 17 a Upwork suspendeu a minha conta.", lang="pt"))
    assert found["action"] == ["suspended"]


def test_the_date_that_introduces_a_letter_is_the_actions() -> None:
    text = (
        "I joined Upwork in January.\nOn 12 March this arrived by e-mail:\n"
        "We looked at your account.\nYour account has been suspended."
    )
    found = cells(post(text, published="2019-03-20T10:00:00Z"))
    assert found["action_date"] == ["2019-03-12"]


def test_the_gravest_actions_date_goes_before_an_earlier_ones() -> None:
    text = (
        "On 1 March I received a warning from Fiverr. "
        "A week later, on 8 March, my account was permanently closed."
    )
    found = cells(post(text, published="2022-03-22"))
    assert (found["action"], found["action_date"]) == (["closed"], ["2022-03-08"])


def test_whom_the_platform_told() -> None:
    reason = "They said that it was for spam."
    assert cells(post(f"Fiverr banned me. {reason}"))["told_to"] == ["teller"]
    assert cells(post("Fiverr banned me without any reason."))["told_to"] == ["nobody"]
