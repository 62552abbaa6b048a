"""Whether a thread tells of a real action against an account, and who tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.codebook import Codebook
from pipeline.coding.phrases import Phrases, folded
from pipeline.coding.telling import Telling, Verdict
from pipeline.platforms import Platform


class Screen:
    """The screen over one codebook; compiled once, used for every thread."""

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        self.platforms = platforms
        self.phrases = Phrases(codebook.lists["screen"])

    def judge(self, posts: Sequence[dict[str, Any]]) -> Verdict:
        """What the thread of *posts* is, and the tellings found in it."""
        for index, post in enumerate(posts):
            for match in self.phrases.find(folded(post["text"]), post["lang"]):
                if match.code in ("report_self", "report_proxy"):
                    telling = Telling(tuple(posts[index:]))
                    span = (index, match.start, match.end)
                    return Verdict(match.code, (telling,), match.rule, *span)
        return Verdict("other", (), "screen.other:none")
