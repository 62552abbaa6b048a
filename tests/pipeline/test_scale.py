"""What is written of a whole crawl's cost follows from what was measured."""

import json
from pathlib import Path

import pytest

from pipeline.scale import estimate
from pipeline.workspace import record
from scraper.rules import DataError

RULES = record().rules


def test_the_estimate_that_is_written_down_is_that_of_the_last_measurement() -> None:
    written = (RULES.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, said, _ = written.split("<!-- scale -->\n")
    assert said == estimate(RULES)


def test_the_cost_follows_from_the_rate(tmp_path: Path) -> None:
    (tmp_path / "measured").mkdir()
    (tmp_path / "scale.toml").write_bytes((RULES / "scale.toml").read_bytes())
    with pytest.raises(DataError, match=r"scale\.json: cannot be used .*make bench-cluster"):
        estimate(tmp_path)
    numbers = json.loads((RULES / "measured" / "scale.json").read_text())
    numbers |= {"posts": 750_000, "seconds": 500, "workers": 2, "equal": False}
    (tmp_path / "measured" / "scale.json").write_text(json.dumps(numbers))
    said = estimate(tmp_path)
    assert "750 posts a second and processor" in said
    assert "are 1,000 processor hours" in said  # 2.7 billion pages
    assert "39 US dollars. Fetching" in said
    assert "NOT the same" in said
