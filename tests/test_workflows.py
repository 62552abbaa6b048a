"""The routine: what its workflows may do, and its steps run on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = tuple(sorted(path.name for path in (ROOT / ".github" / "workflows").glob("*.yml")))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SECRET = re.compile(r"\$\{\{.*secrets\..*\}\}")


def workflow(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return content


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME")}
    return subprocess.run(
        command, cwd=folder, env={**kept, **environment}, text=True, capture_output=True
    )


def git(folder: Path, *words: str) -> str:
    author = ["-c", "user.name=test", "-c", "user.email=test@record.example"]
    done = run(["git", *author, *words], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small record with its scripts, cloned from a bare repository."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin")
    git(tmp_path, "clone", "--quiet", "origin", "checkout")
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    (folder / "data").mkdir()
    (folder / "data" / "reports.csv").write_text("report_id,review\nr1,read\n")
    git(folder, "switch", "--quiet", "--create", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_and_nothing_is_allowed_by_default(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / name).read_text()
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert all(PINNED.fullmatch(each) for each in used)
    assert workflow(name)["permissions"] == {}
    steps = (step for job in workflow(name)["jobs"].values() for step in job["steps"])
    checkouts = [step for step in steps if "actions/checkout@" in step.get("uses", "")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_auditor_of_workflows_finds_nothing() -> None:
    done = run([".venv/bin/zizmor", "--offline", "--no-progress", ".github/workflows"], ROOT)
    assert done.returncode == 0, done.stdout


def test_the_job_that_reads_pages_may_write_nothing() -> None:
    jobs = workflow("collect.yml")["jobs"]
    assert jobs["collect"]["permissions"] == {"contents": "read"}
    assert jobs["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    told = [step for step in jobs["collect"]["steps"] if SECRET.search(str(step.get("env", {})))]
    assert [step["run"] for step in told] == [".ci/collect"]
    assert not SECRET.search(str(jobs["propose"]))


def test_scripts_that_steps_run_are_there() -> None:
    steps = (
        step
        for name in WORKFLOWS
        for job in workflow(name)["jobs"].values()
        for step in job["steps"]
    )
    scripts = {step["run"].split()[0] for step in steps if step.get("run", "").startswith(".ci/")}
    assert scripts == {".ci/collect", ".ci/run", ".ci/changes", ".ci/propose"}
    assert all(os.access(ROOT / script, os.X_OK) for script in scripts)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "no archive store is configured. Set the variable ARCHIVE_STORE"),
        (
            {"ARCHIVE_STORE": "/tmp/x"},
            "no removal key is configured. Set the secret SUSPENSIONS_KEY",
        ),
    ],
)
def test_it_stops_where_something_is_not_configured(
    checkout: Path, given: dict[str, str], missing: str
) -> None:
    done = run([".ci/collect"], checkout, **given)
    assert done.returncode == 1
    assert missing in done.stderr
    assert done.stdout == ""


def test_changes_of_the_record_are_proposed_and_nothing_else(
    checkout: Path, tmp_path: Path
) -> None:
    (checkout / "data" / "reports.csv").write_text("report_id,review\nr1,read\nr2,proposed\n")
    (checkout / "data" / "cases.csv").write_text("case_id\nc1\n")
    (checkout / "notes.txt").write_text("of this run alone")
    assert run([".ci/changes", "changes"], checkout).returncode == 0
    summary = (checkout / "changes" / "summary.md").read_text()
    assert "`proposed`" in summary
    assert "data/reports.csv" in summary
    stranger = "--- /dev/null\n+++ b/.ci/more\n@@ -0,0 +1 @@\n+echo\n"
    patch = checkout / "changes" / "record.patch"
    patch.write_text(
        f"{patch.read_text()}diff --git a/.ci/more b/.ci/more\nnew file mode 100755\n{stranger}"
    )
    shutil.move(checkout / "changes", tmp_path)
    git(checkout, "reset", "--quiet", "--hard")
    said = _proposed(checkout, tmp_path)
    branch = git(tmp_path / "origin", "branch", "--list", "record/*").strip()
    assert f"--head {branch}" in said
    changed = git(tmp_path / "origin", "diff", "--name-only", "main", branch).split()
    assert changed == ["data/cases.csv", "data/reports.csv"]


def test_a_run_that_changed_nothing_proposes_nothing(checkout: Path, tmp_path: Path) -> None:
    assert run([".ci/changes", str(tmp_path / "changes")], checkout).returncode == 0
    assert _proposed(checkout, tmp_path) == "Nothing changed in the record.\n"
    assert git(tmp_path / "origin", "branch", "--list").split() == ["*", "main"]


def _proposed(checkout: Path, tmp_path: Path) -> str:
    """What .ci/propose prints; a stand-in for GitHub's own program prints what it was asked."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "gh").write_text('#!/bin/sh\necho "$@"\n')
    (programs / "gh").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = run([".ci/propose", str(tmp_path / "changes")], checkout, PATH=path)
    assert done.returncode == 0, done.stderr
    return done.stdout
