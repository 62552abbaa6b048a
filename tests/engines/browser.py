"""A browser without a window: it keeps cookies and sends a page's forms as it found them."""

from __future__ import annotations

import json
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from lxml import html


class Browser:
    """Visits the place at *base*, as one member or as nobody."""

    def __init__(self, base: str) -> None:
        self.base, self.url = base, base
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """The page at *path*."""
        return self._open(Request(urljoin(self.base, path)))

    def send(self, path: str, fields: dict[str, Any], holding: str = "") -> str:
        """Fill *fields* into the form of the page at *path* that has them, and send it.

        *holding* is what the form's action has in it, where several forms have the fields.
        """
        page = html.fromstring(self.get(path), base_url=self.url)
        forms = [form for form in page.forms if set(fields) <= set(form.fields)]
        fitting = [form for form in forms if holding in (form.action or "")]
        assert fitting, (self.url, [list(form.fields) for form in page.forms])
        form = fitting[0]
        kept = [(name, value) for name, value in form.form_values() if name not in fields]
        body = urlencode([*kept, *((name, str(value)) for name, value in fields.items())])
        return self._open(Request(urljoin(self.url, form.action or ""), body.encode()))

    def call(self, path: str, content: dict[str, Any], headers: dict[str, str]) -> Any:
        """What an API answers to *content*, sent as JSON."""
        sent = {"Content-Type": "application/json", **headers}
        request = Request(urljoin(self.base, path), json.dumps(content).encode(), sent)
        return json.loads(self._open(request))

    def _open(self, request: Request) -> str:
        # a form that leads back to itself says so of the address that it came from
        request.add_header("Referer", self.url)
        try:
            with self._opener.open(request, timeout=60) as answer:
                self.url = answer.url
                return str(answer.read().decode())
        except HTTPError as error:
            said = html.fromstring(error.read() or b"<p>").text_content()
            raise AssertionError(f"{request.full_url}: {error.code} {said[:2000]}") from error
