"""What the locks are checked by: licences, bills of materials, and known vulnerabilities."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.check_licences import Package, is_allowed, node_packages, problems, python_packages
from tests.sbom import npm_bill, python_bill

ROOT = Path(__file__).resolve().parents[1]
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["licences"]
NPM = ROOT / "tests/quality/package-lock.json"


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two entries of ``requirements.lock``."""
    every = re.findall(r"^\S+==.*\\\n(?:    --hash.*\n)+", _lock(), re.MULTILINE)
    path = tmp_path_factory.mktemp("lock") / "requirements.lock"
    path.write_text("".join(each for each in every if each.startswith(("jinja2", "lxml="))))
    return path


def _lock() -> str:
    return (ROOT / "requirements.lock").read_text()


def test_every_package_of_both_locks_is_licensed_as_allowed() -> None:
    packages = [*python_packages(), *node_packages()]
    names = {package.name for package in packages}
    assert {"scrapy", "mkdocs-material", "lighthouse"} <= names
    assert len(packages) > 400
    assert problems(packages, RULES) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("(MIT OR GPL-3.0-only)", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND MIT", True),
        ("", False),
        ("Proprietary, by courtesy of MIT", False),
    ],
)
def test_a_licence_is_read_as_it_is_written(licence: str, allowed: bool) -> None:
    assert is_allowed(licence, set(RULES["allowed"])) is allowed


def test_what_is_not_allowed_and_what_needs_no_exception_is_named() -> None:
    packages = [Package("stranger", "1.0", "GPL-3.0-only"), Package("surt", "2.0", "MIT")]
    rules = RULES | {"excepted": {"surt": "a reason"}}
    refused, idle = problems(packages, rules)
    assert refused.startswith("stranger 1.0: GPL-3.0-only; take it out, or add it")
    assert idle == "surt: needs no exception in [tool.licences] any more"


def test_the_bills_hold_what_the_locks_do_and_come_out_the_same(lock: Path) -> None:
    bill = python_bill(lock)
    assert bill == python_bill(lock)
    told = {each["name"]: each for each in json.loads(bill)["components"]}
    assert {"jinja2", "lxml"} <= told.keys()
    for each in told.values():
        assert f"{each['name']}=={each['version']} \\" in _lock()
        assert each["externalReferences"][0]["hashes"][0]["content"] in _lock()
    npm = npm_bill(NPM)
    assert npm == npm_bill(NPM)
    packages = [place for place in json.loads(NPM.read_text())["packages"] if place]
    components = json.loads(npm)["components"]
    assert len(components) == len(packages)
    assert all(each["purl"] and each["hashes"] for each in components)


@pytest.fixture
def database() -> Iterator[Callable[[str], str]]:
    """The address of a vulnerability database that knows of one in the package named."""
    servers = []

    def serve(vulnerable: str) -> str:
        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                found = asked["package"]["name"] == vulnerable
                known = {"id": "PYSEC-0-1", "published": "2026-01-01T00:00:00Z", "affected": []}
                body = json.dumps({"vulns": [known]} if found else {}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *words: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("vulnerable", "status"), [("jinja2", 1), ("elsewhere", 0)])
def test_a_known_vulnerability_of_a_pinned_version_fails_the_check(
    lock: Path, database: Callable[[str], str], vulnerable: str, status: int
) -> None:
    recipe = (ROOT / "Makefile").read_text()
    (line,) = (line for line in recipe.splitlines() if "pip-audit" in line)
    words = line.replace("requirements.lock", str(lock)).split()[1:]
    program = Path(sys.executable).with_name("pip-audit")
    done = subprocess.run(
        [program, *words, "--vulnerability-service", "osv", "--osv-url", database(vulnerable)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert ("PYSEC-0-1" in done.stdout) is bool(status)
