"""Build the whole site beside the old one, then let it take the old one's place."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from pipeline.workspace import Workspace
from publisher.outputs import MANIFEST
from publisher.swapped import put_back, swap
from publisher.templating import naming
from scraper.rules import DataError

CONFIG = Path(__file__).resolve().parents[2] / "mkdocs.yml"


@dataclass(frozen=True)
class PublishCounts:
    """What a build wrote: HTML pages, the case pages among them, and files made anew."""

    pages: int
    cases: int
    made: int


def publish(workspace: Workspace, out: Path, specimens: Workspace | None = None) -> PublishCounts:
    """Write the site of *workspace* to the folder *out*, worked examples from *specimens*.

    The folder is replaced only when the whole site was built; a failure leaves it as it was.

    Raises:
        DataError: a table, a rule, a page or a link in it cannot be used as it stands, or the
            folder cannot be written.
    """
    out = out.resolve()
    _check_place(out)
    staged = out.with_name(f".{out.name}.part")
    try:
        put_back(out)
        shutil.rmtree(staged, ignore_errors=True)
        made = _build(workspace, staged, out, specimens)
        swap(staged, out)
    except OSError as error:
        problem = f"cannot be read or written ({error.strerror}); the site stays as it was"
        raise DataError(error.filename or out, "", problem) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    pages = list(out.rglob("*.html"))
    return PublishCounts(len(pages), len(list(out.glob("cases/c*/index.html"))), made)


def _check_place(out: Path) -> None:
    """Refuse a folder of other things: the site would take its place, and they would be gone."""
    is_free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not (is_free or (out / MANIFEST).exists()):
        problem = "is there and holds no site that was made here; name a new or an empty folder"
        raise DataError(out, "", problem)


def _build(workspace: Workspace, staged: Path, last: Path, specimens: Workspace | None) -> int:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material's notice about its successor
    complaints = _Complaints()
    log = logging.getLogger("mkdocs")
    log.addHandler(complaints)
    log.propagate = False  # what it says is told in the error, in one line
    try:
        config = load_config(str(CONFIG), site_dir=str(staged))
        config.extra["last"] = str(last)
        config.extra["tables"] = str(workspace.root.resolve())
        config.extra["rules"] = str(workspace.rules.resolve())
        config.extra["specimens"] = str(specimens.root.resolve()) if specimens else ""
        with naming("the theme"):
            build(config)
        return int(config.extra["made"])
    except (Abort, MkDocsException) as error:
        problem = str(error.__context__ or complaints.first or error)
        raise DataError(CONFIG.parent / "site", "build", problem) from error
    finally:
        log.removeHandler(complaints)


class _Complaints(logging.Handler):
    """Keeps the first warning of a strict build, which is what the user has to mend."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.first = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of *record* if it is the first."""
        self.first = self.first or record.getMessage().splitlines()[0]
