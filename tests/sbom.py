"""What everything is made of, as two CycloneDX bills of materials: Python's, and npm's.

``make sbom`` writes ``build/sbom/python.cdx.json`` from ``requirements.lock`` and
``build/sbom/npm.cdx.json`` from the lock of ``tests/quality``. The same locks give the same
bytes, and both are checked against CycloneDX's own schema before they are written.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from scraper.files import write_whole

ROOT = Path(__file__).resolve().parents[1]


def python_bill(lock: Path) -> bytes:
    """The bill of a *lock* of pip's, with the hashes that pip accepts."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    project = ("--pyproject", ROOT / "pyproject.toml")
    words = (tool, "requirements", *project, "--output-reproducible", lock)
    return subprocess.run(words, capture_output=True, check=True).stdout


def npm_bill(path: Path) -> bytes:
    """The bill of the lock of npm's at *path*, with the hashes that npm accepts."""
    lock = json.loads(path.read_text())
    bill = json.loads(JsonV1Dot6(Bom(components=_components(lock))).output_as_string())
    for said_of_itself in ("timestamp", "tools"):
        bill["metadata"].pop(said_of_itself, None)
    bill.pop("serialNumber", None)
    text = json.dumps(bill, indent=2, sort_keys=True)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong
    return f"{text}\n".encode()


def _components(lock: dict[str, Any]) -> Iterator[Component]:
    made = LicenseFactory()
    for place, package in lock["packages"].items():
        if not place:  # the root, which is nothing but this list
            continue
        name = place.rpartition("node_modules/")[2]
        space, _, bare = name.rpartition("/")
        url = PackageURL("npm", space or None, bare, package["version"])
        yield Component(
            name=bare,
            group=space or None,
            version=package["version"],
            type=ComponentType.LIBRARY,
            purl=url,
            bom_ref=f"{place}@{package['version']}",
            licenses=[made.make_from_string(package["license"])] if "license" in package else [],
            hashes=[_hash(each) for each in package.get("integrity", "").split()],
        )


def _hash(integrity: str) -> HashType:
    """*integrity* as npm writes it (``sha512-`` and base 64) as CycloneDX does (hex)."""
    kind, _, packed = integrity.partition("-")
    algorithm = HashAlgorithm(f"SHA-{kind.removeprefix('sha')}")
    return HashType(alg=algorithm, content=base64.b64decode(packed).hex())


def main(folder: Path = ROOT / "build" / "sbom") -> None:
    """Write both into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    bills = {
        "python": python_bill(ROOT / "requirements.lock"),
        "npm": npm_bill(ROOT / "tests/quality/package-lock.json"),
    }
    for name, bill in bills.items():
        write_whole(folder / f"{name}.cdx.json", bill)
        print(f"{folder / name}.cdx.json: {len(json.loads(bill)['components'])} components")


if __name__ == "__main__":
    main()
