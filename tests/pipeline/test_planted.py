"""Machine-written pages and planted copies are marked, linked, and counted nowhere."""

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from pipeline.codebook import load_codebook
from pipeline.coding.telling import Telling
from pipeline.figures import figures
from pipeline.normalise import normalise
from pipeline.posts import Post, from_text
from pipeline.privacy import address_key
from pipeline.record import links_schema, read_record, settle, write_record
from pipeline.reports import Reports
from pipeline.review import review
from pipeline.synthetic import Synthetic
from pipeline.tables import evidence_schema, read_posts, read_table, reports_schema
from pipeline.workspace import Workspace, record

KEY = b"a key of these tests, long enough to be one"
PAGES = tomllib.loads(Path(__file__).with_name("planted_pages.toml").read_text(encoding="utf-8"))
STORIES = {story["name"]: story for story in PAGES["story"]}
MAKER = Reports(record().rules)
PRAISE = "thanks to the legit recovery"
MAPS = STORIES["three-screens"]["text"].strip()


def named(kind: str) -> list[Any]:
    return [pytest.param(page, id=page["name"]) for page in PAGES[kind]]


def post(page: str, text: str, author: str, **fields: Any) -> Post:
    """One post of *author* on *page*, such as ``forum.example/t/1``; the host is its source."""
    source = page.partition("/")[0]
    made = from_text(text.strip(), f"https://{page}", fields.pop("title", "My account"))
    made |= {"post_id": f"{source}:{page}", "source": source, "engine": "discourse", "lang": "en"}
    made |= {"captured_at": "2026-03-04T05:06:07Z", "published": "2026-03-01"}
    return {**made, "author_key": author, **fields}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(record().rules, tmp_path)


