"""What is removed on request is gone from every table and file, and does not come back."""

from __future__ import annotations

import gc
import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from pipeline.alone import alone
from pipeline.codebook import load_codebook
from pipeline.history import purge
from pipeline.normalise import normalise
from pipeline.privacy import load_removed
from pipeline.record import read_record
from pipeline.remove import UNDER_WAY, Removal, remove
from pipeline.tables import read_posts, reports_schema, write_table
from pipeline.workspace import Workspace
from scraper import specimens
from scraper.archive import Archive
from scraper.collect import collect
from scraper.foreign import import_warc
from scraper.rules import DataError
from scraper.sources import load_sources

DATA = Path(__file__).resolve().parents[2] / "data"
KEY = b"a key that only these tests know, 32 bytes and more"
LETTER = (
    "We have closed your account for good because you asked a client to pay you outside of "
    "Upwork. This decision is final and we will not answer further messages about it."
)
TWO = f'''
id = 900
title = "Closed after a marmalade contract"
why = "as the tests need it"

[[post]]
author = "Marmalade"
time = 2024-05-02T09:00:00Z
text = """
My Upwork account was suspended last week over a marmalade label. Their mail says:

"{LETTER}"

I appealed and they never answered. I have been there for 4 years.
"""

[[post]]
author = "Quincejam"
time = 2024-05-03T09:00:00Z
text = """
Upwork closed my account too, in April, after a quincejam label. Their mail says:

"{LETTER}"

I wrote to support twice and got no reply at all.
"""

[[post]]
author = "Passer"
time = 2024-05-04T09:00:00Z
text = "Sorry to hear about the marmalade."
'''
ONE = '''
id = 901
title = "Banned on a damson day"
why = "as the tests need it"

[[post]]
author = "Damson"
time = 2024-06-02T09:00:00Z
text = """
Fiverr banned my account yesterday, on a damson day. No warning and no reason was given, and
they keep 300 dollars that I earned last month. I wrote to support and they never replied.
"""
'''
OTHER = ONE.replace("901", "902").replace("amson", "edlar").replace("300", "450")
THIRD = b"Upwork suspended my account in May and never told me why. I lost it over a"
FORUM = "http://discourse.specimens.example/t/marmalade/900"
BLOG = "http://wordpress.specimens.example"


