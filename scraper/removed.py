"""What is left out on request: it is not asked for, not kept and not read again."""

from __future__ import annotations

import hmac
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from scraper import reading
from scraper.addresses import Addresses, page_name
from scraper.excluded import Excluded, load_excluded
from scraper.post import EngineError, Reading
from scraper.rules import Rule
from scraper.sources import Source
from scraper.warc import Capture


class Removed(Rule):
    """The pages that were removed, and those that their owner wants left out.

    A removed page is a keyed hash, which gives away no address.

    Attributes:
        keys: the hashes, as ``data/removals.csv`` holds them.
        addresses: how an address is named; all addresses of one page have one name.
        secret: the key that the hashes were made with.
        excluded: the places that are left out.
    """

    keys: frozenset[str] = frozenset()
    addresses: Addresses = Addresses()
    secret: str = ""
    excluded: Excluded = Field(default_factory=load_excluded)

    def hash(self, url: str) -> str:
        """The keyed hash (HMAC-SHA256, its first 128 bits) of the page at *url*."""
        name = f"page {page_name(url, self.addresses)}"
        return hmac.digest(self.secret.encode(), name.encode(), "sha256").hex()[:32]

    def has(self, url: str) -> bool:
        """Whether the page at *url* was removed."""
        return bool(self.keys) and self.hash(url) in self.keys

    def leaves_out(self, url: str) -> bool:
        """Whether the page at *url* was removed or is to be left out."""
        return self.has(url) or self.excluded.has(url)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not (self.keys or self.excluded.excluded)

    def rest(self, page: Reading) -> Reading:
        """*page* without the messages that are left out."""
        if self.is_empty:
            return page
        left_out = self.leaves_out
        messages = (m for m in page.messages if not (left_out(m.thread_url) or left_out(m.url)))
        return replace(page, messages=tuple(messages))

    def is_in(self, capture: Capture, source: Source | None) -> bool:
        """Whether *capture* is left out, holds a message that is, or leads to a removed page.

        Where *source* is not known any more, its addresses alone are looked at.
        """
        if self.is_empty:
            return False
        headers = {name.lower(): value for name, value in capture.headers}
        if self.leaves_out(capture.url) or self.has(
            urljoin(capture.url, headers.get("location", ""))
        ):
            return True
        if source is None or urlsplit(capture.url).path == "/robots.txt":
            return False
        try:
            page = reading.read(capture.url, capture.payload, headers, capture.status, source)
        except EngineError:
            return False
        if page is None:
            return False
        leads = any(self.has(link) for link in page.links)
        return leads or len(self.rest(page).messages) < len(page.messages)
