import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.codebook import load_codebook
from pipeline.platforms import load_platforms
from pipeline.privacy import is_wordless, load_addresses
from pipeline.workspace import record
from scraper.addresses import Addresses, Rewrite, page_name, published_url, shown_url
from scraper.rules import DataError


@pytest.fixture(scope="module")
def rules() -> Addresses:
    return load_addresses(record().rules)


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("https://somebody.medium.com/lost-it-all-0123456789ab?source=x", "https://medium.com/p/0123456789ab"),
        ("https://medium.com/@somebody/lost-it-all-0123456789ab", "https://medium.com/p/0123456789ab"),
        ("https://medium.com/@somebody", "https://medium.com/"),
        ("https://www.reddit.com/r/Upwork/comments/1abcde/gone/", "https://www.reddit.com/comments/1abcde/"),
        ("https://old.reddit.com/user/somebody/comments/1abcde/gone/", "https://www.reddit.com/comments/1abcde/"),
        ("https://www.reddit.com/user/somebody", "https://www.reddit.com/"),
        ("http://redlib.mirror.test/r/Upwork/comments/1abcde/gone/mnhz8y5/?context=3", "https://www.reddit.com/comments/1abcde/_/mnhz8y5/"),
        ("http://198.51.100.7:8080/r/Upwork/hot", "https://www.reddit.com/"),
        ("https://news.ycombinator.com/user?id=somebody", "https://news.ycombinator.com/"),
        ("https://hn.algolia.com/api/v1/items/123", "https://news.ycombinator.com/item?id=123"),
        ("https://dev.to/somebody/gone-1abc", "https://dev.to/"),
        ("https://somebody.blogspot.com/2020/01/gone.html", "https://www.blogger.com/"),
        ("https://somebody.wordpress.com/2020/01/01/gone/", "https://wordpress.com/"),
        ("https://community.upwork.com/t5/user/viewprofilepage/user-id/1", "https://community.upwork.com/"),
        ("https://community.upwork.com/t5/Freelancers/Gone/td-p/1?nobounce", "https://community.upwork.com/t5/Freelancers/Gone/td-p/1"),
        ("https://forum.fiverr.com/u/somebody/summary", "https://forum.fiverr.com/"),
        ("https://www.fiverr.com/somebody", "https://www.fiverr.com/"),
        ("https://www.upwork.com/freelancers/~0123", "https://www.upwork.com/"),
        ("https://www.expertlaw.com/forums/printthread.php?t=1&pp=10&u=7", "https://www.expertlaw.com/forums/printthread.php?t=1"),
        ("https://forums.envato.com/t/somebody-took-my-account/53904/12?u=somebody", "https://forums.envato.com/t/53904"),
        ("https://somebody-writes.test/gone", ""),
        ("https://somebody-writes.test/t/somebody-took-my-account/7", ""),
        ("https://[somebody/", ""),
        ("mailto:somebody@mail.test", ""),
    ],
)  # fmt: skip
def test_an_address_is_published_in_a_form_that_names_nobody(
    url: str, published: str, rules: Addresses
) -> None:
    assert published_url(url, rules) == published


def test_the_specimens_keep_their_own_addresses(rules: Addresses) -> None:
    url = "http://phpbb.specimens.example/viewtopic.php?t=7"
    assert published_url(url, rules) == url
    reddit = "http://reddit.specimens.example/r/Gigs/comments/1abcde/gone/"
    assert (
        published_url(reddit, rules) == "https://reddit.specimens.example/r/Gigs/comments/1abcde/"
    )
    profile = "http://articles.specimens.example/@somebody/gone"
    assert published_url(profile, rules) == "http://articles.specimens.example/"