class Place:
    """A small web and a workspace beside it; ``collect`` visits the one from the other."""

    def __init__(self, folder: Path) -> None:
        self.web, self.workspace = folder / "web", Workspace(folder / "data", folder / "data")
        self.visits: list[str] = []

    def build(self) -> Place:
        shutil.copytree(specimens.FOLDER / "engines", self.web / "engines")
        for name, text in {
            "discourse/marmalade": TWO,
            "wordpress/damson": ONE,
            "wordpress/medlar": OTHER,
        }.items():
            path = self.web / "threads" / f"{name}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        rules = shutil.ignore_patterns("*.csv", "ids.toml", "specimens", "archive", "posts", "run")
        shutil.copytree(DATA, self.workspace.root, ignore=rules)
        shutil.copytree(DATA / "measured", self.workspace.root / "measured", dirs_exist_ok=True)
        shutil.copyfile(specimens.FOLDER / "sources.toml", self.workspace.root / "sources.toml")
        return self

    def collect(self, *names: str, replay: bool = False) -> None:
        sources = load_sources(self.workspace.rules / "sources.toml")
        with specimens.serve(self.web) as served:
            counts = collect(
                [sources[name] for name in names or ("specimen-discourse", "specimen-wordpress")],
                self.workspace.archive,
                self.workspace.posts,
                key=KEY,
                agent="Test/1 (nobody)",
                removed=load_removed(self.workspace, KEY),
                replay=replay,
                proxy=served.proxy,
            )
        assert [error for count in counts for error in count.errors] == []
        self.visits = [path for _, path, _ in served.visits]

    def remove(self, what: str) -> Removal:
        return remove(self.workspace, what, KEY)

    def reports(self) -> dict[str, str]:
        table = read_record(self.workspace).reports
        return dict(zip(table["report_id"], table["url"] + " " + table["position"], strict=True))

    def texts(self) -> str:
        return "\n".join(post["title"] + post["text"] for post in read_posts(self.workspace.posts))

    def archived(self) -> str:
        """Every byte of every record in the archive, read by warcio, and the index."""
        found = []
        for path in sorted(self.workspace.archive.glob("*.warc.gz")):
            with path.open("rb") as file:
                for record in ArchiveIterator(file, check_digests="raise"):
                    if record.http_headers:
                        found.append(str(record.http_headers))
                    body = record.content_stream().read()
                    found.append(body.decode("utf-8", "replace"))
        return "\n".join([*found, (self.workspace.archive / "index.cdxj").read_text()])

    def tables(self) -> str:
        return "".join(path.read_text() for path in sorted(self.workspace.root.rglob("*.csv")))

    def files(self) -> dict[str, bytes]:
        paths = sorted(path for path in self.workspace.root.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in paths if path.name != ".lock"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place") / "whole"
    place = Place(folder).build()
    place.collect()
    normalise(place.workspace, KEY)
    return folder


@pytest.fixture
def place(collected: Path, tmp_path: Path) -> Place:
    shutil.copytree(collected, tmp_path / "copy")
    return Place(tmp_path / "copy")


def test_the_tests_begin_with_four_reports(place: Place) -> None:
    assert len(place.reports()) == 4
    assert "marmalade" in place.archived()
    assert "damson" in place.archived()


def test_a_page_leaves_tables_posts_and_archive(place: Place) -> None:
    root = place.workspace.root
    ids = [report for report, where in place.reports().items() if "/t/900 " in where]
    corrected = "outcome,unknown,upheld,the mail says so,2026-11-24"
    (root / "corrections.csv").write_text(
        f"report_id,column,old,new,reason,date\n{ids[0]},{corrected}\nr0003,{corrected}\n"
    )
    (root / "links.csv").write_text(
        f"report_a,report_b,sureness,who\n{ids[0]},r0003,different,a reader\n"
    )
    (root / "negatives.csv").write_text(f"url,why\n{FORUM},other\n{BLOG}/about,other\n")
    done = place.remove(FORUM)
    assert done.reports == tuple(ids)
    assert (done.posts, done.stay, done.again) == (3, 0, False)
    assert done.captures >= 2  # the thread and the listing that leads to it
    for words in ("marmalade", "Marmalade", "uincejam", "/t/900"):
        assert words not in place.texts() + place.archived() + place.tables()
    for name in ("reports", "evidence", "cases", "corrections", "links", "letters", "figures"):
        text = (root / f"{name}.csv").read_text()
        assert [report for report in ids if report in text] == [], name
    assert "r0003" in (root / "corrections.csv").read_text()
    assert f"{BLOG}/about" in (root / "negatives.csv").read_text()
    assert "damson" in place.texts()


def test_the_rest_of_the_archive_is_whole_and_read_as_before(place: Place) -> None:
    place.remove(FORUM)
    before = place.texts()
    archive = Archive(place.workspace.archive)
    lines = [line for name in archive.names for line in archive.lines(name)]
    assert lines
    assert all(archive.read(line).url == line.url for line in lines)
    shutil.rmtree(place.workspace.posts)
    place.collect("specimen-wordpress", replay=True)
    assert place.texts() == before


@pytest.mark.parametrize(
    ("word", "path", "other"),
    [("armalade", r"^/t/900", "amson"), ("amson", r"^/2024/.*damson", "armalade")],
)
def test_what_was_removed_does_not_come_back(
    place: Place, word: str, path: str, other: str
) -> None:
    pages = {p["thread_url"] for p in read_posts(place.workspace.posts) if word in p["title"]}
    gone = place.remove(pages.pop()).reports
    assert gone
    place.collect()
    assert [asked for asked in place.visits if re.search(path, asked)] == []
    assert normalise(place.workspace, KEY).new == 0
    assert word not in place.texts() + place.archived() + place.tables()
    assert other in place.texts()
    assert len(place.reports()) == 4 - len(gone)
    assert not set(gone) & set(place.reports())


def test_copies_of_posts_and_captures_do_not_bring_it_back(place: Place, tmp_path: Path) -> None:
    workspace = place.workspace
    for folder in (workspace.posts, workspace.archive):
        shutil.copytree(folder, tmp_path / folder.name)
    place.remove(FORUM)
    shutil.rmtree(workspace.posts)
    workspace.posts.mkdir()
    for path in (tmp_path / "posts").iterdir():  # in which somebody else tells theirs by now
        told = gzip.decompress(path.read_bytes()).replace(b"Sorry to hear about the", THIRD)
        (workspace.posts / path.name).write_bytes(gzip.compress(told))
    assert normalise(workspace, KEY).new == 0
    assert [where for where in place.reports().values() if "/t/900 " in where] == []
    sources = list(load_sources(workspace.rules / "sources.toml").values())
    removed = load_removed(workspace, KEY)
    for file in sorted((tmp_path / "archive").glob("specimen-discourse-*.warc.gz")):
        import_warc(file, workspace.archive, sources, removed)
    assert "armalade" not in place.archived()


def test_a_posts_own_address_removes_one_persons_report(place: Place) -> None:
    posts = [p for p in read_posts(place.workspace.posts) if p["position"] == 2]
    done = place.remove(next(post["url"] for post in posts if "quince" in post["text"]) + "#post_2")
    assert (len(done.reports), done.stay, done.posts) == (1, 1, 3)
    place.collect()
    assert normalise(place.workspace, KEY).new == 0
    left = [where for where in place.reports().values() if "/t/900 " in where]
    assert left == ["https://discourse.specimens.example/t/900 1"]
    assert "uincejam" not in place.texts() + place.archived()


def test_a_report_is_removed_by_its_number_with_its_page(place: Place) -> None:
    [report] = [name for name, where in place.reports().items() if "damson" in where]
    done = place.remove(report)
    assert (done.reports, done.is_held_off, done.stay) == ((report,), True, 0)
    assert "amson" not in place.texts() + place.archived()


@pytest.fixture
def first_record(place: Place) -> Place:
    """Rows as the first record has them: no key, no text, two of them with a page's address."""
    shutil.rmtree(place.workspace.posts)
    shutil.rmtree(place.workspace.archive)
    table = read_record(place.workspace).reports
    urls = ["https://medium.com/p/0123456789ab", "https://medium.com/p/1123456789ab"]
    table = table.assign(address_key="", review="read", letter_id="")
    table["url"] = [*urls, "https://www.blogger.com/", ""]
    schema = reports_schema(load_codebook(place.workspace.rules / "codebook"))
    write_table(table, place.workspace.table("reports"), schema)
    return place


def test_a_row_of_the_first_record_goes_by_its_address_or_number(first_record: Place) -> None:
    place = first_record
    assert place.remove("https://medium.com/@somebody/my-story-0123456789ab").reports == ("r0001",)
    assert place.remove("r0002").is_held_off
    unknown = place.remove("r0003")
    assert (unknown.reports, unknown.is_held_off) == (("r0003",), False)
    assert "The page is not known" in str(unknown)
    assert list(place.reports()) == ["r0004"]
    removed = load_removed(place.workspace, KEY)
    for story in ("0123456789ab", "1123456789ab"):
        assert removed.has(f"https://somebody.medium.com/a-title-{story}?source=x")
    assert not removed.has("https://medium.com/p/2123456789ab")
    kept = place.workspace.table("removals").read_text()
    assert re.fullmatch(r"key\n([0-9a-f]{32}\n|r000[123]\n)+", kept)


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("https://discourse.specimens.example/t/never-was/77", "nothing is known"),
        ("https://www.blogger.com/", "nothing is known"),
        ("r0099", "is no report of the record"),
        ("marmalade", "takes an http address, or a report's number"),
    ],
)
def test_what_is_not_there_changes_nothing(place: Place, what: str, problem: str) -> None:
    before = place.files()
    with pytest.raises(DataError, match=problem) as error:
        place.remove(what)
    assert "never-was" not in str(error.value)
    assert place.files() == before


