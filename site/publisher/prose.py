"""A case in a few neutral sentences, made from its coded facts alone."""

from __future__ import annotations

from babel.dates import format_date

from publisher.numbers import partial_day
from publisher.record import SILENT, Record, Row

ROLES = {"freelancer": "A freelancer", "client": "A client", "agency": "An agency"}
ACTIONS = {
    "closed": "their account was closed for good",
    "suspended": "their account was suspended",
    "hold": "their account was put on hold or under review",
    "limited": "functions of their account were taken away",
    "listing_removed": "an offer of theirs was taken down",
    "demoted": "their account lost a level, badge or rank",
    "fined": "their account was fined",
    "warned": "they were warned",
    "rejected": "they were not admitted",
}
NOTICES = {
    "before": "A warning came first.",
    "at_action": "They were told when it happened.",
    "none": "They were not told and found out by being locked out.",
}
SPECIFICITIES = {
    "generic": "The platform named a rule or a category, not the conduct at fault.",
    "specific": "The platform named the conduct, message, job or document at fault.",
}
OUTCOMES = {
    "reinstated": "The account was given back.",
    "partly_restored": "The account was restored in part.",
    "upheld": "The decision was upheld.",
    "pending": "No end was known when the report was written.",
}


def paragraph(record: Record, case: Row) -> str:
    """Plain sentences: who, what was done, what was stated, what was answered, how it ended."""
    sentences = [
        _opening(record, case),
        NOTICES.get(case["notice"], ""),
        *_stated(record, case),
        *_answered(record, case),
        OUTCOMES.get(case["outcome"], "How it ended is not told."),
        _money(case),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def summary(record: Record, case: Row) -> str:
    """Platform and action in a word each: ``Upwork, Suspended``."""
    told = [name for name in ("platform", "action") if case[name] not in SILENT]
    return ", ".join(record.labels(name, case[name])[0] for name in told)


def when(partial: str) -> str:
    """``in 2019``, ``in March 2019``, ``on 12 March 2019``."""
    pattern = {4: "'in' y", 7: "'in' MMMM y", 10: "'on' d MMMM y"}.get(len(partial), "")
    return format_date(partial_day(partial), pattern, locale="en") if pattern else ""


def _opening(record: Record, case: Row) -> str:
    named = case["platform"] not in ("", "unknown")
    platform = f" on {record.platform_label(case['platform'])}" if named else ""
    who = ROLES.get(case["role"], "A user") + platform
    what = ACTIONS.get(case["action"], "a measure was taken against their account")
    date = f" {when(case['action_date'])}" if case["action_date"] else ""
    if case["teller"] == "self":
        return f"{who} reports that {what}{date}."
    return f"A report by another person says of {who[0].lower()}{who[1:]} that {what}{date}."


def _stated(record: Record, case: Row) -> list[str]:
    reasons = case["reasons"]
    if reasons in ("", "unknown"):
        return ["Whether the platform gave a reason is not told."]
    if reasons == "none_stated":
        said = ["No reason was given, the report says."]
    else:
        words = _listed(record.labels("reasons", reasons))
        said = [f"As the platform's stated reason the report names: {words}."]
        said.append(SPECIFICITIES.get(case["specificity"], ""))
    if case["believed_reasons"] not in ("", "unknown"):
        words = _listed(record.labels("believed_reasons", case["believed_reasons"]))
        said.append(f"The teller believes that the cause was: {words}.")
    return said


def _answered(record: Record, case: Row) -> list[str]:
    said = [{"yes": "They appealed.", "no": "They did not appeal."}.get(case["appealed"], "")]
    if case["responses"] not in ("", "unknown"):
        words = _listed(record.labels("responses", case["responses"]), ", then ")
        said.append(f"How the platform responded: {words}.")
    if case["response_hours"]:
        unit = "hour" if case["response_hours"] == "1" else "hours"
        said.append(f"An answer came within {case['response_hours']} {unit}.")
    return said


def _money(case: Row) -> str:
    if case["funds_held"] == "no":
        return "Money that was owed was paid out."
    if case["funds_held"] != "yes":
        return ""
    amount = " ".join(word for word in (case["funds_amount"], case["funds_currency"]) if word)
    days = f" for {case['hold_days']} days" if case["hold_days"] else ""
    return f"Money was held back{f' ({amount})' if amount else ''}{days}."


def _listed(words: list[str], joint: str = ", ") -> str:
    return joint.join(word[:1].lower() + word[1:] for word in words)