def test_every_address_of_one_page_has_one_name(rules: Addresses) -> None:
    pages = [
        {
            "https://forums.envato.com/t/gone/53904",
            "http://forums.envato.com/t/53904.json?page=2",
            "https://forums.envato.com/t/gone-again/53904/7#post_7",
        },
        {
            "https://www.reddit.com/r/Upwork/comments/1abcde/gone/",
            "https://old.reddit.com/r/Upwork/comments/1abcde/.json?limit=500",
        },
        {"https://medium.com/@somebody/gone-0123456789ab", "https://medium.com/p/0123456789ab"},
        {"https://dev.to/somebody/gone-1abc", "http://dev.to/somebody/gone-1abc/"},
        {"https://dev.to/somebody/other-1abd"},
    ]
    names = [{page_name(url, rules) for url in urls} for urls in pages]
    assert [len(of_page) for of_page in names] == [1] * len(pages)
    assert len(set.union(*names)) == len(pages)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://forums.envato.com/t/somebody-gone/53904.json?page=2", "https://forums.envato.com/t/53904"),
        ("http://127.0.0.1:99/u/somebody/activity?id=3", "http://127.0.0.1:99/…"),
        ("http://me:secret@board.test/viewtopic.php?t=7&u=somebody", "http://board.test/viewtopic.php?t=7"),
        ("https://www.reddit.com/user/somebody/about.json", "https://www.reddit.com/"),
        ("http://blog.test/2024/06/somebody-took-my-account/", "http://blog.test/2024/06/…/"),
        ("http://blog.test/wp-json/wp/v2/posts?page=2&search=somebody", "http://blog.test/wp-json/wp/v2/posts?page=2"),
        ("http://[somebody", "an address"),
    ],
)  # fmt: skip
def test_an_error_names_an_address_without_a_person(url: str, shown: str, rules: Addresses) -> None:
    assert shown_url(url, rules) == shown


@pytest.mark.parametrize("name", ["reports", "negatives"])
def test_every_address_in_the_record_is_in_its_published_form(name: str, rules: Addresses) -> None:
    table = pd.read_csv(record().table(name), dtype=str, keep_default_na=False)
    wrong = [url for url in table["url"] if url and not _stands(url, rules)]
    assert wrong == []


def _stands(url: str, rules: Addresses) -> bool:
    """Publishing an address that was published changes nothing; a bare host names no page."""
    bare = re.fullmatch(r"https?://[^/]+/", url)
    return bool(bare) or published_url(url, rules) == url


def test_no_file_of_the_record_holds_a_handle() -> None:
    handle = re.compile(
        r"/@|%40|\b[\w.]+@[\w-]+\.\w|/(u|user|users|profile|members?)/|redlib|"
        r"[\w-]+\.(medium|blogspot|wordpress|wixsite)\.|freelancers/~"
    )
    for path in sorted(record().root.glob("*.csv")):
        found = handle.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found}"


def test_a_pattern_that_is_none_is_refused_by_its_place() -> None:
    with pytest.raises(ValueError, match="is no regular expression"):
        Rewrite(pattern="(", form="x", why="y")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"addresses\.toml: cannot be read"):
        load_addresses(tmp_path)


@pytest.mark.parametrize(
    ("column", "values", "others"),
    [
        ("platform", ["upwork", "other:lancers"], ["other:zovik quellan", "zovik.example"]),
        ("reasons", ["spam"], ["zovik said so", "spam|performance"]),
        ("jobs_completed", ["40", "4000.5"], ["4930770004471", "+4930770004", "FO9471", "-1"]),
        ("fee_percents", ["8.95"], ["8.95 of Zovik", "1e9"]),
        ("published", ["2024", "2024-05-02"], ["2024-05-02 by Zovik", "4930770004"]),
        ("funds_currency", ["USD"], ["zov", "ZOVIK"]),
        (
            "events",
            ["appeal", "response:automated@+1h", "action:closed@2024-05", "outcome:upheld@+31.5d"],
            ["response:zovik", "zovik", "action:closed@zovik", "appeal:yes zovik", "screen:other"],
        ),
    ],
)
def test_a_value_that_could_be_words_is_told_from_one_that_cannot(
    column: str, values: list[str], others: list[str]
) -> None:
    folder = record().rules
    codebook = load_codebook(folder / "codebook")
    platforms = load_platforms(folder / "platforms.toml")
    kept = [
        value
        for value in (*values, *others)
        if is_wordless(codebook.columns[column], value, codebook, platforms)
    ]
    assert kept == values


def test_every_value_on_record_is_wordless() -> None:
    table = pd.read_csv(record().table("reports"), dtype=str, keep_default_na=False)
    codebook = load_codebook(record().rules / "codebook")
    platforms = {*load_platforms(record().rules / "platforms.toml"), "unknown", *table["platform"]}
    wrong = [
        (name, value)
        for name, column in codebook.columns.items()
        if name != "url"
        for cell in table[name]
        for value in cell.split("|")
        if value and not is_wordless(column, value, codebook, platforms)
    ]
    assert wrong == []
