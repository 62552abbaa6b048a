"""machina from PyPI, a second forum program that no engine was written for."""

from __future__ import annotations

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
    running,
    source,
    told,
)

PYTHON = str(INSTALLED / "machina" / "bin" / "python")
SITE = Path(__file__).parent / "machina_site"
TOPICS = 25
POSTS = 40
BUSY = "Account closed (3)"
"""The topic that has the replies."""

MEMBERS = ("ann", "bo", "cy")
PASSWORD = "only-on-loopback-9"


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A forum with two pages of topics, one of them with three pages of posts."""
    folder, port = tmp_path_factory.mktemp("machina"), free_port()
    ours = {"DJANGO_SETTINGS_MODULE": "settings", "PLACE": str(folder)}
    ours |= {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, "PYTHONDONTWRITEBYTECODE": "1"}
    manage = [PYTHON, str(SITE / "manage.py")]
    do([*manage, "migrate"], folder, ours)
    for name in MEMBERS:
        member = ["--username", name, "--email", f"{name}@forum.example"]
        do([*manage, "createsuperuser", "--noinput", *member], folder, ours)
    serve = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    with running(serve, folder, port, environment=ours):
        yield _written(Place(f"http://127.0.0.1:{port}/"))


def _written(forum: Place) -> Place:
    """*forum* after its members have written in it, by its forms."""
    browsers = {name: Browser(forum.url) for name in MEMBERS}
    for name, browser in browsers.items():
        browser.send("/admin/login/", {"username": name, "password": PASSWORD})
    owner = browsers["ann"]
    owner.send("/admin/forum/forum/add/", {"name": "Marketplaces", "type": 0})
    allowed = {"can_see_forum": "granted", "can_read_forum": "granted"}
    owner.send("/admin/forum/forum/edit-global-permissions/user/anonymous/", allowed)
    board = forum.url + "forum/marketplaces-1/"
    for number in range(1, TOPICS + 1):
        name = MEMBERS[number % len(MEMBERS)]
        title, text = f"Account closed ({number})", f"They closed it & kept {number} dollars."
        topic = {"subject": title, "content": text}
        browsers[name].send(f"{board}topic/create/", topic)
        forum.threads[title] = [(name, text)]
        if title == BUSY:
            busy = browsers[name].url.partition("?")[0]
    for number in range(2, POSTS + 1):
        name = MEMBERS[number % len(MEMBERS)]
        browsers[name].send(f"{busy}post/create/", {"content": f"Post number {number}."})
        forum.threads[BUSY].append((name, f"Post number {number}."))
    return forum


def test_topics_and_posts_come_back(forum: Place, tmp_path: Path) -> None:
    counts, posts = collected(tmp_path, source(forum.url, "auto"))
    assert counts[0].errors == []
    assert counts[0].failed == 0
    assert told(posts) == forum.expected
