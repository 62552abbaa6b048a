"""Every mistake a user can make: one line, where it is, what would be right, and the status.

``CONTRIBUTING.md`` lists them; the list and these are the same.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.posts import from_text
from scraper.archive import Archive, Writer
from tests.slow.chain import STORIES
from tests.typed import DATA, Project, copied

GUIDE = DATA.parent / "CONTRIBUTING.md"
NEW = (".running", ".lock", "key.check")
"""Files that a run makes for itself, before it knows that something is wrong."""
Change = Callable[[Project], object]


@dataclass(frozen=True)
class Mistake:
    """What is wrong, what is typed, and what is said: a place, and what would be right."""

    what: str
    words: str
    change: Change
    place: str
    right: str
    status: int = 2
    room: int = 0
    user: int = 0
    key: str = ""


def nothing(project: Project) -> None:
    """What is typed is the mistake."""


def edit(name: str, old: str, new: str) -> Change:
    return lambda project: _edited(project.data / name, old, new)


def _edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(name: str, text: str) -> Change:
    def added(project: Project) -> None:
        path = project.data / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text, encoding="utf-8")

    return added


def put(name: str, content: bytes) -> Change:
    def there(project: Project) -> None:
        path = project.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return there


def gone(name: str) -> Change:
    return lambda project: (project.data / name).unlink()


def twice(name: str, head: str) -> Change:
    """The first entry of a rule file once more."""

    def change(project: Project) -> None:
        path = project.data / name
        entry = path.read_text().split(f"\n{head}\n")[1]
        path.write_text(f"{path.read_text()}\n{head}\n{entry}\n")

    return change


def posts(*lines: object) -> Change:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    return put("posts/forum.jsonl.gz", gzip.compress(text.encode()))


def archive(change: Callable[[Path, Path], object], date: str = "") -> Change:
    """An archive of one capture, and what happened to it: *change* of the folder and the file."""

    def made(project: Project) -> None:
        folder = project.data / "archive"
        writer = Writer(Archive(folder), "hacker-news")
        writer.write("http://forum.example/", 200, (), b"a page " * 20, date)
        writer.close()
        [file] = folder.glob("*.warc.gz")
        change(folder, file)

    return made


def cut(_: Path, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def edition(project: Project, day: str = "2030-01-01", text: str = "{}") -> None:
    put(f"releases/{day}/release.json", text.encode())(project)


def flooded(project: Project) -> None:
    edit("bounds.toml", "few = 30", "few = 0")(project)
    edit("bounds.toml", "more = 1.0", "more = 0.0")(project)
    edit("published.csv", "r0003,marketingideas101.com,yes\n", "")(project)


def broken_list(project: Project) -> None:
    posts({**POST, "source": "forum", "text": STORIES[1]})(project)
    add("archive/forum.seen.json", "{")(project)


def changed_source(project: Project) -> None:
    edit("reports.csv", ",aigencon.com,", ",hacker-news,")(project)
    edit("published.csv", "r0001,aigencon.com", "r0001,hacker-news")(project)
    row = "hacker-news,2026-11-20,changed,nothing found in 60% of the pages,9,0,0\n"
    add("health.csv", f"source,date,state,why,pages,posts,new_posts\n{row}")(project)


POST = {**from_text("A text.", "https://forum.example/t/1"), "post_id": "forum:1"}
RULE = "a rule file"
MISTAKES = (
    Mistake("an unknown command", "publsh", nothing, "publsh", "Did you mean 'publish'"),
    Mistake("no command", "", nothing, "Nothing was asked for", "--help says"),
    Mistake("an unknown option", "collect --sorce x", nothing, "--sorce", "--source"),
    Mistake("an option without its value", "release --day", nothing, "--day", "--help says"),
    Mistake("a missing argument", "explain", nothing, "file", "explain --help says"),
    Mistake("an argument too many", "remove a b", nothing, r"\(b\)", "remove --help says"),
    Mistake(
        f"{RULE} that is no TOML", "check", edit("codebook/reasons.toml", "[[code]]", "[[code]"),
        r"codebook/reasons\.toml: is not valid TOML: .*line \d+", "",
    ),
    Mistake(
        f"{RULE} that is no UTF-8", "check", put("limits.toml", b'a = "\xff"'),
        r"limits\.toml: is not valid TOML", "utf-8",
    ),
    Mistake(
        f"{RULE} that is missing", "check", gone("platforms.toml"),
        r"platforms\.toml", "cannot be read",
    ),
    Mistake(
        f"{RULE} with an unknown key", "check", add("health.toml", "\nposst = 1\n"),
        r"health\.toml: posst", "Extra inputs are not permitted",
    ),
    Mistake(
        f"{RULE} with a number out of its range", "check",
        edit("platforms.toml", "percent_max = 20", "percent_max = 200"),
        r"platforms\.toml: platform\[[a-z]+\]\.fee\[\d+\]\.percent_max",
        "less than or equal to 100",
    ),
    Mistake(
        f"{RULE} that names no list", "check",
        edit("codebook/columns.toml", 'list = "reasons"', 'list = "raesons"'),
        r"codebook/columns\.toml: column\[reasons\]\.list", "did you mean 'reasons'?",
    ),
    Mistake(
        "an engine that is not known", "check",
        edit("sources.toml", 'engine = "discourse"', 'engine = "discuorse"'),
        r"sources\.toml: source\[[a-z-]+\]\.engine", "did you mean 'discourse'?",
    ),
    Mistake(
        "a source twice", "check", twice("sources.toml", "[[source]]"),
        r"sources\.toml: .*", "twice|once",
    ),
    Mistake(
        "a code twice", "check", twice("codebook/reasons.toml", "[[code]]"),
        r"reasons\.toml: .*", "twice|once",
    ),
    Mistake(
        "a figure twice", "check", twice("figures.toml", "[[figure]]"),
        r"figures\.toml: .*", "twice|once",
    ),
    Mistake(
        "a platform's answer twice", "check", twice("replies.toml", "[[reply]]"),
        r"replies\.toml: .*", "twice|once",
    ),
    Mistake(
        "a form of lines that cannot be read", "check", edit("turns.toml", '"#{n}"', '"#{n}("'),
        r"turns\.toml: head", "cannot be read",
    ),
    Mistake(
        "words of no language", "check",
        put("words/xx.toml", (DATA / "words/ru.toml").read_bytes()),
        r"words/xx\.toml", "es.toml",
    ),
    Mistake(
        "a table with an unknown code", "publish",
        edit("reports.csv", ",performance,", ",perfomance,"),
        r"reports\.csv: row \d+, column reasons", "did you mean 'performance'?",
    ),
    Mistake(
        "a number of a report twice", "publish", edit("reports.csv", "\nr0002,", "\nr0001,"),
        r"reports\.csv: row \d+, column report_id", "stands twice",
    ),
    Mistake(
        "a table without a column", "check", edit("cases.csv", "case_id,reports,", "case_id,"),
        r"cases\.csv: header: column 'reports'", "is missing",
    ),
    Mistake(
        "a table that is no text", "normalise", put("evidence.csv", b"\xff\xfe\x00\x01"),
        r"evidence\.csv", "is not a CSV table",
    ),
    Mistake(
        "a table with a cell too many", "check", add("links.csv", "a,b,c,d,e,f\n"),
        r"links\.csv", "is not a CSV table",
    ),
    Mistake(
        "an empty table", "check", put("retired.csv", b""),
        r"retired\.csv", "is not a CSV table",
    ),
    Mistake(
        "a table of other pages that is none", "check", put("negatives.csv", b'"\n'),
        r"negatives\.csv", "is not a CSV table",
    ),
    Mistake(
        "a counter that fell behind", "normalise", edit("ids.toml", "report = ", "report = 1 # "),
        r"ids\.toml: report: number 213 is given already", "it should be 214",
    ),
    Mistake(
        "a counter that is none", "check", put("ids.toml", b'case = "many"\n'),
        r"ids\.toml: case", "next number",
    ),
    Mistake(
        "a correction of no report", "publish",
        add("corrections.csv", "r9999,action,hold,closed,x,2026-12-01\n"),
        r"corrections\.csv: row 2, column report_id", "is no report of the record",
    ),
    Mistake(
        "a correction of no column", "publish",
        add("corrections.csv", "r0002,acton,hold,closed,x,2026-12-01\n"),
        r"corrections\.csv: row 2, column column", "did you mean 'action'?",
    ),
    Mistake(
        "a correction to no code", "normalise",
        add("corrections.csv", "r0002,action,hold,closd,x,2026-12-01\n"),
        r"corrections\.csv: row 2, column action", "did you mean 'closed'?",
    ),
    Mistake(
        "a confirmation of no day", "check", add("confirmations.csv", "r0002,action,hold,soon\n"),
        r"confirmations\.csv: row 2, column date", "is not a day such as",
    ),
    Mistake(
        "a coding by nobody", "check",
        add("second_codings.csv", "r0002,action,hold,me,2026-12-01\n"),
        r"second_codings\.csv: row 2, column coder", "person-1",
    ),
    Mistake(
        "a link that is none", "publish", add("links.csv", "r0001,r0002,sure,reading\n"),
        r"links\.csv: row \d+, column sureness", "certain",
    ),
    Mistake(
        "a link to no report", "publish", add("links.csv", "r0001,r9999,certain,reading\n"),
        r"links\.csv: .*r9999", "report",
    ),
    Mistake(
        "posts that are cut off", "normalise",
        put("posts/a.jsonl.gz", gzip.compress(b"{}" * 99)[:-9]),
        r"a\.jsonl\.gz", "cannot be read",
    ),
    Mistake(
        "posts that are no JSON", "normalise", posts(POST, "{"),
        r"forum\.jsonl\.gz: line 2", "is not JSON",
    ),
    Mistake(
        "a post without a text", "normalise",
        posts({**POST, "text": 1} | {"url": None}, {"url": ""}),
        r"forum\.jsonl\.gz: line [12]", "has no",
    ),
    Mistake(
        "a WARC file that is cut off", "collect --replay", archive(cut),
        r"\.warc\.gz: record at offset \d+: is cut off", "put a whole copy",
    ),
    Mistake(
        "a WARC file that is missing", "collect --replay", archive(lambda _, file: file.unlink()),
        r"\.warc\.gz: is missing", "put it back",
    ),
    Mistake(
        "an index that is damaged", "collect --replay",
        archive(lambda folder, _: (folder / "index.cdxj").write_bytes(b"\xff nonsense\n")),
        r"index\.cdxj: line 1", "made again",
    ),
    Mistake(
        "a list of posts' places that is damaged", "normalise", broken_list,
        r"forum\.seen\.json", "delete it",
    ),
    Mistake(
        "a clock that is wrong", "collect --source hacker-news",
        archive(lambda *_: None, "2999-01-01T00:00:00.000000Z"),
        r"\.warc\.gz: record at offset \d+: was captured on 2999-01-01", "set the clock right",
    ),
    Mistake(
        "no contact", "collect --source hacker-news",
        edit("publisher.toml", 'contact = "', 'contact = "" # "'),
        r"publisher\.toml: contact", "write a mail address",
    ),
    Mistake(
        "a source that is not known", "collect --source reditt", nothing,
        r"sources\.toml: source", "did you mean",
    ),
    Mistake(
        "a source that is off", "collect --source upwork-community", nothing,
        r"sources\.toml: source\[upwork-community\]\.enabled", "its terms",
    ),
    Mistake(
        "a WARC file that is not there", "collect --from-warc no.warc.gz", nothing,
        r"no\.warc\.gz", "cannot be read",
    ),
    Mistake(
        "a cluster that is not there", "collect --source hacker-news --cluster tcp://127.0.0.1:9",
        nothing,
        r"127\.0\.0\.1:9", "",
    ),
    Mistake(
        "a key that is too short", "collect --replay", nothing,
        "SUSPENSIONS_KEY", "64 hexadecimal digits", key="short",
    ),
    Mistake(
        "another key than before", "collect --replay", put("key.check", b"0" * 32),
        r"SUSPENSIONS_KEY", "put the right one back",
    ),
    Mistake(
        "a removal of no address", "remove marmalade", nothing,
        "remove", "takes an http address",
    ),
    Mistake(
        "a removal of an unknown address", "remove https://forum.example/t/9", nothing,
        "remove", "nothing is known",
    ),
    Mistake(
        "a removal of no report", "remove r9999", nothing,
        "r9999", "is no report of the record",
    ),
    Mistake(
        "a review of no report", "review r9999", nothing,
        r"reports\.csv: report_id", "r0999|one of|did you mean",
    ),
    Mistake("a release of no day", "release --day soon", nothing, "soon", "such as 2026-11-24"),
    Mistake(
        "a release before the last", "release --day 2026-11-24", edition,
        "2026-11-24", "lies before the last edition",
    ),
    Mistake(
        "a release that is damaged", "check", partial(edition, day="2026-11-01", text="{"),
        r"2026-11-01/.*\.json", "is damaged|cannot be read",
    ),
    Mistake("a text that is not there", "explain no.txt", nothing, r"no\.txt", "cannot be read"),
    Mistake(
        "posts to measure that are not there", "evaluate --posts no.jsonl --gold data/reports.csv",
        nothing,
        r"no\.jsonl", "cannot be read",
    ),
    Mistake(
        "a key to measure by that is none", "evaluate --posts data/no.csv --gold data/ids.toml",
        put("no.csv", b""),
        r"ids\.toml", "",
    ),
    Mistake(
        "a site in the place of other things", "publish --out data", nothing,
        "/data", "name a new or an empty folder",
    ),
    Mistake(
        "a site that cannot be written", "publish --out /proc/none/public", nothing,
        "/proc/none", "cannot be read or written",
    ),
    Mistake(
        "a folder that is read-only", "normalise", nothing,
        r"data/\.running", "cannot be written", user=65534,
    ),
    Mistake(
        "a disk that is full", "publish", edit("reports.csv", ",hold,", ",limited,"),
        r"\.pending/\w+\.csv", "nothing there was changed", room=20_000,
    ),
    Mistake(
        "a table changed after a run broke off", "check",
        put(".pending/all.json", b'{"cases.csv": ["00", "11"]}'),
        r"cases\.csv: was changed after", "move the folder .pending",
    ),
    Mistake(
        "a removal that broke off and is damaged", "normalise", put(".removing", b"{"),
        r"\.removing", "delete it",
    ),
    Mistake(
        "bounds that are none", "check", add("bounds.toml", '\n[[accepted]]\nsource = "x"\n'),
        r"bounds\.toml: accepted\[1\]\.reports", "Field required",
    ),
    Mistake(
        "a counted report that is gone", "publish", edit("published.csv", "r0001,", "r0000,"),
        r"bounds\.toml: source\[aigencon\.com\]: 1 of its 1 counted .*r0000",
        r"\[\[accepted\]\]", 4,
    ),
    Mistake(
        "more new reports of a source than its bounds allow", "release",
        flooded,
        r"bounds\.toml: source\[.+\]: 1 new reports, where 1 were", r"\[\[accepted\]\]", 4,
    ),
    Mistake(
        "a source that changed its shape", "publish", changed_source,
        r"bounds\.toml: source\[hacker-news\]: it changed its shape .* on 2026-11-20",
        r"\[\[accepted\]\]", 4,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copied(tmp_path_factory.mktemp("errors") / "project")


@pytest.fixture
def project(kept: Project) -> Iterator[Project]:
    with TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o755)
        shutil.copytree(kept.folder, f"{folder}/project")
        contact = {"SUSPENSIONS_CONTACT": "tests@record.example"}
        yield Project(Path(folder) / "project", contact)


def held(project: Project) -> dict[str, bytes]:
    files = (path for path in sorted(project.data.rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in files if path.name not in NEW}


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.what for mistake in MISTAKES])
def test_a_mistake_is_one_line_and_changes_nothing(project: Project, mistake: Mistake) -> None:
    mistake.change(project)
    before = held(project)
    environment = {"SUSPENSIONS_KEY": mistake.key} if mistake.key else {}
    if mistake.what == "no contact":
        environment["SUSPENSIONS_CONTACT"] = ""
    words = mistake.words.split()
    done = project.type(*words, room=mistake.room, user=mistake.user, **environment)
    assert (done.status, len(done.err.splitlines())) == (mistake.status, 1), done.err
    assert done.err.startswith("suspensions: ")
    assert re.search(mistake.place, done.err), done.err
    assert re.search(mistake.right, done.err), done.err
    assert before.items() <= held(project).items()
    assert not (project.folder / "public").exists()


@contextmanager
def locked(path: Path, lock: Callable[[int, int], object]) -> Iterator[None]:
    with path.open("a+") as file:
        lock(file.fileno(), fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("command", ["run", "collect", "normalise", "publish", "review", "release"])
def test_another_run_is_named_and_the_second_stops(project: Project, command: str) -> None:
    running = project.data / ".running"
    told = {"process": 77, "host": "elsewhere", "command": "collect", "since": "2026-11-24"}
    running.write_text(json.dumps(told))
    before = held(project)
    with locked(running, fcntl.lockf):
        done = project.type(command)
    assert done.status == 3
    assert "suspensions collect, process 77 on elsewhere, since 2026-11-24" in done.err
    assert "wait until it ends" in done.err
    assert held(project) == before


def test_a_run_that_is_dead_keeps_nobody_out(project: Project) -> None:
    (project.data / ".running").write_text('{"process": 1, "host": "here"}')
    assert project.type("normalise").status == 0


def test_an_archive_that_is_written_to_is_left_alone(project: Project) -> None:
    (project.data / "archive").mkdir()
    with locked(project.data / "archive/.lock", fcntl.flock):
        done = project.type("collect", "--replay")
    assert (done.status, "another collect" in done.err) == (3, True)


def listed() -> str:
    """The rows of the guide's list; ``python -m tests.test_errors`` prints them."""
    rows = (f"| {m.what} | `{f'suspensions {m.words}'.strip()}` | {m.status} |" for m in MISTAKES)
    return "\n".join(rows)


def test_the_guide_lists_every_mistake_with_its_status() -> None:
    text = GUIDE.read_text(encoding="utf-8").split("## Errors and exit codes")[1]
    assert listed() in text


if __name__ == "__main__":
    print(listed())
