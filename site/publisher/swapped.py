"""A folder takes another one's place at once: at no moment is there neither or half of one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_HERE = -2 if sys.platform == "darwin" else -100
"""``AT_FDCWD``: paths are those of this process's folder."""
_EXCHANGE = 2
"""``RENAME_EXCHANGE`` of Linux's renameat2 (3.15), ``RENAME_SWAP`` of macOS's renameatx_np."""
_CALL = "renameatx_np" if sys.platform == "darwin" else "renameat2"


def swap(new: Path, out: Path) -> None:
    """Let the folder *new* take the place of *out*, which goes.

    Where the file system cannot exchange two folders, *out* is away for a moment, and
    :func:`put_back` brings it back if that moment is a run's last.

    Raises:
        OSError: the folder around *out* cannot be written; *out* is as it was.
    """
    old = _old(out)
    shutil.rmtree(old, ignore_errors=True)
    if not out.exists():
        new.rename(out)
    elif _exchanged(new, out):
        shutil.rmtree(new, ignore_errors=True)
    else:
        out.rename(old)
        new.rename(out)
        shutil.rmtree(old, ignore_errors=True)


def put_back(out: Path) -> None:
    """Bring *out* back where a run was killed while it was away."""
    if _old(out).exists() and not out.exists():
        _old(out).rename(out)


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    call = getattr(ctypes.CDLL(None, use_errno=True), _CALL, None)
    paths = os.fsencode(one), os.fsencode(other)
    return call is not None and call(_HERE, paths[0], _HERE, paths[1], _EXCHANGE) == 0
