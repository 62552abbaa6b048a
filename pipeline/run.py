"""The chain as the command line runs it, each step with what it did and how long it took."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rich.console import Console

from pipeline.bounds import keep_within_bounds, note_published
from pipeline.changes import since_last, words
from pipeline.check import checked
from pipeline.evaluate import evaluate
from pipeline.figures import figures
from pipeline.health import keep_health
from pipeline.memo import UNCHANGED, Memo
from pipeline.normalise import normalise as code
from pipeline.privacy import load_removed
from pipeline.record import Record, read_record, settle, write_record
from pipeline.release import before, said
from pipeline.release import release as make
from pipeline.status import on_record
from pipeline.tables import figures_schema, write_table
from pipeline.taken_out import take_out
from pipeline.unchanged import coded, published, settled
from pipeline.workspace import Workspace, record, specimens
from scraper import specimens as web
from scraper.collect import collect as visit
from scraper.files import write_whole
from scraper.foreign import import_warc
from scraper.health import STATES, last
from scraper.identity import agent, secret_key
from scraper.progress import showing
from scraper.sources import Source, load_sources, pick

SPECIMEN_KEY = b"the specimens' authors are invented and need no secret"
PORT = 8000
"""Where the site is served, or the next free port."""

Say = Callable[[str], None]


@contextmanager
def _step(console: Console, name: str) -> Iterator[Say]:
    """One line per step: its name, what it says of itself, its seconds."""
    begun = time.monotonic()
    said: list[str] = []
    yield said.append
    line = f"[bold]{name}[/bold]: {'; '.join(said)} ({time.monotonic() - begun:.1f} s)"
    console.print(line, highlight=False, soft_wrap=True)


def run(out: Path, console: Console) -> None:
    """Specimens to worked examples, the record to the whole site in *out*.

    Raises:
        DataError: a rule or a table cannot be used; nothing was written.
    """
    workspace = record()
    check(console)
    _specimens(specimens(workspace), console)
    publish(out, console)


def _specimens(workspace: Workspace, console: Console) -> None:
    """Collect, code and measure the specimens."""
    rules = workspace.rules
    sources = list(load_sources(web.FOLDER / "sources.toml").values())
    with _step(console, "Specimens collected") as say, web.serve() as served:
        with showing([source.name for source in sources], console) as show:
            counts = visit(
                sources,
                workspace.archive,
                workspace.posts,
                key=SPECIMEN_KEY,
                agent=agent(rules / "publisher.toml", live=False),
                removed=load_removed(workspace, SPECIMEN_KEY),
                file=web.FOLDER / "sources.toml",
                proxy=served.proxy,
                show=show,
            )
        fetched, cached = (sum(getattr(c, name) for c in counts) for name in ("fetched", "cached"))
        say(f"{len(served.visits)} requests over HTTP, {fetched} pages fetched, {cached} unchanged")
        say(f"{sum(count.posts for count in counts)} posts")
    with _step(console, "Specimens coded, and compared with the answer key") as say:
        tables = [workspace.root / "ids.toml", *map(workspace.table, ("reports", "evidence"))]
        measured = rules / "measured" / "specimens.json"
        memo = Memo(workspace.root / "memo.json", _reads(workspace), [*tables, measured])
        for words in memo.done(lambda: _coded(workspace, measured)):
            say(words)


def _reads(workspace: Workspace) -> list[Path]:
    """All that coding the specimens rests on: posts, rules, the answer key, our own code."""
    rules = workspace.rules
    code = Path(__file__).parent
    rest = [rules / "codebook", *sorted(rules.glob("*.toml")), *sorted(web.FOLDER.glob("*.csv"))]
    return [workspace.posts, *rest, code, code.with_name("requirements.lock")]


def _coded(workspace: Workspace, measured: Path) -> list[str]:
    """Code the specimens anew: an older run's tables may have other columns."""
    for table in (*workspace.root.glob("*.csv"), workspace.root / "ids.toml"):
        table.unlink(missing_ok=True)
    return [str(code(workspace, SPECIMEN_KEY)), _measure(workspace, measured)]


def _measure(workspace: Workspace, kept: Path) -> str:
    """Evaluate the specimens into the file *kept*, from which the site's figures are made."""
    posts = workspace.root / "posts.jsonl.gz"  # gzip members put together are a gzip file
    sources = sorted(workspace.posts.glob("*.jsonl.gz"))
    write_whole(posts, b"".join(path.read_bytes() for path in sources))
    measured = evaluate(posts, web.FOLDER / "answers.csv", web.FOLDER / "negatives.csv")
    write_whole(kept, (json.dumps(measured, indent=2, sort_keys=True) + "\n").encode())
    screen = measured["screen"]
    accuracy = {name: m["accuracy"] for name, m in measured["columns"].items() if m["n"]}
    least = min(accuracy, key=lambda name: accuracy[name])
    mean = sum(accuracy.values()) / len(accuracy)
    return (
        f"agreement: screen precision {screen['precision']:.2f}, recall {screen['recall']:.2f}; "
        f"mean accuracy of {len(accuracy)} columns {mean:.2f}, least {least} {accuracy[least]:.2f}"
    )


