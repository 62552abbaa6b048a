"""Five hundred planted names, handles, mails, numbers and links: none of them is published."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.codebook import load_codebook
from pipeline.record import read_record
from pipeline.tables import read_posts, reports_schema, write_table
from pipeline.workspace import Workspace
from scraper import specimens

DATA = Path(__file__).resolve().parents[2] / "data"
COMMAND = Path(sys.executable).with_name("suspensions")
ENGINES = ("articles", "discourse", "phpbb", "reddit", "wordpress")
SYLLABLES = {
    "ru": ["зо", "вик", "ра", "дун", "ме", "лис", "ту", "гор", "ша", "веп"],
    "ja": ["ぞ", "びく", "ら", "どぅ", "め", "りす", "つ", "ごる", "しゃ", "ぺ"],
    "zh": ["佐", "维", "拉", "敦", "梅", "丽", "图", "戈", "沙", "佩"],
}
LATIN = ["zo", "vik", "ra", "dun", "me", "lis", "tu", "gor", "sha", "pev"]

LETTER = (
    "Hello {greeted},\n\nYour account has been suspended because you asked a client to pay "
    "outside of Upwork. Our decision is final. Ticket {ticket}.\n\nUpwork Trust & Safety"
)
STORIES = {
    "en": "My Upwork account was suspended last week because I asked {client} to pay outside. "
    "I appealed and they never replied. I completed 40 jobs, the last is {order}.",
    "es": "Upwork cerró mi cuenta la semana pasada por pedir a {client} un pago fuera de la "
    "plataforma. Apelé y nunca respondieron. Mi último pedido era {order}.",
    "pt": "A Upwork suspendeu minha conta na semana passada por causa de {client}. Recorri e "
    "nunca responderam. O meu último pedido era {order}.",
    "fr": "Upwork a suspendu mon compte la semaine dernière à cause de {client}. J'ai fait "
    "appel et ils n'ont jamais répondu. Ma dernière commande était {order}.",
    "de": "Upwork hat mein Konto letzte Woche gesperrt, wegen {client}. Ich habe Einspruch "
    "eingelegt und nie eine Antwort bekommen. Mein letzter Auftrag war {order}.",
    "pl": "Upwork zawiesił moje konto w zeszłym tygodniu przez {client}. Odwołałem się i nigdy "
    "nie odpowiedzieli. Moje ostatnie zlecenie to {order}.",
    "ru": "Мой аккаунт на Upwork заблокировали на прошлой неделе из-за {client}. Я подал "
    "апелляцию, но мне так и не ответили. Мой последний заказ: {order}.",
    "id": "Akun Upwork saya ditangguhkan minggu lalu karena {client}. Saya sudah banding dan "
    "tidak pernah dibalas. Pesanan terakhir saya {order}.",
    "ja": "先週、{client}のせいでUpworkのアカウントが停止されました。異議を申し立てましたが、"
    "返事はありません。最後の注文は{order}です。",
    "zh": "上周我的Upwork账号被封了，因为{client}。我申诉了，但是一直没有回复。"
    "最后的订单是{order}。",
}


@dataclass(frozen=True)
class Canaries:
    """What is planted in one thread: ten things, none of them in any other."""

    lang: str
    number: int

    def name(self, place: int) -> str:
        """A name of two words in the language's script; *place* 0 to 3."""
        syllables = SYLLABLES.get(self.lang, LATIN)
        digits = f"{self.number * 4 + place:03d}"
        first = "".join(syllables[int(digit)] for digit in digits)
        last = "".join(syllables[int(digit)] for digit in f"{9 - int(digits[2])}{digits[::-1]}")
        return f"{first.capitalize()} {last.capitalize()}"

    @property
    def planted(self) -> dict[str, str]:
        """Every canary by the place it is planted at."""
        tag = f"{self.number:03d}"
        return {
            "title": self.name(0),
            "client": self.name(1),
            "greeted": self.name(2),
            "author": f"zovik_{tag}_raq",
            "mentioned": f"meliq{tag}dunx",
            "mail": f"gorsha.{tag}@pevmail{tag}.example",
            "phone": f"+49 30 7700{tag} 4471",
            "order": f"FO9{tag}C4B17E{tag}",
            "ticket": f"#5529{tag}318",
            "link": f"https://works{tag}.example/portfolio/tugorq-{tag}",
        }

    @property
    def needles(self) -> set[str]:
        """Every form in which one of them could come out."""
        forms: set[str] = set()
        for words in self.planted.values():
            bare = re.sub(r"[^\w@.]+", "", words)
            slug = re.sub(r"[\W_]+", "-", words.lower()).strip("-")
            forms |= {words, words.lower(), bare, slug, quote(words), words.replace(" ", "_")}
        forms |= {
            f"tugorq-{self.number:03d}",
            f"pevmail{self.number:03d}",
            self.planted["ticket"][1:],
        }
        return forms

    def thread(self) -> str:
        """The thread as the specimen web takes it: a telling with a letter, and an answer."""
        planted = self.planted
        story = STORIES[self.lang].format(**planted)
        letter = LETTER.format(**planted)
        return f'''
id = {1000 + self.number}
title = "{planted["title"]}: my Upwork account was suspended"
lang = "{self.lang}"
why = "as the tests need it"

[[post]]
author = "{planted["author"]}"
time = 2024-05-02T09:00:00Z
text = """
{story}

"{letter}"

{planted["mail"]}, {planted["phone"]}, {planted["link"]}, @{planted["mentioned"]}
"""
signature = "{planted["link"]}"

[[post]]
author = "{planted["mentioned"]}"
time = 2024-05-03T09:00:00Z
text = """
> @{planted["author"]}:
> {story}

@{planted["author"]}: {planted["client"]}, {planted["mail"]}
"""
'''


