"""The rules that stand in ``data/``: they load, they are whole, and a mistake is named."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.phrases import Phrases, folded
from pipeline.platforms import load_platforms
from scraper.rules import DataError
from scraper.sources import READABLE, load_sources

DATA = Path(__file__).resolve().parents[1] / "data"

CODES = {
    "source_kind": "forum blog qa reddit review news social",
    "engine": "discourse khoros invision xenforo vbulletin phpbb nodebb flarum wordpress medium "
    "ghost blogger reddit lemmy hackernews stackexchange forem habr other",
    "teller": "self proxy quoted",
    "role": "freelancer client agency unknown",
    "action": "closed suspended hold limited listing_removed demoted fined warned rejected unknown",
    "notice": "before at_action none unknown",
    "specificity": "none generic specific unknown",
    "appealed": "yes no unknown",
    "outcome": "reinstated partly_restored upheld pending unknown",
    "funds_held": "yes no unknown",
    "proposals_mentioned": "yes no",
    "letter_quoted": "yes no",
    "reasons": "proposals_without_contracts off_platform_payment off_platform_contact "
    "identity_unverified account_sharing multiple_accounts linked_account profile_content "
    "false_profile unpaid_fee payment_irregularity suspicious_activity performance "
    "delivery_abuse outside_help third_party_terms client_complaint intellectual_property "
    "prohibited_service feedback_manipulation spam automation abusive_conduct "
    "restricted_country underage inactivity terms_violation saturated_skills other "
    "none_stated unknown",
    "responses": "no_reply automated boilerplate told_to_wait documents_requested "
    "reason_refused reason_given referred_to_help_page final_decision contact_closed "
    "escalated apologised reinstated",
    "standing": "vetted top_rated established newcomer unknown",
    "told_to": "teller clients nobody unknown",
    "notice_channel": "email in_app login_page forum_staff none unknown",
    "reviewer": "person_named team_named stock_text_only unknown",
    "automation_disclosed": "yes denied unknown",
    "rule_cited": "yes no unknown",
    "why_explained": "yes no unknown",
    "duration_stated": "yes no unknown",
    "appeal_route_named": "yes no unknown",
}
COLUMNS = {
    1: "url position source_kind engine lang platform published teller role action action_date "
    "notice reasons specificity believed_reasons appealed responses response_hours "
    "resolution_days outcome fee_percents funds_held funds_amount funds_currency hold_days "
    "tenure_years jobs_completed earnings_usd success_score proposals_mentioned letter_quoted",
    3: "first_action standing proposals_count connects_spent told_to notice_channel rule_cited "
    "why_explained duration_stated automation_disclosed appeal_route_named reviewer events",
}
SAID = [
    ("action", "closed", "en", "My account has been permanently suspended."),
    ("action", "suspended", "ru", "Вчера мой аккаунт заблокировали без объяснений."),
    ("action", "suspended", "ja", "昨日アカウントが停止されました。"),
    ("action", "suspended", "hi", "Mera account suspend ho gaya bhai."),
    ("action", "suspended", "es", "Me suspendieron la cuenta ayer."),
    ("action", "hold", "de", "Mein Konto wurde vorübergehend gesperrt."),
    ("action", "closed", "pt", "Minha conta foi banida permanentemente."),
    ("action", "suspended", "zh", "我的账号被封了。"),
    ("reasons", "proposals_without_contracts", "en", "many proposals without any contracts"),
    ("reasons", "off_platform_payment", "en", "They say I asked to be paid outside of Upwork."),
    ("reasons", "off_platform_payment", "ja", "外部取引への誘導が理由でした。"),
    ("reasons", "terms_violation", "ru", "Пишут, что я нарушил правила площадки."),
    ("reasons", "none_stated", "fr", "Mon compte est bloqué sans aucune explication."),
    ("responses", "final_decision", "en", "Our decision is final."),
    ("responses", "no_reply", "id", "Sampai sekarang tidak ada balasan."),
    ("responses", "reinstated", "pl", "Po tygodniu odblokowali moje konto."),
    ("funds_held", "yes", "es", "Y mi dinero está retenido."),
    ("screen", "report_self", "hi", "मेरा अकाउंट सस्पेंड हो गया।"),
    ("screen", "report_self", "en", "My fiverr account got banned today plz help"),
    ("screen", "report_self", "zh", "我的账号昨天被永久封禁了。"),
    ("screen", "report_self", "cs", "Včera mi trvale zablokovali účet."),
    ("screen", "report_self", "bn", "আমার একাউন্ট গতকাল সাসপেন্ড হয়ে গেছে"),
    ("screen", "advice", "en", "How to avoid getting your account suspended"),
    ("screen", "advice", "ja", "アカウント停止を避ける方法"),
    ("screen", "general_question", "en", "Will my account be suspended if I give it?"),
]


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(DATA / "codebook")


def test_columns_and_codes_are_those_of_the_third_edition(codebook: Codebook) -> None:
    assert codebook.edition == 3
    assert list(codebook.columns) == [name for names in COLUMNS.values() for name in names.split()]
    for edition, names in COLUMNS.items():
        assert {codebook.columns[name].edition for name in names.split()} == {edition}
    for name, codes in CODES.items():
        assert codebook.lists[name].codes == tuple(codes.split())
    assert codebook.allowed("believed_reasons") == codebook.allowed("reasons")
    assert codebook.columns["responses"].order == "time"


def test_every_code_says_what_it_means_in_english(codebook: Codebook) -> None:
    for entry in codebook.lists.values():
        for code in entry.code:
            assert len(code.definition) > 8, (entry.list, code.code)
    assert codebook.label("action", "closed", "ru") == "Закрыт навсегда"
    assert codebook.label("notice", "before", "ru") == "Warned before"


@pytest.mark.parametrize(("column", "code"), [("action", "warned"), ("reasons", "outside_help")])
def test_later_codes_know_their_edition(codebook: Codebook, column: str, code: str) -> None:
    assert codebook.lists[column][code].edition == 2


@pytest.mark.parametrize(("name", "code", "lang", "text"), SAID)
def test_phrases_find_what_people_write(
    codebook: Codebook, name: str, code: str, lang: str, text: str
) -> None:
    found = Phrases(codebook.lists[name]).find(folded(text), lang)
    assert code in {match.code for match in found}


def test_every_phrase_compiles_and_matches_some_text(codebook: Codebook) -> None:
    for entry in codebook.lists.values():
        phrases = Phrases(entry)
        assert phrases.find("", "en") == []
        for code in entry.code:
            for lang, said in code.phrases.items():
                plain = [text for text in said if not set(text) & set("()|*#.")]
                for text in plain:
                    found = {match.code for match in phrases.find(folded(text), lang)}
                    assert code.code in found, (entry.list, code.code, text)


def test_platforms_hold_every_platform_of_the_record() -> None:
    platforms = load_platforms(DATA / "platforms.toml")
    reports = pd.read_csv(DATA / "reports.csv", dtype=str, keep_default_na=False)
    assert set(reports["platform"]) <= set(platforms)
    assert platforms["odesk"].successor == platforms["elance"].successor == "upwork"


def test_fees_name_their_source_and_who_confirms_them() -> None:
    platforms = load_platforms(DATA / "platforms.toml")
    for code in ("upwork", "odesk", "elance", "fiverr", "freelancer"):
        assert platforms[code].fee, code
    for platform in platforms.values():
        for fee in platform.fee:
            assert fee.percent_min <= fee.percent_max
            assert not fee.end or not fee.start or fee.start <= fee.end
            assert fee.confirmed or "No official page seen" in fee.note, (platform.code, fee)
            if fee.confirmed:
                assert any(domain in fee.source for domain in platform.domains), fee


def test_sources_say_what_they_allow() -> None:
    sources = load_sources(DATA / "sources.toml")
    assert len(sources) >= 18
    assert {"api", "feed", "page", "archive"} == {s.access for s in sources.values()}
    for source in sources.values():
        assert source.robots
        assert source.terms
        assert "/@" not in "".join(source.start)
        if source.enabled:
            assert source.engine in READABLE
            assert source.access in ("api", "feed")
        else:
            assert "off" in source.terms, source.name


def test_a_wrong_rule_is_named_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(DATA / "codebook", tmp_path / "codebook")
    for name in ("platforms.toml", "sources.toml"):
        shutil.copy(DATA / name, tmp_path / name)
    for file, old, new, words in MISTAKES:
        path = tmp_path / file
        right = path.read_text(encoding="utf-8")
        assert right.count(old) >= 1, (file, old)
        path.write_text(right.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(DataError) as error:
            load_all(tmp_path)
        path.write_text(right, encoding="utf-8")
        line = str(error.value)
        assert "\n" not in line
        assert line.startswith(str(path)), line
        for word in words:
            assert word in line, line
    load_all(tmp_path)


MISTAKES = [
    ("sources.toml", 'engine = "phpbb"', 'engine = "phpb"', ["fotobanky", "did you mean 'phpbb'"]),
    ("sources.toml", 'name = "dev-to"', 'name = "mc-today"', ["two sources", "'mc-today'"]),
    ("sources.toml", 'access = "archive"', 'access = "cellar"', ["fiverr-forum", "'archive'"]),
    ("sources.toml", "https://dev.to/api", "dev.to/api", ["dev-to", "http or https"]),
    ("sources.toml", "enabled = false", "enabled = fasle", ["line ", "not valid TOML"]),
    (
        "sources.toml",
        'of = "fiverr-forum"',
        'of = "fiverr-foru"',
        ["commoncrawl].of", "did you mean"],
    ),
    ("sources.toml", '"forum.fiverr.com/t/*"', '"https://x"', ["pages", "no pattern"]),
    ("sources.toml", 'of = "upwork-community"', "", ["commoncrawl", "give served_by"]),
    ("sources.toml", 'until = "2022"', 'until = "last year"', ["commoncrawl", "until"]),
    ("platforms.toml", "percent_max = 20", "percent_max = 200", ["upwork", "less than or equal"]),
    ("platforms.toml", 'start = "2016-06-07"', 'start = "7 June"', ["upwork", "start"]),
    ("platforms.toml", "confirmed = true", "confirmd = true", ["upwork", "confirmed"]),
    ("codebook/columns.toml", 'list = "notice"', 'list = "notise"', ["notice", "did you mean"]),
    ("codebook/columns.toml", 'kind = "date"', 'kind = "day"', ["published", "'date'"]),
    ("codebook/action.toml", 'code = "hold"', 'code = "closed"', ["closed", "stands twice"]),
    ("codebook/action.toml", 'list = "action"', 'list = "actions"', ["'action'", "as the file"]),
    ("codebook/notice.toml", 'label = { en = "Told', 'label = { fr = "Told', ["label.en"]),
]


def load_all(data: Path) -> None:
    load_sources(data / "sources.toml")
    load_platforms(data / "platforms.toml")
    load_codebook(data / "codebook")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sources\.toml: cannot be read \(No such file"):
        load_sources(tmp_path / "sources.toml")


def test_a_phrase_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    shutil.copytree(DATA / "codebook", tmp_path / "codebook")
    path = tmp_path / "codebook" / "outcome.toml"
    text = path.read_text(encoding="utf-8").replace('"final decision"', '"(final decision"')
    path.write_text(text, encoding="utf-8")
    broken = load_codebook(tmp_path / "codebook").lists["outcome"]
    with pytest.raises(DataError, match=r"outcome\.toml: code\[upheld\]\.phrases\.en: .*open"):
        Phrases(broken)
