"""What a case page shows: timeline, what values stand on, history, the platform's side."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from lxml import html

from pipeline.tables import read_table, reports_schema, write_table
from pipeline.workspace import Workspace
from publisher.case_page import case_html
from publisher.record import Record, Row, load_record
from publisher.replies import load_replies
from publisher.timeline import steps
from scraper.rules import DataError


@pytest.fixture(scope="module")
def loaded(record: Workspace) -> Record:
    return load_record(record)


def told(loaded: Record, **values: str) -> Row:
    empty = dict.fromkeys(next(iter(loaded.cases.values())), "")
    start = {"case_id": "c9999", "teller": "self", "role": "freelancer", "platform": "upwork"}
    return {**empty, "codebook_edition": "3", **start, **values}


def body(loaded: Record, case: Row) -> html.HtmlElement:
    return html.fragment_fromstring(case_html(loaded, case, "../../"))


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def addresses(page: html.HtmlElement) -> list[str]:
    return [link.get("href", "") for link in page.iter("a")]


def items(page: html.HtmlElement, heading: str) -> list[str]:
    """The items of the list that follows the heading of that id."""
    found: Any = page.find(f".//h2[@id='{heading}']")
    while found.tag not in ("ol", "ul"):
        found = found.getnext()
    return [words(item) for item in found]


def test_the_timeline_tells_each_step_with_what_is_known_of_its_day(loaded: Record) -> None:
    case = told(
        loaded,
        notice="before",
        action="closed",
        action_date="2019-05-03",
        appealed="yes",
        responses="boilerplate|final_decision",
        response_hours="48",
        outcome="upheld",
        resolution_days="7",
    )
    report = {"report_id": "r9999", "published": "2019-06", "outcome": "upheld"}
    assert [(step.day, step.note, step.what) for step in steps(loaded, case, [report])] == [
        ("", "day not told", "Warned before"),
        ("2019-05-03", "", "Closed for good"),
        ("", "day not told", "Appealed"),
        (
            *("", "48 hours after it was asked for"),
            "The platform responded: stock text, then called it final",
        ),
        ("2019-05-10", "7 days after the action", "Upheld"),
        ("2019-06", "only the month is told", "Upheld"),
    ]


def test_a_sequence_that_was_coded_goes_before_one_put_together(loaded: Record) -> None:
    events = "action:hold@2024-03|appeal|response:boilerplate@+1h|outcome:reinstated@+31d"
    made = steps(loaded, told(loaded, action="closed", events=events), [])
    assert [(step.day, step.note, step.what) for step in made] == [
        ("2024-03", "only the month is told", "On hold"),
        ("", "day not told", "Appealed"),
        ("", "1 hour after it was asked for", "The platform responded: stock text"),
        ("", "31 days after the action", "Reinstated"),
    ]


def test_every_value_says_which_report_what_found_it_and_how_sure_that_is(loaded: Record) -> None:
    for case in list(loaded.cases.values())[:40]:
        page = body(loaded, case)
        marks = [words(cell) for cell in page.iterfind(".//table[@class='facts']//td[2]")]
        assert marks
        assert all(
            re.search(r"read by a language model, no evidence held, (read once|two readings)", m)
            for m in marks
        )
    kappa = loaded.figures["measured.readings.action.kappa"]
    shown: Any = page.find(".//data[@data-figure='measured.readings.action.kappa']")
    assert shown.get("value") == kappa.parts["value"]


def test_what_two_reports_say_differently_stands_beside_the_value(loaded: Record) -> None:
    case = next(row for row in loaded.cases.values() if "action" in row["disagree"].split("|"))
    page = body(loaded, case)
    row = page.find(".//a[@href='../../codebook/#column-action']/../..")
    others = [r["report_id"] for r in loaded.reports_of(case) if r["action"] != case["action"]]
    assert f"{others[0]} says:" in words(row)
    assert "two reports differ" in words(row)


def test_the_founding_case_shows_the_platform_s_side_and_the_terms_of_its_day(
    loaded: Record,
) -> None:
    page = body(loaded, loaded.cases["c0186"])
    side = items(page, "platform-side")
    assert any("as the report quotes it" in item for item in side)
    assert any("lots" not in item and "23 November 2016" in item for item in side)
    links = addresses(page)
    assert "https://web.archive.org/web/20170531/https://www.upwork.com/legal" in links


@pytest.mark.parametrize(
    ("values", "address", "said"),
    [
        ({"action_date": "2019-05"}, "/web/201905/", "on the day of the action (May 2019)"),
        ({"published": "2020"}, "/web/2020/", "the day of the action is not known"),
        ({}, "/web/*/", "no day is told"),
    ],
)
def test_without_a_day_the_terms_lead_to_what_is_nearest(
    loaded: Record, values: dict[str, str], address: str, said: str
) -> None:
    page = body(loaded, told(loaded, action="closed", **values))
    links = addresses(page)
    assert f"https://web.archive.org{address}https://www.upwork.com/legal" in links
    assert said in words(page)


def test_the_history_tells_what_people_decided_and_what_was_merged(
    record: Workspace, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(record.root, data)
    workspace = Workspace(data, data)
    with (data / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write("r0193,outcome,pending,upheld,told further down,2026-11-25\n")
    with (data / "confirmations.csv").open("a", encoding="utf-8") as file:
        file.write("r0193,action,suspended,2026-11-26\n")
    with (data / "retired.csv").open("a", encoding="utf-8") as file:
        file.write("c0190,c0186\n")
    page = body(loaded := load_record(workspace), loaded.cases["c0186"])
    assert items(page, "history") == [
        "24 November 2026 r0193 came on record, read by a language model (reading-1), "
        "codebook edition 2",
        "25 November 2026 r0193: Outcome corrected by a person from “No end yet” to “Upheld” "
        "(told further down)",
        "26 November 2026 r0193: 1 value confirmed by a person",
        "no day kept c0190 went into this case",
    ]
    standing = page.find(".//a[@href='../../codebook/#column-outcome']/../..")
    assert "corrected by a person" in words(standing)


def test_an_outcome_told_later_stands_in_the_history(loaded: Record) -> None:
    outcomes = "pending@2024-05-01|reinstated@2024-06-11"
    page = body(loaded, told(loaded, action="closed", outcome="reinstated", outcomes=outcomes))
    assert "11 June 2024 followed up: Reinstated" in items(page, "history")


def test_a_value_that_a_rule_found_names_the_rule(record: Workspace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(record.root, data)
    workspace = Workspace(data, data)
    loaded = load_record(workspace)
    schema = reports_schema(loaded.codebook)
    table = read_table(workspace.table("reports"), schema)
    table.loc[table["report_id"] == "r0193", "coder"] = "rules-1"
    write_table(table, workspace.table("reports"), schema)
    with (data / "evidence.csv").open("a", encoding="utf-8") as file:
        file.write(
            "r0193,reasons,proposals_without_contracts,3,9," + "a" * 64 + ",reasons.spam:en\n"
        )
    loaded = load_record(workspace)
    row = body(loaded, loaded.cases["c0186"]).find(
        ".//a[@href='../../codebook/#column-reasons']/../.."
    )
    assert "coded by rules reasons.spam:en; agreement" in words(row)


def test_whom_to_write_to_is_a_mail_with_the_case_s_number(
    record: Workspace, loaded: Record, tmp_path: Path
) -> None:
    assert "without a mail address" in words(body(loaded, loaded.cases["c0186"]))
    data = tmp_path / "data"
    shutil.copytree(record.root, data)
    (data / "publisher.toml").write_text('name = "X"\ncontact = "desk@record.example"\n')
    named = load_record(Workspace(data, data))
    page = body(named, named.cases["c0186"])
    mails = [each for each in addresses(page) if each.startswith("mailto:")]
    assert len(mails) == 3
    assert all(mail.startswith("mailto:desk@record.example?subject=Case%20c0186") for mail in mails)


def test_no_page_calls_anything_illegal(site: Path) -> None:
    for path in (site / "cases").glob("c*/index.html"):
        text = words(next(html.parse(str(path)).getroot().iter("main"))).lower()
        assert "illegal" not in text
        assert "violat" not in re.sub(r"https?://\S+", "", text)


def test_a_reply_that_names_what_is_not_known_is_refused(loaded: Record, tmp_path: Path) -> None:
    text = (loaded.workspace.rules / "replies.toml").read_text(encoding="utf-8")
    for old, new, problem in (
        ('platform = "upwork"', 'platform = "upwrok"', r"reply\[upwork-work-activity\]\.platform"),
        ('"rejected"', '"refused"', r"reply\[upwork-not-accepted\]\.actions"),
        ('id = "fiverr-enforcement"', 'id = "fiverr-four-sanctions"', "stands twice"),
    ):
        path = tmp_path / "replies.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(DataError, match=problem):
            load_replies(path, loaded.codebook, loaded.platforms)


def test_the_platform_s_page_shows_its_own_words_and_rules(site: Path) -> None:
    for name, host in (("upwork", "community.upwork.com"), ("fiverr", "help.fiverr.com")):
        page = html.parse(str(site / "platforms" / name / "index.html")).getroot()
        side = items(page, "platform-side")
        assert any(host in item for item in side)
    assert "No statement of the platform is on record" in words(
        html.parse(str(site / "platforms" / "gengo" / "index.html")).getroot()
    )


def test_each_founding_question_is_answered_by_figures_or_says_what_is_missing(
    site: Path, record: Workspace
) -> None:
    page = html.parse(str(site / "questions" / "index.html")).getroot()
    main = next(page.iter("main"))
    questions = [h for h in main.iter("h2") if h.get("id")]
    assert len(questions) == 6
    for question in questions:
        part, shown = [], 0
        for element in question.itersiblings():
            if element.tag == "h2":
                break
            part.append(words(element))
            shown += len(element.findall(".//data[@data-figure]"))
        assert shown, words(question)
        assert "What is missing:" in " ".join(part)
        assert "say" in " ".join(part)
    with record.table("cases").open(encoding="utf-8", newline="") as file:
        naming = [row["case_id"] for row in csv.DictReader(file) if row["fee_percents"]]
    named = [words(a) for a in main.iterfind(".//table[@class='fees-named']//a")]
    assert sorted(named) == sorted(naming)


PAGES = ("cases/c0186/", "questions/", "platforms/upwork/")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_paragraph_opens_in_another_language_by_keyboard_without_script(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(address + "cases/c0186/")
    russian = page.locator("details[lang=ru]")
    assert not russian.locator("p").is_visible()
    russian.locator("summary").focus()
    page.keyboard.press("Enter")
    assert russian.locator("p").inner_text().startswith("Фрилансер сообщает")
    for kind in PAGES:
        page.goto(address + kind)
        assert page.locator("h1").is_visible()
        wide = page.locator("main").bounding_box()
        assert wide["x"] + wide["width"] <= width
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_axe_finds_nothing_on_a_case_the_questions_and_a_platform(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, axe = context.new_page(), Axe()
    for kind in PAGES:
        page.goto(address + kind)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
        found = axe.run(page, {"exclude": [["tbody tr:nth-child(n+12)"]]}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], kind
    context.close()