LANGUAGES = tuple(STORIES)
PLANTED = tuple(Canaries(LANGUAGES[number % 10], number) for number in range(50))


@dataclass(frozen=True)
class Published:
    """A project after its chain ran: its folder, and everything that was printed."""

    folder: Path
    printed: str

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "data", self.folder / "data")

    def contents(self) -> dict[bytes, str]:
        """What is published or committed, decompressed: each content once, with a file of it."""
        data = self.workspace.root
        paths = [*(self.folder / "public").rglob("*"), *data.glob("*.*"), *data.glob("measured/*")]
        found: dict[bytes, str] = {}
        for path in (path for path in paths if path.is_file() and path.suffix != ".png"):
            for content in _unpacked(path):
                found.setdefault(content, path.relative_to(self.folder).as_posix())
        return found


def _unpacked(path: Path) -> list[bytes]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            return [packed.read(name) for name in packed.namelist()]
    content = path.read_bytes()
    return [gzip.decompress(content) if path.suffix == ".gz" else content]


def plant(web: Path) -> None:
    """One thread for each engine and language, and for each engine one that is gone when asked.

    Slugs are planted where an engine makes them of a member's title, and in what is gone.
    """
    shutil.copytree(specimens.FOLDER / "engines", web / "engines")
    for canaries in PLANTED:
        engine = ENGINES[canaries.number // 10]
        folder = web / "threads" / engine
        folder.mkdir(parents=True, exist_ok=True)
        named = canaries.planted["author"].replace("_", "-")
        slug = named if engine in ("discourse", "reddit") else f"story-{canaries.number}"
        (folder / f"{slug}.toml").write_text(canaries.thread())
    for engine in ENGINES:
        gone = PLANTED[ENGINES.index(engine) * 10].thread().split("[[post]]")
        text = re.sub(r"id = \d+", "id = 99", gone[0]).replace('why = "as the tests need it"', "")
        path = (
            web / "threads" / engine / f"{PLANTED[0].planted['author'].replace('_', '-')}-gone.toml"
        )
        path.write_text(f'{text}state = "gone"\n[[post]]{gone[1]}')


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("canary")
    plant(folder / "web")
    kept = shutil.ignore_patterns("*.csv", "ids.toml", "specimens", "archive", "posts", "run")
    shutil.copytree(DATA, folder / "data", ignore=kept)
    shutil.copytree(DATA / "measured", folder / "data/measured", dirs_exist_ok=True)
    shutil.copyfile(specimens.FOLDER / "sources.toml", folder / "data/sources.toml")
    printed = ""
    with specimens.serve(folder / "web") as served:
        environment = {
            key: os.environ[key] for key in ("PATH", "LANG", "XDG_CACHE_HOME") if key in os.environ
        }
        environment |= {"HOME": str(folder / "home"), "http_proxy": served.proxy}
        environment |= {"SUSPENSIONS_CONTACT": "tests@record.example"}
        for words in (["collect"], ["normalise"], ["publish"], ["check"]):
            if words == ["publish"]:
                confirm(Workspace(folder / "data", folder / "data"))
            done = subprocess.run(
                [COMMAND, *words],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            printed += done.stdout + done.stderr
            assert done.returncode == 0, done.stderr
    return Published(folder, printed)


def confirm(workspace: Workspace) -> None:
    """Have every report count, as if a person had confirmed it."""
    table = read_record(workspace).reports.assign(review="confirmed")
    schema = reports_schema(load_codebook(workspace.rules / "codebook"))
    write_table(table, workspace.table("reports"), schema)


def test_the_canaries_were_read_and_coded(published: Published) -> None:
    """Else nothing of what follows would mean anything."""
    assert len({needle for canaries in PLANTED for needle in canaries.planted.values()}) == 500
    posts = list(read_posts(published.workspace.posts))
    read = "\n".join(post["title"] + post["text"] for post in posts)
    for place in ("title", "client", "greeted", "mail", "phone", "order", "ticket", "mentioned"):
        assert sum(canaries.planted[place] in read for canaries in PLANTED) >= 45, place
    reports = read_record(published.workspace).reports
    assert len(reports) >= 40
    assert set(reports["lang"]) >= {"en", "es", "pt", "fr", "de", "pl", "ru", "ja", "zh"}
    assert len(list((published.folder / "public/cases").glob("c*"))) >= 10
    assert "cannot be read (404 Not Found)" in published.printed


def test_none_is_in_a_published_file(published: Published) -> None:
    found = {
        (path, needle)
        for content, path in published.contents().items()
        for canaries in PLANTED
        for needle in canaries.needles
        if needle.encode() in content
    }
    assert found == set()


def test_none_is_printed(published: Published) -> None:
    needles = (needle for canaries in PLANTED for needle in canaries.needles)
    assert [needle for needle in needles if needle in published.printed] == []
