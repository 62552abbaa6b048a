"""One target in a process of its own, until libFuzzer ends it; started by ``fuzz.py``."""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["pipeline", "scraper"], enable_loader_override=False):
    from tests.fuzz.targets import seeds, targets

target = targets()[sys.argv[1]]
for seed in seeds(sys.argv[1]):
    target(seed)  # what is loaded once is no input's time
atheris.Setup(sys.argv[:1] + sys.argv[2:], target)
atheris.Fuzz()
