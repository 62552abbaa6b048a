"""HTML to text: lines, spaces, quotes and what is left out."""

from __future__ import annotations

import pytest
from lxml.cssselect import CSSSelector

from scraper.engines.html import absolute, canonical, code, document, fragment, lang, to_text
from scraper.post import EngineError, Page


def quoted(markup: str) -> list[str]:
    text, quotes = to_text(fragment(markup))
    return [text[start:end] for start, end in quotes]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>One.</p>\n\n<p> Two. </p>\n", "One.\nTwo."),
        ("One<br>two<br />\nthree", "One\ntwo\nthree"),
        ("One<br><br>two<br><br><br>three", "One\n\ntwo\n\nthree"),
        ("They <b>closed</b> <i>my</i>account", "They closed myaccount"),
        ("a \n\t b&nbsp;&amp; c", "a b\xa0& c"),
        ("<ul><li>first</li><li>second</li></ul>after", "first\nsecond\nafter"),
        ("<table><tr><td>job</td><td>20 %</td></tr></table>", "job\n20 %"),
        ("<pre>Dear user,\n  bye</pre>end", "Dear user,\nbye\nend"),
        ("<pre><code>Dear user,\n<b>bye</b>\nsir</code></pre>end", "Dear user,\nbye\nsir\nend"),
        ("x<script>no()</script>y<!-- no --><style>p{}</style>z", "xyz"),
        ("before<img src=a.png alt=smile>after", "beforeafter"),
        ("ac\xadcount\u200b closed\x00", "account closed"),
    ],
)
def test_text_is_what_a_reader_sees(markup: str, text: str) -> None:
    assert to_text(fragment(markup))[0] == text


def test_a_quote_is_marked_without_the_white_space_around_it() -> None:
    markup = "<p>It said:</p>\n<blockquote>\n<p>Dear user,</p><p>goodbye.</p>\n</blockquote> Why?"
    assert to_text(fragment(markup))[0] == "It said:\nDear user,\ngoodbye.\nWhy?"
    assert quoted(markup) == ["Dear user,\ngoodbye."]


def test_of_nested_quotes_the_outer_one_counts() -> None:
    markup = "<blockquote>I said<blockquote>they said</blockquote>so</blockquote>no"
    assert quoted(markup) == ["I said\nthey said\nso"]


def test_an_empty_quote_is_none() -> None:
    assert quoted("<blockquote> <br> </blockquote>text<blockquote>q</blockquote>") == ["q"]


def test_what_is_left_out_leaves_what_follows_it() -> None:
    root = fragment("<p>mine <span class=sig>not <b>mine</b></span> still mine</p><div>end</div>")
    assert to_text(root, CSSSelector(".sig"))[0] == "mine still mine\nend"


def test_a_page_is_decoded_by_its_header_and_by_its_own_words() -> None:
    russian = "<p>Аккаунт закрыт</p>"
    by_header = Page(
        "http://a.example/",
        russian.encode("cp1251"),
        {"content-type": "text/html; charset=windows-1251"},
    )
    by_meta = Page("http://a.example/", f"<meta charset=koi8-r>{russian}".encode("koi8-r"))
    assert to_text(document(by_header))[0] == to_text(document(by_meta))[0] == "Аккаунт закрыт"


def test_nothing_is_not_a_page() -> None:
    with pytest.raises(EngineError, match="not HTML"):
        document(Page("http://a.example/", b""))


def test_languages_are_two_letters_or_nothing() -> None:
    assert [code(tag) for tag in ("pt-BR", "en_US", " DE ", "fil", "", "x-klingon")] == [
        "pt",
        "en",
        "de",
        "",
        "",
        "",
    ]
    assert lang(document(Page("http://a.example/", b'<html lang="es-ES"><p>a'))) == "es"


def test_addresses_are_absolute_or_nothing() -> None:
    base = "http://a.example/b/c?d=1"
    assert absolute(base, "./e#f") == "http://a.example/b/e#f"
    assert [absolute(base, bad) for bad in ("mailto:x", "javascript:void(0)", "http://[")] == [
        ""
    ] * 3


def test_a_canonical_address_counts_on_its_own_host_only() -> None:
    def own(href: str) -> str:
        body = f'<html><head><link rel="canonical" href="{href}"></head><p>x'.encode()
        page = Page("http://a.example/p?utm=1#top", body)
        return canonical(page.url, document(page))

    assert own("/p") == "http://a.example/p"
    assert own("http://b.example/p") == "http://a.example/p?utm=1"
