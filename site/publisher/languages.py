"""The languages of the site: a page in one of them stands below a folder of that name.

``closed.md`` is English, ``ru/closed.md`` the same page in Russian. A language is there as soon
as it has a file in ``data/words``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from markupsafe import Markup, escape
from mkdocs.structure.files import Files

FIRST = "en"
"""The language of the pages that stand in no language's folder."""

_NOTHING: Mapping[str, str] = {}
_spoken: ContextVar[tuple[str, Mapping[str, str]]] = ContextVar("spoken", default=(FIRST, _NOTHING))


def spoken_language() -> str:
    """The code of the language of the page that is being made."""
    return _spoken.get()[0]


def say(english: str, **places: object) -> Markup:
    """*english* in the language of the page that is being made; as it is where that lacks it.

    What stands between braces is filled from *places*.
    """
    words = escape(_spoken.get()[1].get(english, english))
    return words.format(**places) if places else words


def own(address: str) -> str:
    """The address, from the site's root, of a reader page in the language that is spoken."""
    return address if spoken_language() == FIRST else f"{spoken_language()}/{address}"


@contextmanager
def speaking(language: str, words: Mapping[str, str]) -> Iterator[None]:
    """Make a page in that *language*, which has these *words* for the English ones."""
    token = _spoken.set((language, words))
    try:
        yield
    finally:
        _spoken.reset(token)


def language_of(uri: str, languages: Mapping[str, Any]) -> str:
    """The language of the page whose source is *uri*: that of its folder, else English."""
    folder = uri.partition("/")[0]
    return folder if folder in languages else FIRST


def versions(uri: str, files: Files, languages: Mapping[str, Any]) -> dict[str, Any]:
    """The MkDocs pages that say what *uri* says, by language, itself among them."""
    rest = uri.removeprefix(f"{language_of(uri, languages)}/")
    sources = {name: rest if name == FIRST else f"{name}/{rest}" for name in languages}
    found = {name: files.get_file_from_path(source) for name, source in sources.items()}
    return {name: file.page for name, file in found.items() if file and file.page}
