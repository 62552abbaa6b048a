"""Reddit by its API where the maintainer has credentials for it."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import FormRequest, Request, Response
from w3lib.http import basic_auth_header

from scraper.spiders.walk import Walk

TOKEN = "https://www.reddit.com/api/v1/access_token"  # noqa: S105
API = "oauth.reddit.com"


class RedditWalk(Walk):
    """A walk that asks ``oauth.reddit.com`` with a token of ``SUSPENSIONS_REDDIT_ID``."""

    token = ""

    async def start(self) -> AsyncIterator[Request]:
        """First the token, then the start addresses."""
        name = os.environ.get("SUSPENSIONS_REDDIT_ID", "")
        secret = os.environ.get("SUSPENSIONS_REDDIT_SECRET", "")
        if name and secret:
            self.hosts |= {API, "www.reddit.com"}
            yield FormRequest(
                TOKEN,
                self.parse_token,
                errback=self.failed,
                formdata={"grant_type": "client_credentials"},
                headers={"Authorization": basic_auth_header(name, secret)},
                meta={"is_start": True, "dont_obey_robotstxt": True},
            )
            return
        async for request in super().start():
            yield request

    async def parse_token(self, response: Response) -> AsyncIterator[Request]:
        """Take the token and begin."""
        try:
            self.token = json.loads(response.body)["access_token"]
        except (ValueError, KeyError, TypeError):
            self.count.failed += 1
            assert response.request  # noqa: S101
            self.error(response.request, "gives no token for SUSPENSIONS_REDDIT_ID and _SECRET")
            return
        async for request in super().start():
            yield request

    def request(self, url: str, *, is_start: bool = False) -> Request:
        """A request for *url*, by the API where there is a token."""
        request = super().request(url, is_start=is_start)
        host = urlsplit(url).hostname or ""
        if not self.token or not (host == "reddit.com" or host.endswith(".reddit.com")):
            return request
        # robots.txt speaks to visitors without credentials; these are let in by the API's terms
        meta: dict[str, Any] = {**request.meta, "dont_obey_robotstxt": True}
        return request.replace(
            url=url.replace(f"//{host}", f"//{API}", 1),
            headers={"Authorization": f"Bearer {self.token}"},
            meta=meta,
        )
