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
        refused: pages that robots.txt forbids or that the source does not give out.
        failed: pages that did not come, are gone, or could not be read.
        skipped: links left: to other hosts, past the source's ``max_pages``, or removed on
            request.
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
    read_as: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def recognised(self, way: str) -> None:
        """Note the *way* in which a page was read; "" where its engine is named."""
        if way and way not in self.read_as:
            self.read_as.append(way)

    def row(self) -> dict[str, Any]:
        """The counts as a JSON object."""
        return asdict(self)
