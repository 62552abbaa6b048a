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
        DataError: a table, a rule, a page or a link in it cannot be used as it stands.
    """
    out = out.resolve()
    staged = out.with_name(f".{out.name}.part")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        made = _build(workspace, staged, out, specimens)
        _swap(staged, out)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    pages = list(out.rglob("*.html"))
    return PublishCounts(len(pages), len(list(out.glob("cases/c*/index.html"))), made)


def _build(workspace: Workspace, staged: Path, last: Path, specimens: Workspace | None) -> int:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material's notice about its successor
    complaints = _Complaints()
    logging.getLogger("mkdocs").addHandler(complaints)
    try:
        config = load_config(str(CONFIG), site_dir=str(staged))
        config.extra["last"] = str(last)
        config.extra["tables"] = str(workspace.root.resolve())
        config.extra["rules"] = str(workspace.rules.resolve())
        config.extra["specimens"] = str(specimens.root.resolve()) if specimens else ""
        build(config)
        return int(config.extra["made"])
    except (Abort, MkDocsException) as error:
        problem = str(error.__context__ or complaints.first or error)
        raise DataError(CONFIG.parent / "site", "build", problem) from error
    finally:
        logging.getLogger("mkdocs").removeHandler(complaints)


def _swap(staged: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    staged.rename(out)
    shutil.rmtree(old, ignore_errors=True)


class _Complaints(logging.Handler):
    """Keeps the first warning of a strict build, which is what the user has to mend."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.first = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of *record* if it is the first."""
        self.first = self.first or record.getMessage().splitlines()[0]
