"""What a coder gets and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Value:
    """One coded value and the span that it rests on.

    ``post`` is the index in the telling's ``posts``; ``start`` and ``end`` are character
    offsets in that post's text (both 0 where the value follows from the absence of
    anything, or from the page's own fields: its title, its address, what staff wrote there).
    ``rule`` names what spoke for it, such as ``reasons.performance:en:low score``: the list,
    the code, the language and the beginning of the phrase, never the text's own words. A
    cell of several codes is several values.
    """

    column: str
    value: str
    post: int
    start: int
    end: int
    rule: str


@dataclass(frozen=True, eq=False)
class Telling:
    """One person's telling: their posts in one thread, in order, and what staff answered.

    Two are the same only where they are one, so that what was read in it can be kept.

    ``posts`` are rows of the posts table with ``lang`` filled; the first is where the
    telling begins. ``staff`` are the posts of the platform's forum staff in the thread.
    """

    posts: tuple[dict[str, Any], ...]
    staff: tuple[dict[str, Any], ...] = ()
    position: int = 1


class Coder(Protocol):
    """One coder: some columns, one method."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it fills."""
        ...

    def code(self, telling: Telling) -> list[Value]:
        """The values of ``columns`` that *telling* gives; none where it is silent."""
        ...


@dataclass(frozen=True)
class Verdict:
    """The screen's answer on one thread.

    ``kind`` is a code of the list ``screen``: ``report_self`` and ``report_proxy`` hold
    reports, all others none. ``tellings`` are those found; ``rule`` and the span say why.
    ``marked`` are tellings that are machine-written or planted, each with what shows it: they
    are kept, and counted nowhere.
    """

    kind: str
    tellings: tuple[Telling, ...]
    rule: str
    post: int = 0
    start: int = 0
    end: int = 0
    marked: tuple[tuple[Telling, tuple[Value, ...]], ...] = ()
