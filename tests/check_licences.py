"""What everything that the two locks install is licensed under, against what is allowed.

``make check-supply`` runs it. The allowed licences and the packages that are used all the
same, each with its reason, stand in ``pyproject.toml`` below ``[tool.licences]``. A licence
is what the package's own metadata say; for npm, what its lock says.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([\w.-]+)==(\S+)(?: ; \S.*?)? \\$", re.MULTILINE)
CLASSIFIER = "License :: "


class Package(NamedTuple):
    """One package of a lock; ``licence`` is an SPDX expression or other words, or empty."""

    name: str
    version: str
    licence: str


def python_packages() -> Iterator[Package]:
    """What ``requirements.lock`` pins, as installed here; what this platform needs not is left."""
    for name, version in PINNED.findall((ROOT / "requirements.lock").read_text()):
        try:
            yield Package(name, version, _stated(name))
        except PackageNotFoundError:
            continue


def node_packages() -> Iterator[Package]:
    """What the lock of ``tests/quality`` pins."""
    lock = json.loads((ROOT / "tests/quality/package-lock.json").read_text())
    for place, package in lock["packages"].items():
        if name := place.rpartition("node_modules/")[2]:
            yield Package(name, package["version"], package.get("license", ""))


def _stated(name: str) -> str:
    about: dict[str, Any] = metadata(name).json
    classified = [
        each.rpartition(" :: ")[2]
        for each in about.get("classifier", [])
        if each.startswith(CLASSIFIER) and not each.endswith("OSI Approved")
    ]
    words = about.get("license", "").strip().partition("\n")[0]
    return about.get("license_expression") or " OR ".join(classified) or words


def is_allowed(licence: str, allowed: set[str]) -> bool:
    """Whether one way to read *licence* asks for nothing but *allowed* ones."""
    ways = re.sub(r"^\((.*)\)$", r"\1", licence).split(" OR ")
    return any(set(way.split(" AND ")) <= allowed for way in ways)


def problems(packages: list[Package], rules: dict[str, Any]) -> list[str]:
    """One line per package that may not be used, and per exception that is none any more."""
    allowed, excepted = set(rules["allowed"]), rules["excepted"]
    refused = {each.name: each for each in packages if not is_allowed(each.licence, allowed)}
    told = [
        f"{each.name} {each.version}: {each.licence or 'states no licence'}; take it out, or "
        "add it to [tool.licences] of pyproject.toml with the reason"
        for each in refused.values()
        if each.name not in excepted
    ]
    idle = excepted.keys() - refused.keys()
    return told + [f"{name}: needs no exception in [tool.licences] any more" for name in idle]


def main() -> None:
    """Print what is wrong, else how many packages there are; status 1 where something is."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["licences"]
    packages = [*python_packages(), *node_packages()]
    found = sorted(problems(packages, rules))
    print(*found or [f"licences: {len(packages)} packages, all allowed"], sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