def normalise(
    workspace: Workspace, console: Console, *, cluster: str = "", store: str = ""
) -> None:
    """Code the posts of *workspace* into reports and link them, if anything has changed.

    On a *cluster*, if there is one, whose workers code the posts that lie in *store*.

    Raises:
        DataError: a rule, a table or a file of posts cannot be used; no table has changed.
    """
    with _step(console, "Record") as say:

        def work() -> list[str]:
            counts = code(workspace, cluster=cluster, store=store)
            settled(workspace).note()
            return [str(counts)]

        for words in work() if cluster else coded(workspace).done(work):
            say(words)


def publish(out: Path, console: Console) -> None:
    """Count the figures and build the site of the record into *out*.

    Raises:
        StoppedError: the record is outside its bounds; nothing was written.
        DataError: a rule or a table cannot be used; the site stays as it was.
    """
    *said, last = published(record(), out).done(lambda: _build(out, console))
    if last == UNCHANGED:
        with _step(console, "Site") as say:
            for words in (*said, last):
                say(words)


def _build(out: Path, console: Console) -> list[str]:
    """Count and build; what there is to say of it."""
    from publisher.publish import publish as build  # MkDocs and Altair take a second to load

    now = _counted(console)
    workspace = now.workspace
    with _step(console, "Site written") as say:
        examples = specimens(workspace)
        counts = build(workspace, out, examples if examples.table("reports").exists() else None)
        note_published(now)
        said = f"{counts.pages} pages, {counts.cases} of them cases, in {out}"
        say(said)
    return [said]


def _counted(console: Console) -> Record:
    """The record, settled, with its figures counted, and its editions without what was removed."""
    workspace = record()
    with _step(console, "Record") as say:
        now, memo = read_record(workspace), settled(workspace)
        if not memo.holds:
            now = settle(now)
        keep_within_bounds(now)
        write_record(now)
        memo.note()
        counted = figures(workspace)
        write_table(counted, workspace.table("figures"), figures_schema())
        say(f"{len(now.reports)} reports of {len(now.cases)} cases, {len(counted)} figures")
        if changed := take_out(workspace):
            say(f"what was taken away left {changed} editions too")
    return now


def release(day: str, console: Console) -> None:
    """Write the edition of *day* from the record as it stands, and say what is new in it.

    Raises:
        StoppedError: the record is outside its bounds; nothing was written.
        DataError: a rule or a table cannot be used, or the day cannot have an edition.
    """
    with _step(console, "Edition written") as say:
        before(record(), day)
        edition = make(_counted(console).workspace, day)
        say(f"in {edition.folder}")
    for line in said(edition):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def changed(console: Console) -> None:
    """Say what the record has that the last edition has not, and the other way round.

    Raises:
        DataError: a table cannot be read.
    """
    day, found = since_last(record())
    console.print(f"Since the edition of {day}:" if day else "No edition came out yet; on record:")
    for line in list(words(found)) or ["nothing changed"]:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def collect(
    name: str,
    console: Console,
    *,
    replay: bool,
    warc: Path | None,
    cluster: str = "",
    store: str = "",
) -> bool:
    """Collect the source called *name*, else all that are on; whether any could be read.

    On a *cluster*, if there is one, whose workers write into *store*.

    Raises:
        DataError: there is no such source, no contact, no key, or the archive is damaged.
    """
    workspace = record()
    file = workspace.rules / "sources.toml"
    sources = load_sources(file)
    chosen = [pick(sources, name, file)] if name else [s for s in sources.values() if s.enabled]
    key = secret_key(workspace.table("removals"))
    removed = load_removed(workspace, key)
    if warc:
        taken = import_warc(warc, workspace.archive, chosen, removed)
        console.print(f"{taken} captures taken from {warc}", highlight=False)
    offline = replay or warc is not None
    with showing([source.name for source in chosen], console) as show:
        counts = visit(
            chosen,
            workspace.archive,
            workspace.posts,
            key=key,
            agent=agent(workspace.rules / "publisher.toml", live=not offline),
            file=file,
            removed=removed,
            on_record=() if offline else on_record(read_record(workspace), key),
            replay=offline,
            cluster=cluster,
            store=store,
            show=show,
        )
    if not offline:
        keep_health(workspace)
    return offline or any(count.reached for count in counts)


def check(console: Console) -> None:
    """Read every rule and table of the record, and say how the sources were when last asked.

    Raises:
        DataError: the first that cannot be used.
    """
    workspace = record()
    with _step(console, "Rules and tables checked") as say:
        for words in checked(workspace):
            say(words)
    sources = load_sources(workspace.rules / "sources.toml").values()
    _sources_health([source for source in sources if source.enabled], workspace, console)


def _sources_health(sources: list[Source], workspace: Workspace, console: Console) -> None:
    """How many of *sources* were in which state when they were last asked, and each of them."""
    known = last(workspace.archive)
    asked = [known[source.name] for source in sources if source.name in known]
    if not asked:
        return
    with _step(console, "Sources as last asked") as say:
        for state, words in STATES.items():
            if number := sum(health.state == state for health in asked):
                say(f"{number} {words}")
        if number := len(sources) - len(asked):
            say(f"{number} never asked")
    for health in asked:
        line = f"{health}, asked on {health.moment[:10]}"
        style = "" if health.state == "healthy" else "yellow"
        console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)


def serve(out: Path, console: Console) -> None:
    """Serve the folder *out* on loopback until interrupted."""
    handler = partial(_Quiet, directory=str(out))
    with _listen(handler) as server:
        console.print(f"Serving http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            console.print("Stopped.")


def _listen(handler: Callable[..., SimpleHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a reader's requests are not news."""
