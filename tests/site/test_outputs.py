"""What a second build makes anew: only what is made from something that changed."""

from __future__ import annotations

from pathlib import Path

from pipeline.figures import figures
from pipeline.normalise import normalise
from pipeline.tables import figures_schema, write_table
from pipeline.workspace import Workspace
from publisher.outputs import MANIFEST, Maker, Output
from publisher.publish import PublishCounts, publish
from tests.synthetic import synthetic

CASES = 30


def build(workspace: Workspace, out: Path) -> PublishCounts:
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
    return publish(workspace, out)


def test_only_what_changed_or_is_missing_is_made_again(tmp_path: Path) -> None:
    workspace, out = synthetic(tmp_path / "record", CASES), tmp_path / "public"
    first = build(workspace, out)
    assert first.made > CASES
    pages = {path: path.stat().st_ino for path in out.glob("cases/c*/index.html")}
    (lost, held), *_ = ((path, path.read_bytes()) for path in pages)
    lost.unlink()
    assert build(workspace, out).made == 1
    assert lost.read_bytes() == held
    pages[lost] = lost.stat().st_ino
    assert {path: path.stat().st_ino for path in pages} == pages

    table = workspace.table("reports")
    table.write_text(table.read_text().replace("forum7.example/t/7", "forum7.example/t/70", 1))
    normalise(workspace)
    assert 0 < build(workspace, out).made < first.made / 2
    anew = {path.parent.name for path in pages if path.stat().st_ino != pages[path]}
    assert anew == {"c0007"}
    assert "forum7.example/t/70" in (out / "cases" / "c0007" / "index.html").read_text()


def test_what_no_whole_build_wrote_down_is_made_again(tmp_path: Path) -> None:
    site, last = tmp_path / "site", tmp_path / "last"
    for folder in (site, last):
        folder.mkdir()
    (last / "page.html").write_text("of some other build")
    (last / MANIFEST).write_text("half a fi")
    maker = Maker(site, last, "base")
    maker.write([Output("page.html", ["a row"], lambda: "made now")])
    assert (site / "page.html").read_text() == "made now"
