"""Who asks is said to live sources, and the key that hashes authors is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.identity import KEY_FILE, agent, secret_key
from scraper.posts import author_key
from scraper.rules import DataError


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SUSPENSIONS_KEY", raising=False)
    monkeypatch.delenv("SUSPENSIONS_CONTACT", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def publisher(folder: Path, **keys: str) -> Path:
    path = folder / "publisher.toml"
    path.write_text("".join(f'{key} = "{value}"\n' for key, value in keys.items()))
    return path


def test_agent_names_address_and_contact(tmp_path: Path) -> None:
    file = publisher(tmp_path, name="R", address="https://r.example", contact="us@r.example")
    assert agent(file).startswith("SuspensionRecord/")
    assert agent(file).endswith(" (+https://r.example; us@r.example)")


def test_contact_of_the_environment_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUSPENSIONS_CONTACT", "me@r.example")
    assert agent(publisher(tmp_path, name="R", contact="us@r.example")).endswith("(me@r.example)")


def test_no_live_source_is_asked_without_a_contact(tmp_path: Path) -> None:
    file = publisher(tmp_path, name="R")
    with pytest.raises(DataError, match=r"publisher\.toml: contact: is empty"):
        agent(file)
    assert "(" not in agent(file, live=False)


def test_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "removals.csv")
    path = tmp_path / "home" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key) == 64
    assert secret_key(tmp_path / "removals.csv") == key


def test_key_of_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUSPENSIONS_KEY", "k" * 32)
    assert secret_key(tmp_path / "removals.csv") == b"k" * 32
    assert not (tmp_path / "home" / KEY_FILE).exists()
    monkeypatch.setenv("SUSPENSIONS_KEY", "short")
    with pytest.raises(DataError, match="SUSPENSIONS_KEY: is too short"):
        secret_key(tmp_path / "removals.csv")


def test_no_new_key_where_removals_need_the_old_one(tmp_path: Path) -> None:
    removals = tmp_path / "removals.csv"
    removals.write_text("address_key,day\nabc,2026-03-01\n")
    with pytest.raises(DataError, match=r"removals\.csv: .*put it back into ~/\.config"):
        secret_key(removals)
    assert not (tmp_path / "home" / KEY_FILE).exists()
    removals.write_text("address_key,day\n")
    assert secret_key(removals)


def test_an_author_is_one_hash_per_source_and_key() -> None:
    mine = author_key("Teller", "forum", b"a" * 32)
    assert mine == author_key("Teller", "forum", b"a" * 32)
    others = {
        author_key("Teller", "board", b"a" * 32),
        author_key("Teller", "forum", b"b" * 32),
        author_key("teller", "forum", b"a" * 32),
    }
    assert len(others | {mine}) == 4
    assert author_key("", "forum", b"a" * 32) == ""
