"""What building the site costs, whole, its case pages alone, and again where little changed.

The record is synthetic (:mod:`tests.synthetic`). The yardstick is MkDocs Material building a
Markdown page per case that holds the same facts, outside the navigation and without search,
which is the fastest that it can. The whole chain again (``suspensions normalise`` and
``suspensions publish``, each a process of its own as a maintainer starts it) is timed with
nothing changed, and with one report more.
"""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from pipeline.codebook import load_codebook
from pipeline.figures import figures
from pipeline.tables import figures_schema, read_table, reports_schema, write_table
from pipeline.workspace import Workspace
from publisher.outputs import MadePage
from tests.bench.costs import Cost, apart, watched
from tests.synthetic import synthetic

UNIT = "cases"
SMALLEST = 100
MATERIAL = "MkDocs Material"
STEPS = {
    "site": MATERIAL,
    "case pages": MATERIAL,
    "chain, nothing changed": MATERIAL,
    "chain, one report more": MATERIAL,
}
LARGEST = 500
"""Markdown pages of the yardstick; its cost a page is the same for more."""


def measure(cases: int) -> dict[str, Cost]:
    """Each step on a record of so many *cases*."""
    with TemporaryDirectory() as folder:
        data = synthetic(Path(folder), cases).root
        costs = {"site": apart(build, data), "case pages": apart(pages, data)}
        costs[MATERIAL] = apart(markdown, data)
        apart(chain, data, cases)  # what is told of it once
        costs["chain, nothing changed"] = apart(chain, data, cases)
        one_more(data)
        costs["chain, one report more"] = apart(chain, data, cases)
    return costs


def build(data: Path) -> Cost:
    """Publish the record in *data* beside it, once its figures are counted."""
    from publisher.publish import publish

    workspace = Workspace(data, data)
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
    return watched(lambda: publish(workspace, data.parent / "public").cases)


def chain(data: Path, cases: int) -> Cost:
    """Code, link, count and publish the record in *data* as the command line does."""
    program = Path(sys.executable).with_name("suspensions")

    def work() -> int:
        for step in ("normalise", "publish"):
            subprocess.run([program, step], cwd=data.parent, check=True, capture_output=True)
        return cases

    return watched(work)


def pages(data: Path) -> Cost:
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

    def work() -> int:
        maker.write(map(page, case_outputs(record)))
        return maker.made

    return watched(work)


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


def markdown(data: Path) -> Cost:
    """Build a site of Markdown pages of the first cases by MkDocs Material alone."""
    from mkdocs.commands.build import build as mkdocs
    from mkdocs.config import load_config

    folder = data.parent / "markdown"
    texts = (path.read_text() for path in (data.parent / "public/cases").glob("c*/index.html"))
    bodies = list(islice((text for text in texts if "<article" in text), LARGEST))
    for place, text in enumerate(bodies):
        page = folder / "docs" / "cases" / f"{place}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_markdown(text))
    (folder / "docs" / "index.md").write_text("# Cases\n")
    (folder / "mkdocs.yml").write_text(
        "site_name: Cases\ntheme: {name: material, font: false}\nplugins: []\n"
        "markdown_extensions: [attr_list, tables]\nnav: [index.md]\nnot_in_nav: /cases/*\n"
    )

    def work() -> int:
        mkdocs(load_config(str(folder / "mkdocs.yml")))
        return len(bodies)

    return watched(work)


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
