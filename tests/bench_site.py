"""What building the site costs: seconds and memory by number of cases, and what a rebuild keeps.

``make bench-site`` prints one table and writes ``data/run/cost-site.json``. The record is
synthetic (``tests/synthetic.py``). Of each size the whole site is built, built again with
nothing changed, and built again with one case more; each build is a process of its own. The
yardstick, in the same run: MkDocs Material building a Markdown page per case that holds the
same facts, outside the navigation and without search, which is the fastest that it can.
"""

from __future__ import annotations

import json
import platform
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from pipeline.codebook import load_codebook
from pipeline.figures import figures
from pipeline.normalise import normalise
from pipeline.tables import figures_schema, read_table, reports_schema, write_table
from pipeline.workspace import Workspace
from publisher.outputs import MadePage
from scraper.files import write_whole
from tests.synthetic import synthetic

SIZES = (1_000, 10_000)
YARDSTICK = 500
"""Markdown pages of the yardstick; its cost a page is the same for more."""

OUT = Path("data/run/cost-site.json")


def build(data: Path) -> dict[str, float]:
    """Count the figures of the record in *data* and publish its site beside it."""
    from publisher.publish import publish

    workspace = Workspace(data, data)
    started = time.monotonic()
    table = figures(workspace)
    write_table(table, workspace.table("figures"), figures_schema())
    counted = time.monotonic()
    counts = publish(workspace, data.parent / "public")
    ended = time.monotonic()
    return {
        "figures": len(table),
        "pages": counts.pages,
        "made": counts.made,
        "figures_s": counted - started,
        "site_s": ended - counted,
        "peak_mb": _peak(),
    }


def pages(data: Path) -> dict[str, float]:
    """Make the case pages alone, as the site's build does, in the theme's page of one of them."""
    from publisher.case_outputs import case_outputs
    from publisher.outputs import Maker, Output
    from publisher.record import load_record

    record = load_record(Workspace(data, data))
    known = next((data.parent / "public" / "cases").glob("c*/index.html")).read_text()
    above, _, rest = known.partition("<article class=")
    below = rest.rpartition("</article>")[2]
    maker = Maker(data.parent / "pages", data.parent / "none", "")

    def page(made: Output | MadePage) -> Output:
        if isinstance(made, Output):
            return made
        path, body = f"{made.path}index.html", made.body
        return Output(path, made.inputs, lambda: f"{above}{made.title}{body()}{below}")

    started = time.monotonic()
    maker.write(map(page, case_outputs(record)))
    return {"pages": maker.made, "seconds": time.monotonic() - started, "peak_mb": _peak()}


def one_more(data: Path) -> None:
    """Add one report of an action of its own."""
    workspace = Workspace(data, data)
    schema = reports_schema(load_codebook(data / "codebook"))
    table = read_table(workspace.table("reports"), schema)
    number = len(table) + 1
    row = table.iloc[[0]].assign(
        report_id=f"r{number:04}", case_id="", url=f"https://forum.example/t/{number}"
    )
    ids = f"report = {number + 1}\ncase = {number}\n"
    (data / "ids.toml").write_text(ids)
    write_table(pd.concat([table, row], ignore_index=True), workspace.table("reports"), schema)
    normalise(workspace)


def markdown(data: Path) -> dict[str, float]:
    """Build a site of Markdown pages of the first cases by MkDocs Material alone."""
    from mkdocs.commands.build import build as mkdocs
    from mkdocs.config import load_config

    folder = data.parent / "markdown"
    texts = (path.read_text() for path in (data.parent / "public/cases").glob("c*/index.html"))
    bodies = list(islice((text for text in texts if "<article" in text), YARDSTICK))
    for place, text in enumerate(bodies):
        page = folder / "docs" / "cases" / f"{place}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_markdown(text))
    (folder / "docs" / "index.md").write_text("# Cases\n")
    (folder / "mkdocs.yml").write_text(
        "site_name: Cases\ntheme: {name: material, font: false}\nplugins: []\n"
        "markdown_extensions: [attr_list, tables]\nnav: [index.md]\nnot_in_nav: /cases/*\n"
    )
    started = time.monotonic()
    mkdocs(load_config(str(folder / "mkdocs.yml")))
    return {"pages": len(bodies), "seconds": time.monotonic() - started, "peak_mb": _peak()}


