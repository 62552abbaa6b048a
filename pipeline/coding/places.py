"""Which platform acted, and when the telling was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from pipeline.coding.phrases import LETTER, UNSPACED, folded
from pipeline.coding.reading import Reading, spanned
from pipeline.coding.speakers import Passage
from pipeline.coding.telling import Value
from pipeline.platforms import Platform

TITLE, HOST = 3, 4
"""What a name in the title, and the platform's own forum, weigh against mentions."""


ENDINGS = "'s|a|u|em|iem|owi|ie|ze|om|e"
"""What languages that inflect names put after one that is written in Latin letters."""


class Where:
    """The platform that is named most; its own forum, and the title, weigh more.

    Of two named as often, the one that is named first counts.
    """

    columns = ("platform",)

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._hosts = {
            host: code
            for code, platform in platforms.items()
            for host in (*platform.forums, *platform.domains)
        }
        names = {
            name.lower(): code
            for code, platform in reversed(list(platforms.items()))
            for name in (*platform.names, *platform.domains)
        }
        self._names = names
        words = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
        border = rf"(?<!{LETTER}|[.@])(?P<name>{words})(?:{ENDINGS})?(?!{LETTER})"
        self._pattern = regex.compile(f"{border}|{_unspaced(names)}", regex.V1)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        weights: dict[str, float] = {}
        first: dict[str, Value] = {}
        for code in self._of_host(str(reading.telling.posts[0].get("url") or "")):
            weights[code] = HOST
            first[code] = Value("platform", code, 0, 0, 0, "platform:address")
        for passage in reading.passages:
            self._mentions(passage, weights, first)
        if not weights:  # who joins a thread need not name what it is about
            self._mentions(reading.thread_title, weights, first)
        if not weights:
            return []
        return [first[max(weights, key=lambda code: weights[code])]]

    def may_be_in(self, post: Mapping[str, Any]) -> bool:
        """Whether a platform may be named in *post* or its address: false only where none is."""
        texts = (folded(str(post[name])) for name in ("title", "text"))
        return bool(self._of_host(str(post["url"]))) or any(map(self._pattern.search, texts))

    def _of_host(self, url: str) -> list[str]:
        host = regex.sub(r"^https?://(?:www\.)?", "", url).split("/")[0]
        return [code for known, code in self._hosts.items() if f".{host}".endswith(f".{known}")][:1]

    def _mentions(
        self, passage: Passage, weights: dict[str, float], first: dict[str, Value]
    ) -> None:
        for hit in self._pattern.finditer(passage.text):
            sentence = passage.at(hit.start())
            if sentence is None:
                continue
            name = hit["name"] or hit[0]
            code = self._names[name]
            weights[code] = weights.get(code, 0) + (TITLE if sentence.title else 1)
            value = spanned("platform", code, sentence, *hit.span(), f"platform:{name}")
            if code not in first or (first[code].end == 0 and value.end):
                first[code] = value


def _unspaced(names: Mapping[str, str]) -> str:
    """Names in scripts that are written without spaces, found anywhere."""
    cjk = [name for name in names if regex.search(f"[{UNSPACED}]", name)]
    return "|".join(regex.escape(name) for name in sorted(cjk, key=len, reverse=True)) or r"(?!)"


class Published:
    """When it was published, where the post does not say; see :mod:`pipeline.coding.published`."""

    columns = ("published",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        return [reading.published] if reading.published else []
