"""WordPress as Debian packages it: articles and comments that were written by its own means."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.engines.browser import Browser
from tests.engines.programs import (
    Place,
    collected,
    do,
    free_port,
    positions,
    running,
    source,
    told,
)

PACKAGED = Path("/usr/share/wordpress")
ARTICLES = 45
COMMENTS = 130
BUSY = "My account was closed (20)"
"""The article that has the comments."""

PASSWORD = "only-on-loopback-9"

CONFIG = """<?php
define('DB_NAME', 'blog'); define('DB_USER', 'blog'); define('DB_PASSWORD', 'blog');
define('DB_HOST', '127.0.0.1:{port}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

ROUTER = """<?php
$asked = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($asked)) return false;
if (is_file(rtrim($asked, '/') . '/index.php') && $asked !== __DIR__ . '/') return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""


@dataclass
class Blog(Place):
    """A running blog; ``busy`` is the address of the article that has comments."""

    busy: str = ""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A blog with three pages of articles, one of them with two pages of comments."""
    folder = tmp_path_factory.mktemp("wordpress")
    port, site = free_port(), folder / "site"
    with _database(folder) as database:
        shutil.copytree(PACKAGED, site)
        (site / "wp-config.php").write_text(CONFIG.format(port=database))
        (site / "router.php").write_text(ROUTER)
        serve = ["php", "-S", f"127.0.0.1:{port}", "-t", str(site), str(site / "router.php")]
        # it asks itself whether its addresses work, so one worker is not enough
        workers = {"PHP_CLI_SERVER_WORKERS": "4"}
        with running(serve, folder, port, environment=workers):
            yield _written(Blog(f"http://127.0.0.1:{port}/"))


@contextmanager
def _database(folder: Path) -> Iterator[int]:
    """The port of a database server with an empty database for the blog."""
    data, port, first = folder / "database", free_port(), folder / "first.sql"
    first.write_text(
        "CREATE DATABASE blog CHARACTER SET utf8mb4;\n"
        "CREATE USER 'blog'@'127.0.0.1' IDENTIFIED BY 'blog';\n"
        "GRANT ALL ON blog.* TO 'blog'@'127.0.0.1';\n"
    )
    own = ("--no-defaults", "--user=root", f"--datadir={data}")
    way = "--auth-root-authentication-method=normal"
    do(["mariadb-install-db", *own, way, "--skip-test-db"], folder)
    listen = ("--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder}/socket")
    light = ("--innodb-flush-log-at-trx-commit=0", "--performance-schema=OFF")
    serve = ["mariadbd", *own, *listen, *light, f"--init-file={first}"]
    with running(serve, folder, port):
        yield port


def _written(blog: Blog) -> Blog:
    """*blog* after its owner and its readers have written in it."""
    owner = Browser(blog.url)
    named = {"weblog_title": "A blog", "user_name": "owner", "admin_email": "o@blog.example"}
    secret = {"admin_password": PASSWORD, "admin_password2": PASSWORD, "pw_weak": "on"}
    owner.send("/wp-admin/install.php?step=1", {**named, **secret})
    owner.send("/wp-login.php", {"log": "owner", "pwd": PASSWORD})
    nonce = {"X-WP-Nonce": owner.get("/wp-admin/admin-ajax.php?action=rest-nonce")}
    api = "/wp-json/wp/v2/"
    for number in range(1, ARTICLES + 1):
        title = f"My account was closed ({number})"
        content = f"They closed it on day {number}.\n\nI wrote & waited <b>long</b>."
        article = {"title": title, "content": content, "status": "publish"}
        made = owner.call(f"{api}posts", article, nonce)
        text = f"They closed it on day {number}.\nI wrote & waited long."
        blog.threads[title] = [("user 1", text)]
        if title == BUSY:
            busy = made
            blog.busy = made["link"]
    _from_the_page(blog, busy["link"], owner, nonce)
    readers = []
    for name in ("ann", "bo", "cy"):
        reader = {"username": name, "email": f"{name}@blog.example", "password": PASSWORD}
        readers.append(owner.call(f"{api}users", reader, nonce)["id"])
    for number in range(4, COMMENTS + 2):
        author = readers[number % len(readers)]
        comment = {"post": busy["id"], "author": author, "content": f"No. {number}"}
        comment["status"] = "approved"
        made = owner.call(f"{api}comments", comment, nonce)
        blog.threads[BUSY].append((f"user {author}", f"No. {number}"))
    owner.call(f"{api}comments/{made['id']}", {"status": "trash"}, nonce)
    blog.threads[BUSY].pop()
    return blog


def _from_the_page(blog: Blog, link: str, owner: Browser, nonce: dict[str, str]) -> None:
    """What comes by the form of the page: a guest's comment that waits, and a quote."""
    guest, words = Browser(blog.url), "Mine too, by the form."
    guest.send(link, {"author": "Guest", "email": "g@blog.example", "comment": words})
    waiting = guest.url.partition("unapproved=")[2].partition("&")[0]
    owner.call(f"/wp-json/wp/v2/comments/{waiting}", {"status": "approve"}, nonce)
    owner.send(link, {"comment": "<blockquote>Mine too</blockquote>\nSorry to hear it."})
    blog.threads[BUSY] += [("Guest", words), ("user 1", "Mine too\nSorry to hear it.")]


@pytest.mark.parametrize("engine", ["wordpress", "auto"])
def test_articles_and_comments_come_back_by_the_api(
    blog: Blog, tmp_path: Path, engine: str
) -> None:
    counts, posts = collected(tmp_path, source(blog.url, engine))
    assert counts[0].errors == []
    assert counts[0].failed == 0
    shown = told(posts)
    shown.pop("Hello world!")  # it comes with the program
    assert shown == blog.expected
    assert positions(posts, BUSY) == [*range(1, COMMENTS + 1)]


def test_quotes_are_marked_and_dates_have_their_zone(blog: Blog, tmp_path: Path) -> None:
    _, posts = collected(tmp_path, source(blog.url, "wordpress"))
    quoting = next(post for post in posts if "Sorry to hear it" in post["text"])
    assert [quoting["text"][start:end] for start, end in quoting["quotes"]] == ["Mine too"]
    assert all(datetime.fromisoformat(post["published"]).tzinfo for post in posts)


@pytest.mark.parametrize("engine", ["wordpress", "auto"])
def test_what_a_reader_sees_gives_the_same_as_the_api(
    blog: Blog, tmp_path: Path, engine: str
) -> None:
    counts, posts = collected(tmp_path, source(blog.busy, engine))
    assert counts[0].without == {}
    texts = [text for _, text in told(posts)[BUSY]]
    assert texts == [text for _, text in blog.threads[BUSY]]
