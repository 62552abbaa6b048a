"""Unknown pages: whose they are, why that is thought, and what they say of themselves."""

# ruff: noqa: E501 (a line of markup stays one line)

from __future__ import annotations

import json
from typing import Any

import pytest

from scraper.engines import auto, structured
from scraper.post import EngineError, Page, Reading
from scraper.sources import Source

BASE = "https://any.example"


def source(start: str = BASE) -> Source:
    return Source(
        name="any", title="Any", engine="auto", access="page", start=(start,),
        source_kind="forum", robots="", terms="", checked="2026-01-01",
    )  # fmt: skip


def page(path: str, body: str, **headers: str) -> Page:
    told = {"content-type": "text/html; charset=utf-8"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(path if "://" in path else BASE + path, body.encode(), told)


def read(path: str, body: str, **headers: str) -> Reading:
    return auto.read(page(path, body, **headers), source())


@pytest.mark.parametrize(
    ("engine", "why", "seen"),
    [
        ("discourse", "generator", page("/t/x/9", '<meta name="generator" content="Discourse 3.2.0 - x">')),
        ("discourse", "answers", page("/latest.json", '{"topic_list": {"topics": []}}')),
        ("discourse", "headers", page("/", "<p>", x_discourse_route="list/latest")),
        ("wordpress", "generator", page("/a", "<meta content='WordPress 6.5' name='generator'>")),
        ("wordpress", "API", page("/wp-json/wp/v2/posts", "[]")),
        ("wordpress", "API", page("/a", "<p>", link='<https://any.example/wp-json/>; rel="https://api.w.org/"')),
        ("wordpress", "files", page("/a", "<link rel=stylesheet href=/wp-includes/a.css>")),
        ("phpbb", "name", page("/viewtopic.php?t=1", '<body id="phpbb" class="section-viewtopic">')),
        ("phpbb", "cookies", page("/", "<p>", set_cookie="phpbb3_ab12_sid=0; path=/")),
        ("xenforo", "name", page("/", '<html id="XF" lang="en-US" data-app="public">')),
        ("xenforo", "cookies", page("/", "<p>", set_cookie="xf_csrf=a; path=/")),
        ("invision", "headers", page("/", "<p>", x_ips_loggedin="0")),
        ("khoros", "elements", page("/", '<body class="lia-user-status-anonymous BoardPage lia-body">')),
        ("vbulletin", "cookies", page("/", "<p>", set_cookie="bbsessionhash=ab; path=/")),
        ("nodebb", "scripts", page("/topic/1/x", '<div component="topic" class="posts">')),
        ("nodebb", "headers", page("/", "<p>", x_powered_by="NodeBB")),
        ("nodebb", "answers", page("/api/topic/1", '{"tid": 1, "mainPid": 1}')),
        ("flarum", "data", page("/d/1-x", '<script id="flarum-json-payload" type="application/json">')),
        ("flarum", "answer", page("/api/posts", '{"data": []}', content_type="application/vnd.api+json")),
        ("lemmy", "data", page("/post/1", "<script>window.isoData = {}</script>")),
        ("lemmy", "API", page("/api/v3/post/list", '{"posts": []}')),
        ("habr", "host", page("https://qna.habr.com/q/1", "<p>")),
        ("reddit", "host", page("https://old.reddit.com/r/a/", "<p>")),
        ("stackexchange", "host", page("https://freelancing.stackexchange.com/q/1", "<p>")),
        ("forem", "host", page("https://dev.to/t/freelance", "<p>")),
        ("ghost", "generator", page("/", '<meta name="generator" content="Ghost 5.8">')),
        ("blogger", "generator", page("/", "<meta content='blogger' name='generator'/>")),
        ("feed", "element", page("/feed", '<?xml version="1.0"?><rss version="2.0">')),
    ],
)  # fmt: skip
def test_an_engine_is_known_by_its_marks(engine: str, why: str, seen: Page) -> None:
    mark = auto.recognise(seen)
    assert mark
    assert mark.engine == engine
    assert why in mark.words


def test_what_a_member_links_to_is_no_mark() -> None:
    assert auto.recognise(page("/t/1", '<p><a href="https://x.example/wp-content/a.png">')) is None


PHPBB = """<html lang="en"><body id="phpbb"><h2 class="topic-title"><a href="./viewtopic.php?t=9">Closed</a></h2>
  <div id="p1" class="post"><div class="postbody"><p class="author">by <strong><a class="username">Lantern</a></strong> » <time datetime="2021-04-05T06:07:08+00:00">x</time></p><div class="content">They closed it.</div></div></div></body></html>"""


def test_a_known_engine_reads_the_page_and_the_mark_is_told() -> None:
    reading = read("/viewtopic.php?t=9", PHPBB)
    assert [message.text for message in reading.messages] == ["They closed it."]
    assert reading.read_as == "phpbb, known by the name of its page"


def test_an_engine_that_asks_its_api_is_given_to_follow() -> None:
    reading = read("/t/closed/9", '<meta name="generator" content="Discourse 3.2.0">')
    assert reading.links == (f"{BASE}/t/9.json",)
    assert reading.read_as == "discourse, known by its generator tag"


def test_a_page_that_its_engine_cannot_read_is_read_as_unknown() -> None:
    post = '<div class="reply" id="r{}"><a class="username" href="/users/4/">Lantern</a> <time datetime="2021-04-05T06:07:08+00:00">x</time><div class="reply-content">They closed it.</div></div>'
    reading = read("/topic/9", f'<html><body id="phpbb">{post.format(1)}{post.format(2)}')
    assert [message.author for message in reading.messages] == ["Lantern", "Lantern"]
    assert reading.read_as.endswith(
        "(not phpbb, known by the name of its page, which cannot read it)"
    )


def test_start_addresses_of_hosts_that_are_known_are_turned_round() -> None:
    assert auto.first(source("https://www.reddit.com/r/gigs/"))[0].endswith(
        ".json?limit=100&raw_json=1"
    )
    assert auto.first(source(BASE + "/t/x/9")) == (f"{BASE}/t/x/9",)


def test_a_page_that_is_not_there_is_no_page() -> None:
    with pytest.raises(EngineError):
        auto.read(Page(BASE + "/x", b"<h1>Not here</h1>", {}, 404), source())


def test_a_page_of_words_is_read_as_an_article() -> None:
    words = "They closed my account in May, and I have not heard of them since. " * 9
    reading = read("/story", f"<article><h1>Closed</h1><p>{words}</p></article>")
    assert len(reading.messages) == 1
    assert "main text" in reading.read_as


def person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


def thread(**more: Any) -> dict[str, Any]:
    replies = [
        {"@type": "Comment", "text": "Why?", "author": person("Keeper"), "url": f"{BASE}/d/9#2",
         "datePublished": "2021-04-06T00:00:00+00:00",
         "comment": [{"@type": "Comment", "text": "No idea.", "author": [person("Lantern")]}]},
        {"@type": "Comment", "text": "Same.", "author": person("Otter"), "url": f"{BASE}/d/9#4"},
    ]  # fmt: skip
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": "Closed &amp; gone",
        "text": "They closed it.\nAfter a year.",
        "author": person("Lantern"),
        "datePublished": "2021-04-05T06:07:08+00:00",
        "url": f"{BASE}/d/9",
        "comment": replies,
        **more,
    }


