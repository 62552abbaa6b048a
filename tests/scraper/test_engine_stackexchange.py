"""Stack Exchange: questions, answers, paging."""

# ruff: noqa: E501 (a line of an answer stays one line)

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import stackexchange
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

API = "https://api.stackexchange.com/2.3"
SITE = "freelancing.stackexchange.com"
TAIL = f"site={SITE}&filter=withbody&pagesize=100&page=1"


def source(*start: str) -> Source:
    return Source(
        name="qa", title="Q&A", engine="stackexchange", access="api", start=start,
        source_kind="qa", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def read(url: str, *items: dict[str, Any], more: bool = False) -> Reading:
    answer = {"items": list(items), "has_more": more, "quota_max": 300, "quota_remaining": 299}
    return stackexchange.read(Page(url, json.dumps(answer).encode()), source(API))


def question(number: int, **more: Any) -> dict[str, Any]:
    return {
        "question_id": number, "title": "Closed &amp; gone?", "body": "<p>They closed it.</p>",
        "creation_date": 1500000000, "answer_count": 0, "tags": ["upwork"],
        "link": f"https://{SITE}/questions/{number}/closed-gone",
        "owner": {"user_id": 5, "display_name": "A Name", "user_type": "registered"}, **more,
    }  # fmt: skip


def answer(number: int) -> dict[str, Any]:
    return {
        "answer_id": number, "question_id": 7, "body": "<blockquote>They closed it.</blockquote>Mine too.",
        "creation_date": 1500000060, "is_accepted": False,
        "owner": {"display_name": "Guest", "user_type": "does_not_exist"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("/", f"/questions?order=desc&sort=creation&{TAIL}"),
        ("/questions/tagged/upwork", f"/questions?order=desc&sort=creation&tagged=upwork&{TAIL}"),
        ("/search?q=closed", f"/search/advanced?order=desc&sort=creation&q=closed&{TAIL}"),
        ("/questions/7/closed-gone", f"/questions/7?order=desc&sort=creation&{TAIL}"),
    ],
)
def test_addresses_from_a_browser_work(start: str, asked: str) -> None:
    assert stackexchange.first(source(f"https://{SITE}{start}")) == (API + asked,)


def test_an_address_of_the_api_is_asked_as_it_is() -> None:
    url = f"{API}/questions?tagged=upwork&site={SITE}&filter=withbody"
    assert stackexchange.first(source(url)) == (url,)


def test_questions_lead_to_their_answers_and_on() -> None:
    url = f"{API}/questions?tagged=upwork&{TAIL}"
    page = read(url, question(7, answer_count=2), question(8), more=True)
    opening = page.messages[0]
    assert [each.engine_id for each in page.messages] == ["question-7", "question-8"]
    assert opening.thread_url == opening.url == f"https://{SITE}/questions/7"
    assert (opening.title, opening.text, opening.position) == (
        "Closed & gone?",
        "They closed it.",
        1,
    )
    assert opening.published == "2017-07-14T02:40:00+00:00"
    assert page.links == (
        f"{API}/questions/7/answers?order=asc&sort=creation&{TAIL}",
        url.replace("&page=1", "&page=2"),
    )


def test_answers_stand_in_their_questions_thread() -> None:
    page = read(f"{API}/questions/7/answers?order=asc&sort=creation&{TAIL}", answer(70), answer(71))
    first, second = page.messages
    assert first.thread_url == f"https://{SITE}/questions/7"
    assert first.url == f"https://{SITE}/a/70"
    assert (first.position, second.position) == (2, 3)
    assert first.text == "They closed it.\nMine too."
    assert [first.text[start:end] for start, end in first.quotes] == ["They closed it."]
    assert page.links == ()


def test_a_refusal_of_the_api_is_refused() -> None:
    error = {"error_id": 502, "error_name": "throttle_violation", "error_message": "too many"}
    with pytest.raises(EngineError):
        stackexchange.read(Page(f"{API}/questions", json.dumps(error).encode()), source(API))
