"""What the platform did, and when."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.codebook import Codebook
from pipeline.coding.dates import Dated, dates
from pipeline.coding.reading import Hit, Reading, spanned
from pipeline.coding.speakers import Sentence
from pipeline.coding.telling import Value

FINAL = ("closed", "suspended")
"""Actions that a platform's letter settles, whatever harder word the teller uses for them."""


def told(reading: Reading) -> list[Hit]:
    """The actions that are told as facts; a title may ask about one that happened.

    What the teller calls suspended is a hold where the telling also speaks of a hold.
    """
    hits = reading.facts("action")
    held = any(hit.code == "hold" for hit in hits)
    return [h for h in hits if h.code != "suspended" or h.sentence.letter or not held]


class Action:
    """The gravest action, and what it began as where it grew.

    The platform's own words, where its notice is quoted and says ``closed`` or ``suspended``, go
    before the teller's; else the gravest that anybody tells counts. ``first_action`` is the
    first told, where that is lighter.
    """

    columns = ("action", "first_action")

    def __init__(self, codebook: Codebook) -> None:
        self._rank = {code: rank for rank, code in enumerate(codebook.allowed("action"))}

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = told(reading)
        if not hits:
            return []
        notice = [hit for hit in hits if id(hit.sentence) in reading.notice]
        letters = [hit for hit in notice if hit.code in FINAL]
        gravest = min(letters or hits, key=lambda hit: (self._rank[hit.code], hit.sentence.title))
        first = next((hit for hit in hits if not hit.sentence.title), hits[0])
        values = [gravest.value("action")]
        grew = self._rank[first.code] > self._rank[gravest.code] and not gravest.sentence.title
        if grew and _apart(first, gravest):
            values.append(first.value("first_action"))
        return values


def _apart(one: Hit, other: Hit) -> bool:
    return one.sentence is not other.sentence


def _spoken(text: str, date: Dated) -> bool:
    """Whether *date* is said without a number, as "on Monday" is: others go before."""
    return not any(char.isdigit() for char in text[date.start : date.end])


class ActionDate:
    """When the platform acted: the date in the sentence that tells the gravest action.

    Where it has none, the date in the sentence that introduces the letter it stands in, then
    that in the sentence of another action counts. A date with a number goes before one
    without ("on Monday").
    """

    columns = ("action_date",)

    def __init__(self, codebook: Codebook) -> None:
        self._rank = {code: rank for rank, code in enumerate(codebook.allowed("action"))}

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        hits = sorted(told(reading), key=lambda hit: (hit.sentence.title, self._rank[hit.code]))
        for hit in hits:
            for place in _places(hit.sentence, reading.sentences):
                found = dates(place.text, place.lang, reading.told)
                for date in sorted(found, key=lambda date: _spoken(place.text, date)):
                    span = (place.start + date.start, place.start + date.end)
                    return [spanned("action_date", date.value, place, *span, "action_date")]
        return []


def _places(sentence: Sentence, spoken: Sequence[Sentence]) -> list[Sentence]:
    """*sentence*, and the one before its letter."""
    if not sentence.letter:
        return [sentence]
    first = next(index for index, other in enumerate(spoken) if other is sentence)
    while first and spoken[first - 1].letter:
        first -= 1
    before = spoken[first - 1 : first] if first else []
    return [sentence, *before]
