"""The phrases of a code list, ready to be found in a text."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice

import regex

from pipeline.codebook import CodeList
from scraper.rules import DataError

MOST = 100
"""Matches of one phrase in one text that are looked at."""

MARK = "\u16a0\u16a1"
"""Two runes that stand for a quantity in a masked text: its first character, the others."""

SHOWN = 60
"""Characters of a phrase that a rule's name shows."""

_TOKEN = regex.compile(r"\s*\.\.\.\s*|\s+|[()|*]|[^\s()|*.]+|\.")
# Every repetition is bounded and no text can be parted in two ways by one that follows another,
# so that what a phrase costs grows with the text alone.
_JOIN = r"[^\w.!?,;:]{1,40}"
_BETWEEN = r"(?:[^\w.!?]|(?<=\d)\.){1,40}"  # a dot after a number ends no sentence: "3. Mai"
_APART = rf"['-]{{0,3}}(?:[^\w.!?'-]|(?<=\d)\.)(?:{_BETWEEN})?"
_DENIAL = (
    r"(?:not|never|no|without|\w{1,20}n't|не|ни|nicht|nie|kein\w{0,9}|ohne|pas|jamais|sans|nunca"
    r"|sin|não|sem|tidak|belum|bukan|bez|nahi)"
)
_ONE = rf"(?!{_DENIAL}(?!\w))\w{{1,60}}+"
_GAP = (
    rf"{_BETWEEN}(?:{_ONE}(?:['-]{{1,3}}\w{{1,60}}+){{0,3}}{_APART}){{0,6}}?"
    rf"(?:{_ONE}['-]{{1,3}}){{0,2}}?"  # the phrase may go on inside a word: "l'acompte"
)
_CJK_GAP = r"[^。！？\n]{0,20}?"
_LEAD = regex.compile(r"(#|\w+)([*(])?")
_LAST = regex.compile(r"(?:^|\s)(?:\(([^()]+)\)|([^\s()|]+))$")
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
"""Scripts written without spaces, for a set of characters in a regular expression."""

LETTER = rf"[\w--[{UNSPACED}]]"
"""A character that goes on a word; beside the scripts without spaces a Latin word ends."""

_WORD = regex.compile(rf"{LETTER}+", regex.V1)
_CJK = regex.compile(rf"[{UNSPACED}]")


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


@cache
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
    return body if cjk else rf"(?<!{LETTER})(?:{body})(?!{LETTER})"


def _part(token: str, *, cjk: bool) -> str:
    if token.strip() == "...":
        return _CJK_GAP if cjk else _GAP
    if token.isspace():
        return r"\s{0,40}" if cjk else _JOIN
    return {"(": "(?:", ")": ")", "|": "|", "*": r"\w{0,40}"}.get(token) or _literal(token)


def _literal(token: str) -> str:
    return str(regex.escape(token)).replace(r"\#", rf"{MARK[0]}{MARK[1]}{{0,60}}")


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= SHOWN else f"{phrase[: SHOWN - 1]}…"


@cache
def _compiled(source: str) -> regex.Pattern[str]:
    # a millisecond each, of thousands; whoever reads the rules again needs the same ones
    return regex.compile(source, regex.V1)


class _Phrase:
    """One phrase of one code; its pattern is compiled when a text may hold it."""

    def __init__(self, code: str, rule: str, phrase: str) -> None:
        self.code, self.rule, self.source = code, rule, pattern(phrase)
        self.unspaced = bool(_CJK.search(phrase))
        self.leads = _leads(folded(phrase))
        self.tails = frozenset() if self.unspaced else _tails(folded(phrase))
        if not self.leads:
            raise ValueError(f"{phrase!r} begins with no word")

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        return _compiled(self.source)

    def at(self, text: str, starts: Iterable[int]) -> Iterator[Match]:
        """The matches in *text* that begin at one of *starts*, none inside another.

        Only the first ``MOST`` are given: no telling needs more, and a made-up one may have
        thousands.
        """
        return islice(self._all(text, starts), MOST)

    def _all(self, text: str, starts: Iterable[int]) -> Iterator[Match]:
        last = 0
        for start in sorted(starts):
            hit = self.pattern.match(text, start) if start >= last else None
            if hit and "\n\n" not in hit.group():
                last = hit.end()
                yield Match(self.code, start, last, self.rule)


