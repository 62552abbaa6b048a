"""What all tests share."""

from __future__ import annotations

import signal

# Programs that tests start are interrupted as on a terminal. Where the tests themselves run
# in the background the shell has Ctrl-C ignored, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
