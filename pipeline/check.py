"""``suspensions check``: every rule and every table of the record, read once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.agreement import second_schema
from pipeline.bounds import load_bounds, published_schema
from pipeline.codebook import Codebook, load_codebook
from pipeline.coding.chosen import load_coders
from pipeline.coding.training import load_training
from pipeline.declared import load_figures
from pipeline.editions import editions, read_text_table
from pipeline.fair_process import load_fair_process
from pipeline.health import read_health
from pipeline.linking import load_linking
from pipeline.measured import measured
from pipeline.planted import load_copies
from pipeline.platforms import load_platforms
from pipeline.privacy import load_addresses
from pipeline.record import check_links, decisions, read_record, removals_schema
from pipeline.synthetic import Synthetic
from pipeline.tables import figures_schema, read_table
from pipeline.turns import load_forms
from pipeline.workspace import Workspace
from scraper.discovery import load_discovery
from scraper.excluded import load_excluded
from scraper.health import load_bounds as load_health
from scraper.identity import Publisher
from scraper.limits import load_limits
from scraper.refusals import load_refusals
from scraper.rules import DataError, load_rules
from scraper.sources import load_sources


def checked(workspace: Workspace) -> Iterator[str]:
    """Read all rules and tables of *workspace*, and say what they hold.

    Raises:
        DataError: the first that cannot be used.
    """
    codebook = load_codebook(workspace.rules / "codebook")
    yield f"{len(codebook.columns)} columns, {_codes(codebook)} codes"
    yield from _collecting(workspace.rules)
    _coding(workspace.rules, codebook)
    _site(workspace.rules, codebook)
    yield from _tables(workspace, codebook)


def _codes(codebook: Codebook) -> int:
    return sum(len(entry.code) for entry in codebook.lists.values())


def _collecting(rules: Path) -> Iterator[str]:
    yield f"{len(load_platforms(rules / 'platforms.toml'))} platforms"
    load_health(), load_limits(), load_refusals()
    load_rules(rules / "publisher.toml", Publisher)
    sources = load_sources(rules / "sources.toml").values()
    for source in sources:
        load_discovery().searched(source, rules / "sources.toml")
    yield f"{len(load_excluded().excluded)} places left out as their owners wish"
    yield f"{len(sources)} sources, {sum(source.enabled for source in sources)} of them on"


def _coding(rules: Path, codebook: Codebook) -> None:
    load_fair_process(rules / "codebook" / "fair_process.toml", codebook)
    load_figures(rules / "figures.toml")
    load_bounds(rules), load_addresses(rules), load_forms()
    load_linking(rules / "linking.toml", codebook)
    load_coders(rules / "coders.toml", codebook)
    if not load_training(rules / "training", codebook):
        raise DataError(rules / "training", "", "holds no text to learn from; put the files back")
    load_copies(rules / "copies.toml")
    Synthetic(rules / "synthetic.toml")


def _site(rules: Path, codebook: Codebook) -> None:
    from publisher.help_page import Turns  # what draws the site takes a second to load
    from publisher.norms import load_norms
    from publisher.replies import load_replies
    from publisher.studies_page import Studies
    from publisher.wording import load_wordings

    fair = load_fair_process(rules / "codebook" / "fair_process.toml", codebook)
    load_norms(rules / "norms.toml", codebook, fair)
    load_replies(rules / "replies.toml", codebook, load_platforms(rules / "platforms.toml"))
    load_wordings(rules / "words", codebook)
    load_rules(rules / "help.toml", Turns)
    load_rules(rules / "studies.toml", Studies)


def _tables(workspace: Workspace, codebook: Codebook) -> Iterator[str]:
    for name, schema in (
        ("figures", figures_schema()),
        ("published", published_schema()),
        ("removals", removals_schema()),
        ("second_codings", second_schema()),
    ):
        read_table(workspace.table(name), schema)
    read_health(workspace)
    measured(workspace.rules / "measured", codebook)
    if workspace.table("negatives").exists():
        read_text_table(workspace.table("negatives"))
    for edition in editions(workspace):
        edition.then, edition.package, edition.changes  # noqa: B018  # they are read
    now = read_record(workspace)
    check_links(now)
    decided = decisions(now)
    yield f"{len(now.reports)} reports"
    yield f"{len(decided.corrections)} corrections, {len(decided.confirmations)} confirmations"
