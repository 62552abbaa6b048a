"""Who collects: the name that sources see, and the secret key that authors are hashed with."""

from __future__ import annotations

import hmac
import os
import secrets
from importlib.metadata import version
from pathlib import Path

from scraper.files import write_whole
from scraper.rules import DataError, Rule, load_rules

KEY_FILE = Path(".config/suspension-record/key")
"""Where the key lies in the home of whoever collects."""


class Publisher(Rule):
    """``data/publisher.toml``: who runs this copy, and how they are reached.

    ``issues`` is where the public form for a report opens; ``mail_kept`` says in words how
    long mails to ``contact`` are kept.
    """

    name: str
    address: str = ""
    contact: str = ""
    issues: str = ""
    mail_kept: str = ""


def agent(file: Path, *, live: bool = True) -> str:
    """The user agent, with the address and contact of *file*.

    The contact in ``SUSPENSIONS_CONTACT`` goes before the one in the file. Where *live*
    is false nobody's server is asked, and no contact is needed.

    Raises:
        DataError: live sources are to be asked and no contact is given.
    """
    publisher = load_rules(file, Publisher)
    contact = os.environ.get("SUSPENSIONS_CONTACT", "") or publisher.contact
    if live and not contact:
        problem = "is empty; sources must be able to reach whoever collects, write a mail address"
        raise DataError(file, "contact", problem)
    about = "; ".join(filter(None, (publisher.address and f"+{publisher.address}", contact)))
    name = f"SuspensionRecord/{version('suspension-record')}"
    return f"{name} ({about})" if about else name


def secret_key(removals: Path) -> bytes:
    """The maintainer's key: ``SUSPENSIONS_KEY``, else the file in the home folder.

    It is made where there is none, unless the table *removals* has rows, which only the
    key that wrote them can match.

    Which key a record was begun with is told by a hash of it in ``key.check`` beside the table:
    another one would know nothing again, neither what was removed nor what was found.

    Raises:
        DataError: there are removals and no key, or the key is too short to be one, or another
            than before.
    """
    path = Path.home() / KEY_FILE
    given = os.environ.get("SUSPENSIONS_KEY", "")
    if not given and path.exists():
        given = path.read_text(encoding="utf-8").strip()
    if not given and _has_rows(removals):
        problem = (
            f"has rows, but the key that hashed them is missing: put it back into ~/{KEY_FILE} "
            "or into the variable SUSPENSIONS_KEY"
        )
        raise DataError(removals, "", problem)
    key = (given or _make(path)).encode()
    where = "SUSPENSIONS_KEY" if os.environ.get("SUSPENSIONS_KEY") else path
    if len(key) < 32:
        raise DataError(where, "", "is too short; a key is 64 hexadecimal digits")
    _check_same(key, where, removals.with_name("key.check"))
    return key


def _check_same(key: bytes, where: Path | str, check: Path) -> None:
    told = hmac.digest(key, b"which key this is", "sha256").hex()
    if not check.exists():
        write_whole(check, f"{told}\n".encode())
    elif check.read_text(encoding="utf-8", errors="replace").strip() != told:
        problem = (
            "is another key than the one that this record was begun with; put the right one back "
            f"(or delete {check}, and nothing that was removed or found is known again)"
        )
        raise DataError(where, "", problem)


def _has_rows(removals: Path) -> bool:
    rows = removals.read_text(encoding="utf-8") if removals.exists() else ""
    return bool(rows.partition("\n")[2].strip())


def _make(path: Path) -> str:
    key = secrets.token_hex(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{key}\n")
    return key
