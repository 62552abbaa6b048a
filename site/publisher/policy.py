"""What a page of this site may load: nothing but what its own host serves."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup


def policy(script: str = "", style: str = "") -> Markup:
    """The content security policy of a page, for its ``<meta http-equiv>``.

    *script* and *style* are the page's one inline script and inline style sheet, to the letter;
    each is allowed by its hash, so that no other inline code runs.
    """
    rules = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{_hash(script)}",
            f"style-src 'self'{_hash(style)}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
        )
    )
    return Markup(rules)  # noqa: S704  hashes and our own words


def _hash(text: str) -> str:
    if not text:
        return ""
    return f" 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
