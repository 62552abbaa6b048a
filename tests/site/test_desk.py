"""What a locked-out freelancer does on the site: compare a letter, write one, find help."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from pipeline.letters import fingerprint, signature
from pipeline.workspace import Workspace
from publisher.help_page import help_html
from publisher.letter_page import fingerprint_outputs
from publisher.norms import load_norms
from publisher.record import Record, load_record
from publisher.tell_page import tell_html
from scraper.rules import DataError

LETTER = """Hello Marble Heron,
we looked at your account on 12 March 2024 and found that it sends many proposals and gets few
contracts. So that clients find what they need, we have closed it. This decision is final.
Ticket 4471-22, https://help.market.example/t/4471"""
CHANGED = LETTER.replace("Marble Heron", "Quiet Otter").replace("4471", "980013")

SCRIPTS = {
    "Latin": "The account wurde geschlossen für İstanbul straße ﬁnal Œuvre ǅungla Ångström",
    "Cyrillic": "Ваш аккаунт Приостановлен навсегда из-за Нарушения правил Ёлка",
    "Greek": "Ο λογαριασμός ΣΑΣ έκλεισε ΟΡΙΣΤΙΚΑ λόγω των όρων ΟΔΥΣΣΕΥΣ",
    "Arabic": "تم إغلاق حسابك نهائيا بسبب مخالفة الشروط ٣٤٥ يوما",
    "Hebrew": "החשבון שלך נסגר לצמיתות בגלל הפרת התנאים",
    "Devanagari": "आपका खाता बंद कर दिया गया है नियम १२३ के कारण",
    "Bengali": "আপনার অ্যাকাউন্ট স্থায়ীভাবে বন্ধ করা হয়েছে নিয়ম ৪৫",
    "Han": "您的帐户因违反条款第３条已被永久关闭。请勿回复此邮件！",
    "Kana": "アカウントは規約違反により停止されました。ご了承ください。",
    "Hangul": "귀하의 계정은 약관 위반으로 영구 정지되었습니다",
    "Thai": "บัญชีของคุณถูกปิดถาวรเนื่องจากละเมิดข้อกำหนด ๑๒๓",
    "Georgian": "თქვენი ანგარიში დაიხურა ᲗᲥᲕᲔᲜᲘ სამუდამოდ",
}
JOINTS = [
    *(" ", " ", " ", "\n", ". ", "! ", ": ", "… ", ", ", "\u00a0", "\u3000", "\x85", "\x1c"),
    *("\ufeff", "\u200b", "\u2028", "’", "-", "–", "😀 ", "𐐀𐐨 ", "e\u0301 ", "㎏ ", "Ⅷ ", "½ "),
]
MARKS = [
    *("https://help.example/t/12?x=1).", "write to desk@market.example, please", "www.a.example"),
    *("12:30", "1,204.50", "2024-03-12", "№ 77/3", "@@@", "://", "A B C D E", "Mr. John O’Neill"),
]
PAGES = ("letter/", "ask/", "help/", "tell/")
LOOKS = [("light", 390), ("light", 1440), ("dark", 390), ("dark", 1440)]


