"""The languages of the site: a page in one of them stands below a folder of that name.

``closed.md`` is English, ``ru/closed.md`` the same page in Russian. The words of the theme
stand in ``publisher/words/<language>.toml``; a language is there as soon as it has that file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import Files

WORDS = Path(__file__).parent / "words"
FIRST = "en"
"""The language of the pages that stand in no language's folder."""


@cache
def theme_words() -> dict[str, dict[str, str]]:
    """The theme's words by language, English first."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(WORDS.glob("*.toml"))}
    ordered = sorted(texts, key=lambda language: language != FIRST)
    return {language: tomllib.loads(texts[language]) for language in ordered}


def language_of(uri: str) -> str:
    """The language of the page whose source is *uri*: that of its folder, else English."""
    folder = uri.partition("/")[0]
    return folder if folder in theme_words() else FIRST


def versions(uri: str, files: Files) -> dict[str, Any]:
    """The MkDocs pages that say what *uri* says, by language, itself among them."""
    rest = uri.removeprefix(f"{language_of(uri)}/")
    sources = {name: rest if name == FIRST else f"{name}/{rest}" for name in theme_words()}
    found = {name: files.get_file_from_path(source) for name, source in sources.items()}
    return {name: file.page for name, file in found.items() if file and file.page}
