"""How much memory a crawl has, which Scrapy's own extension bounds."""

from __future__ import annotations

import resource
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATM = Path("/proc/self/statm")
"""Where Linux says how many pages of memory a process has."""


class Memory(MemoryUsage):
    """Scrapy's bound, on what there is now: the peak counts what the starting process had."""

    def get_virtual_size(self) -> int:
        """Bytes of memory that this process holds; where that is not told, its peak."""
        if not STATM.exists():
            return super().get_virtual_size()
        return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
