"""A page that came as one text, parted into the messages that stand in it.

What the forms of ``data/turns.toml`` mark is cut out; each message keeps its place in the text,
so that what is coded in it still points there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import regex

from scraper.rules import DataError, Rule, load_rules, rules_file

TURN = "\f"
"""Where in a text somebody else may begin to speak; white space to all that read it."""
SHORTEST = 12
"""Characters of the shortest message that no name stands above."""
CRUMB = 90
"""Characters that what a page says before its first message has at most."""
REPEATED = 30
"""Characters from which a line that stood on the page before is a quotation."""
LONGEST = 450
"""Characters from which a line is nobody's head or foot."""
OPENING = 500
"""Characters of a page in which all its own lines stand."""

Post = dict[str, Any]

_NAME = r"(?P<author>[@\p{L}\p{N}_][\w.'’&\-]*(?: [\w.'’&\-]+){0,3}?)(?<![.!?])"
_DATE = (
    r"(?=[^\n]{0,50}(?:(?:19|20)\d\d|\d:\d\d))(?:(?:\p{L}{2,12}\.?,? ){0,2}\d{1,4}"
    r"(?:[.,/:-]? ?(?:\p{L}{2,12}+\.?,?|\d{1,4}+)){0,7}(?: ?[ap]\.?m\.?)?"
    r"|\d{4}年\d{1,2}月\d{1,2}日(?: ?\d{1,2}:\d\d)?)"
)
_UNIT = r"(?:s|sec|m|min|h|hr|d|w|mo|y|yr|second|minute|hour|day|week|month|year)"
_AGO = (
    rf"(?:(?:about |over |almost )?(?:\d+|an?|one|last)\s?{_UNIT}s?\.? ago|just now"
    r"|yesterday(?: at \d+:\d\d)?|\d+(?:m|h|d|w|mo|y)"
    r"|vor \w+ \w+|hace \w+ \w+|il y a \w+ \w+|há \w+ \w+|\w+ \w+ назад|\d+ \w+ (?:yang )?lalu"
    r"|\d+ \w+ temu|před \w+ \w+|\d+ ?(?:分|時間|日|週間|か月|ヶ月|年|小时|天|分钟|个月)前)"
)

_LONG = regex.compile(rf"[^\n]{{{LONGEST},}}")
_GAP = regex.compile(r"\n[ \t]*\n[ \t]*\n\s*")
_LINE = regex.compile(r"[^\n]+")


class Marks(Rule):
    """``data/turns.toml``: the lines between the messages of a page."""

    rank: tuple[str, ...]
    staff: tuple[str, ...]
    head: tuple[str, ...]
    foot: tuple[str, ...]
    perhaps: tuple[str, ...]
    often: tuple[str, ...]
    quote: tuple[str, ...]
    page: tuple[str, ...]
    thread: str
    nobody: tuple[str, ...]


@dataclass
class _Span:
    """Lines between two messages, or a message, and what the lines say of who speaks."""

    start: int
    end: int
    kinds: set[str] = field(default_factory=set)
    author: str = ""
    staff: bool = False

    @property
    def parts(self) -> bool:
        """Whether somebody else may speak from there."""
        return bool(self.kinds & {"head", "foot"})


@cache
def load_forms() -> dict[str, regex.Pattern[str]]:
    """The forms of ``turns.toml``, compiled once.

    Raises:
        DataError: the file breaks its model, or holds a form that cannot be read.
    """
    path = rules_file("turns.toml")
    marks = load_rules(path, Marks)
    words = {"{rank}": _choice(marks.rank), "{staff}": f"(?P<staff>{_choice(marks.staff)})"}
    words |= {"{n}": r"\d[\d.,]*", "{date}": _DATE, "{ago}": _AGO}
    words["{author}"] = rf"(?!(?:{_choice(marks.nobody)})\b){_NAME}"
    found = {}
    for kind in ("head", "perhaps", "foot", "often", "quote", "page"):
        lines = [_filled(form, words) for form in getattr(marks, kind)]
        try:
            found[kind] = regex.compile(
                rf"^[ \t]*(?:{'|'.join(lines)})[ \t]*$", regex.IGNORECASE | regex.MULTILINE
            )
        except regex.error as error:
            raise DataError(path, kind, f"holds a form that cannot be read ({error})") from error
    found["thread"] = regex.compile(marks.thread)
    return found


def _choice(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(regex.escape, sorted(words, key=len, reverse=True)))})"


def _filled(form: str, words: dict[str, str]) -> str:
    for name, pattern in words.items():
        form = form.replace(name, pattern)
    return f"(?:{form})"


