"""All corners of the specimen web."""

from __future__ import annotations

from pathlib import Path

from scraper.specimens.articles import Articles
from scraper.specimens.auto import Auto
from scraper.specimens.corner import Corner
from scraper.specimens.discourse import Discourse
from scraper.specimens.flarum import Flarum
from scraper.specimens.habr import Habr
from scraper.specimens.invision import Invision
from scraper.specimens.khoros import Khoros
from scraper.specimens.lemmy import Lemmy
from scraper.specimens.nodebb import NodeBB
from scraper.specimens.phpbb import PhpBB
from scraper.specimens.reddit import Reddit
from scraper.specimens.vbulletin import VBulletin
from scraper.specimens.wordpress import WordPress
from scraper.specimens.xenforo import XenForo

KINDS: tuple[type[Corner], ...] = (
    *(Articles, Auto, Discourse, Flarum, Habr, Invision, Khoros, Lemmy, NodeBB),
    *(PhpBB, Reddit, VBulletin, WordPress, XenForo),
)
"""One for each host."""


def open_corners(folder: Path) -> tuple[Corner, ...]:
    """Every corner with its threads below *folder*.

    Raises:
        DataError: a thread's file breaks the rules.
    """
    return tuple(kind(folder) for kind in KINDS)
