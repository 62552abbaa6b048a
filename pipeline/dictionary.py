"""What the columns hold that the codebook does not define: ids, standing, counts."""

from __future__ import annotations

COLUMNS: dict[str, dict[str, str]] = {
    "reports.csv": {
        "report_id": "The report's number; given once and never again.",
        "case_id": "The case that it tells of.",
        "letter_id": "The stock letters that it quotes or retells, joined by |.",
        "source": "The source of data/sources.toml that it was found in, else the host.",
        "address_key": "Keyed hash of the full address and position; only the maintainer can "
        "make it. Empty in the first record.",
        "contested": "Columns on which two independent readings differ, joined by |.",
        "coder": "What coded it: reading-1 (read once), reading-2 (read twice), or the rules "
        "with their version.",
        "codebook_edition": "The edition of the codebook that it was coded by.",
        "review": "proposed (found by a run, not counted), admitted (counted: a person says "
        "that it is a report, or a reviewed sample of its source shows that the screen is right "
        "there), read (by a language model), confirmed or corrected (by a person).",
        "status": "live, gone (its site is no longer there), withdrawn (its author took it "
        "away: it is counted, without address, evidence or page), refuted (a person says that it "
        "is no report), synthetic (it is marked as machine-written or planted) or copy (its text "
        "stands under another name on another page; links.csv names the first one). Of the last "
        "three none is counted.",
        "first_seen": "The day on which it came into the record.",
    },
    "cases.csv": {
        "case_id": "The case's number; it never changes and is never used twice.",
        "reports": "The reports that tell of it, joined by |.",
        "outcomes": "Where its reports tell of different outcomes: each with the day on which "
        "it was told, after @, the earliest first. The outcome is the last.",
        "disagree": "Columns on which its reports differ, joined by |.",
        "codebook_edition": "The oldest edition that one of its reports was coded by.",
        "review": "As in reports.csv; the best of its reports.",
    },
    "evidence.csv": {
        "report_id": "The report whose value rests on this span.",
        "column": "The coded column.",
        "value": "The coded value.",
        "start": "First character of the span in the text, counted from zero.",
        "end": "The character after its last one.",
        "text_sha256": "SHA-256 of the text, by which whoever holds it can check the span.",
        "rule": "The rule that found it: list, code, language and phrase.",
    },
    "figures.csv": {
        "figure_id": "The figure's name, by which pages and citations refer to it.",
        "title": "What is counted.",
        "value": "The number; empty where too few cases speak. A share is between 0 and 1.",
        "low": "Lower end of its interval.",
        "high": "Upper end of its interval.",
        "unit": "share, cases, reports, hours, days, years, USD or the measure's name.",
        "numerator": "Cases that say yes, or that were counted.",
        "denominator": "Cases that say yes or no, or that were asked.",
        "unknown": "Cases that do not say.",
        "if_unknown_no": "The share if all of those were no.",
        "if_unknown_yes": "The share if all of those were yes.",
        "caution": "few where a share rests on fewer than twenty cases that say yes or no.",
        "largest_source": "The source that tells most of it, where the figure would read "
        "otherwise without it; else empty, like the next three.",
        "without_largest": "The share without the cases told there alone; empty where too few "
        "would be left.",
        "without_numerator": "How many of those left say yes.",
        "without_denominator": "How many of those left say yes or no.",
        "method": "How it was made.",
        "column": "The column that was looked at.",
        "counted_no": "The codes that count as no; where empty, any that is not a yes.",
        "asked": "Query of all cases that were asked: yes, no and unknown together.",
        "filter": "Query of the list of cases that shows the cases behind it.",
        "cases_sha256": "SHA-256 of their sorted numbers, one a line.",
    },
    "letters.csv": {
        "letter_id": "The letter's number.",
        "platform": "The platform that sent it.",
        "says": "What it says, in our words.",
        "first_seen": "First date among the reports that quote or retell it.",
        "last_seen": "Last date among them.",
        "reports": "How many counted reports quote or retell it.",
        "cases": "How many cases those tell of: one person may report twice.",
        "reasons": "Reasons that it states by at least half of them.",
        "checks": "Fair-process checks that it alone meets by at least half of them.",
        "fingerprint": "Signature of its wording, not the wording: base64 of a MinHash of "
        "sixty-four values, four bytes each, a dot for each plus sign; pipeline/letters.py says "
        "how to make it again.",
    },
    "links.csv": {
        "report_a": "One report.",
        "report_b": "The other.",
        "sureness": "certain (one case), likely (shown, not merged), different, or copy (the "
        "second is the text of the first in another place).",
        "who": "Who decided: reading (a language model), facts (computed from coded facts), text "
        "(computed from the wording), or a person.",
    },
    "retired.csv": {
        "case_id": "The number that is no longer used.",
        "into": "The case that it went into.",
    },
    "corrections.csv": {
        "report_id": "The report.",
        "column": "The column; screen where the page was said to be, or not to be, a report.",
        "old": "The value before.",
        "new": "The value that holds.",
        "reason": "Why.",
        "date": "The day of the decision.",
    },
    "confirmations.csv": {
        "report_id": "The report.",
        "column": "The column; screen where the page was said to be a report.",
        "value": "The value that a person found right; no coder changes it.",
        "date": "The day of the decision.",
    },
    "second_codings.csv": {
        "report_id": "The report.",
        "column": "The column.",
        "value": "What this coder gave, not knowing what others gave.",
        "coder": "person- and a number, or the record's coder as in reports.csv.",
        "date": "The day of the person's coding.",
    },
}
"""Per file the columns and what they hold; those of the codebook stand in its own files."""