def texts(count: int) -> list[str]:
    """Messages of many lengths, scripts mixed, with what the masking looks for."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        first, second = chance.sample(sorted(SCRIPTS), 2)
        words = SCRIPTS[first].split() * 2 + SCRIPTS[second].split() + chance.sample(MARKS, 3)
        chance.shuffle(words)
        if number % 5 == 0:
            words = [word.upper() for word in words]
        made.append("".join(word + chance.choice(JOINTS) for word in words) * (1 + number % 3))
    return [text for text in made if len(text) >= 80]


@pytest.fixture(scope="module")
def read(record: Workspace) -> Record:
    return load_record(record)


@pytest.fixture(scope="module")
def held(read: Record) -> str:
    """The published file of fingerprints, of a record in which one letter has one."""
    letters = [dict(row) for row in read.letters]
    known = next(row for row in letters if row["letter_id"] == "l07")
    known["fingerprint"] = fingerprint(signature(LETTER))
    (output,) = fingerprint_outputs(replace(read, letters=letters))
    made = output.make()
    return made if isinstance(made, str) else made.decode()


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    scheme, width = request.param
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, service_workers="block"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Any) -> Iterator[Any]:
    context = browser.new_context(service_workers="block")  # which would hide what is asked
    yield context.new_page()
    context.close()


def serve(page: Any, held: str) -> None:
    page.route("**/letters/fingerprints.json", lambda route: route.fulfill(body=held))


def test_a_browser_makes_the_fingerprints_that_python_makes(plain: Any, address: str) -> None:
    plain.goto(address + "letter/")
    wrong, scripts = [], texts(220)
    assert len(scripts) >= 200
    for text in scripts:
        made = plain.evaluate(
            """async (text) => {
                const form = document.querySelector(".compare form")
                const answer = document.querySelector(".compare .answer")
                delete answer.dataset.fingerprint
                form.elements.letter.value = text
                form.requestSubmit()
                while (!answer.dataset.fingerprint) await new Promise((go) => setTimeout(go))
                return answer.dataset.fingerprint
            }""",
            text,
        )
        if made != fingerprint(signature(text.replace("\r\n", "\n"))):
            wrong.append(text)
    assert wrong == []


def test_a_pasted_letter_is_known_and_leads_to_a_letter_that_asks(
    page: Any, address: str, held: str
) -> None:
    serve(page, held)
    page.goto(address + "letter/")
    page.get_by_label("The message that you got").focus()
    page.keyboard.insert_text(CHANGED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = page.locator(".answer")
    answer.locator("dl").wait_for()
    said = answer.inner_text()
    (known,) = json.loads(held)
    assert "stock letter of Upwork: many proposals, few contracts" in said
    assert f"{known['cases']}" in said
    assert known["seen"] in said
    assert "Many proposals, few contracts" in said
    assert "The conduct at fault named" in said
    assert "A reason stated" not in said
    link = answer.get_by_role("link", name="Ask for what it leaves out")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/**")
    written = page.get_by_label("Your letter")
    assert "To Upwork" in written.input_value()
    assert "Which conduct, message, job or document" in written.input_value()
    assert "What is the reason" not in written.input_value()


def test_a_letter_that_nobody_else_quoted_is_said_to_be_unknown(
    plain: Any, address: str, held: str
) -> None:
    serve(plain, held)
    plain.goto(address + "letter/")
    area = plain.get_by_label("The message that you got")
    area.fill("Too short")
    plain.get_by_role("button", name="Compare").click()
    plain.get_by_text("too short to be known again").wait_for()
    area.fill("An entirely different message about something that no platform has ever said. " * 2)
    plain.get_by_role("button", name="Compare").click()
    plain.get_by_text("No letter whose fingerprint is held is like it").wait_for()


def test_the_pasted_letter_never_leaves_the_page(plain: Any, address: str, held: str) -> None:
    asked: list[Any] = []
    plain.goto(address + "letter/")
    plain.wait_for_load_state("networkidle")
    plain.context.on("request", lambda request: asked.append(request))
    for text in (LETTER, CHANGED):
        plain.get_by_label("The message that you got").fill(text)
        plain.get_by_role("button", name="Compare").click()
        plain.locator(".answer p").first.wait_for()
    plain.wait_for_load_state("networkidle")
    assert [urlsplit(request.url).path.rpartition("/")[2] for request in asked] == [
        "fingerprints.json"
    ]
    assert [request.post_data for request in asked] == [None]
    assert "?" not in asked[0].url
    assert "#" not in plain.url
    stored = plain.evaluate(
        """async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage },
            document.cookie, (await indexedDB.databases()).length, history.state])"""
    )
    assert "Heron" not in stored
    assert json.loads(stored)[2:4] == ["", 0]


def test_the_written_letter_asks_for_what_is_ticked_alone(page: Any, address: str) -> None:
    page.clock.set_fixed_time("2026-11-24T12:00:00")
    page.goto(address + "ask/")
    written = page.get_by_label("Your letter")
    assert written.input_value() == ""
    page.get_by_label("Platform", exact=True).focus()
    page.keyboard.type("Upwork")
    page.keyboard.press("Tab")
    page.keyboard.type("suspended")
    page.get_by_label("When", exact=True).fill("2026-11-20")
    for name in ("facts", "person"):
        page.locator(f"[name=left][value={name}]").focus()
        page.keyboard.press("Space")
    text = written.input_value()
    assert "24 November 2026" in text
    assert "On 20 November 2026 you suspended my account." in text
    assert "1. Which conduct" in text
    assert "2. Did a person take" in text
    assert "3. " not in text
    assert "Regulation" not in text
    page.get_by_label("Where you live and work").select_option("DE")
    text = written.input_value()
    assert "Regulation (EU) 2019/1150" in text
    assert "Regulation (EU) 2022/2065" in text
    assert "has to be national law by 2 December 2026" in text
    assert "benchmark" in text
    assert "Article 15 of Regulation (EU) 2016/679" not in text
    page.get_by_label("Who your clients are").select_option("businesses")
    assert "2019/1150" not in written.input_value()
    named = [line for line in written.input_value().splitlines() if line.startswith("- ")]
    assert page.locator(".backing li").count() == len(named) > 0
    page.get_by_role("button", name="Copy").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == written.input_value()
    with page.expect_download() as got:
        page.get_by_role("link", name="Download").press("Enter")
    assert got.value.suggested_filename == "letter.txt"
    assert Path(got.value.path()).read_text(encoding="utf-8") == written.input_value()


def test_what_is_printed_is_the_letter_alone(plain: Any, address: str) -> None:
    plain.goto(address + "ask/#left=rule_cited&platform=Fiverr&action=closed")
    text = plain.get_by_label("Your letter").input_value()
    assert "To Fiverr" in text
    assert "you closed my account for good" in text
    plain.evaluate("dispatchEvent(new Event('beforeprint'))")
    plain.emulate_media(media="print")
    assert plain.evaluate("document.body.innerText").strip() == text.strip()


def test_the_directive_is_a_benchmark_before_its_day_and_national_law_after(
    plain: Any, address: str
) -> None:
    for day, there, absent in (
        ("2026-12-01T12:00:00", "not as a rule in force", "since 2 December 2026"),
        ("2026-12-03T12:00:00", "since 2 December 2026", "not as a rule in force"),
    ):
        plain.clock.set_fixed_time(day)
        plain.goto("about:blank")
        plain.goto(address + "ask/#left=person")
        plain.get_by_label("Where you live and work").select_option("FR")
        text = plain.get_by_label("Your letter").input_value()
        assert there in text
        assert absent not in text


def test_a_norm_whose_text_was_not_seen_is_in_no_letter_and_listed(
    plain: Any, address: str, read: Record
) -> None:
    norms = load_norms(read.workspace.rules / "norms.toml", read.codebook, read.fair_process)
    unseen = [norm for norm in norms.norm if not norm.checked]
    assert unseen
    asks = ",".join(ask.id for ask in norms.ask)
    plain.goto(f"{address}ask/#left={asks}")
    for norm in norms.norm:
        plain.clock.set_fixed_time("2027-01-10T12:00:00")
        plain.get_by_label("Where you live and work").select_option(norms.countries(norm)[0])
        text = plain.get_by_label("Your letter").input_value()
        assert (norm.words in text) == bool(norm.checked), norm.id
        assert plain.locator(f"#{norm.id}").count() == 1
    assert plain.get_by_text("not checked, not in the letter").count() == len(unseen)


@pytest.mark.parametrize("width", [390, 1440])
def test_without_script_the_pages_say_the_same(browser: Any, address: str, width: int) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(address + "ask/")
    assert not page.locator(".desk").is_visible()
    model = page.locator(".model").inner_text()
    assert "To [platform]" in model
    assert "Which conduct" in model
    assert "2022/2065" in model
    page.goto(address + "letter/")
    assert not page.locator(".desk").is_visible()
    page.locator(".known-letters summary", has_text="Upwork").click()
    told = page.locator(".known-letters details[open]")
    assert "It leaves out, as far as the reports tell" in told.inner_text()
    page.goto(address + "help/")
    assert page.get_by_role("link", name="Fair Work Commission").is_visible()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(browser: Any, address: str, scheme: str, width: int, held: str) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, service_workers="block"
    )
    page, found = context.new_page(), {}
    serve(page, held)
    for place in PAGES:
        page.goto(address + place)
        if place == "letter/":
            page.get_by_label("The message that you got").fill(CHANGED)
            page.get_by_role("button", name="Compare").click()
            page.locator(".answer dl").wait_for()
        if place == "ask/":
            page.locator("[name=left]").first.check()
            page.get_by_label("Where you live and work").select_option("DE")
        if bad := Axe().run(page).response["violations"]:
            found[place] = [(each["id"], each["nodes"][0]["html"][:90]) for each in bad]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
    context.close()
    assert found == {}


@pytest.fixture
def rules(read: Record, tmp_path: Path) -> Record:
    """The record with rules that a test may break."""
    copy = tmp_path / "data"
    shutil.copytree(read.workspace.rules, copy)
    return replace(read, workspace=Workspace(copy, read.workspace.root))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('check = "rule_cited"', 'check = "rule_sited"', "did you mean 'rule_cited'"),
        ('where = "karnataka"', 'where = "goa"', "'goa' is not known"),
        ('asks = ["data", "automation"]', 'asks = ["date"]', "did you mean 'data'"),
        ("unchecked =", "# unchecked =", "has to hold either"),
        ('code = "closed"', 'code = "close"', "did you mean 'closed'"),
    ],
)
def test_a_mistake_in_the_norms_is_named(rules: Record, old: str, new: str, problem: str) -> None:
    path = rules.workspace.rules / "norms.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        load_norms(path, rules.codebook, rules.fair_process)


def test_a_country_that_is_none_is_named(rules: Record) -> None:
    path = rules.workspace.rules / "help.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"SI"', '"QQ"'), encoding="utf-8")
    with pytest.raises(DataError, match="'QQ' is no country's two letters"):
        help_html(rules)


def test_a_copy_without_contact_says_what_is_not_possible(rules: Record) -> None:
    path = rules.workspace.rules / "publisher.toml"
    path.write_text('name = "A copy"\n', encoding="utf-8")
    assert "nothing can be suggested here" in tell_html(rules, "suggest")
    assert "a removal cannot be asked for here" in tell_html(rules, "removal")
    path.write_text(
        'name = "A copy"\ncontact = "desk@record.example"\n'
        'issues = "https://host.example/new"\nmail_kept = "deleted after a year"\n',
        encoding="utf-8",
    )
    assert 'href="mailto:desk@record.example' in tell_html(rules, "suggest")
    assert 'href="https://host.example/new"' in tell_html(rules, "suggest")
    assert "mailto:" in tell_html(rules, "removal")
    assert "issues" not in tell_html(rules, "removal")
    assert "deleted after a year" in tell_html(rules, "kept")
