"""What strangers write goes through the whole chain, and none of it does what it tries.

Minutes of work: `make test-hostile`; what one step refuses is tried in ``test_hostile_text.py``.

``inputs.jsonl`` holds the texts, of our own wording: the harm that each tries, and where it
comes in (a post's text, title, author, address or day; a platform's letter; the reason of a
correction; a rule of ``data/``; the name of a platform or source). ``times`` repeats a text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest
from lxml import etree
from rich.console import Console

from pipeline.codebook import load_codebook
from pipeline.decisions import CORRECTIONS, decisions_schema
from pipeline.explain import explain_file
from pipeline.figures import figures
from pipeline.letter_texts import show
from pipeline.normalise import normalise
from pipeline.platforms import load_platforms
from pipeline.record import read_record, settle, write_record
from pipeline.review import review
from pipeline.tables import figures_schema, reports_schema, validate, write_table
from pipeline.workspace import Workspace
from publisher.help_page import Turns
from publisher.publish import publish
from scraper.post import Message, Reading
from scraper.posts import Found
from scraper.rules import DataError, load_rules
from scraper.sources import Source
from tests.hostile.inputs import STEERING, Input, basic, of, taken
from tests.site.conftest import browser as browser

DATA = Path(__file__).resolve().parents[2] / "data"
KEY = "k" * 32
COUNTED = 12
"""Reports that a person confirmed, each on a platform with a label of its own."""

STORY = (
    "My Upwork account was suspended last week because I asked a client to pay outside of "
    "Upwork. {text} I appealed twice and they never answered. I had 12 jobs."
)
LETTER = (
    'They wrote: "Hello, your account has been suspended because you asked a client to pay '
    'outside of Upwork. {text} Our decision is final. Upwork Trust & Safety"'
)
CALM = re.compile(r"^[\w.+/-]+$")


def message(number: int, tried: Input) -> Message:
    told = LETTER if tried.where == "letter" else STORY
    here = f"http://wordpress.specimens.example/{number}/"
    fields: dict[str, Any] = {
        "engine_id": str(number),
        "thread_url": here,
        "url": here,
        "author": f"writer {number}",
        "published": "2021-03-04T00:00:00+00:00",
        "title": f"Suspended {number}",
        "text": told.format(text=tried.text if tried.where in ("text", "letter") else ""),
    }
    if tried.where == "url":
        fields |= {"url": tried.text, "thread_url": tried.text}
    elif tried.where in fields:
        fields |= {tried.where: tried.text if tried.where != "text" else fields["text"]}
    return Message(position=1, lang="en", **fields)


def source(name: str) -> Source:
    known = {"title": "Any", "engine": "wordpress", "access": "page", "source_kind": "blog"}
    known |= {"robots": "", "terms": "", "checked": "2026-01-01"}
    start = ["http://wordpress.specimens.example/"]
    return Source.model_validate({"name": name, "start": start, **known})


def helps(texts: list[str]) -> str:
    one = (
        'name = "N"\nkind = "advice"\nwhere = ""\npurpose = {0}\nlimits = {0}\n'
        'address = "https://any.example/"\nsource = "https://any.example/"\nseen = "2026-01-01"\n'
    )
    return "never = []\n" + "".join(f"[[help]]\n{one.format(basic(text))}" for text in texts)


def labels(texts: list[str]) -> str:
    made = "".join(
        f'\n[[platform]]\ncode = "other:h{place}.example"\nlabel = {basic(text)}\nnames = []\n'
        for place, text in enumerate(texts)
    )
    return (DATA / "platforms.toml").read_text("utf-8") + made


@dataclass
class Chain:
    """The whole chain after it ran: the record, the site, what was said of what was refused."""

    workspace: Workspace
    site: Path
    refused: list[str]
    reasons: list[str]
    rules: list[str]


def _decided(workspace: Workspace, tried: list[Input], chain: Chain) -> None:
    """Correct one report after the other with each reason that a table may hold."""
    path = workspace.table("corrections")
    reports = list(read_record(workspace).reports["report_id"])
    made = []
    for number, each in enumerate(tried):
        report = reports[number % len(reports)]
        row = (report, "role", "freelancer", "agency", each.text, "2026-01-02")
        table = pd.DataFrame([row], columns=list(CORRECTIONS), dtype=str)
        try:
            validate(table, decisions_schema(*CORRECTIONS), path)
            made.append(table)
            chain.reasons.append(each.text)
        except DataError as error:
            chain.refused.append(str(error))
    write_table(pd.concat(made), path, decisions_schema(*CORRECTIONS))


def _confirmed(workspace: Workspace, labelled: int) -> None:
    """Have twelve reports count, each of a platform with a hostile label."""
    table = read_record(workspace).reports
    live = table.index[table["status"] == "live"][:COUNTED]
    table.loc[live, "review"] = "confirmed"
    table.loc[live, "platform"] = [f"other:h{n % labelled}.example" for n in range(len(live))]
    schema = reports_schema(load_codebook(workspace.rules / "codebook"))
    write_table(table, workspace.table("reports"), schema)
    write_record(settle(read_record(workspace)))


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("hostile")
    kept = shutil.ignore_patterns("*.csv", "ids.toml", "specimens", "archive", "posts", "run")
    shutil.copytree(DATA, folder / "data", ignore=kept)
    shutil.copytree(DATA / "measured", folder / "data/measured", dirs_exist_ok=True)
    shutil.copyfile(DATA / "specimens/sources.toml", folder / "data/sources.toml")
    workspace = Workspace(folder / "data", folder / "data")
    chain = Chain(workspace, folder / "public", [], [], [])
    rules = [each.text for each in of("rule")]
    chain.rules, refused = taken(
        rules, folder / "data/help.toml", helps, partial(load_rules, model=Turns)
    )
    named, more = taken(rules[::6], folder / "data/platforms.toml", labels, load_platforms)
    chain.refused += refused + more
    found, place = Found(), source("specimen-wordpress")
    tried = of("text", "title", "author", "url", "letter", "published")
    read = tuple(message(number, each) for number, each in enumerate(tried))
    found.read(Reading(read), place, "2026-01-01T00:00:00Z", KEY)
    workspace.posts.mkdir()
    assert found.save(workspace.posts, place) == len(tried)
    normalise(workspace, KEY.encode())
    _confirmed(workspace, len(named))
    _decided(workspace, of("reason"), chain)
    write_table(figures(workspace), workspace.table("figures"), figures_schema())
    publish(workspace, chain.site, workspace)
    return chain


def test_the_texts_were_read_and_the_refused_named(chain: Chain) -> None:
    """Else nothing of what follows would mean anything."""
    reports = read_record(chain.workspace).reports
    assert len(reports) > 500
    assert len(list((chain.site / "cases").glob("c*"))) >= 8
    assert min(len(chain.reasons), len(chain.rules)) > 60
    assert len(chain.refused) > 100
    assert [told for told in chain.refused if STEERING.search(told) or "\n" in told] == []


def test_no_published_cell_is_a_formula(chain: Chain) -> None:
    tables = {path.name: path.read_text("utf-8") for path in chain.site.rglob("*.csv")}
    for path in chain.site.rglob("*.zip"):
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if name.endswith(".csv")]
            assert all(map(CALM.match, packed.namelist()))
            tables |= {f"{path.name}/{n}": packed.read(n).decode() for n in names}
    assert {"reports.csv", "corrections.csv", "figures.csv"} < set(tables)
    sheet = openpyxl.Workbook().active
    found = []
    for name, text in tables.items():
        for cells in csv.reader(io.StringIO(text), strict=True):
            for cell in cells:
                formula = re.match(r"\s*[=+@\-＝＋－＠]", cell) and not re.fullmatch(
                    r"-?\d+(\.\d+)?", cell
                )
                sheet.cell(1, 1).value = None if STEERING.search(cell) else cell[:30000]
                if formula or STEERING.search(cell) or sheet.cell(1, 1).data_type == "f":
                    found.append((name, cell))
    assert found == []


def test_feeds_drawings_and_data_are_whole(chain: Chain) -> None:
    kinds = {"feed", "id", "title", "updated", "link", "author", "name", "rights", "entry"}
    kinds |= {"published", "category", "content"}
    feeds = [etree.parse(str(path)) for path in chain.site.rglob("*.atom")]
    assert {etree.QName(each).localname for feed in feeds for each in feed.iter()} <= kinds
    assert not [h for feed in feeds for h in feed.xpath("//@href") if ":" in h]
    for path in chain.site.rglob("*.svg"):
        drawn = etree.parse(str(path))
        assert not drawn.xpath("//*[local-name()='script' or local-name()='foreignObject']")
        assert not drawn.xpath("//@*[starts-with(name(), 'on')]"), path
    for path in chain.site.rglob("*.json"):
        json.loads(path.read_text("utf-8"))
    names = [path.relative_to(chain.site).as_posix() for path in chain.site.rglob("*")]
    assert [name for name in names if not CALM.match(name)] == []


def printed(chain: Chain) -> Iterator[str]:
    """What a terminal gets from every command that shows a stranger's text."""
    file = chain.site.with_name("text.txt")
    tried = [each for each in of("text") if each.harm in ("terminal", "bidi")]
    for number, each in enumerate([*tried, *(e for e in of("text") if e.harm == "flood")]):
        if number % 3 == 0:
            told = Console(file=io.StringIO(), width=200)
            file.write_text(STORY.format(text=each.text), encoding="utf-8", newline="")
            explain_file(file, told, as_json=False)
            yield told.file.getvalue()  # type: ignore[attr-defined]
    told = Console(file=io.StringIO(), width=200)
    show(chain.workspace, told)
    yield told.file.getvalue()  # type: ignore[attr-defined]


