"""``data/health.csv``: how each source was when it was last asked, for the page on sources.

The runs themselves stand beside the archive, which stays with whoever collects.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from pipeline.tables import read_table, write_table
from pipeline.workspace import Workspace
from scraper.health import STATES, last

HEALTH = ("source", "date", "state", "why", "pages", "posts", "new_posts")


def health_schema() -> pa.DataFrameSchema:
    """Schema of ``health.csv``: a row is one source as its last run found it."""
    checks = {
        "state": pa.Check.isin(tuple(STATES), error="codes:" + "|".join(STATES)),
        "date": pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$", error="is not a day"),
    }
    columns = {name: pa.Column(str, checks.get(name), unique=name == "source") for name in HEALTH}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def read_health(workspace: Workspace) -> pd.DataFrame:
    """The table as it stands; a record that nobody collected for has none, which is empty.

    Raises:
        DataError: it breaks its schema.
    """
    return read_table(workspace.table("health"), health_schema())


def keep_health(workspace: Workspace) -> None:
    """Enter what the last runs into the archive found; sources not asked since stay.

    Raises:
        DataError: the table breaks its schema, or cannot be written.
    """
    table = read_health(workspace)
    known = {row["source"]: row for row in table.to_dict("records")}
    for name, run in last(workspace.archive).items():
        known[name] = {
            "source": name,
            "date": run.moment[:10],
            "state": run.state,
            "why": run.why,
            "pages": str(run.pages),
            "posts": str(run.posts),
            "new_posts": str(run.new_posts),
        }
    rows = [known[name] for name in sorted(known)]
    now = pd.DataFrame(rows, columns=list(HEALTH), dtype=str)
    write_table(now, workspace.table("health"), health_schema())
