"""Waiting for what a page will show.

Playwright's own ``wait_for_function`` evaluates its text again inside the page, where the
site's content security policy forbids that; it works only where the first look succeeds.
"""

from __future__ import annotations

import time
from typing import Any

PATIENCE = 15.0
"""Seconds after which the page is taken to do it no more."""


def until(page: Any, expression: str, arg: Any = None) -> None:
    """Ask *page* for *expression*, text or a function of *arg*, until it is true."""
    ends = time.monotonic() + PATIENCE
    while not page.evaluate(expression, arg):
        assert time.monotonic() < ends, f"never came true: {expression}"
        page.wait_for_timeout(20)
