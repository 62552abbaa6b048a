"""Which pages of a built site stand for all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Axe with the rule of WCAG 2.2 that it leaves off."""

LOOKS = ("color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable")
"""The rules whose answer depends on the colours or the width."""

REPEATED = ", ".join(
    (
        "tbody tr:nth-child(n+6)",
        *("li:nth-child(n+12)", "dl > :nth-child(n+12)", "option:nth-child(n+10)"),
        "dd > code:nth-of-type(n+4)",
        *("details ~ details ~ details", "tbody:nth-of-type(n+3)", "svg[role=img] > g"),
    )
)
"""What one template repeats: the first ones stand for all, the others are taken out."""


def page_kinds(site: Path) -> list[str]:
    """The address of every page that a person wrote, and of the longest of each kind made.

    Pages are of a kind when they lie equally deep below the same first folder; below ``cases``
    numbers tell kinds apart, as lists by year lie there beside cases.
    """
    longest: dict[tuple[str, ...], tuple[int, str]] = {}
    for file in sorted(site.rglob("*.html")):
        address = file.relative_to(site).as_posix().removesuffix("index.html")
        size = file.stat().st_size
        longest[_kind(address)] = max((size, address), longest.get(_kind(address), (0, "")))
    return sorted(address for _, address in longest.values())


def axe_findings(page: Any, only: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
    """What axe-core finds on the page that is open: rule, first place, number of places.

    With *only*, no other rules are asked.
    """
    page.evaluate("all => document.querySelectorAll(all).forEach(one => one.remove())", REPEATED)
    options: dict[str, Any] = {"runOnly": list(only)} if only else RULES
    violations = Axe().run(page, options=options).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:120], len(each["nodes"])) for each in violations]


def _kind(address: str) -> tuple[str, ...]:
    first, *rest = address.rstrip("/").split("/")
    if first == "cases":
        return (first, *(re.sub(r"\d+", "0", part) for part in rest))
    return (first, *("*" for _ in rest))
