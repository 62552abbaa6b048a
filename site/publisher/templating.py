"""The templates of generated HTML; what is put in is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from markupsafe import Markup

from publisher import numbers
from publisher.languages import own, say
from publisher.policy import policy
from scraper.addresses import is_page
from scraper.rules import DataError

SITE = Path(__file__).resolve().parents[1]
"""Where all templates are: the theme's of our own, and those of this package."""

AUTHORED = "<template>"
"""What Jinja calls a template that it got as text: an authored page."""

_environment = Environment(
    loader=FileSystemLoader(SITE / "publisher" / "templates"),
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


@contextmanager
def naming(page: str) -> Iterator[None]:
    """Make *page*, its source or its place in the site; a mistake in a template names both.

    Raises:
        DataError: a template cannot be read, or asks for what is not there.
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        if place := _place(error):
            file, line = place
            raise DataError(file, f"line {line}, for {page}", f"{error}") from error
        raise


def _place(error: Exception) -> tuple[str, int] | None:
    """The innermost template that *error* came from, and the line of it."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename or AUTHORED, error.lineno
    frames = reversed(extract_tb(error.__traceback__))
    return next(((f.filename, f.lineno or 0) for f in frames if _is_template(f.filename)), None)


def _is_template(file: str) -> bool:
    return file == AUTHORED or (Path(file).is_relative_to(SITE) and Path(file).suffix != ".py")


def slug(code: str) -> str:
    """A platform's or reason's place in addresses: ``other:care.com`` is ``care-com``."""
    return code.removeprefix("other:").replace(".", "-").replace("_", "-")


_environment.filters["slug"] = slug
_environment.filters["host"] = lambda url: urlsplit(url).hostname or ""