def put(workspace: Workspace, *posts: Post) -> None:
    workspace.posts.mkdir(exist_ok=True)
    lines = "".join(json.dumps(entry) + "\n" for entry in posts)
    (workspace.posts / "all.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


def by_page(workspace: Workspace, column: str) -> dict[str, str]:
    """What each report holds in *column*, by the page of its post as far as that is held."""
    pages = {
        address_key(KEY, entry["url"], 1): entry["url"].removeprefix("https://")
        for entry in read_posts(workspace.posts)
    }
    schema = reports_schema(load_codebook(workspace.rules / "codebook"))
    table = read_table(workspace.table("reports"), schema)
    named = (pages.get(key, "gone") for key in table["address_key"])
    return dict(zip(named, table[column], strict=True))


def copies(workspace: Workspace) -> set[tuple[str, str]]:
    links = read_table(workspace.table("links"), links_schema())
    links = links[links["sureness"] == "copy"]
    return set(zip(links["report_a"], links["report_b"], strict=True))


def marks(workspace: Workspace) -> pd.DataFrame:
    spans = read_table(workspace.table("evidence"), evidence_schema())
    return spans[spans["column"] == "status"]


@pytest.mark.parametrize("page", named("machine"))
def test_a_machine_written_page_holds_no_report_and_shows_why(page: dict[str, str]) -> None:
    told = {**from_text(page["text"], title=page["title"]), "lang": page["lang"]}
    verdict = MAKER.screen.judge([told])
    assert verdict.tellings == ()
    why = Synthetic(record().rules / "synthetic.toml").why(MAKER.read(Telling((told,))))
    assert why
    assert {(value.column, value.value) for value in why} == {("status", "synthetic")}
    assert all(page["text"][v.start : v.end].strip() for v in why if v.end)


@pytest.mark.parametrize("page", named("person"))
def test_a_person_who_writes_like_that_is_heard(page: dict[str, str]) -> None:
    told = {**from_text(page["text"], title=page["title"]), "lang": page["lang"]}
    verdict = MAKER.screen.judge([told])
    assert verdict.marked == ()
    assert len(verdict.tellings) == 1


def test_in_a_thread_only_the_planted_telling_is_marked() -> None:
    seller = next(page for page in PAGES["machine"] if page["name"] == "legit-hacker")
    texts = (MAPS, seller["text"])
    thread = [
        {**from_text(text, "https://forum.example/t/1", "Suspended", n), "lang": "en"}
        for n, text in enumerate(texts, 1)
    ]
    verdict = MAKER.screen.judge(thread)
    assert [telling.position for telling in verdict.tellings] == [1]
    assert [telling.position for telling, _ in verdict.marked] == [2]
    assert verdict.kind == "report_self"


def test_a_marked_report_is_kept_with_its_reasons_and_counted_nowhere(
    workspace: Workspace,
) -> None:
    seller = next(page for page in PAGES["machine"] if page["name"] == "legit-hacker")
    put(workspace, post("a.example/t/1", seller["text"], "x"), post("b.example/t/2", MAPS, "y"))
    counts = normalise(workspace, KEY)
    assert by_page(workspace, "status") == {"a.example/t/1": "synthetic", "b.example/t/2": "live"}
    assert (counts.reports, counts.cases) == (2, 1)
    spans = marks(workspace)
    rules = {rule.split(":")[0] for rule in spans["rule"]}
    assert rules == {"synthetic.praise", "synthetic.contact"}
    span = spans[spans["rule"].str.startswith("synthetic.praise")].iloc[0]
    assert seller["text"].strip()[int(span["start"]) : int(span["end"])] == PRAISE
    made = figures(workspace).set_index("figure_id")["value"]
    assert (made["ledger.synthetic"], made["ledger.copies"]) == ("1", "0")


ALTERED = {
    "word for word": MAPS,
    "another platform": MAPS.replace("Upwork", "Freelancer.com"),
    "another client, day and sum": MAPS.replace("Harriet", "Roswitha")
    .replace("14 March", "2 October")
    .replace("530", "2,900"),
    "a few words exchanged": MAPS.replace("hiking guides", "city guides")
    .replace("two valleys", "two rivers")
    .replace("the same afternoon", "the same evening"),
    "an opening and an end added": f"Sharing this so that people know.\n\n{MAPS}\n\nPlease share!",
    "cut short": MAPS[: MAPS.index("There are 530")],
}


def test_planted_copies_are_linked_to_the_first_published_one(workspace: Workspace) -> None:
    first = post("z.example/t/1", MAPS, "teller", published="2026-03-01")
    planted = [
        post(f"{n}.example/t/7", text, f"{n}", published="2026-03-09", title="Read this")
        for n, text in enumerate(ALTERED.values())
    ]
    undated = post("y.example/t/2", MAPS, "", published="")  # captured days later
    put(workspace, *planted, undated, first)
    counts = normalise(workspace, KEY)
    status, report = by_page(workspace, "status"), by_page(workspace, "report_id")
    assert status.pop("z.example/t/1") == "live"
    assert status == dict.fromkeys(status, "copy")
    original = report.pop("z.example/t/1")
    assert copies(workspace) == {(original, copy) for copy in report.values()}
    assert set(marks(workspace)["rule"]) == {"copies.share"}
    assert counts.cases == 1
    (case,) = read_record(workspace).cases.to_dict("records")
    assert (case["reports"], case["platform"]) == (original, "upwork")


def test_copies_are_known_in_each_script(workspace: Workspace) -> None:
    put(
        workspace,
        *(
            post(f"{host}.example/{n}", s["text"], host, lang=s["lang"], published=day)
            for n, s in enumerate(STORIES.values())
            for host, day in (("a", "2026-03-01"), ("b", "2026-03-02"))
        ),
    )
    counts = normalise(workspace, KEY)
    assert (counts.reports, counts.cases) == (2 * len(STORIES), len(STORIES))
    for page, status in by_page(workspace, "status").items():
        assert status == ("live" if page.startswith("a.") else "copy"), page


def test_what_one_author_posts_twice_stays_one_case_without_a_mark(workspace: Workspace) -> None:
    put(
        workspace,
        post("a.example/t/1", MAPS, "teller"),
        post("a.example/t/2", f"{MAPS} Edit: still nothing.", "teller", published="2026-03-05"),
    )
    counts = normalise(workspace, KEY)
    assert (counts.reports, counts.cases) == (2, 1)
    assert set(by_page(workspace, "status").values()) == {"live"}
    assert len(set(by_page(workspace, "case_id").values())) == 1
    assert copies(workspace) == set()


def test_who_says_that_it_is_posted_elsewhere_too_is_no_copy(workspace: Workspace) -> None:
    said = {
        "en": "(Posted on a forum as well, sorry if you see it twice.)",
        "ru": "Это кросспост, на форуме то же самое.",
        "ja": "別の掲示板にも書いています。",
    }
    put(
        workspace,
        *(
            post(f"{host}.example/{s['name']}", f"{s['text']}\n{end}", host, lang=s["lang"])
            for s in STORIES.values()
            for host, end in (("a", ""), ("b", said[s["lang"]]))
        ),
    )
    assert normalise(workspace, KEY).cases == len(STORIES)
    assert set(by_page(workspace, "status").values()) == {"live"}


def test_people_who_quote_one_letter_or_complain_alike_are_no_copies(
    workspace: Workspace,
) -> None:
    letter = (
        "Hello,\n\nWe have looked at your account and closed it permanently, because you "
        "submitted a high number of proposals without contracts. Our decision is final and we "
        "will not answer further messages about it.\n\nUpwork Trust & Safety"
    )
    short = "Upwork suspended my account today without any reason. Support does not answer."
    stories = [
        f"My Upwork account is closed since Monday. I build sheds and got this:\n\n{letter}\n\nI "
        "asked twice what a high number is. Four sheds a year is what I sell, that is all.",
        f"After five years my Upwork account got closed, and this is what they sent:\n\n{letter}"
        "\n\nMy daughter learned to read next to that dashboard. I feel stupid for missing it.",
        short,
        short,
    ]
    put(workspace, *(post(f"a.example/t/{n}", text, f"{n}") for n, text in enumerate(stories)))
    assert normalise(workspace, KEY).cases == 4
    assert set(by_page(workspace, "status").values()) == {"live"}


def test_pages_of_one_host_that_exchange_the_platform_are_all_marked(workspace: Workspace) -> None:
    names = ("Upwork", "Fiverr", "Freelancer.com")
    posts = [
        post(f"mill.example/{n}", MAPS.replace("Upwork", name), f"writer {n}")
        for n, name in enumerate(names)
    ]
    put(workspace, *posts)
    assert normalise(workspace, KEY).cases == 0
    assert set(by_page(workspace, "status").values()) == {"synthetic"}
    assert set(marks(workspace)["rule"]) == {"copies.clones"}
    assert copies(workspace) == set()


def test_marks_follow_what_is_held_and_a_second_run_changes_nothing(workspace: Workspace) -> None:
    late = post("b.example/t/2", MAPS, "two", published="2026-03-08")
    early = post("a.example/t/1", MAPS, "one", published="2026-03-01")
    put(workspace, late)
    normalise(workspace, KEY)
    assert by_page(workspace, "status") == {"b.example/t/2": "live"}
    put(workspace, late, early)
    normalise(workspace, KEY)
    assert by_page(workspace, "status") == {"b.example/t/2": "copy", "a.example/t/1": "live"}
    before = {path.name: path.read_bytes() for path in workspace.root.glob("*.*")}
    normalise(workspace, KEY)
    assert {path.name: path.read_bytes() for path in workspace.root.glob("*.*")} == before
    put(workspace, late)  # its original was taken out, and it stays what it was
    normalise(workspace, KEY)
    assert by_page(workspace, "status")["b.example/t/2"] == "copy"
    put(workspace, late, {**early, "text": STORIES["the-neighbours-router"]["text"]})
    normalise(workspace, KEY)
    assert by_page(workspace, "status")["b.example/t/2"] == "live"


def test_a_person_sees_why_and_can_free_what_is_marked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        workspace,
        post("a.example/t/1", MAPS, "one"),
        post("b.example/t/2", MAPS, "two", published="2026-03-08"),
    )
    normalise(workspace, KEY)
    console = Console(record=True, width=200)
    answers = iter(["1", "y", "n"])
    monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, **__: next(answers, "q"))
    review(workspace, console, "r0002")
    assert "Marked copy (of r0001, copies.share)" in console.export_text()
    normalise(workspace, KEY)
    assert set(by_page(workspace, "status").values()) == {"live"}
    assert copies(workspace) == set()
    assert marks(workspace).empty


def test_a_person_can_mark_what_no_rule_found(workspace: Workspace) -> None:
    put(workspace, post("a.example/t/1", MAPS, "one"))
    normalise(workspace, KEY)
    corrections = "report_id,column,old,new,reason,date\n"
    corrections += "r0001,screen,report_self,synthetic,Its photograph is a stock one,2026-04-01\n"
    workspace.table("corrections").write_text(corrections, encoding="utf-8")
    write_record(settle(read_record(workspace)))
    assert by_page(workspace, "status") == {"a.example/t/1": "synthetic"}
    assert read_record(workspace).cases.empty
