"""The templates of generated HTML; what is put in is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from publisher import numbers
from publisher.languages import own, say
from publisher.policy import policy
from scraper.addresses import is_page

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,  # no template changes during a build
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["say"] = say
_environment.filters["date"] = numbers.date
_environment.filters["mark_digits"] = numbers.mark_digits
_environment.globals["marked"] = numbers.marked
_environment.globals["_"] = say
_environment.globals["own"] = own
_environment.globals["policy"] = policy
_environment.tests["one_page"] = is_page
_environment.tests["has_digit"] = lambda text: any(map(str.isdigit, text))


def render(template: str, **values: Any) -> Markup:
    """The template of that name in ``publisher/templates``, filled with *values*."""
    return Markup(_environment.get_template(template).render(**values))  # noqa: S704  escaped there


def slug(code: str) -> str:
    """A platform's or reason's place in addresses: ``other:care.com`` is ``care-com``."""
    return code.removeprefix("other:").replace(".", "-").replace("_", "-")


_environment.filters["slug"] = slug
_environment.filters["host"] = lambda url: urlsplit(url).hostname or ""
