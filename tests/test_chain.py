"""The whole, as it is typed: the chain on the specimens and the record, and what goes wrong."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
COMMAND = Path(sys.executable).with_name("suspensions")
COLLECTED = shutil.ignore_patterns("archive", "posts", "run")


@dataclass(frozen=True)
class Project:
    """A copy of ``data/`` in a folder of its own, with a home folder that holds nothing."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            key: os.environ[key] for key in ("PATH", "LANG", "XDG_CACHE_HOME") if key in os.environ
        }
        return {**kept, "HOME": str(self.folder / "home"), "COLUMNS": "200"}

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=240,
        )

    def tables(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.data.glob("*.csv"))}

    def change(self, name: str, old: str, new: str) -> None:
        path = self.data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def copied(folder: Path) -> Project:
    (folder / "home").mkdir(parents=True)
    shutil.copytree(DATA, folder / "data", ignore=COLLECTED)
    return Project(folder)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copied(tmp_path / "project")


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A project in which the chain ran once, and what that printed."""
    project = copied(tmp_path_factory.mktemp("ran") / "project")
    done = project.run("run", "--no-serve")
    assert done.returncode == 0, done.stderr
    return project, done.stdout


def counted(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in\n{text}"
    return [int(number) for number in found.groups()]


def test_a_run_says_what_each_step_did_and_how_long_it_took(ran: tuple[Project, str]) -> None:
    _, said = ran
    requests, fetched, _ = counted(
        r"Specimens collected: (\d+) requests over HTTP, (\d+) pages fetched, (\d+) unchanged", said
    )
    assert requests >= fetched > 80
    posts, tellings = counted(r"answer key: (\d+) posts in \d+ threads hold (\d+) t", said)
    assert posts > tellings >= 30
    assert re.search(r"agreement: screen precision \d\.\d\d, recall", said)
    reports, cases = counted(r"Record: (\d+) reports of (\d+) cases", said)
    assert reports >= cases >= 200
    pages, written = counted(r"Site written: (\d+) pages, (\d+) of them cases", said)
    assert pages > written == cases
    assert len(re.findall(r"\(\d+\.\d s\)$", said, re.M)) == 5


def test_a_run_leaves_the_record_as_it_is(ran: tuple[Project, str]) -> None:
    project, _ = ran
    assert project.tables() == Project(DATA.parent).tables()


def test_a_second_run_fetches_nothing_that_has_not_changed_and_serves_at_the_printed_address(
    ran: tuple[Project, str],
) -> None:
    project, _ = ran
    posts = sorted((project.data / "run/specimens/posts").iterdir())
    before = [path.read_bytes() for path in posts]
    tables = {path.name: path.read_bytes() for path in posts[0].parents[1].glob("*.csv")}
    said, page = served(project)
    assert "<title" in page
    assert 'data-figure="' in page
    assert counted(r"HTTP, (\d+) pages fetched", said) == [0]
    assert "nothing has changed since" in said
    assert [path.read_bytes() for path in posts] == before
    assert {path.name: path.read_bytes() for path in posts[0].parents[1].glob("*.csv")} == tables


def served(project: Project) -> tuple[str, str]:
    """What a run prints until its site is served, and the page at that address; then Ctrl-C."""
    with subprocess.Popen(
        [COMMAND, "run"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                with urllib.request.urlopen(found[0], timeout=20) as answer:
                    page = answer.read().decode()
                break
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0
    return said, page


def test_specimens_are_coded_anew_where_a_rule_has_changed(ran: tuple[Project, str]) -> None:
    project, first = ran
    project.change("codebook/reasons.toml", "[[code]]", "# a remark\n[[code]]")
    said = project.run("run", "--no-serve").stdout
    assert "nothing has changed since" not in said
    tellings = r"threads hold (\d+) t"
    assert counted(tellings, said) == counted(tellings, first)


def test_no_invented_author_stands_in_anything_that_is_published(
    ran: tuple[Project, str],
) -> None:
    project, _ = ran
    threads = (DATA / "specimens/threads").rglob("*.toml")
    posts = [post for path in threads for post in tomllib.loads(path.read_text())["post"]]
    authors = {post["author"] for post in posts if len(post.get("author", "")) > 3}
    assert len(authors) > 40
    workspace = project.data / "run/specimens"
    published = "".join(path.read_text() for path in workspace.glob("*.csv"))
    assert [author for author in authors if author in published] == []


Change = Callable[[Project], None]


def edit(name: str, old: str, new: str) -> Change:
    return lambda project: project.change(name, old, new)


@pytest.mark.parametrize(
    ("change", "words", "place", "right"),
    [
        (
            edit("sources.toml", 'engine = "discourse"', 'engine = "discuorse"'),
            ["check"],
            r"sources\.toml: source\[[a-z-]+\]\.engine",
            "did you mean 'discourse'?",
        ),
        (
            edit("sources.toml", 'engine = "discourse"', 'engine = "discuorse"'),
            ["collect"],
            r"sources\.toml: source\[[a-z-]+\]\.engine",
            "did you mean 'discourse'?",
        ),
        (
            edit("reports.csv", ",performance,", ",perfomance,"),
            ["publish"],
            r"reports\.csv: row \d+, column reasons",
            "did you mean 'performance'?",
        ),
        (
            edit("reports.csv", ",2012-11,", ",2012-13,"),
            ["publish"],
            r"reports\.csv: row 4, column published",
            "is not YYYY, YYYY-MM or YYYY-MM-DD",
        ),
        (
            edit("reports.csv", "\nr0002,", "\nr0001,"),
            ["publish"],
            r"reports\.csv: row \d+, column report_id",
            "stands twice",
        ),
        (
            edit("codebook/reasons.toml", "[[code]]", "[[code]"),
            ["run", "--no-serve"],
            r"codebook/reasons\.toml: is not valid TOML: .*line \d+",
            "",
        ),
        (
            edit("codebook/columns.toml", 'list = "reasons"', 'list = "raesons"'),
            ["run", "--no-serve"],
            r"codebook/columns\.toml: column\[reasons\]\.list",
            "did you mean 'reasons'?",
        ),
        (
            edit("platforms.toml", "percent_max = 20", "percent_max = 200"),
            ["check"],
            r"platforms\.toml: platform\[[a-z]+\]\.fee\[\d+\]\.percent_max",
            "less than or equal to 100",
        ),
        (
            edit("figures.toml", 'kind = "', 'kind = "mean of '),
            ["publish"],
            r"figures\.toml: .*kind",
            "",
        ),
        (
            lambda project: None,
            ["collect", "--source", "reditt"],
            r"sources\.toml: source",
            "did you mean ",
        ),
        (lambda project: None, ["collect"], r"publisher\.toml: contact", "write a mail address"),
        (lambda project: None, ["explain", "no-such.txt"], r"no-such\.txt", "cannot be read"),
        (
            lambda project: None,
            ["evaluate", "--posts", "none.jsonl", "--gold", "data/reports.csv"],
            r"none\.jsonl",
            "cannot be read",
        ),
        (
            lambda project: None,
            ["collect", "--from-warc", "none.warc.gz"],
            r"none\.warc\.gz",
            "cannot be read",
        ),
    ],
)
def test_a_mistake_is_one_line_that_names_its_place_and_changes_nothing(
    project: Project, change: Change, words: list[str], place: str, right: str
) -> None:
    change(project)
    before = project.tables()
    done = project.run(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert re.search(place, done.stderr), done.stderr
    assert right in done.stderr
    assert project.tables() == before
    assert not (project.folder / "public").exists()


def one_source(project: Project, port: int) -> None:
    (project.data / "sources.toml").write_text(
        f"""
        [[source]]
        name = "gone"
        title = "A forum that is not there"
        engine = "discourse"
        access = "api"
        start = ["http://127.0.0.1:{port}/latest"]
        source_kind = "forum"
        robots = "none"
        terms = "our own"
        checked = "2026-11-24"
        delay = 0.0
        """
    )


def test_a_source_that_does_not_answer_is_named_and_nothing_is_lost(project: Project) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        one_source(project, free.getsockname()[1])
    before = project.tables()
    done = project.run("collect", SUSPENSIONS_CONTACT="tests@record.example")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "cannot be reached" in line]
    assert "sources.toml: source[gone].start: http://127.0.0.1:" in line
    assert "the connection was refused" in line
    now = project.tables()
    assert b"\ngone," in now.pop("health.csv")
    assert now == before


@pytest.fixture
def capture(ran: tuple[Project, str]) -> Path:
    """A WARC file that the run wrote."""
    archive = ran[0].data / "run/specimens/archive"
    return next(archive.glob("specimen-phpbb-*.warc.gz"))


def test_a_warc_file_that_is_cut_off_is_named_with_the_place(
    project: Project, capture: Path
) -> None:
    torn = project.folder / "torn.warc.gz"
    torn.write_bytes(capture.read_bytes()[:-7])
    done = project.run("collect", "--from-warc", "torn.warc.gz")
    assert done.returncode == 2
    assert re.search(r"torn\.warc\.gz: record at offset \d+: is cut off", done.stderr)
    assert not list(project.data.glob("archive/*.warc.gz"))


def test_an_archive_that_is_cut_off_is_named_with_the_place(
    project: Project, capture: Path
) -> None:
    archive = project.data / "archive"
    shutil.copytree(capture.parent, archive)
    torn = archive / capture.name
    torn.write_bytes(torn.read_bytes()[:-7])
    done = project.run("collect", "--replay")
    assert done.returncode == 2
    assert re.search(rf"{capture.name}: record at offset \d+: is cut off", done.stderr)
    assert torn.read_bytes() == capture.read_bytes()[:-7]
