"""The phrases of a code list, ready to be found in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

from pipeline.codebook import CodeList
from scraper.rules import DataError

TIMEOUT = 0.5
"""Seconds after which a search gives up, so that no text can hang the pipeline."""

MARK = "\u16a0\u16a1"
"""Two runes that stand for a quantity in a masked text: its first character, the others."""

SHOWN = 60
"""Characters of a phrase that a rule's name shows."""

_TOKEN = regex.compile(r"\s*\.\.\.\s*|\s+|[()|*]|[^\s()|*.]+|\.")
_JOIN = r"(?!\w)[^\w.!?,;:\n]*\n?[^\w.!?,;:\n]*"
_BETWEEN = r"(?!\w)[^\w.!?\n]*\n?[^\w.!?\n]*"
_GAP = rf"{_BETWEEN}(?:[\w'-]+{_BETWEEN}){{0,6}}?"
_CJK_GAP = r"[^。！？\n]{0,20}?"
_LEAD = regex.compile(r"(#|\w+)([*(])?")
_WORD = regex.compile(r"\w+")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


@dataclass(frozen=True)
class Match:
    """One phrase found: the code it speaks for, its span, and the ``rule`` to cite."""

    code: str
    start: int
    end: int
    rule: str


def folded(text: str) -> str:
    """*text* in lower case, with plain quotes, spaces and digits; every offset stays true."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold, text))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char in "’‘ʼ`´":
        return "'"
    if char in "“”„«»":
        return '"'
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """*text* with the runes of ``MARK`` in place of *spans*, as long as it was.

    A ``#`` in a phrase matches what is masked, and only that.
    """
    chars = list(text)
    for start, end in spans:
        chars[start:end] = MARK[0] + MARK[1] * (end - start - 1)
    return "".join(chars)


def pattern(phrase: str) -> str:
    """*phrase*, written in the small language of :class:`pipeline.codebook.Code`, as a regex.

    Chinese, Japanese and Thai are written without spaces, so their phrases match inside
    words, and white space in them matches any or none.

    Raises:
        ValueError: a bracket is left open or closes none, or no word is there.
    """
    cjk = bool(_CJK.search(phrase))
    parts: list[str] = []
    depth = 0
    for token in _TOKEN.findall(folded(phrase.strip())):
        depth += (token == "(") - (token == ")")  # noqa: S105
        if depth < 0:
            raise ValueError(f"{phrase!r} closes a bracket that is not open")
        parts.append(_part(token, cjk=cjk))
    if depth:
        raise ValueError(f"{phrase!r} leaves a bracket open")
    if not regex.search(r"[\w#]", phrase):
        raise ValueError(f"{phrase!r} holds no word")
    body = "".join(parts)
    return body if cjk else rf"(?<!\w)(?:{body})(?!\w)"


def _part(token: str, *, cjk: bool) -> str:
    if token.strip() == "...":
        return _CJK_GAP if cjk else _GAP
    if token.isspace():
        return r"\s*" if cjk else _JOIN
    return {"(": "(?:", ")": ")", "|": "|", "*": r"\w*"}.get(token) or _literal(token)


def _literal(token: str) -> str:
    return str(regex.escape(token)).replace(r"\#", rf"{MARK[0]}{MARK[1]}*")


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= SHOWN else f"{phrase[: SHOWN - 1]}…"


class _Phrase:
    """One phrase of one code; its pattern is compiled when a text may hold it."""

    def __init__(self, code: str, rule: str, phrase: str) -> None:
        self.code, self.rule, self.source = code, rule, pattern(phrase)
        self.leads = _leads(folded(phrase))
        self.places = _inside if _CJK.search(phrase) else _starts
        if not self.leads:
            raise ValueError(f"{phrase!r} begins with no word")

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        return regex.compile(self.source)

    def find(self, text: str) -> Iterator[Match]:
        """The matches in *text*, tried only where a first word of the phrase stands."""
        last = 0
        for start in sorted({at for lead in self.leads for at in self.places(text, lead)}):
            try:
                hit = self.pattern.match(text, start, timeout=TIMEOUT) if start >= last else None
            except TimeoutError:
                return
            if hit:
                last = hit.end()
                yield Match(self.code, start, last, self.rule)


def _leads(phrase: str) -> set[str]:
    """The words that a match of *phrase* can begin with; ``word*`` where only a part is sure."""
    if not phrase.startswith("("):
        lead = _LEAD.match(phrase)
        return {lead[1].replace("#", f"{MARK[0]}*") + ("*" if lead[2] else "")} if lead else set()
    choices, rest = _opening(phrase)
    leads = {lead for choice in choices for lead in _leads(choice.strip())}
    if rest and not rest[0].isspace():
        leads = {f"{lead.rstrip('*')}*" for lead in leads}
    return leads | (set() if all(map(str.strip, choices)) else _leads(rest.strip()))


def _opening(phrase: str) -> tuple[list[str], str]:
    """The alternatives of the brackets that *phrase* opens with, and what comes after them."""
    depth, choices = 0, [""]
    for index, char in enumerate(phrase):
        depth += (char == "(") - (char == ")")
        if not depth:
            return choices, phrase[index + 1 :]
        if char == "|" and depth == 1:
            choices.append("")
        elif index:
            choices[-1] += char
    return choices, ""


@lru_cache(maxsize=64)
def _words(text: str) -> dict[str, list[int]]:
    """Where each word of *text* begins."""
    found: dict[str, list[int]] = {}
    for hit in _WORD.finditer(text):
        found.setdefault(hit.group(), []).append(hit.start())
    return found


def _starts(text: str, lead: str) -> list[int]:
    """Where in *text* a word *lead* stands, or one that begins with it if it ends in ``*``."""
    words = _words(text)
    if lead.endswith("*"):
        return [at for word, places in words.items() if word.startswith(lead[:-1]) for at in places]
    return words.get(lead, [])


def _inside(text: str, lead: str) -> list[int]:
    """Where in *text*, of a script without spaces, *lead* stands."""
    return [hit.start() for hit in regex.finditer(regex.escape(lead.rstrip("*")), text)]


class Phrases:
    """The phrases of one code list."""

    def __init__(self, codes: CodeList, *, mixed: bool = True) -> None:
        """Read the phrases of *codes*.

        People mix English into all languages, so its phrases are looked for in every text;
        not where *mixed* is false, for words so short that they mean something else in
        another language ("no", "me", "am"): there English stands in only for a language
        that has no phrases.

        Raises:
            DataError: a phrase breaks the small language.
        """
        self._mixed = mixed
        self._by_lang: dict[str, list[_Phrase]] = {}
        for code in codes.code:
            for lang, phrases in code.phrases.items():
                for phrase in phrases:
                    rule = f"{codes.list}.{code.code}:{lang}:{_short(phrase)}"
                    try:
                        entry = _Phrase(code.code, rule, phrase)
                    except ValueError as error:
                        place = f"code[{code.code}].phrases.{lang}"
                        raise DataError(f"{codes.list}.toml", place, str(error)) from error
                    self._by_lang.setdefault(lang, []).append(entry)

    def find(self, text: str, lang: str, code: str = "") -> list[Match]:
        """Every match in *text* (as :func:`folded` gives it), in order, the longest first.

        With *code*, only its phrases are looked for. Of two matches of one code
        that overlap, only the first counts.
        """
        found = [
            match
            for name in self._languages(lang)
            for phrase in self._by_lang.get(name, ())
            if code in ("", phrase.code)
            for match in phrase.find(text)
        ]
        found.sort(key=lambda match: (match.start, -match.end, match.rule))
        ends: dict[str, int] = {}
        kept: list[Match] = []
        for match in found:
            if match.start >= ends.get(match.code, 0):
                kept.append(match)
                ends[match.code] = match.end
        return kept

    def _languages(self, lang: str) -> tuple[str, ...]:
        if not self._mixed and lang in self._by_lang:
            return (lang,)
        return tuple(dict.fromkeys((lang, "en")))
