"""Places whose engine nobody named, collected from the board that a reader sees."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scraper.collect import collect
from scraper.counts import SourceCount
from scraper.progress import showing
from scraper.sources import load_sources
from scraper.specimens import FOLDER, serve

SOURCES = FOLDER / "sources.toml"
ENGINES = ("flarum", "invision", "khoros", "lemmy", "nodebb", "vbulletin", "xenforo")
SEEN = {"lemmy": "http://lemmy.specimens.example/c/gigs"}
"""What a reader sees, where the source begins at the API."""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, SourceCount]]:
    """The places of ENGINES by their engines, and the same ones as unknown."""
    folder = tmp_path_factory.mktemp("unknown")
    named = [load_sources(SOURCES)[f"specimen-{engine}"] for engine in ENGINES]
    unknown = [
        source.model_copy(
            update={
                "name": f"unknown-{source.engine}",
                "engine": "auto",
                "start": (SEEN.get(source.engine, source.start[0]),),
            }
        )
        for source in named
    ]
    with serve() as web:
        counts = collect(
            [*named, *unknown],
            folder / "archive",
            folder / "posts",
            key=b"invented authors need no secret key",
            agent="SuspensionRecord/test",
            file=SOURCES,
            proxy=web.proxy,
        )
    return folder / "posts", {count.source: count for count in counts}


def posts(folder: Path, name: str) -> list[tuple[Any, ...]]:
    lines = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).decode().splitlines()
    keys = ("thread_url", "position", "url", "published", "text", "quotes", "staff")
    return [tuple(json.loads(line)[key] for key in keys) for line in lines]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_is_recognised_gives_the_same_posts(
    collected: tuple[Path, dict[str, SourceCount]], engine: str
) -> None:
    folder, counts = collected
    assert posts(folder, f"unknown-{engine}") == posts(folder, f"specimen-{engine}")
    ways = counts[f"unknown-{engine}"].read_as
    assert ways
    assert all(way.startswith(f"{engine}, known by ") for way in ways)
    assert counts[f"specimen-{engine}"].read_as == []


def test_the_run_prints_by_what_an_engine_was_known(
    collected: tuple[Path, dict[str, SourceCount]],
) -> None:
    count = collected[1]["unknown-xenforo"]
    console = Console(file=StringIO(), width=60)
    with showing([count.source], console) as show:
        show(count)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "unknown-xenforo: read as xenforo, known by the name of its page\n" in said
