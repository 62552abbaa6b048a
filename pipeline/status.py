"""Whether what a report tells from is still there: ``live``, ``gone`` or ``withdrawn``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pandas as pd

from pipeline.cases import rows
from pipeline.posts import Post, page, threads
from pipeline.privacy import address_key, load_addresses, published_url
from pipeline.record import Record
from pipeline.tables import SHOWN, UNCOUNTED, read_posts
from scraper import seen
from scraper.addresses import Addresses, is_page
from scraper.health import Health, last


class Place(NamedTuple):
    """Where a telling can begin: a post, and its position in its page."""

    post: Post
    position: int


Places = dict[str, Place]
"""By ``address_key``."""


def places(thread: Sequence[Post], key: bytes) -> Places:
    """The places of *thread*, hashed with *key*."""
    url = page(thread[0])
    return {address_key(key, url, n): Place(post, n) for n, post in enumerate(thread, 1)}


def names(row: Mapping[str, str]) -> Iterator[str]:
    """What a row is known by: its ``address_key``; its page's address, if that is one page's."""
    if row["address_key"]:
        yield row["address_key"]
    if is_page(row["url"]):
        yield f"{row['url']} {row['position']}"


def with_status(record: Record, held: Places) -> Record:
    """*record*, each report's ``status`` as the last runs found the post that it stands in.

    ``gone``: its source answers nowhere any more; the report keeps its address.
    ``withdrawn``: the source answers, and the page does not hold the post any more, which
    its author or the source took away. A post that comes back makes its report ``live``
    again. A report of an ``UNCOUNTED`` status keeps it, and loses its address where its post was
    taken away. Where nothing is known of a post, or its source could not be read, the status
    stays. *held* are the places of all posts that are held.

    Raises:
        DataError: what the runs saw of a source cannot be read.
    """
    archive = record.workspace.archive
    health, where = last(archive), cache(lambda source: seen.read(archive, source))
    addresses = load_addresses(record.workspace.rules)
    known = _named(held, addresses)
    told = rows(record.reports)
    for row in told:
        key = next((known[name] for name in names(row) if name in known), "")
        if not key:
            continue
        post = held[key].post
        found = where(post["source"]).get(post["post_id"])
        if row["status"] in UNCOUNTED:
            row["url"] = "" if found and found.lost else row["url"]
        elif found and found.lost:
            row |= {"status": "withdrawn", "address_key": key}  # its address will not name it
        elif row["status"] in SHOWN and _is_gone(post["source"], health):
            row["status"] = "gone"
        elif found and health.get(post["source"]):
            row["status"] = "live"
            row["url"] = row["url"] or published_url(page(post), addresses)
    return replace(record, reports=pd.DataFrame(told, columns=record.reports.columns, dtype=str))


def on_record(record: Record, key: bytes) -> set[str]:
    """The ids of the posts that the reports of *record* stand in, as far as posts are held."""
    held: Places = {}
    for thread in threads(read_posts(record.workspace.posts)):
        held |= places(thread, key)
    known = _named(held, load_addresses(record.workspace.rules))
    called = (name for row in rows(record.reports) for name in names(row) if name in known)
    return {held[known[name]].post["post_id"] for name in called}


def _named(held: Places, addresses: Addresses) -> dict[str, str]:
    """The ``address_key`` of each place by all that a row can be known by."""
    known = {key: key for key in held}
    for key, place in held.items():
        row = {"address_key": "", "url": published_url(page(place.post), addresses)}
        known |= dict.fromkeys(names(row | {"position": str(place.position)}), key)
    return known


def _is_gone(source: str, health: Mapping[str, Health]) -> bool:
    return source in health and health[source].state == "gone"
