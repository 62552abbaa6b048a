"""How the visit to a page ends where it does not end well."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

GONE = frozenset({404, 410})
"""Statuses by which a source says that a page is there no more."""

FOR_GOOD = frozenset({301, 308})
"""Statuses of a redirect that lasts."""

REFUSED = frozenset({401, 403, 407, 429, 451})
"""Statuses by which a source refuses a page."""

CAUSES = {
    CannotResolveHostError: "no host of that name",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadFailedError: "the connection broke off, or what came is no HTTP",
    ResponseDataLossError: "the connection broke off",
    DownloadTimeoutError: "no answer in time",
}
"""What went wrong with a page that did not come, in words."""

CIRCLE = "max redirections reached"
"""How Scrapy says that redirects lead in a circle."""


class LeftOut(IgnoreRequest):
    """A page that is not asked for; ``cause`` as the counts name it, ``why`` to be told once."""

    def __init__(self, cause: str, why: str = "") -> None:
        super().__init__(cause)
        self.cause, self.why = cause, why


class TurnedAway(IgnoreRequest):
    """A redirect to a page that stands before the one asked for; ``cause`` is its kind."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class LeadsAway(IgnoreRequest):
    """A redirect to a host that is not the source's; ``there`` is its address, if it is told."""

    def __init__(self, there: str) -> None:
        super().__init__("it leads to another host" + (there and f", {there}"))
        self.there = there


def words(problem: BaseException | None) -> str:
    """What went wrong, without the words of a page."""
    if str(problem) == CIRCLE:
        return "its redirects lead in a circle"
    known = (words for kind, words in CAUSES.items() if isinstance(problem, kind))
    return next(known, " ".join(str(problem).split()) or type(problem).__name__)
