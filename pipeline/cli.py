"""The command ``suspensions``: what is typed, printed, and returned to the shell.

Exit status: 0 done; 1 done, but no source could be read; 2 something that was given (a
file of ``data/``, an argument, a folder to write to) cannot be used; 3 another run is under
way; 4 nothing was published, since the record is outside its bounds; 130 interrupted. What is
not 0 or 1 is said in one line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from scraper.logs import begin_log
from scraper.rules import DataError
from scraper.sound import shown

if TYPE_CHECKING:
    from pipeline.workspace import Workspace

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Collect, code and publish public reports of marketplace account suspensions.",
)
console = Console()


@contextmanager
def _alone(command: str) -> Iterator[Workspace]:
    """The record's workspace, in which nobody else writes meanwhile."""
    from pipeline.alone import alone
    from pipeline.workspace import record

    workspace = record()
    with alone(workspace, command):
        yield workspace


@app.command()
def run(
    serve: Annotated[bool, typer.Option(help="Serve the finished site on loopback.")] = True,
    out: Annotated[Path, typer.Option(help="Where the site is written.")] = Path("public"),
) -> None:
    """Specimens → worked examples, the record → the whole site; then serve it."""
    from pipeline import run as chain

    with _alone("run"):
        chain.run(out, console)
    if serve:
        chain.serve(out, console)


@app.command()
def collect(
    source: Annotated[str, typer.Option(help="One source of data/sources.toml.")] = "",
    replay: Annotated[bool, typer.Option(help="Parse the archive, without network.")] = False,
    from_warc: Annotated[
        Path | None, typer.Option(help="Take the captures of a WARC file into the archive.")
    ] = None,
    cluster: Annotated[
        str, typer.Option(help="Visit by Dask workers: local, or a scheduler's address.")
    ] = "",
    store: Annotated[
        str, typer.Option(help="Where a cluster's workers write: a folder, or an fsspec address.")
    ] = "",
) -> None:
    """Visit the sources, keep what they answer, and read the posts in it."""
    from pipeline import run as chain

    there = {"cluster": cluster, "store": store}
    with _alone("collect"):
        found = chain.collect(source, console, replay=replay, warc=from_warc, **there)
    if not found:
        raise typer.Exit(1)


@app.command()
def normalise(
    cluster: Annotated[
        str, typer.Option(help="Code by Dask workers: local, or a scheduler's address.")
    ] = "",
    store: Annotated[
        str, typer.Option(help="Where a cluster's posts lie: a folder, or an fsspec address.")
    ] = "",
) -> None:
    """Code the posts into reports and link the reports to cases."""
    from pipeline import run as chain

    with _alone("normalise") as workspace:
        chain.normalise(workspace, console, cluster=cluster, store=store)


@app.command()
def publish(
    out: Annotated[Path, typer.Option(help="Where the site is written.")] = Path("public"),
) -> None:
    """Count the figures and build the site from the record as it stands."""
    from pipeline import run as chain

    with _alone("publish"):
        chain.publish(out, console)


@app.command()
def check() -> None:
    """Check every rule and every table in data/ and say what was read."""
    from pipeline import run as chain

    chain.check(console)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A text file holding one report.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what is coded in one text, by which rule, from which span."""
    from pipeline.explain import explain_file

    explain_file(file, console, as_json=as_json)


@app.command()
def review(
    report: Annotated[
        str, typer.Argument(help="One report, such as r0012; else all that wait.")
    ] = "",
) -> None:
    """Confirm coded values, or correct them with a reason; code a sample blind."""
    from pipeline.review import review as ask

    with _alone("review") as workspace:
        ask(workspace, console, report)


@app.command()
def letters() -> None:
    """Show the stock letters as your own posts hold them, with what varies in brackets."""
    from pipeline.letter_texts import show
    from pipeline.workspace import record

    show(record(), console)


@app.command()
def evaluate(
    posts: Annotated[Path, typer.Option(help="Posts: url, position, title, text, lang.")],
    gold: Annotated[Path, typer.Option(help="Coded by reading: one row per report.")],
    negatives: Annotated[
        Path | None, typer.Option(help="Pages that hold no report: url, why.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the result here.")] = None,
) -> None:
    """Measure the coder against a coding by reading, beside three that know less."""
    from pipeline.evaluate import evaluate_files

    evaluate_files(posts, gold, negatives, out, console)


@app.command()
def remove(
    what: Annotated[str, typer.Argument(help="A page's or post's address, or a report's number.")],
    out: Annotated[Path, typer.Option(help="The site to build again, if there.")] = Path("public"),
) -> None:
    """Remove a report on request from record, posts, archive and site, and keep it out."""
    from pipeline import run as chain
    from pipeline.remove import remove as take_out

    with _alone("remove") as workspace:
        done = str(take_out(workspace, what))
        console.print(done, highlight=False, markup=False, soft_wrap=True)
        if out.exists():
            chain.publish(out, console)


@app.command()
def changes() -> None:
    """Say what was added, lost and changed since the last edition."""
    from pipeline import run as chain

    chain.changed(console)


@app.command()
def release(
    day: Annotated[
        str, typer.Option(help="The day of the edition; today where none is given.")
    ] = "",
) -> None:
    """Write a dated edition of the record: CSV, Parquet, SQLite, JSON, metadata, checksums."""
    from pipeline import run as chain

    with _alone("release"):
        chain.release(day or date.today().isoformat(), console)


def main() -> None:
    """Run the command; what a user can mend is one line, and a status that says what kind."""
    begin_log()
    try:
        status = app(standalone_mode=False)
    except DataError as error:
        _end(error.status, str(error))
    except typer.TyperException as error:
        _end(2, _usage(error))
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except BrokenPipeError:  # whoever read what is printed had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _end(2, f"{where}cannot be read or written ({error.strerror or error})")
    raise SystemExit(status or 0)


def _end(status: int, line: str) -> NoReturn:
    print(f"suspensions: {shown(line)}", file=sys.stderr)
    raise SystemExit(status)


def _usage(error: typer.TyperException) -> str:
    """What was typed wrongly, and where the right words stand; help itself where nothing was."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "suspensions"
    said = error.format_message().strip() or "Nothing was asked for."
    return f"{said} {command} --help says what can be typed"
