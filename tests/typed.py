"""The command line as it is typed, in a process of its own that has everything loaded already."""

from __future__ import annotations

import functools
import gc
import os
import resource
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pipeline.check
import pipeline.normalise
import pipeline.release
import pipeline.remove
import pipeline.review
import pipeline.run
import publisher.publish
from pipeline.cli import main

LOADED = (
    *(pipeline.check, pipeline.normalise, pipeline.release, pipeline.remove, pipeline.review),
    *(pipeline.run, publisher.publish),
)
"""All that a command loads when it needs it."""
DATA = Path(__file__).resolve().parents[1] / "data"
COLLECTED = shutil.ignore_patterns("archive", "posts", "run", ".*")
KEY = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Done:
    """What a command printed, and the status it ended with."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A copy of ``data/`` in a folder of its own, and whoever types there."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def type(self, *words: str, room: int = 0, user: int = 0, **environment: str) -> Done:
        """Run ``suspensions`` with *words*.

        *room* is the largest file in bytes that it may write, *user* who it runs as, where
        the tests themselves run as root.
        """
        return self.ended(self.start(*words, room=room, user=user, **environment))

    def start(self, *words: str, room: int = 0, user: int = 0, **environment: str) -> int:
        """Begin what :meth:`type` does; the number of the process."""
        pid = os.fork()
        if not pid:
            gc.disable()  # what was there before belongs to libraries whose threads it has not
            for number, path in enumerate(self._told(os.getpid()), 1):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            self._become(words, room, user, {**self.environment, **environment})
        return pid

    def ended(self, pid: int) -> Done:
        """What the process *pid* printed and returned, once it ended; negative for a signal."""
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told = self._told(pid)
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in told)
        for path in told:
            path.unlink()
        return Done(status, out, err)

    def _told(self, pid: int) -> tuple[Path, Path]:
        return self.folder / f".{pid}.out", self.folder / f".{pid}.err"

    def _become(
        self, words: tuple[str, ...], room: int, user: int, environment: Mapping[str, str]
    ) -> None:
        sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
        status = 1
        try:
            os.chdir(self.folder)
            home = {"HOME": str(self.folder / "home"), "SUSPENSIONS_KEY": KEY, "COLUMNS": "200"}
            os.environ.update({**home, **environment})
            _forget()
            if room:
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            if user and os.geteuid() == 0:
                os.setuid(user)
            sys.argv = ["suspensions", *words]
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def _forget() -> None:
    """Read every rule again: what these tests' own process remembers is of another folder."""
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()


def copied(folder: Path) -> Project:
    """A project in *folder*, with the record as it stands and a home that holds nothing."""
    (folder / "home").mkdir(parents=True)
    shutil.copytree(DATA, folder / "data", ignore=COLLECTED)
    return Project(folder)