def _markdown(html: str) -> str:
    """The case on a page as a writer would note it in Markdown: headings, tables, lists, links."""
    from lxml import html as parser

    lines: list[str] = []
    (article,) = parser.fromstring(html).xpath("//article[contains(@class, 'case')]")
    for block in article.iter("h1", "h2", "h3", "p", "li", "tr"):
        words = re.sub(r"\s+", " ", "".join(block.itertext())).strip()
        links = [f"[{a.text or 'link'}]({a.get('href')})" for a in block.iter("a")]
        if block.tag == "tr":
            cells = [re.sub(r"\s+", " ", c.text_content()).strip() for c in block]
            head = len(lines) and lines[-1].startswith("|")
            lines.append("| " + " | ".join(cells) + " |")
            if not head:
                lines.append("|" + " --- |" * len(cells))
        elif block.tag == "li":
            lines.append(f"- {words} {' '.join(links)}")
        else:
            mark = "#" * int(block.tag[1]) + " " if block.tag[0] == "h" else ""
            lines += ["", f"{mark}{words} {' '.join(links)}", ""]
    return "\n".join(lines)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(task: Callable[[Path], dict[str, float]], data: Path) -> dict[str, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        found = process.submit(task, data).result()
    return {name: round(value, 3) for name, value in found.items()}


def measure(cases: int) -> dict[str, Any]:
    """All measurements of a record of *cases* cases."""
    with tempfile.TemporaryDirectory() as folder:
        data = synthetic(Path(folder), cases).root
        first, again = _apart(build, data), _apart(build, data)
        alone, yardstick = _apart(pages, data), _apart(markdown, data)
        one_more(data)
        more = _apart(build, data)
        weighs = sum(f.stat().st_size for f in Path(folder, "public").rglob("*") if f.is_file())
    each, other = (1000 * part["seconds"] / part["pages"] for part in (alone, yardstick))
    return {
        "cases": cases,
        "first": first,
        "again": again,
        "one_more": more,
        "site_mb": round(weighs / 1e6, 1),
        "case_page_ms": round(each, 3),
        "markdown_page_ms": round(other, 3),
        "times_faster": round(other / each, 1),
    }


def table(sizes: list[dict[str, Any]]) -> Table:
    """One row per size."""
    caption = "yardstick: MkDocs Material with a Markdown page per case; s of the wall clock"
    shown = Table(title="Cost of the site", caption=caption, box=None)
    heads = ("cases", "files MB", "figures s", "site s", "peak MB", "again s", "one more s", "made")
    for head in (*heads, "ms a case", "yardstick ms", "times faster"):
        shown.add_column(head, justify="right", no_wrap=True)
    for size in sizes:
        first, again, more = size["first"], size["again"], size["one_more"]
        shown.add_row(
            f"{size['cases']:,}", f"{size['site_mb']:.0f}", f"{first['figures_s']:.1f}",
            f"{first['site_s']:.1f}", f"{first['peak_mb']:.0f}", f"{again['site_s']:.1f}",
            f"{more['site_s']:.1f}", f"{more['made']:.0f}", f"{size['case_page_ms']:.2f}",
            f"{size['markdown_page_ms']:.1f}", f"{size['times_faster']:.1f}",
        )  # fmt: skip
    return shown


def main() -> None:
    """Measure every size given, else ``SIZES``."""
    sizes = [measure(int(cases)) for cases in sys.argv[1:] or SIZES]
    Console(width=160).print(table(sizes))
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    write_whole(OUT, (json.dumps({**machine, "sizes": sizes}, indent=2) + "\n").encode())


if __name__ == "__main__":
    main()
