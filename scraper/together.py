"""Files of one folder that change together: all of them or none, wherever a run is killed.

What is to come is staged in ``.pending/`` and on the disk before ``.pending/all.json`` names it,
which is the moment that decides: a run killed earlier changed nothing, and one killed later is
finished by whoever reads or writes the folder next. Method: a redo log with write-ahead (Mohan
et al. 1992, ARIES, ACM TODS 17:94), of whole files.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scraper.files import on_disk, unwritable, write_whole
from scraper.rules import DataError

PENDING = ".pending"
JOURNAL = "all.json"


def write_together(root: Path, files: Mapping[str, bytes]) -> None:
    """Put *files*, contents by their name in the folder *root*, in place all at once.

    A file that would not change is not touched.

    Raises:
        DataError: the folder cannot be written, or the disk is full; all is as it was. Or see
            :func:`steady`.
    """
    root.mkdir(parents=True, exist_ok=True)
    with steady(root):
        was = {name: _read(root / name) for name in files}
        changed = {name: content for name, content in files.items() if was[name] != content}
        if not changed:
            return
        pending = root / PENDING
        try:
            for name, content in changed.items():
                write_whole(pending / name, content)
            steps = {name: [_hash(was[name]), _hash(changed[name])] for name in changed}
            write_whole(pending / JOURNAL, json.dumps(steps).encode())
        except DataError:
            shutil.rmtree(pending, ignore_errors=True)
            raise
        _finish(root)


@contextmanager
def steady(root: Path) -> Iterator[None]:
    """Let nobody's files change together in *root* meanwhile; what was left undone is done first.

    Raises:
        DataError: a file was changed by somebody else after a run broke off, or what that run
            left cannot be put in place.
    """
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # a folder that is not there has nothing that could change
        yield
        return
    except OSError as error:
        raise DataError(root, "", f"cannot be read ({error.strerror})") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        _finish(root)
        yield
    finally:
        os.close(folder)


def _finish(root: Path) -> None:
    """Do what a journal in *root* says; without one nothing was decided, and what is left goes."""
    pending = root / PENDING
    if not pending.exists():
        return
    try:
        if (pending / JOURNAL).exists():
            steps = json.loads((pending / JOURNAL).read_text(encoding="utf-8"))
            _check(root, steps)
            for name in steps:
                if (pending / name).exists():
                    (pending / name).replace(root / name)
            on_disk(root)
            (pending / JOURNAL).unlink()
        shutil.rmtree(pending)
    except ValueError as error:
        raise DataError(pending / JOURNAL, "", f"is damaged ({error}); {_ADVICE}") from error
    except OSError as error:
        raise unwritable(pending, error) from error


def _check(root: Path, steps: Mapping[str, tuple[str, str]]) -> None:
    """Whether every file is as the broken run left it, so that nobody's work is overwritten."""
    for name, (before, after) in steps.items():
        staged = root / PENDING / name
        if staged.exists() and _hash(_read(staged)) != after:
            raise DataError(staged, "", f"is damaged; {_ADVICE}")
        if _hash(_read(root / name)) not in (before if staged.exists() else after, after):
            problem = f"was changed after a run broke off that was to write it; {_ADVICE}"
            raise DataError(root / name, "", problem)


_ADVICE = f"move the folder {PENDING} beside it away to keep the files as they are"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _hash(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()
