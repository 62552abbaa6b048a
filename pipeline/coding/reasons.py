"""Why: what the platform stated and what the teller believes."""

from __future__ import annotations

import re

from pipeline.coding.actions import told
from pipeline.coding.reading import Hit, Reading
from pipeline.coding.telling import Value

VAGUE = ("terms_violation", "suspicious_activity")
"""Reasons that stand only where nothing more precise is said."""
CONDUCT = (
    *("delivery_abuse", "feedback_manipulation", "false_profile", "inactivity"),
    *("payment_irregularity", "spam", "outside_help"),
)
"""Reasons that name the conduct themselves."""
SILENT = "none_stated"
TEXTS = ("automated", "boilerplate")
"""Responses that say how the answer read: "copy-paste" is no reason there."""
_QUOTED = re.compile(r"\"[^\"]{12,}\"?")
_ADDRESSED = re.compile(r"\b(?:your?|we|our)\b")
_OWN_WORDS = re.compile(
    r"\b(?:i|he|she) (?:\w+ )?(?:wrote|said|told|typed|sent|replied|answered|asked)\b"
)
_REPEATED = re.compile(r"\bif (?:i|you|he|she) (?:continue|repeat|keep)")
_MEASURED = re.compile(r"\d\s?%|\b[1-5][.,]\d\b|\d[\s-]stars?\b")


class Reasons:
    """Reasons by who gives them.

    Stated are those in the platform's own words, in sentences that retell them ("they said
    it was for"), and those that a sentence gives together with the action ("suspended for").
    Believed are those in a sentence in which the teller doubts, guesses or owns up. All else
    that sounds like a reason is only talk. ``none_stated`` holds where no reason is. Whom the
    platform told the reason follows from who got it.
    """

    columns = ("reasons", "believed_reasons", "specificity", "told_to")

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        given = stated(reading)
        silent = [
            hit
            for hit in reading.hits("reasons")
            if hit.code == SILENT and hit.speaker != "other" and not hit.sentence.letter
        ]
        believed = [
            hit
            for hit in _reasons(reading)
            if _is_believed(hit, reading) or _is_admitted(hit, reading, given)
        ]
        values = [hit.value("reasons") for hit in _precise(given) or silent[:1]]
        values += [hit.value("believed_reasons") for hit in _precise(believed)]
        return values + _specificity(reading, given, silent) + _told_to(reading, given, silent)


def _reasons(reading: Reading) -> list[Hit]:
    """The reasons named, without those whose words are part of others'.

    Of the longer words of another reason, or of those that say how the answer read.
    """
    answers = [hit for hit in reading.hits("responses") if hit.code in TEXTS]
    hits = [hit for hit in reading.hits("reasons") if hit.code != SILENT]
    hits = [hit for hit in hits if not any(_overlap(hit, answer) for answer in answers)]
    return [hit for hit in hits if not any(_covers(other, hit) for other in hits)]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.sentence is other.sentence and one.start < other.end and other.start < one.end


def _covers(other: Hit, hit: Hit) -> bool:
    inside = other.start <= hit.start and hit.end <= other.end
    longer = other.end - other.start > hit.end - hit.start
    return inside and longer and other.sentence is hit.sentence


def stated(reading: Reading) -> list[Hit]:
    """The reasons that the platform gave, in its own words or as the teller retells them."""
    acted = {id(hit.sentence) for hit in told(reading)}
    return [
        hit
        for hit in _reasons(reading)
        if not _is_believed(hit, reading) and _is_stated(hit, reading, acted)
    ]


def _is_believed(hit: Hit, reading: Reading) -> bool:
    said = reading.said(hit)
    return (
        hit.speaker != "other"
        and not hit.sentence.letter
        and "doubt" in said
        and "negated" not in said
    )


def _is_admitted(hit: Hit, reading: Reading, given: list[Hit]) -> bool:
    """Whether the teller owns up to it, or tells as their own doing what the platform stated."""
    said = reading.said(hit)
    if hit.sentence.letter or hit.speaker == "other" or "negated" in said:
        return False
    own = hit.speaker == "teller" and "first" in hit.sentence.cues and not hit.sentence.title
    if not own or "hypothetical" in said:
        return False
    told_again = hit.code in {other.code for other in given if other.sentence is not hit.sentence}
    return "admitted" in said or (told_again and hit.code in CONDUCT)


def _is_stated(hit: Hit, reading: Reading, acted: set[int]) -> bool:
    if hit.sentence.letter or hit.sentence.staff:
        return True
    said = reading.said(hit)
    if _REPEATED.search(hit.sentence.text) and hit.speaker == "platform":
        said -= {"hypothetical"}
    if said & {"negated", "hypothetical"}:
        return False
    if hit.speaker == "platform" and reading.after_cue(hit):
        return True
    if hit.speaker != "other" and _is_quoted(hit):
        return True
    return hit.speaker == "teller" and not hit.sentence.title and id(hit.sentence) in acted


def _is_quoted(hit: Hit) -> bool:
    """Whether *hit* stands in quotation marks that address the teller, not in their own words."""
    start, end = (at - hit.sentence.start for at in (hit.start, hit.end))
    text = hit.sentence.text
    return any(
        quote.start() < start < end <= quote.end()
        and _ADDRESSED.search(quote.group())
        and not _OWN_WORDS.search(text[: quote.start()])
        for quote in _QUOTED.finditer(text)
    )


def _precise(hits: list[Hit]) -> list[Hit]:
    """The first hit of each code, the vague ones only where they are all there is."""
    first = list({hit.code: hit for hit in reversed(hits)}.values())[::-1]
    return [hit for hit in first if hit.code not in VAGUE] or first


def _specificity(reading: Reading, stated: list[Hit], silent: list[Hit]) -> list[Value]:
    """``specific`` where the conduct at fault is named.

    By the reason itself, by a sentence that states it, by the platform, or by a figure missed.
    """
    if not stated:
        return [hit.value("specificity", "none") for hit in silent[:1]]
    for hit in stated:
        measured = hit.code == "performance" and _MEASURED.search(hit.sentence.text)
        if hit.code in CONDUCT or measured:
            return [hit.value("specificity", "specific")]
    sentences = {id(hit.sentence) for hit in stated}
    for hit in reading.hits("specificity"):
        if id(hit.sentence) in sentences or hit.sentence.letter:
            return [hit.value("specificity")]
    return [stated[0].value("specificity", "generic")]


def _told_to(reading: Reading, stated: list[Hit], silent: list[Hit]) -> list[Value]:
    """The teller where a reason was stated, nobody where none was; clients where it is said."""
    told_clients = [hit for hit in reading.facts("told_to") if hit.code == "clients"]
    values = [hit.value("told_to", "teller") for hit in stated[:1]]
    values += [hit.value("told_to") for hit in told_clients[:1]]
    return values or [hit.value("told_to", "nobody") for hit in silent[:1]]


class Proposals:
    """Whether the number of proposals plays a part: as a reason, or beside the action."""

    columns = ("proposals_mentioned",)

    def code(self, reading: Reading) -> list[Value]:
        """The values of ``columns`` that the telling gives; none where it is silent."""
        acted = {id(hit.sentence) for hit in told(reading)}
        for hit in reading.hits("reasons"):
            if hit.code == "proposals_without_contracts" and hit.speaker != "other":
                return [hit.value("proposals_mentioned", "yes")]
        for hit in reading.hits("proposals_mentioned"):
            spoken = hit.speaker == "platform" or id(hit.sentence) in acted
            if hit.code == "yes" and spoken and "negated" not in reading.said(hit):
                return [hit.value("proposals_mentioned")]
        return []