class _Index:
    """The phrases of one language by the words they can begin with.

    A text is searched only where such a word stands, and for a phrase only if one of its
    last words stands anywhere: most phrases begin with common words.
    """

    def __init__(self) -> None:
        self._words: dict[str, list[_Phrase]] = {}
        self._parts: list[tuple[str, _Phrase]] = []
        self._unspaced: list[_Phrase] = []

    def add(self, phrase: _Phrase) -> None:
        if phrase.unspaced:
            self._unspaced.append(phrase)
            return
        for lead in sorted(phrase.leads):
            if lead.endswith("*"):
                self._parts.append((lead[:-1], phrase))
            else:
                self._words.setdefault(lead, []).append(phrase)

    def find(self, text: str) -> Iterator[Match]:
        words, sorted_words = _vocabulary(text)
        starts: dict[_Phrase, set[int]] = {}
        for word in self._words.keys() & words.keys():
            for phrase in self._words[word]:
                starts.setdefault(phrase, set()).update(words[word])
        for part, phrase in self._parts:
            for word in _beginning(sorted_words, part):
                starts.setdefault(phrase, set()).update(words[word])
        for phrase, places in starts.items():
            if not phrase.tails or not phrase.tails.isdisjoint(words):
                yield from phrase.at(text, places)
        for phrase in self._unspaced:
            yield from phrase.at(text, {at for lead in phrase.leads for at in _inside(text, lead)})


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


def _tails(phrase: str) -> frozenset[str]:
    """Words of which one must stand in a text that matches *phrase*; none where unsure."""
    last = _LAST.search(phrase)
    choices = (last[1] or last[2]).split("|") if last else []
    if not all(map(str.strip, choices)) or any("*" in c or "#" in c for c in choices):
        return frozenset()
    return frozenset(max(_WORD.findall(choice), key=len) for choice in choices)


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
def _vocabulary(text: str) -> tuple[dict[str, list[int]], list[str]]:
    """Where each word of *text* begins, and its words sorted."""
    found: dict[str, list[int]] = {}
    for hit in _WORD.finditer(text):
        found.setdefault(hit.group(), []).append(hit.start())
    return found, sorted(found)


def _beginning(sorted_words: list[str], part: str) -> Iterator[str]:
    """Those of *sorted_words* that begin with *part*."""
    for word in islice(sorted_words, bisect_left(sorted_words, part), None):
        if not word.startswith(part):
            return
        yield word


def _inside(text: str, lead: str) -> Iterator[int]:
    """Where in *text*, of a script without spaces, *lead* stands."""
    lead = lead.rstrip("*")
    at = text.find(lead)
    while at >= 0:
        yield at
        at = text.find(lead, at + max(1, len(lead)))


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
        self._by_lang: dict[str, _Index] = {}
        for code in codes.code:
            for lang, phrases in code.phrases.items():
                for phrase in phrases:
                    rule = f"{codes.list}.{code.code}:{lang}:{_short(phrase)}"
                    try:
                        entry = _Phrase(code.code, rule, phrase)
                    except ValueError as error:
                        place = f"code[{code.code}].phrases.{lang}"
                        raise DataError(f"{codes.list}.toml", place, str(error)) from error
                    self._by_lang.setdefault(lang, _Index()).add(entry)

    def find(self, text: str, lang: str) -> list[Match]:
        """Every match in *text* (as :func:`folded` gives it), in order, the longest first.

        Of two matches of one code that overlap, only the first counts.
        """
        found = [
            match
            for name in self._languages(lang)
            if name in self._by_lang
            for match in self._by_lang[name].find(text)
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
