"""Whatever happens between runs: no report that counts is lost, and what people decided stands."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cases import rows
from pipeline.normalise import normalise
from pipeline.posts import from_text
from pipeline.record import Record, read_record
from pipeline.remove import remove
from pipeline.workspace import Workspace, record

KEY = b"a key of these tests, long enough to be one"
FORUM = "https://forum.specimens.example/t/"
STORIES = (
    "My Upwork account was suspended in May. No warning. The e-mail said that I had asked a "
    "client to pay outside of Upwork, which I never did. I appealed and nobody answered. Job {}.",
    "Fiverr banned me yesterday. No reason given, and they keep 300 dollars that I earned last "
    "month. I wrote to support twice and they never replied to any of it. Job {}.",
)
STEPS = st.tuples(
    st.sampled_from(("tell", "edit", "delete", "correct", "confirm", "remove", "run")),
    st.integers(0, 4),
)


class Life:
    """A record and the pages that it is made from, as people and their authors change them."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(record().rules, folder)
        self.pages: dict[int, dict[str, Any]] = {}
        self.corrected: set[str] = set()
        self.removed: set[str] = set()
        self.cases: dict[str, str] = {}

    def step(self, what: str, number: int) -> None:
        """One thing happens, and then a run."""
        reports = sorted(self.rows())
        if what == "tell":
            self.pages.setdefault(number, self._page(number, STORIES[number % 2].format(number)))
        elif what == "edit" and number in self.pages:
            text = self.pages[number]["text"] + " They wrote that it was for good."
            self.pages[number] = self._page(number, text)
        elif what == "delete":
            self.pages.pop(number, None)
        elif reports and what in ("correct", "confirm", "remove"):
            getattr(self, f"_{what}")(reports[number % len(reports)])
        self.run()

    def run(self) -> None:
        """Code what is there now."""
        self.workspace.posts.mkdir(exist_ok=True)
        lines = "".join(json.dumps(post) + "\n" for post in self.pages.values())
        (self.workspace.posts / "forum.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        normalise(self.workspace, KEY)

    def rows(self) -> dict[str, dict[str, str]]:
        return {row["report_id"]: row for row in rows(self._record().reports)}

    def check(self) -> None:
        """What must hold after every run."""
        found, rows = self._record(), self.rows()
        assert not self.removed & rows.keys()
        assert self.corrected - self.removed <= rows.keys()
        assert all(rows[r]["outcome"] == "reinstated" for r in self.corrected - self.removed)
        for report, case in self.cases.items():
            now = rows.get(report, {}).get("case_id", case)
            assert now in (case, found.retired.get(case))
        self.cases |= {report: row["case_id"] for report, row in rows.items()}

    def _record(self) -> Record:
        return read_record(self.workspace)

    def _page(self, number: int, text: str) -> dict[str, Any]:
        post = from_text(text, f"{FORUM}{number}", f"Thread {number}", 1)
        made = {"post_id": f"forum:{number}", "source": "forum", "engine": "discourse"}
        when = {"captured_at": "2026-03-04T05:06:07Z", "published": "2026-03-01"}
        return {**post, **made, **when, "lang": "en", "author_key": f"author-{number}"}

    def _decide(self, name: str, head: str, line: str) -> None:
        path = self.workspace.table(name)
        before = path.read_text() if path.exists() else f"{head}\n"
        path.write_text(f"{before}{line}\n")

    def _correct(self, report: str) -> None:
        head = "report_id,column,old,new,reason,date"
        self._decide("corrections", head, f"{report},outcome,pending,reinstated,read,2026-12-01")
        self.corrected.add(report)

    def _confirm(self, report: str) -> None:
        head = "report_id,column,value,date"
        self._decide("confirmations", head, f"{report},screen,report_self,2026-12-01")

    def _remove(self, report: str) -> None:
        remove(self.workspace, report, KEY)
        self.removed.add(report)


@settings(max_examples=2, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=5, max_size=7))
def test_no_run_undoes_what_was_found_or_decided(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder))
        life.step("tell", 0)
        life.step("tell", 1)
        for what, number in steps:
            life.step(what, number)
            life.check()
