"""Rules kept as TOML below ``data/``: read, checked, and refused in one clear line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from scraper.sound import shown, unsound


class DataError(Exception):
    """Something in ``data/`` that cannot be used as it stands.

    Its text is one line: the file, the place in it (line, key or row), what is wrong
    and what would be right. The command line prints it and exits with ``status``.
    """

    status = 2

    def __init__(self, file: Path | str, place: str, problem: str) -> None:
        super().__init__(file, place, problem)

    def __str__(self) -> str:
        """One line: file, place where there is one, problem; nothing in it steers a terminal."""
        told = ": ".join(str(part) for part in self.args if str(part))
        return " ".join(shown(told).splitlines())


class BusyError(DataError):
    """Another run has what this one needs; nothing is wrong, and later it will do."""

    status = 3


class StoppedError(DataError):
    """What would be published is outside the bounds in ``data/``; a person has to look."""

    status = 4


class Rule(BaseModel):
    """Base of every rule: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Place = tuple[int | str, ...]
RuleT = TypeVar("RuleT", bound=BaseModel)


def rules_file(name: str) -> Path:
    """The file called *name* below ``data/`` of the current folder, else of this checkout."""
    here = Path("data") / name
    return here if here.exists() else Path(__file__).resolve().parents[1] / here


def one_of(value: str, allowed: list[str] | tuple[str, ...]) -> str:
    """Words for an error about *value*, which should have been one of *allowed*."""
    near = get_close_matches(value, allowed, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "one of " + ", ".join(allowed)
    return f"{value!r} is not known; {hint}"


def load_rules(path: Path, model: type[RuleT]) -> RuleT:
    """The TOML file at *path* as a *model*.

    Raises:
        DataError: the file is missing, is not TOML, breaks the model, or holds what could
            steer a page or a terminal.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(path, "", f"cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(path, "", f"is not valid TOML: {error}") from error
    for place, text in _texts(raw):
        if problem := unsound(text):
            raise DataError(path, _place(raw, place), problem)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(path, _place(raw, first["loc"]), _problem(first["msg"])) from error


def _texts(raw: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text below *raw*, keys too, and where it stands."""
    if isinstance(raw, str):
        yield place, raw
    elif isinstance(raw, list):
        for index, each in enumerate(raw):
            yield from _texts(each, (*place, index))
    elif isinstance(raw, dict):
        for key, each in raw.items():
            yield (*place, key), key
            yield from _texts(each, (*place, key))


def _place(raw: object, location: Place) -> str:
    """A key path that a reader finds again: list items are named, not numbered."""
    words: list[str] = []
    for step in location:
        if isinstance(step, int) and isinstance(raw, list) and step < len(raw):
            raw = raw[step]
            named = isinstance(raw, dict) and (raw.get("name") or raw.get("code") or raw.get("id"))
            words.append(f"[{named or step + 1}]")
        else:
            raw = raw.get(step) if isinstance(raw, dict) else None
            words.append(f".{step}" if words else str(step))
    return "".join(words)


def _problem(message: str) -> str:
    return message.removeprefix("Value error, ")
