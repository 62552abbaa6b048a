"""All corners of the specimen web."""

from __future__ import annotations

from pathlib import Path

from scraper.specimens.articles import Articles
from scraper.specimens.corner import Corner
from scraper.specimens.discourse import Discourse
from scraper.specimens.invision import Invision
from scraper.specimens.khoros import Khoros
from scraper.specimens.phpbb import PhpBB
from scraper.specimens.reddit import Reddit
from scraper.specimens.vbulletin import VBulletin
from scraper.specimens.wordpress import WordPress
from scraper.specimens.xenforo import XenForo


def open_corners(folder: Path) -> tuple[Corner, ...]:
    """Every corner with its threads below *folder*.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    kinds = (Articles, Discourse, Invision, Khoros, PhpBB, Reddit, VBulletin, WordPress, XenForo)
    return tuple(kind(folder) for kind in kinds)
