"""The wording of the stock letters, for the maintainer's own screen: what stays, what varies.

It is read from the maintainer's own posts and written nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex
from rich.console import Console
from rich.text import Text

from pipeline.cases import rows
from pipeline.letters import SAME_LETTER, read_fingerprint, signature
from pipeline.record import read_record
from pipeline.tables import read_posts
from pipeline.workspace import Workspace
from scraper.sound import shown as harmless

STYLE = "black on yellow"

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}]|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}])\w)+|[^\w\s]"
)


@dataclass(frozen=True)
class Part:
    """A stretch of a letter; it ``varies`` where most copies say something else there."""

    text: str
    varies: bool


def aligned(copies: list[str]) -> list[Part]:
    """The longest of *copies*, cut where constant words end and varying ones begin.

    Words are aligned one copy at a time by the longest common runs (Ratcliff and Obershelp,
    as :mod:`difflib` has it), case aside; a word is constant when more than half of the other
    copies have it in its place. A letter known from one copy varies nowhere.
    """
    longest = max(range(len(copies)), key=lambda place: len(copies[place]))
    base = copies[longest]
    others = copies[:longest] + copies[longest + 1 :]
    words = list(_WORD.finditer(base))
    plain = [word.group().casefold() for word in words]
    found = [0] * len(words)
    for copy in others:
        theirs = [word.casefold() for word in _WORD.findall(copy)]
        for block in SequenceMatcher(None, plain, theirs, autojunk=False).get_matching_blocks():
            for place in range(block.a, block.a + block.size):
                found[place] += 1
    varies = [2 * count <= len(others) and bool(others) for count in found]
    starts = [
        place for place in range(len(words)) if not place or varies[place] != varies[place - 1]
    ]
    ends = [words[place].start() for place in starts[1:]] + [len(base)]
    return [
        Part(base[words[place].start() if place else 0 : end], varies[place])
        for place, end in zip(starts, ends, strict=True)
    ]


def copies_of(workspace: Workspace) -> dict[str, list[str]]:
    """The copies of each letter of *workspace*, by its id, as far as their posts are held.

    Raises:
        DataError: a table or a file of posts cannot be used.
    """
    record = read_record(workspace)
    texts = {post["sha256"]: str(post["text"]) for post in read_posts(workspace.posts)}
    named = dict(zip(record.reports["report_id"], record.reports["letter_id"], strict=True))
    letters = record.letters[record.letters["fingerprint"] != ""]
    made = dict(
        zip(letters["letter_id"], map(read_fingerprint, letters["fingerprint"]), strict=True)
    )
    found: dict[str, list[str]] = {letter: [] for letter in record.letters["letter_id"]}
    for span in rows(record.evidence[record.evidence["column"] == "letter_quoted"]):
        text = texts.get(span["text_sha256"], "")[int(span["start"]) : int(span["end"])]
        for letter in named.get(span["report_id"], "").split("|"):
            if text and letter in made and signature(text).jaccard(made[letter]) >= SAME_LETTER:
                found[letter].append(text)
    return found


def show(workspace: Workspace, console: Console) -> None:
    """Print every letter of *workspace*, with what varies from copy to copy in brackets.

    Raises:
        DataError: see :func:`copies_of`.
    """
    copies = copies_of(workspace)
    for letter in rows(read_record(workspace).letters):
        console.print(Text("  ".join(_head(letter)), style="bold"), soft_wrap=True)
        texts = copies[letter["letter_id"]]
        shown = Text()
        for part in aligned(texts) if texts else ():
            text = harmless(part.text)
            words = text.rstrip()
            shown.append(f"[{words}]" if part.varies else words, STYLE if part.varies else "")
            shown.append(text[len(words) :])
        console.print(
            shown if texts else Text("no copy held here", "dim"), end="\n\n", soft_wrap=True
        )


def _head(letter: dict[str, str]) -> Iterator[str]:
    yield letter["letter_id"]
    yield letter["platform"]
    yield letter["says"] or "says nothing that is coded"
    yield f"in {letter['reports']} counted reports of {letter['cases']} cases"
