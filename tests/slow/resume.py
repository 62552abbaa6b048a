"""The crawl of two thousand pages, killed at twenty random moments: ``make test-resume``."""

from __future__ import annotations

import os
from pathlib import Path
from random import SystemRandom

from tests.scraper.test_resume import check, killed


def test_a_long_crawl_that_is_killed_twenty_times(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**9))
    print(f"\nSEED={seed}")
    crawl = killed(tmp_path, topics=1335, kills=20, seed=seed)
    print(f"{crawl.pages} pages, {len(crawl.posts)} posts; {crawl.kills} kills, {crawl.torn} torn")
    assert crawl.pages >= 2000
    check(crawl)
