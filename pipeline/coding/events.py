"""The sequence of what happened, put together from the values already coded."""

from __future__ import annotations

from dataclasses import replace

from pipeline.coding.quantities import plain
from pipeline.coding.telling import Value

STEPS = {
    "action": "action",
    "notice": "notice",
    "appealed": "appeal",
    "responses": "response",
    "outcome": "outcome",
}
"""What each column adds to the sequence, in this order."""
_NOTHING = ("unknown", "no", "none", "pending")


def events(values: list[Value]) -> list[Value]:
    """One value a step: ``step:code``, with ``@`` a partial date or an offset where known.

    The offset of the first response counts from the appeal (``+1h``), that of the outcome
    from the action (``+31d``). A step rests on the span of the value it is made from.
    """
    times = {value.column: value.value for value in values}
    steps: list[Value] = []
    for column, step in STEPS.items():
        told = [v for v in values if v.column == column and v.value not in _NOTHING]
        for index, value in enumerate(told):
            name = step if column == "appealed" else f"{step}:{value.value}"
            when = _when(column, times) if index == 0 else ""
            steps.append(replace(value, column="events", value=name + when))
    return steps


def _when(column: str, times: dict[str, str]) -> str:
    if column == "action" and times.get("action_date"):
        return f"@{times['action_date']}"
    if column == "responses" and times.get("response_hours"):
        return f"@+{plain(float(times['response_hours']))}h"
    if column == "outcome" and times.get("resolution_days"):
        return f"@+{plain(float(times['resolution_days']))}d"
    return ""
