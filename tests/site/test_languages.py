"""The reader pages in every language: whole, alike, and led to from one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import Environment, nodes
from lxml import html

from pipeline.workspace import Workspace
from publisher.help_page import Turns
from publisher.norms import load_norms
from publisher.numbers import NOT_MEASURED, TOO_FEW
from publisher.record import Record, load_record
from scraper.rules import load_rules

SITE = Path(__file__).resolve().parents[2] / "site"
READER = ("index", "closed", "letter", "ask", "help", "tell", "questions", "limits")
LANGUAGES = ("es", "hi", "ru")
ENGLISH = re.compile(r"\b[a-z]{2,}(?:[ ,]+[a-z]{2,}){3,}")
"""Four English words in a row; names begin with capitals."""


@pytest.fixture(scope="module")
def read(record: Workspace) -> Record:
    return load_record(record)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(service_workers="block")
    yield context.new_page()
    context.close()


def printed_by_code() -> set[str]:
    """Every English text that templates and Python hand to a translation."""
    methods = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    found = extract_from_dir(SITE / "publisher", methods, keywords={"_": None, "say": None})
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def printed_from_rules(record: Record) -> set[str]:
    """The texts of rules that pages say in their own language."""
    rules = record.workspace.rules
    norms = load_norms(rules / "norms.toml", record.codebook, record.fair_process)
    never = load_rules(rules / "help.toml", Turns).never
    return {
        *(check.title for check in record.fair_process.check),
        *(deed.words for deed in norms.deed),
        *(ask.label for ask in norms.ask),
        *(place.title for place in norms.place),
        *(text for entry in never for text in (entry.title, entry.why)),
        record.fair_process.comparison,
    }


def places(pattern: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)


def test_every_language_is_here(read: Record) -> None:
    assert set(read.wordings) == {"en", *LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_every_text_and_none_that_nobody_says(read: Record, lang: str) -> None:
    said = read.wordings[lang].patterns.page
    code = printed_by_code()
    assert {"What happened", "{count} of {all}", "Other platforms"} <= code
    assert set(said) == code | printed_from_rules(read) | {TOO_FEW, NOT_MEASURED}
    assert [text for text, own in said.items() if places(text) != places(own)] == []
    assert set(read.wordings[lang].patterns.theme) == set(read.wordings["en"].patterns.theme)


def calls(path: Path) -> set[tuple[str, object]]:
    """The macros that a page's source calls, each with what it first asks for."""
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    return {
        (call.node.name, call.args[0].as_const() if call.args else None)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", READER)
def test_a_page_asks_the_record_the_same_in_each_language(lang: str, name: str) -> None:
    english = calls(SITE / "pages" / f"{name}.md")
    asked = calls(SITE / "pages" / lang / f"{name}.md")
    assert {call for call in english if call[0] != "chart"} <= asked
    if not any(macro == "chart" for macro, _ in english):
        assert asked == english


def built(site: Path, name: str, lang: str = "") -> html.HtmlElement:
    folder = site / lang / ("" if name == "index" else name)
    return html.parse(str(folder / "index.html")).getroot()


def parts(page: html.HtmlElement) -> dict[str, list[str]]:
    """What a page is made of, whatever it says: headings, and what its script looks for."""
    (main,) = page.findall(".//main")
    slots = [each.get("data-slot") for each in main.iterfind(".//*[@data-slot]")]
    return {
        "headings": sorted(str(each.tag) for each in main.iter("h1", "h2", "h3")),
        "anchors": sorted(each.get("id", "") for each in main.iter("h2")),
        "slots": sorted(filter(None, slots)),
        "fields": [str(each.get("name")) for each in main.iter("input", "select", "textarea")],
        "words": [
            f"{each.get('data-word')} {places(each.text_content())}"
            for each in main.iterfind(".//*[@data-word]")
        ],
        "scripts": [Path(each.get("src", "")).name for each in page.iter("script")],
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_made_of_the_same_parts_in_each_language(site: Path, lang: str) -> None:
    for name in READER:
        own, english = parts(built(site, name, lang)), parts(built(site, name))
        if name == "index":  # the charts, and the script that they need, are English alone
            del own["scripts"], english["scripts"]
        assert own == english, name


@pytest.mark.parametrize("lang", ["", *LANGUAGES])
def test_a_page_says_its_language_and_leads_to_the_others(site: Path, lang: str) -> None:
    for name in READER:
        page = built(site, name, lang)
        here = site / lang / ("" if name == "index" else name)
        assert page.get("lang") == (lang or "en")
        assert page.find(".//head/link[@hreflang]") is None  # this site has no address to name
        led = {
            each.get("hreflang"): (here / each.get("href", "")).resolve()
            for each in page.iterfind(".//nav[@class='languages']//a")
        }
        assert set(led) == {"en", *LANGUAGES}, name
        for other, place in led.items():
            folder = site if other == "en" else site / str(other)
            assert place == (folder / ("" if name == "index" else name)).resolve()


@pytest.mark.parametrize("lang", ["hi", "ru"])
def test_what_is_left_in_english_is_marked_as_english(site: Path, lang: str) -> None:
    unmarked = {}
    for name in READER:
        (main,) = built(site, name, lang).findall(".//main")
        for english in main.xpath(".//*[@lang='en' or @data-mark='code']"):
            english.clear(keep_tail=True)
        if found := ENGLISH.findall(" ".join(main.itertext())):
            unmarked[name] = found
    assert unmarked == {}


def test_the_switch_and_the_pages_answer_to_the_keyboard(page: Any, address: str) -> None:
    page.goto(address + "closed/")
    _tab_to(page, ".languages a[hreflang=ru]")
    page.keyboard.press("Enter")
    page.wait_for_url(address + "ru/closed/")
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator(".languages [aria-current]").inner_text() == "Русский"
    _tab_to(page, "[name=platform]")
    page.keyboard.type("Upwork")
    page.keyboard.press("Tab")
    page.get_by_text("Таких случаев в реестре").wait_for()
    assert "Upwork" in page.locator(".case-list tbody").inner_text()
    page.get_by_role("link", name="Запросите причины", exact=True).last.press("Enter")
    page.wait_for_url(address + "ru/ask/")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_letter_s_form_is_translated_and_the_letter_is_english(
    page: Any, address: str, read: Record, lang: str
) -> None:
    said = read.wordings[lang].patterns.page
    page.goto(f"{address}{lang}/letter/")
    page.get_by_label(said["The message that you got"]).fill("?")
    page.get_by_role("button", name=said["Compare"]).click()
    assert "80" in page.locator(".answer").inner_text()
    page.locator(".known-letters summary", has_text="Upwork").click()
    page.locator(
        ".known-letters [open] a", has_text=said["ask for what it leaves out"]
    ).first.click()
    page.wait_for_url(f"{address}{lang}/ask/#left=*")
    page.get_by_role("combobox", name=said["What it did"]).select_option(
        label=said["suspended my account"]
    )
    written = page.get_by_label(said["Your letter"])
    assert "To Upwork" in written.input_value()
    assert "you suspended my account." in written.input_value()
    assert written.get_attribute("lang") == "en"


def _tab_to(page: Any, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the Tab key does not lead to {selector}")
