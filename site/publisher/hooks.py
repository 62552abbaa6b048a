"""What MkDocs calls while it builds (``hooks`` in mkdocs.yml).

Authored pages are Jinja first and Markdown then; their macros stand in ``publisher.macros``.
Platforms and reasons get a page each. Cases are rendered last, through the theme, but stand
neither in the navigation nor in the search index.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, StrictUndefined, TemplateError
from markupsafe import Markup
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url, write_file

from pipeline.workspace import Workspace
from publisher.case_page import case_html
from publisher.downloads import write_downloads
from publisher.macros import blocks, words
from publisher.numbers import mark_digits, marked
from publisher.pages import generated
from publisher.prose import paragraph, summary
from publisher.record import Record, Row, load_record
from publisher.templating import render
from scraper.identity import Publisher
from scraper.rules import DataError, load_rules


class _Site:
    """What one build has read; MkDocs hands nothing of its own from hook to hook."""

    record: Record
    examples: Record | None
    files: Files
    nav: Navigation
    env: Environment
    kept: ClassVar[dict[str, list[Markup]]] = {}


def on_config(config: MkDocsConfig) -> None:
    """Read the record, and where the site will stand, before anything is built."""
    base = Path(config.config_file_path).parent
    rules = base / config.extra["rules"]
    _Site.record = load_record(Workspace(rules, base / config.extra["tables"]))
    config.site_url = load_rules(rules / "publisher.toml", Publisher).address or None
    _Site.examples = None
    if config.extra["specimens"]:
        _Site.examples = load_record(Workspace(rules, base / config.extra["specimens"]))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page per platform and per reason."""
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
            return Markup('<div class="kept">{}</div>').format(len(kept) - 1)

        return kept_apart

    parts = blocks(_Site.record, _Site.examples, root)
    known = words(_Site.record, root) | {name: keep(macro) for name, macro in parts.items()}
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    try:
        return environment.from_string(markdown, known).render()
    except (DataError, TemplateError) as error:
        raise BuildError(f"{page.file.src_uri}: {error}") from error


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the parts that were kept back into their places."""
    for place, part in enumerate(_Site.kept.pop(page.file.src_uri)):
        html = html.replace(f'<div class="kept">{place}</div>', part)
    return html


def on_page_context(
    context: Any, page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Mark the digits that a page's title holds (99designs); the theme shows it in the header."""
    page.title = mark_digits(str(page.meta.pop("title", None) or page.title))
    return dict(context)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keep the theme's templates for the case pages."""
    _Site.env = env


def on_post_build(config: MkDocsConfig) -> None:
    """Write a page per case, forward the addresses of merged cases, and add the downloads."""
    for case in _Site.record.cases.values():
        _write_case(case, config)
    for old, new in _Site.record.retired.items():
        forward = render("forward.html", case_id=new)
        write_file(forward.encode(), str(Path(config.site_dir, "cases", old, "index.html")))
    write_downloads(_Site.record, Path(config.site_dir))


def _root(page: Page) -> str:
    return get_relative_url(".", page.url).rstrip("/") + "/"


def _write_case(case: Row, config: MkDocsConfig) -> None:
    """Render one case through the theme's own page template."""
    file = File.generated(
        config, f"cases/{case['case_id']}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV
    )
    title = f"Case {case['case_id']}: {summary(_Site.record, case)}"
    page = Page(marked("case", title.removesuffix(": ")), file, config)
    page.content = case_html(_Site.record, case, _root(page))
    page.toc = get_toc([])
    page.meta = {"description": paragraph(_Site.record, case), "hide": ["toc", "navigation"]}
    context = get_context(_Site.nav, _Site.files, config, page)
    output = _Site.env.get_template("main.html").render(context)
    write_file(output.encode(), file.abs_dest_path)
