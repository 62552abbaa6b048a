"""``data/specimens/threads/<engine>/<slug>.toml``: one thread or article and what is true of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ConfigDict, Field, model_validator

from scraper.rules import DataError, Rule, load_rules

T = TypeVar("T")
FOLDER = Path(__file__).resolve().parents[2] / "data" / "specimens"
_MARKS = re.compile(r"(?m)^> ?(@.*:$)?")


class Facts(Rule):
    """What one telling says, column by column of the codebook; what it leaves out stays unsaid.

    ``position``, ``published`` and where it stands follow from the thread; ``events`` is
    put together from the others and has no answer of its own. A cell of several codes joins
    them by ``|``; numbers may be written as numbers.

    ``spans`` gives, for some columns, words of the telling's own posts on which their value
    rests, one string or several.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    platform: str
    teller: str = "self"
    role: str = "freelancer"
    action: str
    action_date: str = ""
    notice: str = "unknown"
    reasons: str = "unknown"
    specificity: str = "unknown"
    believed_reasons: str = ""
    appealed: str = "unknown"
    responses: str = ""
    response_hours: str = ""
    resolution_days: str = ""
    outcome: str = "unknown"
    fee_percents: str = ""
    funds_held: str = "unknown"
    funds_amount: str = ""
    funds_currency: str = ""
    hold_days: str = ""
    tenure_years: str = ""
    jobs_completed: str = ""
    earnings_usd: str = ""
    success_score: str = ""
    proposals_mentioned: str = "no"
    letter_quoted: str = "no"
    first_action: str = ""
    standing: str = "unknown"
    proposals_count: str = ""
    connects_spent: str = ""
    told_to: str = "unknown"
    notice_channel: str = "unknown"
    rule_cited: str = "unknown"
    why_explained: str = "unknown"
    duration_stated: str = "unknown"
    automation_disclosed: str = "unknown"
    appeal_route_named: str = "unknown"
    reviewer: str = "unknown"
    spans: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _of_columns(self) -> Facts:
        for name in self.spans:
            if name not in Facts.model_fields or getattr(self, name) in ("", "unknown", self.spans):
                raise ValueError(f"spans.{name} is of no column with a value")
        return self

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Column and words, each span for itself."""
        listed = {k: (v,) if isinstance(v, str) else v for k, v in self.spans.items()}
        return tuple((name, words) for name, several in listed.items() for words in several)


class Post(Rule):
    """One message. Lines that begin with ``>`` are quoted; ``> @name:`` says whom.

    ``report`` stands on the message in which a telling begins. ``deleted`` messages are
    shown as the engine shows what its author or a moderator took away.
    """

    author: str
    time: datetime
    text: str = ""
    staff: bool = False
    deleted: bool = False
    signature: str = ""
    report: Facts | None = None

    @model_validator(mode="after")
    def _zoned(self) -> Post:
        if self.time.tzinfo is None:
            raise ValueError("time has no zone; end it in Z, such as 2021-03-14T09:20:00Z")
        return self

    @property
    def words(self) -> list[str]:
        """The words that a reader sees, without the marks that say what is quoted."""
        return _MARKS.sub("", self.text).split()


class Thread(Rule):
    """One thread or article.

    ``why`` says what a page without a report is. ``state`` makes it misbehave: ``busy``
    answers 429 the first time, ``moved`` is listed under an old address that redirects,
    ``gone`` is listed and not there, ``forbidden`` is listed and ruled out by robots.txt.
    The last two are never read, so they hold no answer.
    """

    id: int = Field(gt=0)
    title: str
    lang: str = "en"
    why: str = ""
    state: Literal["open", "busy", "moved", "gone", "forbidden"] = "open"
    post: tuple[Post, ...] = Field(min_length=1)
    engine: str = ""
    slug: str = ""

    @model_validator(mode="after")
    def _answered(self) -> Thread:
        if self.state in ("gone", "forbidden"):
            if self.why or self.reports:
                raise ValueError(f"a {self.state} thread is never read and holds no answer")
        elif bool(self.why) == bool(self.reports):
            raise ValueError("give either why (no report here) or [post.report], not both")
        return self

    @model_validator(mode="after")
    def _spans_are_told(self) -> Thread:
        for teller, facts in self.reports:
            own = [" ".join(post.words) for post in self.post if post.author == teller.author]
            for name, words in facts.named:
                if not any(" ".join(words.split()) in text for text in own):
                    raise ValueError(f"spans.{name}: {words!r} is not in the teller's posts")
        return self

    @property
    def reports(self) -> tuple[tuple[Post, Facts], ...]:
        """The posts in which a telling begins, with what is true of it."""
        return tuple((post, post.report) for post in self.post if post.report is not None)

    @property
    def started(self) -> datetime:
        """The time of the opening message."""
        return self.post[0].time

    @property
    def changed(self) -> datetime:
        """The time of the newest message."""
        return max(post.time for post in self.post)

    def post_id(self, post: Post) -> int:
        """A lasting number of *post*, unique among the engine's posts."""
        return self.id * 100 + self.post.index(post) + 1


def load_threads(folder: Path, engine: str) -> tuple[Thread, ...]:
    """The threads of *engine* below *folder*, newest first.

    Raises:
        DataError: a file breaks the rules of :class:`Thread`, or two threads share an id.
    """
    threads: dict[int, Thread] = {}
    for path in sorted((folder / "threads" / engine).glob("*.toml")):
        thread = load_rules(path, Thread)
        if thread.id in threads:
            raise DataError(path, "id", f"{thread.id} is also {threads[thread.id].slug}'s")
        threads[thread.id] = thread.model_copy(update={"engine": engine, "slug": path.stem})
    return tuple(sorted(threads.values(), key=lambda thread: thread.started, reverse=True))


def chunk(items: Sequence[T], page: int, size: int) -> Sequence[T]:
    """Page *page* (from 0) of *items*, *size* to a page."""
    return items[page * size : (page + 1) * size]
