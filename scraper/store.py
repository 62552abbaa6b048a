"""A store that several machines reach, by fsspec: a shared folder, a bucket, a server.

It is laid out as a record is: ``archive/`` and ``posts/``. Stores can rarely append, so what
is added to a file goes there as a part of its own, named by its offset (``<file>.<offset>``,
15 digits); a file that is done is put there whole, and its parts go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from fsspec.core import url_to_fs as url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from scraper.files import write_whole

_PART = re.compile(r"(.+)\.(\d{15})")
_OF = re.compile(r"(.+?)(?:-\d{17}\.warc\.gz(?:\.open)?|\.run|\.seen\.json|\.jsonl\.gz)")


class Store:
    """The store at *address*, such as ``/mnt/shared/record`` or ``s3://bucket/record``.

    All methods raise OSError where it cannot be reached, or not be written.
    """

    def __init__(self, address: str) -> None:
        self._files, root = url_to_fs(address)
        self._root = str(root).rstrip("/")
        for place in ("archive", "posts"):
            self._files.makedirs(f"{self._root}/{place}", exist_ok=True)

    def is_at(self, folder: Path) -> bool:
        """Whether the store is that very *folder* of this machine."""
        is_local = isinstance(self._files, LocalFileSystem)
        return is_local and Path(self._root).resolve() == folder.resolve()

    def append(self, name: str, offset: int, content: bytes) -> None:
        """Add *content* at *offset* to the archive's file called *name*."""
        self._files.pipe_file(f"{self._root}/archive/{name}.{offset:015d}", content)

    def bring(self, sources: Collection[str], folder: Path, *, over: bool = False) -> None:
        """Copy what the store has of *sources* into *folder*, files in parts put together.

        What is there already stays; with *over* all but WARC files, which never change, are
        replaced, and runs that ended there have ended here.
        """
        parts: dict[Path, list[tuple[int, str]]] = defaultdict(list)
        names = set()
        for place in ("archive", "posts"):
            for path, name in self._of(place, sources):
                names.add(name)
                file = folder / place / name
                if part := _PART.fullmatch(name):
                    parts[folder / place / part[1]].append((int(part[2]), path))
                elif not file.exists() or (over and ".warc." not in name):
                    self._take(path, file)
        for file, pieces in parts.items():
            if not file.with_suffix("").exists():  # .open: it was done, and its parts are left
                self._put_together(file, pieces)
        for file in (folder / "archive").glob("*.run"):
            if over and _source(file.name) in sources and file.name not in names:
                file.unlink()

    def give(self, sources: Collection[str], folder: Path) -> None:
        """Put what *folder* has of *sources* into the store, and take out what is done there."""
        for place in ("archive", "posts"):
            there = dict(self._of(place, sources))
            sizes = {name: self._files.size(path) for path, name in there.items()}
            here = {file.name: file for file in (folder / place).glob("*")}
            for name, file in here.items():
                if _source(name) not in sources or name.endswith(".open") or self.is_at(folder):
                    continue
                if ".warc." not in name or sizes.get(name) != file.stat().st_size:
                    self._put(file, f"{self._root}/{place}/{name}")
            for path, name in there.items():
                part = _PART.fullmatch(name)
                is_left = part and part[1] not in here if part else name.endswith(".run")
                if is_left and name not in here:
                    self._files.rm_file(path)

    def _take(self, path: str, file: Path) -> None:
        if not self.is_at(file.parents[1]):
            write_whole(file, self._files.cat_file(path))

    def _put(self, file: Path, path: str) -> None:
        half = f"{path}.half"
        self._files.pipe_file(half, file.read_bytes())
        self._files.mv(half, path)

    def _put_together(self, file: Path, pieces: list[tuple[int, str]]) -> None:
        content = bytearray(file.read_bytes() if file.exists() else b"")
        for offset, path in sorted(pieces):
            if offset == len(content):
                content += self._files.cat_file(path)
        write_whole(file, bytes(content))

    def _of(self, place: str, sources: Collection[str]) -> Iterator[tuple[str, str]]:
        """Path and name of the files of *sources* in that *place*, parts among them."""
        self._files.invalidate_cache()
        for path in self._files.ls(f"{self._root}/{place}", detail=False):
            name = str(path).rpartition("/")[2]
            if _source(name) in sources:
                yield str(path), name


def _source(name: str) -> str:
    """The source that the file called *name* is of; "" for another file."""
    part = _PART.fullmatch(name)
    of = _OF.fullmatch(part[1] if part else name)
    return of[1] if of else ""
