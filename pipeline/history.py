"""What the repository's history holds of reports that were removed, and how to purge it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path


def purge(ids: Iterable[str]) -> str:
    """The command that takes every row about the reports called *ids* out of all commits."""
    return (
        "git filter-repo --blob-callback 'import re; "
        rf'blob.data = re.sub(rb"(?m){_rows(ids)}.*\n?", b"", blob.data)'
        "'"
    )


def _rows(ids: Iterable[str]) -> str:
    """A regular expression for the beginning of each row about the reports called *ids*."""
    names = "|".join(sorted(ids))
    return rf"^(c[0-9]+,([r0-9|]+\|)?|r[0-9]+,)?({names})[,|]"


def commits(root: Path, ids: Sequence[str]) -> int | None:
    """How many commits of the repository around *root* brought or changed rows about *ids*."""
    if not ids:
        return 0
    if not shutil.which("git"):
        return None
    command = ["git", "-C", str(root), "log", "--all", "--format=%h", "-G", _rows(ids), "--", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return None if done.returncode else len(done.stdout.split())
