"""What one source gave in one run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from scraper.post import Reading


@dataclass
class SourceCount:
    """Counts of one source and run.

    Attributes:
        source: its name.
        fetched: responses that were new or had changed, and were kept.
        cached: responses that were as the archive holds them: the source said so, sent
            the same bytes again, or (in a replay) was not asked.
        posts: posts found.
        new_posts: of these, posts that no earlier run found.
        refused: pages that robots.txt forbids or that the source does not give out: it says
            no, asks for a login, a proof of being human or consent first, or for its pages
            to be in no index.
        failed: pages that did not come, are gone, or could not be read.
        skipped: links left: to other hosts, clearly of another matter, into pages without
            end, past a budget, to a host that keeps failing, removed on request, or
            excluded by their owner.
        causes: of the refused and the skipped, how many for which cause.
        reached: whether at least one start address was answered and read.
        starts: of the start addresses that were not read, how many for which reason:
            ``moved`` (for good, to another host), ``gone``, ``refused``, ``unread`` (it
            answered, and the engine found nothing it knows) or ``failed``.
        moved: the host that a start address moved to, where its name may be told.
        pages: pages that answered and were to be read.
        misses: of these, pages in which the engine found neither posts nor links.
        messages: messages that the pages held; one that stands in two pages counts twice.
        without: of these, how many lack their ``author``, ``date`` or ``text``.
        read_as: how pages were recognised, where no engine is named: each way once.
        errors: one line each.
    """

    source: str
    fetched: int = 0
    cached: int = 0
    posts: int = 0
    new_posts: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0
    reached: bool = False
    starts: dict[str, int] = field(default_factory=dict)
    moved: str = ""
    pages: int = 0
    misses: int = 0
    messages: int = 0
    without: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    read_as: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def recognised(self, way: str) -> None:
        """Note the *way* in which a page was read; "" where its engine is named."""
        if way and way not in self.read_as:
            self.read_as.append(way)

    def took(self, page: Reading | None) -> None:
        """Count a *page* that answered, and what its messages lack; None could not be read."""
        self.pages += 1
        if page is None or not (page.messages or page.links or page.withheld):
            self.misses += 1
            return
        self.messages += len(page.messages)
        for message in page.messages:
            told = {"author": message.author, "date": message.published, "text": message.text}
            for name, words in told.items():
                if not words.strip():
                    self.without[name] = self.without.get(name, 0) + 1

    def failed_start(self, reason: str) -> None:
        """Count a start address that was not read."""
        self.starts[reason] = self.starts.get(reason, 0) + 1

    def skip(self, cause: str, links: int = 1) -> None:
        """Count *links* that are not followed."""
        self.skipped += links
        self.causes[cause] = self.causes.get(cause, 0) + links

    def refuse(self, cause: str) -> None:
        """Count a page that is not given out."""
        self.refused += 1
        self.causes[cause] = self.causes.get(cause, 0) + 1

    def add(self, part: SourceCount) -> None:
        """Take in what a *part* of the source's captures gave, its posts apart."""
        self.cached += part.cached
        self.failed += part.failed
        self.refused += part.refused
        self.reached |= part.reached
        for cause, number in part.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + number
        for way in part.read_as:
            self.recognised(way)
        self.errors += part.errors

    def row(self) -> dict[str, Any]:
        """The counts as a JSON object."""
        return asdict(self)
