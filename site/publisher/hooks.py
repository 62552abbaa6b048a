"""What MkDocs calls while it builds (``hooks`` in mkdocs.yml).

Authored pages are Jinja first and Markdown then; their macros stand in ``publisher.macros``.
Platforms and reasons get a page each. Cases and what else ``publisher.made`` lists are written
last, in the theme's shell, and stand neither in the navigation nor in the search index.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from pipeline.workspace import Workspace
from publisher.citation import site_of
from publisher.head import Heads
from publisher.languages import language_of, speaking, versions
from publisher.macros import blocks, words
from publisher.made import outputs
from publisher.numbers import mark_digits
from publisher.outputs import MadePage, Maker, Output, fingerprint
from publisher.pages import generated
from publisher.record import Record, load_record
from publisher.shell import Shell
from publisher.sitemap import sitemap_outputs
from publisher.templating import naming
from publisher.theme import prepare, unused
from scraper.identity import Publisher
from scraper.rules import DataError, load_rules

KEPT = Markup('<div data-kept="{}"></div>')
"""Stands where a part of a page will be."""

_DRAWING = re.compile("<svg.*?</svg>", re.DOTALL)

SITEMAP = "sitemap.xml"
"""MkDocs' own, which ours stands for: it knows the pages that are made past MkDocs."""


class _Site:
    """What one build has read; MkDocs hands nothing of its own from hook to hook."""

    record: Record
    heads: Heads
    examples: Record | None
    files: Files
    nav: Navigation
    env: Environment
    kept: ClassVar[dict[str, list[Markup]]] = {}
    whole: ClassVar[dict[str, str]] = {}


def on_config(config: MkDocsConfig) -> None:
    """Read the record, and where the site will stand, before anything is built."""
    base = Path(config.config_file_path).parent
    rules = base / config.extra["rules"]
    _Site.record = load_record(Workspace(rules, base / config.extra["tables"]))
    config.site_url = load_rules(rules / "publisher.toml", Publisher).address or None
    _Site.heads = Heads(_Site.record)
    config.theme.static_templates.discard(SITEMAP)
    _Site.examples = None
    if config.extra["specimens"]:
        _Site.examples = load_record(Workspace(rules, base / config.extra["specimens"]))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page per platform and per reason; leave out what Material brings for nothing."""
    for file in list(files):
        if unused(file) or file.src_uri == SITEMAP:
            files.remove(file)
    for uri, markdown in generated(_Site.record):
        files.append(File.generated(config, uri, content=markdown))
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Keep what the case pages are rendered with."""
    _Site.nav, _Site.files = nav, files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill the macros of an authored page; what gives a whole part is kept from Markdown.

    Raises:
        BuildError: a macro is not known, or names a figure or chart that does not exist.
    """
    root = _root(page)
    kept = _Site.kept[page.file.src_uri] = []

    def keep(macro: Callable[..., Markup]) -> Callable[..., Markup]:
        def kept_apart(*names: str) -> Markup:
            kept.append(macro(*names))
            return KEPT.format(len(kept) - 1)

        return kept_apart

    parts = blocks(_Site.record, _Site.examples, root)
    known = words(_Site.record, root) | {name: keep(macro) for name, macro in parts.items()}
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    wording = _Site.record.wordings[language_of(page.file.src_uri, _Site.record.wordings)]
    try:
        with naming(page.file.src_uri), speaking(wording.lang, wording.patterns.page):
            return environment.from_string(markdown, known).render()
    except DataError as error:
        raise BuildError(f"{page.file.src_uri}: {error}") from error


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the parts that were kept back into their places; the search reads no drawings."""
    for place, part in enumerate(_Site.kept.pop(page.file.src_uri)):
        html = html.replace(KEPT.format(place), part)
    _Site.whole[page.file.src_uri] = html
    return _DRAWING.sub("", html)


def on_page_context(
    context: Any, page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Put the drawings in, mark a title's digits (99designs), say which languages the page has."""
    uri, languages = page.file.src_uri, _Site.record.wordings
    page.content = _Site.whole.pop(uri)
    page.language = language_of(uri, languages)  # type: ignore[attr-defined]
    page.versions = versions(uri, _Site.files, languages)  # type: ignore[attr-defined]
    title = str(page.meta.pop("title", None) or page.title)
    page.title = mark_digits(title)
    said = str(page.meta.get("description") or config.site_description)
    page.meta["head"] = _Site.heads(_path(page.url), title, said)
    return dict(context)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keep the theme's templates for the made pages."""
    prepare(env, files, _Site.record.wordings)
    _Site.env = env


def on_post_build(config: MkDocsConfig) -> None:
    """Write what is made past MkDocs: a page per case, the downloads, and what else makers give."""
    record = _Site.record
    shell = Shell(_Site.env, _Site.nav, _Site.files, config)
    maker = Maker(Path(config.site_dir), Path(config.extra["last"]), _base(record))
    paths = [_path(file.url) for file in _Site.files.documentation_pages()]
    maker.write(_written(made, shell, paths) for made in outputs(record))
    maker.write(sitemap_outputs(paths, site_of(record)))
    maker.finish()
    config.extra["made"] = maker.made


def _written(made: Output | MadePage, shell: Shell, paths: list[str]) -> Output:
    """The file of what is *made*; a page gets its head, and its place among *paths*."""
    if isinstance(made, Output):
        return made
    paths.append(made.path)
    head = _Site.heads(made.path, str(made.title.striptags()), made.description)
    return shell.output(replace(made, head=made.head + head))


def _path(url: str) -> str:
    """A page's place in the site, of the first page nothing."""
    return "" if url == "./" else url


def _base(record: Record) -> str:
    """A hash of the code and the rules, on which everything that is made depends."""
    code, rules = Path(__file__).parent, record.workspace.rules
    paths = [
        *code.rglob("*.py"), *code.rglob("*.html"), *(code.parents[1] / "pipeline").glob("*.py"),
        *rules.glob("*.toml"), *(rules / "codebook").glob("*.toml"),
        *(rules / "words").glob("*.toml"),
    ]  # fmt: skip
    return fingerprint(path for path in paths if path.name != "ids.toml")


def _root(page: Page) -> str:
    return get_relative_url(".", page.url).rstrip("/") + "/"
