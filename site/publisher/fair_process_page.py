"""The fair-process checks as the method page explains them."""

from __future__ import annotations

from markupsafe import Markup

from publisher.record import Record
from publisher.templating import render


def checks_html(record: Record) -> Markup:
    """Each check with its question, the columns it needs, and the norms it mirrors."""
    return render("fair_process.html", record=record, fair=record.fair_process)
