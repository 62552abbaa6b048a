"""Fuzz every parser and coder: `make fuzz SECONDS=60`; TARGET=name for one.

Each target runs in a process of its own, bounded in memory and in time for each input. Inputs
are mutated by libFuzzer, led by the coverage of our code (Atheris), from the seeds of
``targets.py``. One that crashes, hangs or takes too much is kept in ``found/`` and fails from
then on in ``test_found.py``, until it is mended.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.targets import seeds, targets

FOUND = Path(__file__).with_name("found")
SLOWEST = 1
"""Seconds of one input; libFuzzer counts whole ones."""
LARGEST = 4096
"""Bytes of the longest input."""
MEMORY = 1500
"""Megabytes that a target may take at its peak, what was learned included."""


def fuzz(name: str, seconds: int) -> str:
    """Run the target *name* for *seconds*; what it found, in a line, "" for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, kept = Path(folder) / "corpus", Path(folder) / "kept"
        corpus.mkdir()
        kept.mkdir()
        for number, seed in enumerate(seeds(name)):
            (corpus / str(number)).write_bytes(seed)
        bounds = [f"-max_total_time={seconds}", "-timeout=10", f"-max_len={LARGEST}"]
        bounds += [f"-report_slow_units={SLOWEST}"]
        bounds += [f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={kept}/", "-print_final_stats=1"]
        program = [sys.executable, "-m", "tests.fuzz.one", name, *bounds, str(corpus)]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        said = done.stderr
        runs = next((w for w in said.splitlines() if "number_of_executed_units" in w), "? 0")
        print(f"{name:22} {runs.split()[-1]:>8} inputs", flush=True)
        return "; ".join(filter(None, (_keep(name, path) for path in kept.iterdir()))) or (
            "" if done.returncode == 0 else f"{name}: {said[-800:]}"
        )


def _keep(name: str, path: Path) -> str:
    data = path.read_bytes()
    kept = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
    if path.name.startswith("slow-unit") and _seconds(name, data) < SLOWEST:
        return ""  # slow for whatever else ran here
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(data)
    return f"{name}: {path.name.partition('-')[0]}, kept as {kept}"


def _seconds(name: str, data: bytes) -> float:
    target = targets()[name]
    begun = time.process_time()
    target(data)
    return time.process_time() - begun


def main(seconds: int, *names: str) -> None:
    """Fuzz the targets *names*, else all; end with 1 if anything was found."""
    begun = time.monotonic()
    found = [told for name in names or targets() if (told := fuzz(name, seconds))]
    print(f"{time.monotonic() - begun:.0f} s in all; {len(found)} targets found something")
    print("\n".join(found))
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
