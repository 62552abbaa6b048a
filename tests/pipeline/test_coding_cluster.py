"""Coding on more than one machine gives, row for row, what one machine gives."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from distributed import Client, LocalCluster

from pipeline.cluster import Partitions, code
from pipeline.normalise import Counts, normalise
from pipeline.tellings import made_of
from pipeline.workspace import Workspace, record
from scraper.rules import DataError
from tests.pipeline.test_tellings import KEY, STORIES, post, put, tables

PARTS = [f"{letter}{number}" for letter in "ab" for number in range(3)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    made = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]
    with made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(record().rules, tmp_path / "here")
    put(workspace, [post(part, n, 1, text) for part in PARTS for n, text in enumerate(STORIES)])
    return workspace


def kill_one(client: Client, done: Path, coding: Future[Counts]) -> None:
    """Kill a worker that codes, when a file is done and others are not."""
    while not coding.done():
        sleep(0.02)
        if list(done.glob("*.jsonl.gz")):
            for address, tasks in client.processing().items():  # type: ignore[no-untyped-call]
                if tasks:
                    os.kill(client.run(os.getpid)[address], signal.SIGKILL)
                    return
    raise AssertionError("all was done before a worker could be killed")


def test_a_cluster_that_lost_a_worker_gives_the_same_rows(
    workspace: Workspace, cluster: LocalCluster, tmp_path: Path
) -> None:
    store, other = tmp_path / "store", Workspace(workspace.rules, tmp_path / "alone")
    shutil.copytree(workspace.posts, other.posts)
    shutil.move(workspace.posts, store / "posts")
    with Client(cluster) as client, ThreadPoolExecutor() as beside:  # type: ignore[no-untyped-call]
        there = {"cluster": cluster.scheduler_address, "store": f"file://{store}"}
        coding = beside.submit(normalise, workspace, KEY, **there)
        kill_one(client, store / "tellings", coding)
        counts = coding.result()
        again = normalise(workspace, KEY, **there)
    assert counts == normalise(other, KEY)
    assert tables(workspace) == tables(other)
    assert again.coded == 0
    kept, alone = (
        {path.name: path.read_bytes() for path in folder.iterdir()}
        for folder in (store / "tellings", other.tellings)
    )
    assert kept == alone


def test_a_file_that_cannot_be_read_is_named_and_no_table_changes(
    workspace: Workspace, cluster: LocalCluster
) -> None:
    put(workspace, [post("a", 1, 1, STORIES[4])])
    (workspace.posts / "b.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match=r"posts/b\.jsonl\.gz: cannot be read"):
        normalise(workspace, KEY, cluster=cluster.scheduler_address)
    assert not tables(workspace)


def test_any_store_will_do_and_a_worker_with_other_rules_says_so(workspace: Workspace) -> None:
    rules, made = workspace.rules, made_of(workspace.rules)
    store = Partitions(f"memory://{workspace.root}")
    name = "a0.jsonl.gz"
    store.keep(name, b"old")
    posts = (workspace.posts / name).read_bytes()
    store._files.pipe_file(f"{store._root}/posts/{name}", posts)
    assert store.names() == [name]
    said = code(name, store.address, str(rules), {**made, "screen": "another"})
    assert said == "a worker's screen differ from those here; give it the same"
    assert store.kept(name) == b"old"
    assert code(name, store.address, str(rules), made) == len(STORIES)
    assert store.kept(name) != b"old"


def test_a_cluster_or_a_store_that_is_not_there_is_told(workspace: Workspace) -> None:
    with pytest.raises(DataError, match=r"--cluster: tcp://127\.0\.0\.1:9: cannot be reached"):
        normalise(workspace, KEY, cluster="tcp://127.0.0.1:9")
    with pytest.raises(DataError, match="--cluster: local: cannot be reached"):
        normalise(workspace, KEY, cluster="local", store=f"file://{workspace.root}/none")
