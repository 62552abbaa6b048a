"""Measure the built site: every page by the Nu validator, one of each kind by Lighthouse.

``make check-site`` needs Java, Node and Chromium, and ends with an error where a page falls short.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "tests" / "quality" / "node_modules"
PAGES = ("", "platforms/upwork/", "cases/c0001/", "figures/reasons.none_stated/", "letter/")
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
HOME_BYTES = 120_000
"""What the first page may transfer before anyone does anything."""


class _Host(SimpleHTTPRequestHandler):
    """A host as real ones are: text is compressed, and may be kept for a while."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = _compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        """Say nothing; the measure is what is printed."""


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a loopback host that serves *site*."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def validate(site: Path) -> list[str]:
    """The errors that the Nu validator finds in the HTML files of *site*, each kind once."""
    jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-Xss8m", "-jar", str(jar), "--format", "json", "--errors-only"]
    command += ["--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stderr)["messages"]:
        place = message["url"].partition(f"{site}/")[2]
        found.setdefault(message["message"], []).append(place)
    return [f"{text} ({len(places)} x, {places[0]})" for text, places in found.items()]


def light(address: str) -> dict[str, Any]:
    """What Lighthouse reports of the page at *address*, on a simulated phone."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), "")
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [str(TOOLS / ".bin" / "lighthouse"), address, "--quiet", "--output=json"]
        command += [f"--output-path={report.name}", f"--only-categories={','.join(LEAST)}"]
        command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium}, check=True)
        return dict(json.loads(Path(report.name).read_text()))


def _short(page: str, report: dict[str, Any]) -> list[str]:
    """Where the page falls short of ``LEAST``, with the audits that say so."""
    scores = {name: round(100 * report["categories"][name]["score"]) for name in LEAST}
    transferred = report["audits"]["total-byte-weight"]["numericValue"]
    print(f"/{page}:", ", ".join(f"{name} {score}" for name, score in scores.items()), end="; ")
    print(f"{transferred:,.0f} bytes")
    found = [
        f"/{page}: {name} {score}, not {LEAST[name]}: {', '.join(_failed(report, name))}"
        for name, score in scores.items()
        if score < LEAST[name]
    ]
    if not page and transferred > HOME_BYTES:
        found.append(f"/: {transferred:,.0f} bytes, not {HOME_BYTES:,}")
    return found


def _failed(report: dict[str, Any], category: str) -> list[str]:
    weighed = {ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]}
    scores = {name: report["audits"][name]["score"] for name in sorted(weighed)}
    return [name for name, score in scores.items() if score is not None and score < 0.9]


def main(site: Path) -> int:
    """Validate and measure *site*; the number of what falls short."""
    short = validate(site)
    print(f"Nu validator: {len(short)} kinds of error")
    with served(site) as address:
        for page in PAGES:
            short += _short(page, light(address + page))
    print(*short, sep="\n")
    return len(short)


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "public").resolve())))
