"""One module per chart: ``chart(figures) -> Chart``, drawn from figures alone.

A page shows the chart of ``publisher/charts/NAME.py`` by ``{{ chart("NAME") }}``.
"""

from __future__ import annotations

import pkgutil


def names() -> tuple[str, ...]:
    """The charts that there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))
