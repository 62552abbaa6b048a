"""Spirit from PyPI, a forum program that no engine was written for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.browser import Browser
from tests.engines.programs import (
    INSTALLED,
    Place,
    collected,
    do,
    free_port,
    positions,
    running,
    source,
    told,
)

BIN = INSTALLED / "spirit" / "bin"
TOPICS = 25
COMMENTS = 45
BUSY = "Account closed (3)"
"""The topic that has the comments."""

MEMBERS = ("ann", "bo", "cy")
PASSWORD = "only-on-loopback-9"

SETTINGS = """
from .dev import *
ST_RATELIMIT_ENABLE = False
ST_SITE_URL = "http://127.0.0.1/"
"""


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A forum with two pages of topics, one of them with three pages of comments."""
    folder, port = tmp_path_factory.mktemp("spirit"), free_port()
    path = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    do(["spirit", "startproject", "place"], folder, path)
    place = folder / "place"
    (place / "place" / "settings" / "ours.py").write_text(SETTINGS)
    ours = {"DJANGO_SETTINGS_MODULE": "place.settings.ours", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    manage = [str(BIN / "python"), "manage.py"]
    do([*manage, "spiritinstall"], place, ours)
    for name in MEMBERS:
        member = ["--username", name, "--email", f"{name}@forum.example"]
        do([*manage, "createsuperuser", "--noinput", *member], place, ours)
    serve = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    with running(serve, place, port, environment=ours):
        yield _written(Place(f"http://127.0.0.1:{port}/"))


def _written(forum: Place) -> Place:
    """*forum* after its members have written in it, by its forms."""
    browsers = {name: Browser(forum.url) for name in MEMBERS}
    for name, browser in browsers.items():
        browser.send("/user/login/", {"username": name, "password": PASSWORD})
    owner = browsers["ann"]
    owner.send("/st/admin/category/create/", {"title": "Marketplaces"})
    category = owner.get("/topic/publish/").partition("Marketplaces")[0].rpartition('value="')[2]
    for number in range(1, TOPICS + 1):
        name = MEMBERS[number % len(MEMBERS)]
        title, text = f"Account closed ({number})", f"They closed it & kept {number} dollars."
        topic = {"title": title, "category": category.partition('"')[0], "comment": text}
        browsers[name].send("/topic/publish/", topic)
        forum.threads[title] = [(name, text)]
        if title == BUSY:
            busy = browsers[name].url
    for number in range(2, COMMENTS + 1):
        name = MEMBERS[number % len(MEMBERS)]
        browsers[name].send(busy, {"comment": f"Comment number {number}."}, "/comment/")
        forum.threads[BUSY].append((name, f"Comment number {number}."))
    return forum


def test_topics_and_comments_come_back(forum: Place, tmp_path: Path) -> None:
    counts, posts = collected(tmp_path, source(forum.url, "auto"))
    assert counts[0].errors == []
    assert counts[0].failed == 0
    assert told(posts) == forum.expected
    assert positions(posts, BUSY) == [*range(1, COMMENTS + 1)]
