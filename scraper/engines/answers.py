"""Answers of an API: checked against the shape that its engine documents."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from scraper.engines.html import absolute
from scraper.post import EngineError, Page


class Shape(BaseModel):
    """Base of every shape: what it does not name is of no interest."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _http(url: str) -> str:
    if not absolute(url, ""):
        raise ValueError("is not an http address")
    return url


Address = Annotated[str, AfterValidator(_http)]
T = TypeVar("T")


def parse(page: Page, shape: TypeAdapter[T]) -> T:
    """The page's JSON as *shape*.

    Raises:
        EngineError: it is not JSON, or not of that shape.
    """
    try:
        return shape.validate_json(page.body)
    except ValidationError as error:
        raise _misfit(error) from error


def shaped(value: Any, shape: TypeAdapter[T]) -> T:
    """A part of an answer as *shape*.

    Raises:
        EngineError: it is not of that shape.
    """
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        raise _misfit(error) from error


def _misfit(error: ValidationError) -> EngineError:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    return EngineError(f"{place or 'answer'}: {first['msg']}")


def moment(seconds: float) -> str:
    """Seconds since 1970 as an ISO 8601 time in UTC.

    Raises:
        EngineError: no calendar has that day.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError) as error:
        raise EngineError(f"{seconds!r} is not a time ({error})") from error


def query(url: str) -> dict[str, str]:
    """The parameters of *url*; of one given twice, the last."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def page_number(url: str, name: str = "page") -> int:
    """Which page of a listing *url* asks for; 1 where it does not say."""
    return count(query(url).get(name, ""), otherwise=1)


def count(digits: str, otherwise: int) -> int:
    """The number that *digits* write, else *otherwise*."""
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else otherwise


def ask(url: str, path: str | None = None, /, **parameters: object) -> str:
    """*url* with another path, where given, and exactly these parameters."""
    parts = urlsplit(url)
    path = parts.path if path is None else path
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(parameters), ""))


def number_after(marker: str, path: str) -> str:
    """The digits that follow *marker* (a regular expression) in *path*, else ""."""
    found = re.search(marker + r"(\d+)(?=[/.]|$)", path)
    return found[1] if found else ""
