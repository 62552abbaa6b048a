"""What authored pages may write between ``{{`` and ``}}``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from publisher import charts, numbers
from publisher.about_page import contact_html
from publisher.ask_page import ask_html, norms_html
from publisher.closed_page import account_counts_html, options_html, reason_counts_html
from publisher.codebook_page import codebook_html, dictionary_html, other_columns_html
from publisher.downloads import downloads_html
from publisher.drawing import chart_html
from publisher.engines_page import engines_html
from publisher.examples import examples_html
from publisher.fair_process_page import checks_html
from publisher.feeds import feeds_html
from publisher.figures_page import figure_list_html, figures_html
from publisher.help_page import help_html, never_html
from publisher.languages import FIRST, say, speaking
from publisher.ledger_page import ledger_html
from publisher.letter_page import compare_html, known_html
from publisher.letters_page import letters_html
from publisher.lists import cases_html, platforms_html, reasons_html
from publisher.measures import measured_html
from publisher.platform_page import fees_html, platform_html
from publisher.questions_page import behind_html, fees_named_html
from publisher.reason_page import reason_html
from publisher.record import Record
from publisher.release_pages import releases_html
from publisher.sources_page import sources_html
from publisher.studies_page import studies_html
from publisher.tell_page import tell_html
from scraper.rules import DataError, one_of

Macros = dict[str, Callable[..., Any]]


def words(record: Record, root: str) -> Macros:
    """The macros that give words inside a sentence; *root* leads to the site's first page.

    Numbers: ``figure(id, part)``, ``share(id)``, ``basis(id)``; ``known(id)`` is whether there
    is one; ``behind(id, text)`` links to the cases behind it. Other digits: ``date``, ``law``,
    ``study``, ``code``.
    """
    figures = record.figures
    return {
        "figure": figures.shown,
        "share": figures.share,
        "basis": figures.basis,
        "known": lambda name: (
            record.has_figure(name, "site/pages", "known") and bool(figures[name].parts["value"])
        ),
        "behind": lambda name, text: behind_html(record, name, text, root),
        "date": numbers.date,
        "law": lambda text: numbers.marked("law", text),
        "study": lambda text: numbers.marked("study", text),
        "code": lambda text: numbers.marked("code", text),
        "link": lambda address: root + address,
        "comparison": lambda: say(record.fair_process.comparison),
        "last_decision": lambda: numbers.date(record.decisions.last) or "none yet",
        "contact": lambda: contact_html(record),
        "choices": lambda column: options_html(record, column),
    }


def blocks(record: Record, examples: Record | None, root: str) -> Macros:
    """The macros that give a part of a page, made from the tables; each stands on its own line.

    ``chart(name)`` is the chart that the module ``publisher/charts/<name>.py`` draws.
    """
    return {
        "chart": lambda name: chart(name, record, root),
        "cases_table": lambda: cases_html(record, root),
        "account_counts": lambda: account_counts_html(record, root),
        "reason_counts": lambda: reason_counts_html(record, root),
        "platforms_table": lambda: platforms_html(record, root),
        "platform_page": lambda code: platform_html(record, code, root),
        "fees_named": lambda: fees_named_html(record, root),
        "fee_schedule": lambda code: fees_html(record, code),
        "reasons_table": lambda: reasons_html(record, root),
        "reason_page": lambda code: reason_html(record, code, root),
        "letters_list": lambda: letters_html(record, root),
        "compare_letter": lambda: compare_html(record, examples, root),
        "known_letters": lambda: known_html(record, root),
        "ask_letter": lambda: ask_html(record),
        "norms_list": lambda: norms_html(record),
        "studies": lambda: studies_html(record, root),
        "never_do": lambda: never_html(record, root),
        "help_list": lambda: help_html(record),
        "tell_part": lambda part: tell_html(record, part),
        "figure_list": lambda prefix: figure_list_html(record, prefix, root),
        "measured": lambda what: measured_html(record, what, root),
        "figures_table": lambda: figures_html(record, root),
        "worked_examples": lambda: examples_html(examples),
        "codebook_lists": lambda: codebook_html(record),
        "column_dictionary": lambda: dictionary_html(record, root),
        "other_columns": other_columns_html,
        "engines_list": engines_html,
        "fair_process": lambda: checks_html(record),
        "downloads": lambda: downloads_html(record, root),
        "releases_list": lambda: releases_html(record, root),
        "ledger_entries": lambda: ledger_html(record, root),
        "sources_list": lambda: sources_html(record, root),
        "feeds_list": lambda: feeds_html(record, root),
    }


ROOT = "chart-root:"
"""Stands in a drawn chart for what leads from a page to the site's first one."""


def chart(name: str, record: Record, root: str = "") -> Markup:
    """The chart that ``publisher/charts/<name>.py`` draws, its links from *root* on; in English.

    Raises:
        DataError: no module is called so.
    """
    if name not in charts.names():
        raise DataError("site/publisher/charts", name, one_of(name, charts.names()))
    if name not in record.drawn:
        module = importlib.import_module(f"publisher.charts.{name}")
        with speaking(FIRST, {}):
            drawn = chart_html(name, module.chart(record.figures), record.figures, ROOT)
        record.drawn[name] = drawn
    return record.drawn[name].replace(ROOT, root)
