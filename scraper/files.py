"""Files written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from scraper.rules import DataError


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* in the place of *path* only when all of it is on the disk.

    Raises:
        DataError: the folder cannot be written, or the disk is full; *path* is as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        on_disk(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def on_disk(folder: Path) -> None:
    """Have the names of the files in *folder* survive a loss of power, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def unwritable(path: Path, error: OSError) -> DataError:
    """What is told where *path* cannot be written, and has been left as it was."""
    return DataError(path, "", f"cannot be written ({error.strerror}); nothing there was changed")
