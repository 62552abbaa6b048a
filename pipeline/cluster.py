"""Coding on more than one machine: each file of posts is one task of one worker.

A worker takes the file from the store, codes it as :mod:`pipeline.tellings` does on one
machine, and puts its tellings beside it: ``posts/<name>.jsonl.gz`` gives
``tellings/<name>.jsonl.gz``. A file needs as much memory as its posts do. The tasks of a
worker that is lost are given to another; files that are done stay done, for the next run too.

Workers need this project, Dask, fsspec and the same rules as here; what they code by is
compared. They are told no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.tellings import File, Tellings, read, source_of, tellings
from pipeline.workspace import Workspace, record
from scraper.cluster import KilledWorker, as_completed, client_of, url_to_fs
from scraper.rules import DataError

ENDING = ".jsonl.gz"


class Partitions:
    """The files of posts and of tellings in the store at *address*, any that fsspec knows.

    All methods raise OSError where it cannot be reached, or not be written.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._files, root = url_to_fs(address)
        self._root = str(root).rstrip("/")

    def names(self) -> list[str]:
        """The files of posts, in the order of their sources."""
        self._files.invalidate_cache()
        found = self._files.ls(f"{self._root}/posts", detail=False)
        names = (str(path).rpartition("/")[2] for path in found)
        return sorted((name for name in names if name.endswith(ENDING)), key=source_of)

    def posts(self, name: str) -> bytes:
        """The file of posts called *name*."""
        return bytes(self._files.cat_file(f"{self._root}/posts/{name}"))

    def kept(self, name: str) -> bytes:
        """What is kept of its tellings; nothing where there is nothing."""
        try:
            return bytes(self._files.cat_file(f"{self._root}/tellings/{name}"))
        except FileNotFoundError:
            return b""

    def keep(self, name: str, packed: bytes) -> None:
        """Keep its tellings, whole or not at all."""
        path = f"{self._root}/tellings/{name}"
        self._files.makedirs(f"{self._root}/tellings", exist_ok=True)
        self._files.pipe_file(f"{path}.half", packed)
        self._files.mv(f"{path}.half", path)


def code_on(cluster: str, address: str, workspace: Workspace, by: Tellings) -> Iterator[File]:
    """The tellings of each file of posts, in order, coded by the workers of *cluster*.

    *cluster* is ``local``, for workers on this machine, or the address of a Dask scheduler.
    *address* is the store that holds ``posts/``; by default the folder of *workspace*, which
    all workers must then reach by the same path.

    Raises:
        DataError: the cluster or the store cannot be reached, the workers were lost again and
            again or have other rules, or a file cannot be read; those that are done are kept.
    """
    address = address or str(workspace.root.resolve())
    store = Partitions(address)
    try:
        names = store.names()
        coded = dict(_coded(cluster, store, names, workspace.rules.resolve(), by))
        for name in names:
            packed = store.kept(name)
            head, threads = read(packed)
            if not head or head.made_of != by.made_of:
                raise DataError(
                    f"{address}/tellings/{name}", "", "was changed meanwhile; run again"
                )
            yield File(Path(name), threads, coded[name], packed)
    except OSError as error:
        raise DataError("--cluster", cluster, f"cannot be reached ({error})") from error


def _coded(
    cluster: str, store: Partitions, names: list[str], rules: Path, by: Tellings
) -> Iterator[tuple[str, int]]:
    """How many threads of each file of *names* were coded, as they are done."""
    with client_of(cluster) as client:
        told = (store.address, str(rules), by.made_of)
        tasks: dict[Any, str] = {
            client.submit(code, name, *told, key=f"code {name}", pure=False): name for name in names
        }
        for task in as_completed(tasks):  # type: ignore[no-untyped-call]
            try:
                outcome = task.result()
            except KilledWorker as error:
                problem = "its workers were lost again and again; is it too large for their memory?"
                raise DataError(f"{store.address}/posts/{tasks[task]}", "", problem) from error
            if isinstance(outcome, str):
                raise DataError("--cluster", cluster, outcome)
            yield tasks[task], outcome


def code(name: str, address: str, rules: str, made: dict[str, str]) -> int | str:
    """Code the file called *name* on this worker: how many threads, or why it cannot be done.

    *made* is what it is to be coded by, as the machine that asks has it.
    """
    try:
        folder = Path(rules)
        by = tellings(folder if folder.is_dir() else record().rules)
        differ = [part for part, sha256 in made.items() if by.made_of.get(part) != sha256]
        if differ:
            return f"a worker's {', '.join(differ)} differ from those here; give it the same"
        store = Partitions(address)
        kept = store.kept(name)
        file = by.file(Path(f"{address}/posts/{name}"), store.posts(name), kept)
        if file.packed != kept:
            store.keep(name, file.packed)
        return file.coded
    except DataError as error:
        return str(error)
