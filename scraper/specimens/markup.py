"""The text of a post as HTML: paragraphs, line breaks and quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Block:
    """A run of paragraphs: the author's own, or quoted from ``speaker`` (may be unnamed)."""

    paragraphs: tuple[str, ...]
    quoted: bool = False
    speaker: str = ""


def blocks(text: str) -> list[Block]:
    """The blocks of *text*, in order."""
    return [_block(part) for part in re.split(r"\n\s*\n", text.strip()) if part]


def _block(part: str) -> Block:
    lines = part.splitlines()
    if not all(line.startswith(">") for line in lines):
        return Block((part,))
    lines = [line[1:].strip() for line in lines]
    named = re.fullmatch(r"@(.+):", lines[0])
    if named:
        lines = lines[1:]
    paragraphs = tuple(re.split(r"\n\n+", "\n".join(lines).strip()))
    return Block(paragraphs, quoted=True, speaker=named[1] if named else "")


def lines(paragraph: str) -> Markup:
    """One paragraph with its line breaks kept."""
    return Markup("<br>\n").join(escape(line) for line in paragraph.splitlines())


def tagged(paragraphs: tuple[str, ...]) -> Markup:
    """Paragraphs in ``p`` elements, as most engines write them."""
    return Markup("\n").join(Markup("<p>{}</p>").format(lines(text)) for text in paragraphs)


def broken(paragraphs: tuple[str, ...]) -> Markup:
    """Paragraphs parted by two line breaks, as forum software of the old school does."""
    return Markup("<br>\n<br>\n").join(lines(text) for text in paragraphs)


def html(
    text: str,
    quote: Callable[[Block], Markup],
    plain: Callable[[tuple[str, ...]], Markup] = tagged,
) -> Markup:
    """*text* in an engine's markup: *quote* wraps what is quoted, *plain* what is not."""
    parts = (quote(block) if block.quoted else plain(block.paragraphs) for block in blocks(text))
    return Markup("\n").join(parts)
