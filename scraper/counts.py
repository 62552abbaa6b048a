"""What one source gave in one run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


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
    causes: dict[str, int] = field(default_factory=dict)
    read_as: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def recognised(self, way: str) -> None:
        """Note the *way* in which a page was read; "" where its engine is named."""
        if way and way not in self.read_as:
            self.read_as.append(way)

    def skip(self, cause: str, links: int = 1) -> None:
        """Count *links* that are not followed."""
        self.skipped += links
        self.causes[cause] = self.causes.get(cause, 0) + links

    def refuse(self, cause: str) -> None:
        """Count a page that is not given out."""
        self.refused += 1
        self.causes[cause] = self.causes.get(cause, 0) + 1

    def row(self) -> dict[str, Any]:
        """The counts as a JSON object."""
        return asdict(self)
