"""Posts as the coder reads them: with a language, and put together by thread."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.turns import turns
from pipeline.workspace import Workspace
from scraper.limits import load_limits
from scraper.post import POSTS
from scraper.rules import DataError

Post = dict[str, Any]

LANGUAGES = ("en", "ja", "ru", "es", "pt", "fr", "de", "pl", "zh", "id", "hi", "cs", "bn")
"""Languages that the codebook has phrases for or that reports on record are told in."""

ENOUGH = 60
"""Bytes of text that tell its language for sure."""

HINDI = frozenset(
    {
        *("hai", "hain", "hua", "hui", "tha", "thi", "nahi", "nhi", "kya"),
        *("kyun", "kyu", "mein", "mera", "meri", "mere", "mujhe", "maine", "aur"),
        *("bhi", "toh", "yaar", "bhai", "kiya", "diya", "gaya", "gya", "raha"),
        *("rahe", "karo", "kar", "kuch", "koi", "unhone", "bola", "aaya", "wapas"),
        *("liye"),
    }
)
"""Everyday words of Hindi in Latin letters, which the classifier does not know."""

_NO_SCORE = -1e30
"""Below it, py3langid has seen none of its n-grams in the text."""

_TEXT = ("url", "title", "text", "lang")


@cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    # slow to load, and not needed where pages declare their language
    import py3langid  # type: ignore[import-untyped]

    py3langid.set_languages(list(LANGUAGES))
    return py3langid.classify  # type: ignore[no-any-return]


def language(text: str) -> str:
    """The ISO 639-1 code of *text*'s language, one of ``LANGUAGES``; "" where nothing tells.

    Method: naive Bayes over byte n-grams (Lui and Baldwin 2012, langid.py), by py3langid;
    Hindi in Latin letters by four of its everyday words.
    """
    if len(HINDI.intersection(text.lower().split())) >= 4:
        return "hi"
    found, score = _classifier()(text)
    return found if score > _NO_SCORE else ""


def with_language(post: Post) -> Post:
    """*post*, as far as it is read, with ``lang`` as declared, else as its words show it.

    English is often what the forum's software declares whatever its members write, so the
    words are asked there too, where there are enough of them.
    """
    most = load_limits().text
    post = {**post, "title": post["title"][: most.title], "text": post["text"][: most.text]}
    lang, words = post["lang"][:2].lower(), f"{post['title']}\n{post['text']}"
    if not lang or (lang == "en" and len(words.encode()) >= ENOUGH):
        lang = language(words) or lang
    return {**post, "lang": lang}


def read(workspace: Workspace) -> Iterator[Post]:
    """The posts of *workspace*, each with its language.

    Raises:
        DataError: a file of posts cannot be read.
    """
    from pipeline.tables import read_posts  # brings pandas, which one text does not need

    return map(with_language, read_posts(workspace.posts))


def page(post: Post) -> str:
    """Address of the article or thread that *post* stands in."""
    return str(post["thread_url"] or post["url"])


def together(posts: Iterable[Post]) -> Iterator[list[Post]]:
    """*posts* page by page, each page's posts by position."""

    def place(post: Post) -> tuple[str, str]:
        return post["source"], page(post)

    for _, found in groupby(sorted(posts, key=place), key=place):
        yield sorted(found, key=lambda post: (post["position"], post["post_id"]))


def threads(posts: Iterable[Post]) -> Iterator[list[Post]]:
    """*posts* page by page; of one that came as one post, its messages (:mod:`pipeline.turns`)."""
    return map(turns, together(posts))


def from_text(text: str, url: str = "", title: str = "", position: int = 1) -> Post:
    """A post of plain *text* that no engine read; its keys are those of the posts table."""
    post: Post = dict.fromkeys(POSTS, "")
    post.update(url=url, thread_url=url, title=title, text=text, position=position)
    post.update(author_key=f"author-{position}", quotes=[], staff=False)
    post.update(sha256=hashlib.sha256(text.encode()).hexdigest())
    return post


def read_file(path: Path) -> list[Post]:
    """The posts of one JSON Lines file, plain or gzip, each with its language.

    ``url``, ``title``, ``text`` and ``lang`` are asked for; other keys of a post are taken
    where they stand.

    Raises:
        DataError: the file cannot be read, or a line is no post.
    """
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
        # not splitlines(): a text may hold the line separators of Unicode
        lines = raw.decode("utf-8").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(path, "", f"cannot be read ({error})") from error
    return [_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _line(path: Path, number: int, line: str) -> Post:
    try:
        given = json.loads(line)
    except ValueError as error:
        raise DataError(path, f"line {number}", f"is not JSON: {error}") from error
    for key in _TEXT:
        if not isinstance(given, dict) or not isinstance(given.get(key), str):
            raise DataError(path, f"line {number}", f"has no text in {key!r}")
    position = given.get("position", 1)
    if not str(position).isdecimal():
        raise DataError(path, f"line {number}", f"position {position!r} is not a whole number")
    post = from_text(given["text"], given["url"], given["title"], int(position))
    post.update({key: given[key] for key in POSTS if key in given})
    return with_language({**post, "position": int(position)})
