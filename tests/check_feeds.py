"""All feeds of a built site by the W3C's feed validator: ``make check-feeds VALIDATOR=folder``.

The validator is no package: *folder* is a checkout of https://github.com/w3c/feedvalidator,
whose requirements (lxml, html5lib, rdflib) stand in its own file.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path

BELOW = "https://record.example/"
"""Where the feeds are taken to lie; nothing is asked there."""


def main(folder: Path, site: Path) -> int:
    """Print what the validator says of every feed of *site*; how many have an error."""
    sys.path.insert(0, str(folder / "src"))
    validator = importlib.import_module("feedvalidator")
    levels = importlib.import_module("feedvalidator.compatibility")
    broken, warned, feeds = 0, Counter[str](), sorted((site / "feeds").rglob("*.atom"))
    for path in feeds:
        base = BELOW + path.relative_to(site).as_posix()
        found = validator.validateString(path.read_bytes(), firstOccurrenceOnly=1, base=base)
        errors = [type(event).__name__ for event in levels.A(found["loggedEvents"])]
        warned.update(type(event).__name__ for event in levels.AA(found["loggedEvents"]))
        broken += bool(errors)
        if errors:
            print(f"{path.relative_to(site)}: {', '.join(errors)}")
    warnings = ", ".join(f"{name} {number}" for name, number in warned.items())
    print(f"{len(feeds)} feeds, {broken} with errors; warnings: {warnings or 'none'}")
    return broken or not feeds


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]), Path(sys.argv[2]))))