def described(*things: Any) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(t)}</script>' for t in things
    )
    return f'<html lang="en"><head>{scripts}</head><body><p>x</p></body></html>'


def test_a_thread_in_json_ld_gives_its_posts() -> None:
    reading = read("/d/9", described({"@type": "WebSite"}, {"@graph": [thread()]}))
    assert [m.text for m in reading.messages] == [
        "They closed it.\nAfter a year.",
        "Why?",
        "No idea.",
        "Same.",
    ]
    assert [m.author for m in reading.messages] == ["Lantern", "Keeper", "Lantern", "Otter"]
    assert [m.position for m in reading.messages] == [1, 2, 3, 4]
    opening, reply, *_ = reading.messages
    assert (opening.url, reply.url) == (f"{BASE}/d/9", f"{BASE}/d/9#2")
    assert opening.title == "Closed & gone"
    assert opening.published == "2021-04-05T06:07:08+00:00"
    assert len({m.engine_id for m in reading.messages}) == 4
    assert "JSON-LD" in reading.read_as


def test_a_broken_script_does_not_hide_the_others() -> None:
    broken = '<script type="application/ld+json">{"@type": </script>'
    body = described(thread()).replace("<head>", f"<head>{broken}")
    assert len(read("/d/9", body).messages) == 4


def test_questions_and_answers() -> None:
    answer = {
        "@type": "Answer",
        "text": "<p>Write to them.</p><blockquote>once</blockquote>",
        "author": person("Keeper"),
    }
    question = {
        "@type": "Question",
        "name": "Why?",
        "text": "It closed.",
        "acceptedAnswer": answer,
        "suggestedAnswer": [],
    }
    reading = read("/q/9", described({"@type": "QAPage", "mainEntity": question}))
    assert [m.text for m in reading.messages] == ["It closed.", "Write to them.\nonce"]
    assert [reading.messages[1].text[a:b] for a, b in reading.messages[1].quotes] == ["once"]


def test_microdata_keeps_quotes_and_lines() -> None:
    body = """<div itemscope itemtype="https://schema.org/DiscussionForumPosting"><h1 itemprop="headline">Closed</h1>
      <span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Lantern</b></span><time itemprop="datePublished" datetime="2021-04-05T06:07:08Z"></time>
      <div itemprop="text"><p>They closed it.</p></div>
      <div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="c2"><span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Keeper</b></span>
        <div itemprop="text"><blockquote>closed it</blockquote><p>Why?</p></div></div></div>"""
    opening, reply = read("/d/9", f"<html><body>{body}</body></html>").messages
    assert (opening.author, reply.author) == ("Lantern", "Keeper")
    assert reply.text == "closed it\nWhy?"
    assert reply.quotes == ((0, 9),)
    assert reply.url == f"{BASE}/d/9#c2"


def test_posts_on_the_page_go_before_a_description_that_holds_fewer() -> None:
    post = '<div class="post" id="p{n}"><a class="username" href="/users/4/">Lantern</a> <time datetime="2021-04-05T06:07:08+00:00">x</time><div class="post-content">Message {n}.</div></div>'
    posts = "".join(post.replace("{n}", str(n)) for n in (1, 2, 3))
    body = described(thread(comment=[])).replace("<p>x</p>", posts)
    assert [m.text for m in read("/d/9", body).messages] == [
        "Message 1.",
        "Message 2.",
        "Message 3.",
    ]


def test_a_page_that_describes_no_posts_is_refused_by_the_reader_of_descriptions() -> None:
    with pytest.raises(EngineError):
        structured.read(page("/", described({"@type": "BreadcrumbList"})), source())
