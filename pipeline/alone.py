"""One run at a time in a workspace; what a killed one left undone is done first."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pipeline.workspace import Workspace
from scraper.archive import now
from scraper.files import unwritable
from scraper.rules import BusyError
from scraper.together import steady

FILE = ".running"
"""In the workspace; locked by the run that is under way, which stands in it."""

KEPT = ("process", "host", "command", "since")


@contextmanager
def alone(workspace: Workspace, command: str) -> Iterator[None]:
    """Have the workspace for *command* alone until the block ends.

    The lock is the process's own (POSIX record lock): it goes with it, however it ends, and
    nothing that it started keeps it. What an earlier run decided and did not finish is
    finished before the block begins.

    Raises:
        BusyError: another run is under way.
        DataError: the workspace cannot be written, or what is left cannot be finished.
    """
    path = workspace.root / FILE
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    with file:
        _lock(file, path)
        _enter(file, command)
        with steady(workspace.root):
            pass
        _go_on_removing(workspace)
        yield


def _lock(file: TextIO, path: Path) -> None:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:  # both mean that it is locked
        problem = f"another run is under way ({_said(file)}); wait until it ends, then try again"
        raise BusyError(path, "", problem) from error


def _said(file: TextIO) -> str:
    """Whose run it is, in words."""
    try:
        run = json.loads(file.read())
        told = "suspensions {command}, process {process} on {host}, since {since}".format(**run)
    except (ValueError, KeyError, TypeError):  # it has just begun, and not yet entered itself
        told = "it has just begun"
    return told


def _enter(file: TextIO, command: str) -> None:
    values = (os.getpid(), socket.gethostname(), command, now())
    file.truncate(0)
    json.dump(dict(zip(KEPT, values, strict=True)), file)
    file.flush()


def _go_on_removing(workspace: Workspace) -> None:
    from pipeline import remove  # it brings all that coding needs, for what is seldom left

    if (workspace.root / remove.UNDER_WAY).exists():
        remove.go_on(workspace)
