"""What the steps of the chain rest on, so that a step is not done again for nothing."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.coding.model import NAME, URL
from pipeline.memo import Memo
from pipeline.privacy import address_key
from pipeline.workspace import Workspace, specimens
from scraper.identity import secret_key

PROJECT = Path(__file__).resolve().parents[1]
CODE = [PROJECT / name for name in ("pipeline", "scraper", "requirements.lock")]
SITE = [PROJECT / name for name in ("site", "mkdocs.yml")]
TABLES = ("reports", "evidence", "cases", "letters", "links", "retired")
"""Tables that a run writes."""
DECIDED = ("confirmations", "corrections", "second_codings", "removals")
"""Tables that people's decisions stand in."""
COLLECTED = ("archive", "posts", "tellings", "run")
"""Folders below ``data/`` that no page is made from."""


def coded(workspace: Workspace) -> Memo:
    """Of coding and linking the posts of *workspace*."""
    seen = [workspace.archive / "health.jsonl", *sorted(workspace.archive.glob("*.seen.json"))]
    reads = [workspace.posts, *seen, *_rules(workspace), *_tables(workspace, DECIDED), *CODE]
    held = any(workspace.posts.glob("*.jsonl.gz"))
    key = secret_key(workspace.table("removals")) if held else b""
    told = (os.environ.get(URL, ""), os.environ.get(NAME, ""))
    also = " ".join((address_key(key, "memo", 0), *told))
    return Memo(_file(workspace, "coded"), reads, _written(workspace), also=also)


def settled(workspace: Workspace) -> Memo:
    """Of applying what people decided and linking what is on record."""
    reads = [*_rules(workspace), *_tables(workspace, DECIDED), *CODE]
    return Memo(_file(workspace, "settled"), reads, _written(workspace))


def published(workspace: Workspace, out: Path) -> Memo:
    """Of counting the figures and building the site in *out*."""
    written = [*_written(workspace), *_tables(workspace, ("figures", "published"))]
    kept = sorted(set(workspace.root.iterdir()) - set(written))
    reads = [path for path in kept if path.name not in COLLECTED and not path.name.startswith(".")]
    reads += [*sorted(specimens(workspace).root.glob("*.csv")), *SITE, *CODE]
    return Memo(_file(workspace, "published"), reads, written, [out], also=str(out.resolve()))


def _file(workspace: Workspace, step: str) -> Path:
    return workspace.root / "run" / f"{step}.json"


def _rules(workspace: Workspace) -> list[Path]:
    rules = workspace.rules
    return [*sorted(rules.glob("*.toml")), rules / "codebook", rules / "training"]


def _tables(workspace: Workspace, names: tuple[str, ...]) -> list[Path]:
    return [workspace.table(name) for name in names]


def _written(workspace: Workspace) -> list[Path]:
    return [*_tables(workspace, TABLES), workspace.root / "ids.toml"]
