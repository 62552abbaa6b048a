"""A picture of every kind of page, on a phone and a desk, in both colours, to be looked at.

make screenshots    # into build/screenshots/
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.check_site import served
from tests.page_kinds import axe_findings, page_kinds

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "build" / "screenshots"
MOST = 6000
"""How much of a long page is shown, in pixels from its top."""


def main(site: Path) -> int:
    """Picture *site* and print what axe-core finds; how much that is."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    found = 0
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for scheme in ("light", "dark"):
            for width in (390, 1440):
                page = browser.new_page(
                    color_scheme=scheme, viewport={"width": width, "height": 900}
                )
                for kind in page_kinds(site):
                    page.goto(address + kind, wait_until="networkidle")
                    name = kind.strip("/").replace("/", "-") or "home"
                    height = page.evaluate("document.documentElement.scrollHeight")
                    page.screenshot(
                        path=PICTURES / f"{name}-{width}-{scheme}.png",
                        clip={"x": 0, "y": 0, "width": width, "height": min(height, MOST)},
                        full_page=True,
                    )
                    for finding in axe_findings(page):
                        print(f"/{kind} at {width}, {scheme}: {finding}")
                        found += 1
        browser.close()
    return found


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "public").resolve())))
