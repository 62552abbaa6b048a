"""Files of the site that are written past MkDocs, and made anew only where something changed."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from markupsafe import Markup

from publisher.templating import naming

MANIFEST = ".made.json"
"""In the built site: what each file was made from, as a hash by its path."""

WORTH = 500
"""Files to make from which on a process for each processor saves time."""


@dataclass(frozen=True)
class Output:
    """One file: its ``path`` in the site, how it is made, and all that it is made from.

    ``inputs`` is anything that JSON can hold; as long as it, the code and the rules stay the
    same, the file of the last build is kept and ``make`` is not called. What is ``drawn`` is
    made by the build's own process, since Vega does not run in a copy of it.
    """

    path: str
    inputs: Any
    make: Callable[[], bytes | str]
    drawn: bool = False


@dataclass(frozen=True)
class MadePage:
    """A page in the theme's shell at ``path``, two folders deep: ``cases/c0001/``.

    ``body`` is called only where ``inputs`` changed; ``head`` is put into the page's head.
    """

    path: str
    title: Markup
    description: str
    body: Callable[[], Markup]
    inputs: Any
    head: str = ""
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    drawn: bool = False


class Maker:
    """Writes outputs into the folder *site*; what still holds is taken from *last*'s build.

    ``made`` counts the files that were made anew.
    """

    def __init__(self, site: Path, last: Path, base: str) -> None:
        """*base* is a hash of what every output depends on: the code and the rules."""
        self.site, self.last, self.base = site, last, base
        self.made = 0
        self._then = _manifest(last)
        self._now: dict[str, str] = {}

    def write(self, outputs: Iterable[Output]) -> None:
        """Put each of *outputs* into the site; what is made anew by all processors at once."""
        anew = [replace(output, inputs=None) for output in outputs if not self._stays(output)]
        self.made += len(anew)
        _make([output for output in anew if output.drawn], self.site)
        _make_together([output for output in anew if not output.drawn], self.site)

    def _stays(self, output: Output) -> bool:
        """Whether the last build's file still holds, and stands in the site now."""
        known = digest(self.base, output.inputs)
        self._now[output.path] = known
        target = self.site / output.path
        target.parent.mkdir(parents=True, exist_ok=True)
        return self._then.get(output.path) == known and _kept(self.last / output.path, target)

    def finish(self) -> None:
        """Write down what everything was made from, for the next build."""
        text = json.dumps(self._now, sort_keys=True, indent=0)
        (self.site / MANIFEST).write_text(text)


def _make(outputs: Iterable[Output], site: Path) -> None:
    for output in outputs:
        with naming(output.path):
            content = output.make()
        content = content.encode() if isinstance(content, str) else content
        (site / output.path).write_bytes(content)


def _make_together(outputs: Sequence[Output], site: Path) -> None:
    """Make *outputs* in copies of this process, one a processor, which know all that it knows."""
    # elsewhere a copy of a process with threads is not safe, says Python's multiprocessing
    forks = sys.platform == "linux" and len(outputs) >= WORTH
    count = len(os.sched_getaffinity(0)) if forks else 1
    if count == 1:
        return _make(outputs, site)
    _shares[:] = [outputs[first::count] for first in range(count)]
    gc.freeze()  # or the copies' collectors would touch, and so copy, all memory
    try:
        with ProcessPoolExecutor(count, get_context("fork")) as processes:
            list(processes.map(_make_share, range(count), [site] * count))
    finally:
        gc.unfreeze()
        _shares.clear()


_shares: list[Sequence[Output]] = []
"""What each copy of the process makes: it finds its share here, for functions cannot be sent."""


def _make_share(number: int, site: Path) -> None:
    _make(_shares[number], site)


def digest(*parts: Any) -> str:
    """A SHA-256 over *parts* as JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(paths: Iterable[Path]) -> str:
    """A SHA-256 over the names and bytes of the files at *paths*, in whatever order."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(f"{path.name}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _manifest(site: Path) -> dict[str, str]:
    try:
        return dict(json.loads((site / MANIFEST).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # the first build, or one that this project did not write: all is made anew


def _kept(old: Path, new: Path) -> bool:
    """Whether the file of the last build could be taken over."""
    if not old.is_file():
        return False
    try:
        os.link(old, new)
    except OSError:  # no hard links here, or another disk
        shutil.copyfile(old, new)
    return True
