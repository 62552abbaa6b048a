"""Figures on how well the coding agrees, from what an evaluation wrote."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.measured import measured
from pipeline.workspace import record


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(record().rules / "codebook")


def columns(action: float, outcome: float | None) -> dict[str, Any]:
    return {"action": {"n": 30, "f1": action}, "outcome": {"n": 28, "f1": outcome}}


def figures(tmp_path: Path, codebook: Codebook) -> pd.DataFrame:
    screen = {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "tp": 1, "fp": 0, "fn": 1}
    result = {
        "screen": screen,
        "columns": columns(0.9, None),
        "baselines": {
            "majority": {"screen": screen, "columns": columns(0.25, None)},
            "keywords": {"screen": screen, "columns": columns(0.8, 0.0)},
        },
        "languages": {
            "en": {"n": 27, "columns": {"action": {"n": 25, "f1": 0.95}, "outcome": None}},
            "pl": {"n": 3, "columns": None},
        },
    }
    shutil.copy(record().rules / "measured" / "readings.csv", tmp_path)
    (tmp_path / "specimens.json").write_text(json.dumps(result))
    return pd.DataFrame(measured(tmp_path, codebook)).set_index("figure_id")


def test_coders_stand_side_by_side(tmp_path: Path, codebook: Codebook) -> None:
    found = figures(tmp_path, codebook).filter(like="measured.baselines.", axis=0)
    assert found["value"].to_dict() == {
        "measured.baselines.screen.rules": "0.6667",
        "measured.baselines.screen.majority": "0.6667",
        "measured.baselines.screen.keywords": "0.6667",
        "measured.baselines.action.rules": "0.9",
        "measured.baselines.action.majority": "0.25",
        "measured.baselines.action.keywords": "0.8",
    }
    assert found.loc["measured.baselines.action.keywords", "title"] == "Plain keyword list: Action"
    assert set(found["denominator"]) == {"2", "30"}


def test_a_language_or_column_with_too_few_has_no_value(tmp_path: Path, codebook: Codebook) -> None:
    found = figures(tmp_path, codebook)
    english = found.loc["measured.languages.en.action"]
    assert (english["value"], english["denominator"]) == ("0.95", "27")
    assert english["title"] == "Action: English"
    few = found.loc[["measured.languages.en.outcome", "measured.languages.pl.action"]]
    assert set(few["value"]) == {""}
    assert set(few["method"]) == {"too_few"}
    assert found.loc["measured.languages.pl.action", "denominator"] == "3"
