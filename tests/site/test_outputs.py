"""What a second build makes anew: only what is made from something that changed."""

from __future__ import annotations

from pathlib import Path

from pipeline.figures import figures
from pipeline.normalise import normalise
from pipeline.tables import figures_schema, write_table
from pipeline.workspace import Workspace
from publisher.publish import PublishCounts, publish
from tests.synthetic import synthetic

CASES = 30


def build(workspace: Workspace, out: Path) -> PublishCounts:
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
    return publish(workspace, out)


def test_only_what_changed_is_made_again(tmp_path: Path) -> None:
    workspace, out = synthetic(tmp_path / "record", CASES), tmp_path / "public"
    first = build(workspace, out)
    assert first.made > CASES
    pages = {path: path.stat().st_ino for path in out.glob("cases/c*/index.html")}
    assert build(workspace, out).made == 0
    assert {path: path.stat().st_ino for path in pages} == pages

    table = workspace.table("reports")
    changed = table.read_text().replace("forum7.example/t/7", "forum7.example/t/70", 1)
    table.write_text(changed)
    normalise(workspace)
    again = build(workspace, out)
    assert 0 < again.made < first.made / 2
    anew = {path.parent.name for path in pages if path.stat().st_ino != pages[path]}
    assert anew == {"c0007"}
    assert "forum7.example/t/70" in (out / "cases" / "c0007" / "index.html").read_text()


def test_a_file_that_is_missing_or_no_build_wrote_is_made(tmp_path: Path) -> None:
    workspace, out = synthetic(tmp_path / "record", CASES), tmp_path / "public"
    first = build(workspace, out)
    page = out / "cases" / "c0001" / "index.html"
    held = page.read_bytes()
    page.unlink()
    assert build(workspace, out).made == 1
    assert page.read_bytes() == held
    (out / ".made.json").write_text("half a fi")
    assert build(workspace, out).made == first.made
