"""Files that change together do so all or none, wherever the one who writes them dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.rules import DataError
from scraper.together import PENDING, steady, write_together

OLD = {"a.csv": b"old a", "b.csv": b"old b"}
NEW = {"a.csv": b"new a", "b.csv": b"new b", "c.csv": b"new c"}
STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
"""What Python reports of a process before it touches a file (PEP 578)."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in OLD.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def dies_at(step: int, work: Callable[[], None]) -> bool:
    """Whether *work*, in a process of its own, died before its *step* on a file."""
    pid = os.fork()
    if not pid:
        left = [step]

        def count(event: str, _: object) -> None:
            left[0] -= event in STEPS
            if not left[0]:
                os._exit(9)

        sys.addaudithook(count)
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


def test_whoever_dies_at_any_step_leaves_all_or_none(folder: Path) -> None:
    found, step = [], 1
    while dies_at(step, lambda: write_together(folder, NEW)):
        # the next one may die as well, while it ends what was begun
        dies_at(1 + step % 5, lambda: steady(folder).__enter__())
        with steady(folder):
            found.append(held(folder))
        assert found[-1] in (OLD, NEW)
        assert not (folder / PENDING).exists()
        (folder / "c.csv").unlink(missing_ok=True)
        write_together(folder, OLD)
        step += 1
    assert step > 15
    assert [all(state == OLD for state in found), NEW in found] == [False, True]


def test_what_would_not_change_is_not_touched(folder: Path) -> None:
    before = (folder / "a.csv").stat()
    write_together(folder, {"a.csv": OLD["a.csv"], "b.csv": b"other"})
    assert (folder / "a.csv").stat() == before
    assert (folder / "b.csv").read_bytes() == b"other"


def broken_off(folder: Path) -> None:
    """Let a writer die right after it decided."""
    step = 1
    while dies_at(step, lambda: write_together(folder, NEW)):
        if (folder / PENDING / "all.json").exists():
            return
        step += 1


@pytest.mark.parametrize(
    ("spoilt", "content", "said"),
    [
        ("b.csv", b"mended by hand", r"/b\.csv: was changed after a run broke off"),
        (f"{PENDING}/b.csv", b"new", rf"{PENDING}/b\.csv: is damaged"),
        (f"{PENDING}/all.json", b"{", rf"{PENDING}/all\.json: is damaged"),
    ],
)
def test_nobodys_work_is_overwritten_by_what_a_broken_run_left(
    folder: Path, spoilt: str, content: bytes, said: str
) -> None:
    broken_off(folder)
    (folder / spoilt).write_bytes(content)
    before = held(folder)
    for _ in range(2):
        with pytest.raises(DataError, match=said) as error:
            write_together(folder, {"a.csv": b"newer"})
        assert f"move the folder {PENDING} beside it away" in str(error.value)
        assert held(folder) == before
    (folder / PENDING).rename(folder.with_name(f"{folder.name}-aside"))
    write_together(folder, {"a.csv": b"newer"})
    assert held(folder) == before | {"a.csv": b"newer"}