def test_no_terminal_is_steered(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in printed(chain):
        assert STEERING.search(text) is None
    waiting = len(read_record(chain.workspace).reports)
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n" + "n\n" * waiting))
    told = Console(file=io.StringIO(), width=200)
    review(chain.workspace, told)
    shown = told.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("appealed twice") > 100
    assert STEERING.search(shown) is None


PAGES = ("examples/", "ledger/", "help/", "platforms/", "sources/", "feeds/", "cases/", "search/")
WATCH = """
window.owned = undefined
window.violated = []
document.addEventListener("securitypolicyviolation", (event) => violated.push(event.blockedURI))
"""
INJECTED = """() => [...document.querySelectorAll("*")].filter((each) =>
  [...each.attributes].some((a) => a.name.startsWith("on")
    || (["href", "src", "action", "formaction", "data", "xlink:href"].includes(a.name)
        && /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text|file)/i.test(a.value))
    || (["href", "src"].includes(a.name) && /evil\\.example/.test(a.value)))
).map((each) => each.outerHTML.slice(0, 200))"""
INSIDE = """(places) => [...new Set([...document.querySelectorAll(places)].flatMap((place) =>
  [...place.querySelectorAll("*")].map((each) => each.localName)))].sort()"""


def test_nothing_works_in_a_browser(chain: Chain, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    went: list[str] = []
    dialogs: list[str] = []
    root = "http://site.test/"

    def answer(route: Any) -> None:
        url = route.request.url.partition("?")[0].partition("#")[0]
        path = chain.site / url.removeprefix(root)
        path = path / "index.html" if path.is_dir() else path
        if url.startswith(root) and path.is_file():
            route.fulfill(path=str(path))
        else:
            went.append(url)
            route.abort()

    page.route("**/*", answer)
    page.add_init_script(WATCH)

    def dismiss(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    platform = sorted((chain.site / "platforms").glob("h*-example"))
    case = sorted((chain.site / "cases").glob("c*"))
    shown = [*PAGES, *(f"platforms/{each.name}/" for each in platform[:12])]
    for path in [*shown, *(f"cases/{each.name}/" for each in case[:4])]:
        page.goto(root + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        assert page.evaluate("window.owned") is None, path
        assert page.evaluate("window.violated") == [], path
        assert page.evaluate(INJECTED) == [], path
    page.goto(root + "examples/")
    assert page.evaluate("document.querySelectorAll('blockquote').length") > 300
    assert set(page.evaluate(INSIDE, ".example-text")) == {"blockquote", "mark"}
    assert page.evaluate(INSIDE, ".example-text mark, .worked summary > :not(span)") == []
    page.goto(root + "ledger/")
    assert set(page.evaluate(INSIDE, "td[data-label=Why]")) <= {"span"}
    assert (dialogs, [url for url in went if "favicon" not in url]) == ([], [])
    context.close()