def test_a_damaged_table_or_archive_changes_nothing(place: Place) -> None:
    file = next(place.workspace.archive.glob("specimen-wordpress-*.warc.gz"))
    file.write_bytes(file.read_bytes()[:-9])
    before = place.files()
    with pytest.raises(DataError, match="is cut off"):
        place.remove(FORUM)
    assert place.files() == before


def test_twice_is_as_good_as_once_and_a_broken_removal_is_ended(place: Place) -> None:
    root, before = place.workspace.root, place.files()
    first = place.remove(FORUM)
    after = place.files()
    second = place.remove(FORUM)
    assert (second.again, second.reports, second.captures) == (True, (), 0)
    assert place.files() == after
    assert place.remove(first.reports[0]).again
    kept = (root / "removals.csv").read_bytes()
    for name, content in before.items():  # as if it had ended right after its first step
        Path(name).write_bytes(content)
    (root / "removals.csv").write_bytes(kept)
    assert place.remove(FORUM).reports == first.reports
    assert {n: c for n, c in place.files().items() if not n.endswith(".warc.gz")} == {
        n: c for n, c in after.items() if not n.endswith(".warc.gz")
    }


def test_a_removal_that_was_killed_is_ended_by_the_next_run(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, before = place.workspace.root, place.files()
    pid = os.fork()
    if not pid:  # it dies at the first file that it opens once it has decided
        gc.disable()  # what was there before belongs to libraries whose threads it has not

        def die(event: str, _: object) -> None:
            if event == "open" and (root / UNDER_WAY).exists():
                os._exit(9)

        sys.addaudithook(die)
        place.remove(FORUM)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    assert any(b"marmalade" in gzip.decompress(path.read_bytes()) for path in posts_of(place))
    monkeypatch.setenv("SUSPENSIONS_KEY", KEY.decode())
    with alone(place.workspace, "normalise"):
        pass
    assert not (root / UNDER_WAY).exists()
    assert not any(b"marmalade" in gzip.decompress(path.read_bytes()) for path in posts_of(place))
    ended = place.files()
    for path in place.files():
        Path(path).unlink()
    for name, content in before.items():
        Path(name).write_bytes(content)
    place.remove(FORUM)
    assert {n: c for n, c in ended.items() if n.endswith(".csv")} == {
        n: c for n, c in place.files().items() if n.endswith(".csv")
    }


def posts_of(place: Place) -> list[Path]:
    return list(place.workspace.posts.glob("*.jsonl.gz"))


def test_the_history_is_told_and_the_printed_command_purges_it(place: Place) -> None:
    root = place.workspace.root

    def git(*words: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@record.example")
        done = subprocess.run(
            ["git", "-C", root, *who, *words], capture_output=True, text=True, check=True
        )
        return done.stdout

    git("init", "-q")
    git("add", "reports.csv", "cases.csv", "evidence.csv", "letters.csv")
    git("commit", "-q", "-m", "Keep the record")
    done = place.remove(FORUM)
    assert done.commits == 1
    assert "1 commits brought or changed it" in str(done)
    assert purge(done.reports) in str(done)
    [code] = re.findall(r"--blob-callback '(.*)'", str(done))
    for name in ("reports.csv", "cases.csv", "evidence.csv"):
        blob = SimpleNamespace(data=git("show", f"HEAD:{name}").encode())
        lines = blob.data.splitlines()
        exec(code, {"blob": blob})
        purged = blob.data.splitlines()
        assert [line for line in purged if any(r.encode() in line for r in done.reports)] == []
        assert purged[0] == lines[0]
        assert set(purged) < set(lines)
        assert any(b"r0003" in line or b"r0004" in line for line in purged)


def test_the_maintainers_command_removes_from_record_and_site(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("archive", "posts", "run")
    shutil.copytree(DATA, tmp_path / "data", ignore=ignored)
    table = pd.read_csv(tmp_path / "data/reports.csv", dtype=str, keep_default_na=False)
    alone = ~table["url"].duplicated(keep=False) & table["url"].str.contains("/p/")
    alone &= ~table["case_id"].duplicated(keep=False)
    row = table[alone].iloc[0]
    (tmp_path / "public").mkdir()
    command = Path(sys.executable).with_name("suspensions")
    cache = {"XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}  # what is learned and drawn once
    done = subprocess.run(
        [command, "remove", row["url"]],
        cwd=tmp_path,
        env={**cache, "HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Removed: {row['report_id']}, 0 posts" in done.stdout
    assert row["url"] not in done.stdout
    assert not (tmp_path / "public/cases" / row["case_id"]).exists()
    assert len(list((tmp_path / "public/cases").glob("c*"))) > 100
    told = [row["url"].encode(), f"{row['report_id']},".encode()]
    for path in (*(tmp_path / "public").rglob("*"), *(tmp_path / "data").glob("*.csv")):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            assert not [words for words in told if words in content], path
