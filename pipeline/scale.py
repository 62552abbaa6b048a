"""What coding a whole crawl of the web would cost, from what coding posts was measured to cost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from scraper.rules import DataError, Rule, load_rules


class Measured(Rule):
    """``data/measured/scale.json``: one run of ``make bench-cluster``.

    ``seconds`` are those of the clock from the first file to the last, on ``workers``
    processors; ``growth`` is the exponent of time over posts (1 is linear), ``peak_mb`` the
    most that a worker's process held. ``sample`` posts were coded again by one process,
    ``equal`` says whether row for row the same came of it, ``killed`` how many workers were.
    """

    posts: int
    threads: int
    tellings: int
    workers: int
    seconds: float
    growth: float
    peak_mb: float
    sample: int
    equal: bool
    killed: int


class _Crawl(Rule):
    name: str
    pages: int
    source: str
    seen: date


class _CoreHour(Rule):
    usd: float
    source: str
    seen: date


class _Scale(Rule):
    crawl: _Crawl
    core_hour: _CoreHour


def estimate(rules: Path) -> str:
    """A paragraph in Markdown: what was measured, and what a crawl would cost at that rate.

    Every page counts as one post, none is left out beforehand, and fetching is not counted.

    Raises:
        DataError: a file breaks its model.
    """
    measured, scale = _measured(rules / "measured" / "scale.json"), _scale(rules / "scale.toml")
    rate = measured.posts / measured.seconds / measured.workers
    hours = scale.crawl.pages / rate / 3600
    same = "the same row for row" if measured.equal else "NOT the same"
    return (
        f"Measured by `make bench-cluster`: {measured.posts:,} posts in {measured.threads:,} "
        f"threads, of which {measured.tellings:,} tellings, on {measured.workers} workers in "
        f"{measured.seconds:,.0f} s, that is {rate:,.0f} posts a second and processor; time grows "
        f"as posts to the power of {measured.growth:.2f}; at most {measured.peak_mb:,.0f} MB a "
        f"worker; {measured.killed} worker killed midway; {measured.sample:,} posts coded again by "
        f"one process are {same}.\n\n"
        f"At that rate the {scale.crawl.pages / 1e9:.1f} billion pages of [{scale.crawl.name}]"
        f"({scale.crawl.source}), each taken as one post and none left out by its host first, are "
        f"{_short(hours)} processor hours; at [{scale.core_hour.usd} US dollars each]"
        f"({scale.core_hour.source}), {_short(hours * scale.core_hour.usd)} US dollars. Fetching "
        f"and storing come on top. An index of addresses that leaves out a share of pages "
        f"beforehand saves that share.\n"
    )


def _short(number: float) -> str:
    """*number* to two digits that count."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _measured(path: Path) -> Measured:
    try:
        return Measured.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        problem = f"cannot be used ({str(error).splitlines()[0]}); make bench-cluster writes it"
        raise DataError(path, "", problem) from error


def _scale(path: Path) -> _Scale:
    return load_rules(path, _Scale)
