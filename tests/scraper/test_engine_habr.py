"""Habr Q&A: lists of questions; a question with comments, solutions and answers."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import pytest

from scraper.engines import habr
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://qna.habr.com"
SOURCE = Source(
    name="habr", title="Habr Q&A", engine="habr", access="page", start=(BASE,),
    source_kind="qa", langs=("ru",), robots="", terms="", checked="2026-01-01",
)  # fmt: skip


def read(path: str, body: str) -> Reading:
    page = f'<!DOCTYPE html><html lang="ru"><head></head><body>{body}</body></html>'
    return habr.read(
        Page(BASE + path, page.encode(), {"content-type": "text/html; charset=UTF-8"}), SOURCE
    )


def author(name: str) -> str:
    return f"""<div class="user-summary"><a class="user-summary__avatar" href="/user/{name}"><img alt="{name}"></a>
      <div class="user-summary__desc"><a class="user-summary__name" href="/user/{name}"><meta itemprop="name" content="Имя">Имя</a>
      <span class="user-summary__nickname"><meta itemprop="alternateName" content="{name}">@{name}</span>
      <div class="user-summary__about">Пишу код</div></div></div>"""


def comment(number: int, text: str) -> str:
    return f"""<li class="content-list__item" role="comments_item" id="comment_item_{number}"><div class="comment">
      <div class="comment__header">{author(f"c{number}")}</div><div class="comment__body"><div class="comment__text">{text}
      <div class="comment__date">Написано <a href="#comment_{number}"><time datetime="2021-04-06 10:00:00">6 апр.</time></a></div></div></div></div></li>"""


def answer(number: int, text: str, *comments: str) -> str:
    return f"""<li class="content-list__item" role="answer_item" id="answer_item_{number}"><div class="answer_wrapper"><article class="answer">
      <header class="answer__header">{author(f"a{number}")}</header><div class="answer__body"><div><div class="answer__text">{text}</div>
      <div class="answer__date">Ответ написан <a href="/answer?answer_id={number}"><time datetime="2021-04-05 20:00:00">5 апр.</time></a></div></div></div></article>
      <footer class="buttons-group"><a class="btn btn_like">Нравится <span>3</span></a></footer>
      <div class="answer__comments"><ul class="content-list">{"".join(comments)}</ul></div></div></li>"""


QUESTION = f"""
  <div class="question question_full"><header class="question-head">{author("lantern")}</header>
    <h1 class="question__title">Закрыли аккаунт?</h1>
    <div class="question__body"><div class="question__text"><p>Вчера закрыли.</p><blockquote><p>Ваш аккаунт закрыт</p></blockquote></div>
      <ul class="inline-list"><li>Вопрос задан <span><time datetime="2021-04-05T06:07:08+03:00">5 апр.</time></span></li><li>100 просмотров</li></ul></div>
    <footer>Подписаться 2</footer></div>
  <div class="question__comments"><ul>{comment(5, "А что писали?")}</ul></div>
  <div class="question__additionals"><div class="section section_solutions"><ul>{answer(7, "Пишите в поддержку.", comment(8, "Спасибо."))}</ul></div>
    <div class="section section_answers"><ul>{answer(6, "Ждите.")}</ul></div></div>"""


def test_a_question_gives_all_that_is_said() -> None:
    page = read("/q/123?utm=x", QUESTION)
    assert [message.text for message in page.messages] == [
        "Вчера закрыли.\nВаш аккаунт закрыт",
        "А что писали?",
        "Пишите в поддержку.",
        "Спасибо.",
        "Ждите.",
    ]
    assert [message.engine_id for message in page.messages] == [
        *("question_123", "comment_5", "answer_7", "comment_8", "answer_6"),
    ]
    assert [message.author for message in page.messages] == ["lantern", "c5", "a7", "c8", "a6"]
    assert [message.position for message in page.messages] == [1, 2, 3, 4, 5]
    opening, said, solution, *_ = page.messages
    assert opening.url == opening.thread_url == f"{BASE}/q/123"
    assert solution.url == f"{BASE}/q/123#answer_7"
    assert opening.published == "2021-04-05T06:07:08+03:00"
    assert solution.published == "2021-04-05T20:00:00+03:00"
    assert said.published == "2021-04-06T10:00:00+03:00"
    assert [opening.text[start:end] for start, end in opening.quotes] == ["Ваш аккаунт закрыт"]
    assert opening.title == "Закрыли аккаунт?"
    assert opening.lang == "ru"


def test_a_list_leads_to_questions_and_on() -> None:
    rows = "".join(
        f'<li class="content-list__item"><h2 class="question__title"><a class="question__title-link" href="{BASE}/q/{n}?from=list">Вопрос</a></h2></li>'
        for n in (3, 2)
    )
    pager = '<ul class="paginator"><li>1</li><li><a href="?page=2">2</a></li><li><a href="?page=9">9</a></li></ul>'
    page = read("/tag/upwork", f"<ul>{rows}</ul>{pager}")
    assert page.links == (f"{BASE}/q/3", f"{BASE}/q/2", f"{BASE}/tag/upwork?page=2")


def test_another_page_is_refused() -> None:
    with pytest.raises(EngineError):
        read("/user/lantern", "<h1>Профиль</h1>")
