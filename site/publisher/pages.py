"""The pages that no one writes by hand: one per platform and one per reason."""

from __future__ import annotations

import json
from collections.abc import Iterator

from publisher.record import Record
from publisher.templating import slug

NO_REASON = ("none_stated", "unknown")


def platform_codes(record: Record) -> list[str]:
    """The platforms that get a page: those with a case, the most told of first."""
    codes = [case["platform"] for case in record.cases.values()]
    return sorted(set(codes) - {"", "unknown"}, key=lambda code: (-codes.count(code), code))


def reason_codes(record: Record) -> list[str]:
    """The reasons that get a page: every code that names one."""
    return [code for code in record.codebook.lists["reasons"].codes if code not in NO_REASON]


def generated(record: Record) -> Iterator[tuple[str, str]]:
    """Source path and Markdown of every page that is made from the tables."""
    page = (
        "---\ntitle: {}\nhide: [toc, navigation]\nstyles: [assets/case.css]\n"
        "scripts: [assets/chart.js]\n---\n\n"
        '# <span data-mark="code">{}</span>\n\n{}\n'
    )
    for code in platform_codes(record):
        label = record.platform_label(code)
        body = f'{{{{ platform_page("{code}") }}}}'
        yield (
            f"platforms/{slug(code)}.md",
            page.format(json.dumps(label, ensure_ascii=False), _bare(label), body),
        )
    for code in reason_codes(record):
        label = record.codebook.label("reasons", code)
        body = f'{{{{ reason_page("{code}") }}}}'
        yield (
            f"reasons/{slug(code)}.md",
            page.format(json.dumps(label, ensure_ascii=False), _bare(label), body),
        )


def _bare(label: str) -> str:
    """*label* as neither Jinja nor Markdown takes anything in it for theirs."""
    return "".join(c if c.isalnum() or c in " .-" else f"&#{ord(c)};" for c in label)
