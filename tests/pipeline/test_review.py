"""A person at the terminal: the real command, with what they type and what they see."""

import gzip
import json
import os
import pty
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.codebook import load_codebook
from pipeline.decisions import asked
from pipeline.normalise import normalise
from pipeline.posts import from_text
from pipeline.record import read_record, settle, write_record
from pipeline.review import SAMPLE, lot
from pipeline.workspace import Workspace, record
from scraper.rules import DataError

KEY = b"a key of these tests, long enough to be one"
STORY = (
    "My Upwork account was suspended in May, no warning came before. The email says that it was "
    "suspended because I asked a client to pay outside of Upwork. I appealed the same day and "
    "they never answered.\x1b[31m"
)
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()", "review"]


def day(*, sampled: bool) -> str:
    """A day on which a run's first report is in the sample, or is not."""
    days = (f"2026-03-{number:02d}" for number in range(1, 29))
    lots = {day: lot({"report_id": "r0001", "first_seen": day}) for day in days}
    return next(day for day, drawn in lots.items() if (drawn < SAMPLE) == sampled)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a record of its own, with what one run finds in the story."""
    data = tmp_path_factory.mktemp("made") / "data"
    for folder in ("codebook", "training"):
        shutil.copytree(record().rules / folder, data / folder)
    for path in record().rules.glob("*.toml"):
        if path.name != "ids.toml":
            shutil.copy(path, data / path.name)
    found = day(sampled=False)
    post = from_text(STORY, "https://forum.specimens.example/t/1", "Suspended", 1)
    post |= {"post_id": "forum:1", "source": "forum", "engine": "discourse", "lang": "en"}
    post |= {"published": found, "captured_at": f"{found}T05:06:07Z"}
    (data / "posts").mkdir()
    packed = gzip.compress(json.dumps(post).encode(), mtime=0)
    (data / "posts" / "forum.jsonl.gz").write_bytes(packed)
    assert normalise(Workspace(data, data), KEY).new == 1
    return data


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    """A record whose report is not in the sample."""
    shutil.copytree(made, tmp_path / "data")
    return Workspace(tmp_path / "data", tmp_path / "data")


@pytest.fixture
def sampled(workspace: Workspace) -> Workspace:
    """A record whose report is in the sample."""
    found = table(workspace, "reports").assign(first_seen=day(sampled=True))
    found.to_csv(workspace.table("reports"), index=False)
    return workspace


def sit(workspace: Workspace, *answers: str, report: str = "") -> str:
    """What the command prints when *answers* are typed, one a line."""
    with chdir(workspace.root.parent):
        arguments = ["review", *filter(None, [report])]
        done = CliRunner().invoke(app, arguments, input="".join(f"{line}\n" for line in answers))
    if done.exception:
        raise done.exception
    return done.stdout


def table(workspace: Workspace, name: str) -> pd.DataFrame:
    path = workspace.table(name)
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()


def coded(workspace: Workspace) -> dict[str, str]:
    """The report as it stands in the file."""
    return {str(k): str(v) for k, v in table(workspace, "reports").iloc[0].items()}


def settled(workspace: Workspace) -> dict[str, str]:
    """The report once what people decided is applied."""
    write_record(settle(read_record(workspace)))
    return coded(workspace)


def told(workspace: Workspace) -> list[str]:
    """The columns that the coder filled, as the review asks about them."""
    codebook = load_codebook(workspace.rules / "codebook")
    cells = coded(workspace)
    return [name for name in asked(codebook, "3") if cells[name] not in ("", "unknown", "no")]


def test_every_value_confirmed_makes_the_report_confirmed(workspace: Workspace) -> None:
    assert coded(workspace)["review"] == "proposed"
    said = sit(workspace, "", "y", *["y"] * len(told(workspace)), "")
    assert "asked a client to pay outside of Upwork" in said
    assert "coded as off_platform_payment" in said
    assert "Payment outside the platform was asked for" in said or "payment" in said
    assert "\x1b" not in said
    assert settled(workspace)["review"] == "confirmed"
    assert set(table(workspace, "confirmations")["report_id"]) == {"r0001"}
    assert "precision 0.21 to 1.00: not counted unconfirmed" in said
    again = sit(workspace, "")
    assert "Nothing done" in again


def test_a_correction_wins_over_the_next_coding_and_keeps_its_reason(workspace: Workspace) -> None:
    columns = told(workspace)
    before = columns[: columns.index("action")]
    typed = ("hold it", "hold", "mail me@example.org", "it says under review further down")
    said = sit(workspace, "", "y", *["y"] * len(before), "c", *typed, "q")
    assert "'it' is not known; " in said
    assert "no address" in said
    (kept,) = table(workspace, "corrections").to_dict("records")
    assert (kept["column"], kept["old"], kept["new"]) == ("action", "suspended", "hold")
    assert kept["reason"] == "it says under review further down"
    normalise(workspace, KEY)
    held = settled(workspace)
    assert (held["action"], held["review"]) == ("hold", "corrected")
    assert "action:hold" in held["events"]
    evidence = table(workspace, "evidence")
    assert "action" not in set(evidence["column"])
    assert "reasons" in set(evidence["column"])


def test_what_is_left_is_taken_up_again_where_it_was(workspace: Workspace) -> None:
    columns = told(workspace)
    sit(workspace, "", "y", "y", "s", "y", "q")
    kept = table(workspace, "confirmations")["column"].tolist()
    assert kept == ["screen", columns[0], columns[2]]
    assert settled(workspace)["review"] == "admitted"
    said = sit(workspace, "", *["y"] * (len(columns) - 2), "")
    assert f"({columns[1]})" in said
    assert f"({columns[0]})" not in said
    assert "public telling" not in said
    assert settled(workspace)["review"] == "confirmed"


def test_a_confirmed_value_is_not_coded_away(workspace: Workspace) -> None:
    sit(workspace, "", "y", *["y"] * len(told(workspace)), "q")
    reports = table(workspace, "reports")
    reports.assign(action="closed").to_csv(workspace.table("reports"), index=False)
    assert settled(workspace)["action"] == "suspended"


def test_what_was_not_told_can_be_filled_in_by_its_number(workspace: Workspace) -> None:
    skipped = ["s"] * len(told(workspace))
    said = sit(workspace, "", "y", *skipped, "role", "1", "the profile is a freelancer's", "q")
    assert "Not told: " in said
    assert settled(workspace)["role"] == "freelancer"


def test_what_is_no_report_is_refuted_and_found_no_more(workspace: Workspace) -> None:
    said = sit(workspace, "", "x", "advise", "advice", "general advice, nobody's own case")
    assert "'advise' is not known; did you mean 'advice'?" in said
    assert "forum: 0 of 1 finds are reports" in said
    assert (settled(workspace)["status"], settled(workspace)["review"]) == ("refuted", "corrected")
    assert normalise(workspace, KEY).new == 0
    assert settled(workspace)["status"] == "refuted"
    assert "r0001" not in sit(workspace, "")


def test_in_the_sample_the_value_is_shown_only_after_the_persons_own(sampled: Workspace) -> None:
    workspace = sampled
    columns = asked(load_codebook(workspace.rules / "codebook"), "3")
    values = coded(workspace)
    blind = [values[name] if name != "action" else "hold" for name in columns]
    typed = ["" if value == "unknown" else value for value in blind]
    said = sit(workspace, "2", "y", *typed, "c", "hold", "a hold until they look")
    first = said.index("coded as")
    assert first > said.index(f"{columns[-1]} (Enter: not told)")
    assert "coded as suspended" in said[first:]
    assert "you said hold" in said[first:]
    assert said.count("coded as") == 1
    second = table(workspace, "second_codings")
    assert set(second["coder"]) == {"person-2", values["coder"]}
    assert len(second) == 2 * len(columns)
    codings = second[second["column"] == "action"].set_index("coder")["value"].to_dict()
    assert codings == {"person-2": "hold", values["coder"]: "suspended"}
    assert settled(workspace)["review"] == "corrected"
    assert "kappa" in said


def test_a_second_person_codes_the_sample_against_the_coder_not_the_first_person(
    sampled: Workspace,
) -> None:
    workspace = sampled
    columns = asked(load_codebook(workspace.rules / "codebook"), "3")
    values = coded(workspace)
    own = [values[name] if name != "action" else "hold" for name in columns]
    typed = ["" if value == "unknown" else value for value in own]
    sit(workspace, "1", "y", *typed, "c", "hold", "a hold until they look")
    settled(workspace)
    said = sit(workspace, "2", *typed)
    assert "coded as" not in said
    second = table(workspace, "second_codings")
    codings = second[second["column"] == "action"].set_index("coder")["value"].to_dict()
    assert codings == {"person-1": "hold", values["coder"]: "suspended", "person-2": "hold"}


def test_on_a_terminal_the_span_is_marked_and_nothing_can_steer_it(workspace: Workspace) -> None:
    parent, child = pty.openpty()
    process = subprocess.Popen(
        COMMAND,
        cwd=workspace.root.parent,
        env=os.environ | {"COLUMNS": "200", "TERM": "xterm-256color"},
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    shown = b""
    typed = [(b"not your name", b"\n"), (b"public telling", b"y\n")]
    for waits, types in (*typed, *[(b"says?", b"y\n")] * 5, (b"says?", b"q\n")):
        heard = b""
        while waits not in heard:
            heard += os.read(parent, 4096)
        shown += heard
        os.write(parent, types)
    try:
        while more := os.read(parent, 4096):
            shown += more
    except OSError:  # how Linux says that the other end is closed
        pass
    assert process.wait() == 0
    os.close(parent)
    assert b"\x1b[30;43m" in shown
    assert b"answered.\x1b[31m" not in shown


def test_an_unknown_report_is_named(workspace: Workspace) -> None:
    with pytest.raises(DataError, match=r"report_id: 'r0002' is not known; did you mean 'r0001'\?"):
        sit(workspace, "", report="r0002")
    assert not workspace.table("confirmations").exists()


def test_a_report_asked_for_by_number_can_be_changed_again(workspace: Workspace) -> None:
    everything = ("y", *["y"] * len(told(workspace)), "")
    sit(workspace, "", *everything)
    sit(workspace, "", "notice", "before", "the teller wrote to us", "", report="r0001")
    assert settled(workspace)["notice"] == "before"


@pytest.mark.parametrize("line", ["r0001,action,closd,2026-12-01", "r0009,action,hold,2026-12-01"])
def test_a_wrong_confirmation_is_named(workspace: Workspace, line: str) -> None:
    text = f"report_id,column,value,date\n{line}\n"
    workspace.table("confirmations").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"confirmations\.csv: row 2, column"):
        sit(workspace, "")
