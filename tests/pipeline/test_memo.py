"""A step is done again where something that it rests on has changed, and only then."""

from pathlib import Path

import pytest

from pipeline.memo import Memo


@pytest.fixture
def memo(tmp_path: Path) -> Memo:
    for name in ("rules", "table", "out/a/page", "out/b/page"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    reads, writes = [tmp_path / "rules"], [tmp_path / "table"]
    return Memo(tmp_path / "run/memo.json", reads, writes, [tmp_path / "out"], also="a key")


def done(memo: Memo) -> bool:
    """Whether *memo* let the work be done."""
    asked: list[str] = []
    memo.done(lambda: asked.append("work") or ["said"])  # type: ignore[func-returns-value]
    return bool(asked)


def test_what_was_done_is_not_done_again(memo: Memo) -> None:
    assert not memo.holds
    assert memo.done(lambda: ["said"]) == ["said"]
    assert memo.holds
    assert memo.done(lambda: ["else"]) == ["said", "nothing has changed since"]


@pytest.mark.parametrize("name", ["rules", "table", "out/a/page", "run/memo.json"])
def test_a_change_in_anything_has_it_done_again(memo: Memo, tmp_path: Path, name: str) -> None:
    assert done(memo)
    (tmp_path / name).write_text("other")
    assert done(memo)
    assert not done(memo)


def test_what_is_not_a_file_counts_too_and_a_lost_page_does(memo: Memo, tmp_path: Path) -> None:
    assert done(memo)
    assert done(Memo(memo.file, memo.reads, memo.writes, memo.built, also="another key"))
    assert done(memo)
    (tmp_path / "out/b/page").unlink()
    assert done(memo)


def test_work_that_fails_is_not_taken_for_done(memo: Memo) -> None:
    def fails() -> list[str]:
        raise KeyError

    with pytest.raises(KeyError):
        memo.done(fails)
    assert not memo.holds
    memo.note()
    assert memo.holds
