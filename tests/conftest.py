"""What all tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

# Programs that tests start are interrupted as on a terminal. Where the tests themselves run
# in the background the shell has Ctrl-C ignored, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What the coder learned is kept in the user's cache. Tests that start with an empty home
# would learn it anew each time.
os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
