"""A page per platform: counts, figures, chart, letters, its own words, fee schedule, cases."""

from __future__ import annotations

from markupsafe import Markup

from publisher.charts.outcomes import outcomes_chart
from publisher.charts.reasons import reasons_chart
from publisher.drawing import chart_html
from publisher.letters_page import letters_of
from publisher.lists import case_rows
from publisher.record import Record
from publisher.templating import render, slug

HEADLINE = (
    *("cases", "account_actions", "reasons.none_stated", "notice.none", "appealed", "reinstated"),
)
"""What stands first on the page, as far as there is such a figure of the platform."""


def platform_html(record: Record, code: str, root: str) -> Markup:
    """What the record holds about the platform called *code*."""
    shown = record.figures
    prefix = f"platform.{slug(code)}"
    drawings = {
        "reasons": reasons_chart(shown, f"{prefix}.reasons"),
        "outcomes": outcomes_chart(shown, f"{prefix}.outcome"),
    }
    return render(
        "platform.html",
        record=record,
        code=code,
        root=root,
        shown=shown,
        headline=[
            shown[f"{prefix}.{name}"]
            for name in HEADLINE
            if f"{prefix}.{name}" in shown and shown[f"{prefix}.{name}"].parts["value"]
        ],
        figures=[figure for figure in shown if figure.figure_id.startswith(f"{prefix}.")],
        charts=[
            chart_html(f"{name}-{slug(code)}", chart, shown, root)
            for name, chart in drawings.items()
            if chart.bars
        ],
        letters=letters_of(record, code),
        fees=fees_html(record, code),
        terms=record.platforms[code].terms if code in record.platforms else (),
        replies=[reply for reply in record.replies if reply.platform == code],
        cases=case_rows(record, "platform", code),
    )


def fees_html(record: Record, code: str) -> Markup:
    """The platform's service fees by date, each with its source; nothing where none is known."""
    platform = record.platforms.get(code)
    return render("fees.html", fees=platform.fee) if platform and platform.fee else Markup("")
