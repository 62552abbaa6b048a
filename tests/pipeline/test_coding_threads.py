"""What the rules and the screen make of forum pages as they come: whole threads as one text."""

from typing import Any

import pytest

from pipeline.coding.coder import NAME
from pipeline.coding.telling import Telling, Verdict
from pipeline.posts import from_text, with_language
from pipeline.reports import Reports
from pipeline.workspace import record

REPORTS = Reports(record().rules)
FIVERR = "https://forum.fiverr.com/t/a-thread/1"
UPWORK = "https://community.upwork.com/t5/Freelancers/a-thread/td-p/1"

RESTRICTED = """This morning I noticed that my account is restricted and they say:

Our system found some issues with the activity of your account regarding the integrity of our
marketplace.

To protect your account and the marketplace, your account was temporarily disabled.

To reactivate it, please contact our Customer Support.

Someone help me please, all my reviews are gone and I did nothing.

Did you send spam messages? You should read the terms, they close accounts forever for that.

Yes I sent them a message but still no response.
"""

PRIVATE = """I bid on projects daily and yet my profile was set to private. Please, I request the
Upwork team to make it public again.

Hi Odile,

Profiles are changed to private if freelancers haven't earned in the last 30 days. I will ask
one of our agents to change your visibility. Check out this help article.
"""

FLAGGED = """I had no idea that this breaks a rule. I used the "Deliver" button to ask a client a
question, and my account got flagged for misuse of the delivery button. By mistake I made an
empty delivery before.

What happens to a flagged account?
"""


def post(text: str, url: str = FIVERR, title: str = "") -> dict[str, Any]:
    return with_language(from_text(text, url, title))


def cells(text: str, url: str = FIVERR, title: str = "") -> dict[str, str]:
    telling = Telling((post(text, url, title),))
    return REPORTS.coded(telling, REPORTS.alone[NAME].code(telling)).cells


def screened(text: str, url: str = FIVERR, title: str = "") -> Verdict:
    return REPORTS.screen.judge([post(text, url, title)])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "hold"),
        ("notice", "at_action"),
        ("reasons", "suspicious_activity"),
        ("specificity", "generic"),
        ("believed_reasons", ""),
        ("appealed", "yes"),
        ("responses", "no_reply"),
        ("outcome", "pending"),
        ("letter_quoted", "yes"),
    ],
)
def test_another_members_answer_is_not_the_tellers(column: str, value: str) -> None:
    assert cells(RESTRICTED)[column] == value


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "limited"),
        ("reasons", "inactivity"),
        ("specificity", "specific"),
        ("appealed", "yes"),
        ("responses", "reason_given|escalated|referred_to_help_page"),
        ("letter_quoted", "no"),
    ],
)
def test_what_follows_a_greeting_in_the_words_of_staff_is_the_platforms(
    column: str, value: str
) -> None:
    assert cells(PRIVATE, UPWORK)[column] == value


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "warned"),
        ("notice", "at_action"),
        ("reasons", "delivery_abuse"),
        ("specificity", "specific"),
        ("believed_reasons", "delivery_abuse"),
        ("outcome", "unknown"),
    ],
)
def test_a_flag_is_a_warning_that_is_told_and_waits_for_nothing(column: str, value: str) -> None:
    assert cells(FLAGGED)[column] == value


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("My gig was denied due to copyright infringement.", "reasons", "intellectual_property"),
        ("I got demoted because my rating was 4.5.", "specificity", "specific"),
        ("My account got banned. I read the terms twice.", "responses", ""),
        ("My account was banned. They sent a link.", "responses", "referred_to_help_page"),
        ("My account was banned. Their answer was a copy-paste text.", "reasons", "unknown"),
        ("I logged in and got a message: account suspended.", "notice", "none"),
        ("My account was suspended. The appeals were denied.", "outcome", "upheld"),
    ],
)  # fmt: skip
def test_everyday_wording(text: str, column: str, value: str) -> None:
    assert cells(text)[column] == value


@pytest.mark.parametrize(
    ("text", "lang", "platform"),
    [
        ("昨日、Upworkでアカウントが停止されました。理由は不明です。", "ja", "upwork"),
        ("昨天我的Upwork账号被封了，没有收到任何邮件。", "zh", "upwork"),
        ("bhai mera fiverr account band hai, kya karu, support kuch nahi bola", "hi", "fiverr"),
        ("मेरा फाइवर अकाउंट बंद हो गया।मुझे कोई मेल नहीं आया।", "hi", "fiverr"),
        ("Na Upworku moje konto zostało zablokowane i nie wiem dlaczego.", "pl", "upwork"),
    ],
)  # fmt: skip
def test_names_and_actions_in_other_scripts_and_endings(
    text: str, lang: str, platform: str
) -> None:
    found = post(text, url="https://example.org/p")
    assert found["lang"] == lang
    telling = Telling((found,))
    coded = REPORTS.coded(telling, REPORTS.alone[NAME].code(telling)).cells
    assert (coded["platform"], coded["action"]) == (platform, "suspended")
    assert REPORTS.screen.judge([found]).tellings


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Feeling unfairly demoted", "I lost my level. My rating fell. I asked support, no reply."),
        ("Why is my account restricted", "I did nothing. My account is restricted since Monday."),
    ],
)  # fmt: skip
def test_a_title_may_tell_what_happened(title: str, text: str) -> None:
    assert screened(text, title=title).tellings


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("What is a warning?", "I am new. They say after three your account will be banned."),
        ("Losing level one", "My completion rate is 87 percent. Will I lose my level one badge?"),
        ("What leads to a ban?", "I have seen people who got banned for that. I want to avoid it."),
        ("My message is under review", "I typed a word. I fear they might disable my account."),
    ],
)  # fmt: skip
def test_fears_and_hearsay_are_no_report(title: str, text: str) -> None:
    assert not screened(text, title=title).tellings
