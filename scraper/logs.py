"""What a program says beside its results: never words of a page, nor the address of one.

A library that complains quotes what it was given, and an exception holds what broke it: a
name in an address, a line that somebody wrote. Logs are read by others than the record's
maintainer (a workflow's are public), so of a library's message, and of an exception that
nothing caught, they say where in the code it arose and of what kind it is, and no more. Our
own messages are made of handle-free addresses and are printed whole.
"""

from __future__ import annotations

import logging
import sys
from traceback import extract_tb
from types import TracebackType

OURS = frozenset({"scraper", "pipeline", "publisher"})


class Nameless(logging.Formatter):
    """One line per message, and one per step of the way to an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """*record* without what it quotes."""
        if _is_ours(record):
            return record.getMessage()
        place = f"{record.name}: {record.levelname.lower()} at {record.filename}:{record.lineno}"
        raised = record.exc_info
        return "\n".join([place, *(_way(raised[0], raised[2]) if raised and raised[0] else ())])


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _is_told(record: logging.LogRecord) -> bool:
    return record.levelno >= (logging.WARNING if _is_ours(record) else logging.ERROR)


def _way(kind: type[BaseException], trace: TracebackType | None) -> list[str]:
    steps = [f"  {step.filename}:{step.lineno} in {step.name}" for step in extract_tb(trace)]
    return [*steps, f"  {kind.__module__}.{kind.__qualname__}"]


def begin_log() -> None:
    """Have this process say so what goes to its log, and how it ends where nothing caught why."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Nameless())
    handler.addFilter(_is_told)
    logging.basicConfig(handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _unhandled


def _unhandled(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    way = "\n".join(_way(kind, trace))
    print(f"A mistake in this program, please tell its maintainers:\n{way}", file=sys.stderr)
