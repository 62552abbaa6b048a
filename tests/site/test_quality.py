"""What every page keeps: its own host alone, keyboard, both colours, no script, no network."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from publisher.languages import language_of, versions
from publisher.policy import policy
from publisher.publish import CONFIG
from tests.page_kinds import LOOKS, axe_findings, page_kinds
from tests.waiting import until

WIDTHS = (390, 1440)
MOST_BYTES = 120_000
"""What the first page may transfer, compressed, before anyone does anything."""


@pytest.fixture(scope="session")
def kinds(site: Path) -> list[str]:
    return page_kinds(site)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_every_page_names_what_it_may_load_and_has_no_other_inline_code(site: Path) -> None:
    told = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
    inline = re.compile(r"<script>(.*?)</script>", re.DOTALL)
    style = re.compile(r"<style>(.*?)</style>", re.DOTALL)
    for file in site.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        scripts, styles = inline.findall(html), style.findall(html)
        assert len(scripts) < 2 > len(styles), file
        assert told.findall(html) == [policy("".join(scripts), "".join(styles))], file
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", html), file
        assert "javascript:" not in html, file
    assert "unsafe" not in policy("x", "y")


def test_pages_ask_no_other_host_break_nothing_and_leave_nothing_behind(
    page: Any, address: str, kinds: list[str]
) -> None:
    asked: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda got: broken.append(got.url) if got.status >= 400 else None)
    page.on("pageerror", lambda error: broken.append(f"{page.url}: {error}"))
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    for kind in kinds:
        page.goto(address + kind)
    page.goto(address, wait_until="networkidle")
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}
    assert broken == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(("scheme", "width", "only"), [("light", 1440, ()), ("dark", 390, LOOKS)])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    browser: Any, address: str, kinds: list[str], scheme: str, width: int, only: tuple[str, ...]
) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page, found, wide = context.new_page(), {}, []
    for kind in kinds:
        page.goto(address + kind)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(kind)
        if findings := axe_findings(page, only):
            found[kind] = findings
    context.close()
    assert found == {}
    assert wide == []


def test_the_first_page_is_light_and_its_first_chart_comes_with_it(
    browser: Any, address: str, site: Path
) -> None:
    context = browser.new_context(service_workers="block")
    page, got = context.new_page(), {}
    page.on("response", lambda response: got.update({response.url: len(_packed(response.body()))}))
    page.goto(address, wait_until="networkidle")
    assert sum(got.values()) < MOST_BYTES, got
    context.close()
    home = (site / "index.html").read_text(encoding="utf-8")
    assert home.index("<figure class=") < home.index('role="img"') < home.index("</figure>")


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_alone_leads_through_the_site(browser: Any, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert _focused(page).get_attribute("class") == "skip"
    page.keyboard.press("Enter")
    assert _focused(page).get_attribute("id") == "text"
    page.goto(address)
    if width < 800:
        _tab_to(page, ".menu-button")
        assert not page.locator("#site-nav").is_visible()
        page.keyboard.press("Enter")
        assert page.locator("#site-nav").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#site-nav").is_visible()
        page.keyboard.press("Enter")
    _tab_to(page, '#site-nav a[href="platforms/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(address + "platforms/")
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_stop_of_the_tab_key_shows_where_it_is(
    browser: Any, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address)
    stops = 0
    while _focused(page).evaluate("one => one !== document.body") or stops == 0:
        page.keyboard.press("Tab")
        shown = _focused(page).evaluate(
            "one => one === document.body || getComputedStyle(one).outlineStyle !== 'none' "
            "&& one.getBoundingClientRect().width > 0"
        )
        assert shown, _focused(page).evaluate("one => one.outerHTML.slice(0, 200)")
        stops += 1
        if stops > 40:
            break
    context.close()
    assert stops > 10


def _focused(page: Any) -> Any:
    return page.evaluate_handle("document.activeElement").as_element()


def _tab_to(page: Any, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if _focused(page).evaluate("(one, selector) => one.matches(selector)", selector):
            return
    pytest.fail(f"the Tab key does not come to {selector}")


def test_colours_follow_the_system_until_someone_chooses(browser: Any, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    dark = _paper(page)
    page.get_by_role("button", name="Light colours").click()
    light = _paper(page)
    assert light != dark
    page.goto(address + "about/")
    assert _paper(page) == light
    page.get_by_role("button", name="Dark colours").click()
    assert _paper(page) == dark
    assert page.evaluate("localStorage.length") == 0  # back to what the system says
    page.emulate_media(color_scheme="light")
    until(page, "document.documentElement.dataset.mdColorScheme === 'default'")
    assert _paper(page) == light
    context.close()


def _paper(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_without_script_menu_colours_and_charts_are_there(browser: Any, address: str) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(
            java_script_enabled=False, color_scheme=scheme, viewport={"width": 390, "height": 900}
        )
        page = context.new_page()
        page.goto(address)
        papers.add(_paper(page))
        charts = page.locator("figure.chart")
        assert page.locator("figure.chart svg:visible").count() == charts.count() > 0
        assert not page.locator("#colours").is_visible()
        page.click(".menu-button")
        page.click('#site-nav a[href="platforms/"]')
        assert page.url == address + "platforms/"
        context.close()
    assert len(papers) == 2


def test_search_finds_prose_and_keeps_the_words_in_the_address(page: Any, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    assert not [url for url in asked if "search" in url]
    page.fill(".site-search input", "interval")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=interval")
    page.wait_for_selector("#results li")
    assert page.locator("#results mark").count() > 0
    page.fill("#query", "qqqqqq")
    until(page, "!document.querySelector('#results li')")
    assert page.locator("#found").inner_text() == "No page has these words"
    assert page.url.endswith("/search/?q=qqqqqq")
    page.fill("#query", "removal")
    page.locator("#results a", has_text="About").first.click()
    page.wait_for_url("**/about/*")


def test_what_was_loaded_opens_again_without_a_network(
    browser: Any, address: str, site: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    until(
        page,
        """async () => (await (await caches.open("suspension-record")).keys())
           .some(request => request.url.endsWith("site.css"))""",
    )
    page.goto(address + "platforms/?any=words")
    until(
        page,
        """async () => (await (await caches.open("suspension-record")).keys())
           .some(request => request.url.endsWith("/platforms/"))""",
    )
    context.set_offline(True)
    page.goto(address)
    assert page.locator("h1").is_visible()
    assert _paper(page) != "rgba(0, 0, 0, 0)"
    page.goto(address + "platforms/")
    assert page.locator("h1").is_visible()
    context.close()


def test_on_paper_the_frame_is_left_out(page: Any, address: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(address + "method/")
    assert not page.locator(".site-head").is_visible()
    assert page.locator("h1").is_visible()
    shade = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert max(map(int, re.findall(r"\d+", shade)[:3])) < 80


def test_a_page_leads_to_itself_in_the_languages_that_have_it(tmp_path: Path) -> None:
    config = load_config(str(CONFIG))
    uris = ("closed.md", "ru/closed.md", "hi/closed.md", "about.md")
    files = Files([File(uri, None, str(tmp_path), use_directory_urls=True) for uri in uris])
    for file in files:
        Page(None, file, config)
    languages = dict.fromkeys(["en", "es", "hi", "ru"])
    assert [language_of(uri, languages) for uri in uris] == ["en", "ru", "hi", "en"]
    assert list(versions("ru/closed.md", files, languages)) == ["en", "hi", "ru"]
    assert versions("closed.md", files, languages)["ru"].url == "ru/closed/"
    assert list(versions("about.md", files, languages)) == ["en"]