def turns(thread: Sequence[Post]) -> list[Post]:
    """The messages of *thread*: of a page that came as one post, one post per who speaks.

    Each is the post with what others say blanked out; ``position`` is where its author comes
    first, ``staff`` says that a badge shows the platform's own people. A message without a
    name is left to whoever opened the page, with ``TURN`` before it. A page without a mark
    that is sure stays whole.

    Raises:
        DataError: ``data/turns.toml`` breaks its model.
    """
    if len(thread) != 1:
        return list(thread)
    (post,) = thread
    messages = list(_messages(str(post["text"]), _marks(post)))
    if len(messages) < 2 or not any(message.parts for message in messages[1:]):
        return [post]
    spoken: dict[str, list[_Span]] = {}
    for message in messages:
        spoken.setdefault(message.author or messages[0].author, []).append(message)
    return [_of(post, position, own) for position, own in enumerate(spoken.values(), 1)]


def _of(post: Post, position: int, own: Sequence[_Span]) -> Post:
    """*post* with all but the messages *own* blanked out."""
    text = str(post["text"])
    kept = [char if char == "\n" else " " for char in text]
    for message in own:
        kept[message.start : message.end] = text[message.start : message.end]
        if message.parts and not message.author and message.start:
            kept[message.start - 1] = TURN
    opens = position == 1
    return {
        **post,
        "text": "".join(kept),
        "position": post["position"] if opens else position,
        "author_key": post["author_key"] if opens else f"{post['author_key']}#{position}",
        "staff": own[0].staff,
    }


def _marks(post: Post) -> list[_Span]:
    """The lines of *post* that are none of a message's words, those side by side as one."""
    text, forms = str(post["text"]), load_forms()
    lines = _LONG.sub(lambda hit: "\0" * len(hit[0]), text)
    found = [
        _Span(*hit.span(), {kind}, **(_who(hit) if kind == "head" else {}))
        for kind in ("head", "foot", "quote", "page")
        for hit in forms[kind].finditer(lines)
        if kind != "page" or hit.start() < OPENING
    ]
    often = list(forms["often"].finditer(lines))
    if len(often) > 1:
        found += [_Span(*hit.span(), {"foot"}) for hit in often]
    if any(mark.parts for mark in found):
        perhaps = forms["perhaps"].finditer(lines)
        found += [_Span(*hit.span(), {"head"}, **_who(hit)) for hit in perhaps]
    if not any("head" in mark.kinds for mark in found) and forms["thread"].search(post["url"]):
        found += [_Span(*hit.span(), {"foot"}) for hit in _GAP.finditer(lines)]
    if found:
        found += _repeated(text, str(post["title"]))
    return _joined(text, found)


def _who(hit: regex.Match[str]) -> dict[str, Any]:
    groups = hit.groupdict()
    return {"author": (groups.get("author") or "").lower(), "staff": bool(groups.get("staff"))}


def _repeated(text: str, title: str) -> list[_Span]:
    """The lines of *text* that stood before, and those that are its title."""
    found, seen = [], {title.strip()}
    for hit in _LINE.finditer(text):
        line = hit[0].strip()
        if line in seen and (len(line) >= REPEATED or line == title.strip()):
            found.append(_Span(*hit.span(), {"quote"}))
        seen.add(line)
    return found


def _joined(text: str, marks: Sequence[_Span]) -> list[_Span]:
    """*marks* in order, those with nothing but white space between them as one."""
    joined: list[_Span] = []
    for mark in sorted(marks, key=lambda mark: mark.start):
        last = joined[-1] if joined else None
        if last and not text[last.end : mark.start].strip():
            last.end = max(last.end, mark.end)
            last.kinds |= mark.kinds
            last.author = mark.author or last.author
            last.staff |= mark.staff
        else:
            joined.append(mark)
    return joined


def _messages(text: str, marks: Sequence[_Span]) -> Iterator[_Span]:
    """The messages between *marks*, each with its author; "" where no name is given."""
    message = _Span(0, 0)
    for mark in [*marks, _Span(len(text), len(text))]:
        body = text[message.start : mark.start]
        crumb = not message.parts and "head" in mark.kinds and _is_crumb(body)
        if len(body.strip()) >= (1 if message.author else SHORTEST) and not crumb:
            yield replace(message, end=mark.start)
        if mark.parts:
            author = mark.author or ("staff" if mark.staff else "")
            message = _Span(mark.end, mark.end, mark.kinds, author, mark.staff)
        else:
            message = replace(message, start=mark.end, kinds=mark.kinds)


def _is_crumb(body: str) -> bool:
    return len(body.strip()) <= CRUMB and body.strip()[-1:] not in tuple(".!?")
