"""Posts get a language and stand together by thread."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.posts import Post, from_text, language, page, read, read_file, threads
from pipeline.workspace import Workspace, record
from scraper.post import POSTS
from scraper.rules import DataError


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("They closed my account and nobody will tell me why.", "en"),
        ("Мой аккаунт заблокировали, и поддержка молчит.", "ru"),
        ("昨日アカウントが停止されました。理由は書かれていません。", "ja"),
        ("Me cerraron la cuenta y nadie me dice por qué.", "es"),
        ("Fecharam a minha conta e não me disseram o motivo.", "pt"),
        ("Mein Konto wurde ohne jede Erklärung gesperrt.", "de"),
        ("On a fermé mon compte sans me donner de raison.", "fr"),
        ("", ""),
    ],
)
def test_language_of_a_text(text: str, lang: str) -> None:
    assert language(text) == lang


def post(number: int, **fields: Any) -> Post:
    made = from_text(f"Text {number}.", "https://a.example/t/1", "Title")
    return {**made, "post_id": f"s:{number}", "source": "s", "position": number, **fields}


def test_threads_hold_the_posts_of_one_page_by_position() -> None:
    other = post(1, post_id="s:9", thread_url="https://a.example/t/2")
    found = list(threads([post(3), other, post(1), post(2)]))
    assert [[entry["post_id"] for entry in thread] for thread in found] == [
        ["s:1", "s:2", "s:3"],
        ["s:9"],
    ]
    assert [page(thread[0]) for thread in found] == [
        "https://a.example/t/1",
        "https://a.example/t/2",
    ]


@pytest.mark.parametrize(
    ("declared", "text", "lang"),
    [
        ("pt-BR", "Account banned by Upwork without any warning, like so many others here.", "pt"),
        ("en", "Меня заблокировали вчера утром, и поддержка до сих пор молчит.", "ru"),
        ("en-US", "They blocked me yesterday and support does not answer a single mail.", "en"),
        ("en", "Gracias!", "en"),
        ("", "Меня заблокировали.", "ru"),
        ("es", "Dos\u2028líneas\x85aquí", "es"),
    ],
)
def test_a_post_is_in_the_language_declared_unless_that_is_an_english_default(
    tmp_path: Path, declared: str, text: str, lang: str
) -> None:
    row = post(1, lang=declared, title="", text=text)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "s.jsonl.gz").write_bytes(
        gzip.compress(json.dumps(row, ensure_ascii=False).encode())
    )
    (found,) = read(Workspace(record().rules, tmp_path))
    assert (found["lang"], found["text"]) == (lang, text)


def test_a_file_of_bare_posts_is_read_as_posts(tmp_path: Path) -> None:
    bare = {"url": "https://a.example/1", "title": "T", "text": "One\u2028two", "lang": "en"}
    file = tmp_path / "p.jsonl"
    file.write_text(json.dumps(bare, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (found,) = read_file(file)
    assert set(found) == set(POSTS)
    assert (found["text"], found["position"]) == ("One\u2028two", 1)
    assert len(found["sha256"]) == 64


def test_a_file_that_is_no_gzip_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl.gz").write_text("{}")
    with pytest.raises(DataError, match=r"p\.jsonl\.gz: cannot be read"):
        read_file(tmp_path / "p.jsonl.gz")
