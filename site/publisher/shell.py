"""The theme's page as a mould: rendered once, then filled for each made page."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from publisher.outputs import MadePage, Output

TITLE, DESCRIPTION, CONTENT, HEAD = "⟪title⟫", "⟪description⟫", "⟪content⟫", "⟪head⟫"
PLACE = "mould"
"""The last folder of the mould's own address, which is exchanged like the other places."""

_PLACES = re.compile(
    rf"(?P<named><title>{TITLE})|{TITLE}|{DESCRIPTION}|{CONTENT}|{HEAD}|(?P<path>\w+/{PLACE}/)"
)


class Shell:
    """Fills made pages into the theme."""

    def __init__(
        self, env: Environment, nav: Navigation, files: Files, config: MkDocsConfig
    ) -> None:
        """Take what MkDocs renders its own pages with."""
        self._rendered = (env, nav, files, config)
        self._mould = cache(self._render)

    def output(self, page: MadePage) -> Output:
        """The file of *page*, which is also made anew where the theme or navigation changed."""
        mould = self._mould(page.path.partition("/")[0], page.scripts, page.styles)
        facts = (page.inputs, page.title, page.description, page.head, "".join(mould))
        bare = replace(page, inputs=None)
        return Output(f"{page.path}index.html", facts, lambda: _filled(mould, bare), page.drawn)

    def _render(
        self, section: str, scripts: tuple[str, ...], styles: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The theme's page for a section, cut at the places to fill."""
        env, nav, files, config = self._rendered
        file = File.generated(
            config, f"{section}/{PLACE}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV
        )
        page: Any = Page(TITLE, file, config)
        page.content = f'<div class="made">{CONTENT}</div>'
        page.toc = get_toc([])
        page.meta = {
            "description": DESCRIPTION, "head": HEAD, "hide": ["toc", "navigation"],
            "scripts": list(scripts), "styles": list(styles), "made": True,
        }  # fmt: skip
        html = env.get_template("main.html").render(get_context(nav, files, config, page))
        return tuple(_cut(html))


def _cut(html: str) -> list[str]:
    """The text between places and the places, by turns."""
    pieces, plain = [], 0
    for found in _PLACES.finditer(html):
        pieces += [html[plain : found.start()], found.lastgroup or found.group()]
        plain = found.end()
    return [*pieces, html[plain:]]


def _filled(mould: tuple[str, ...], page: MadePage) -> str:
    words = escape(page.title.striptags())
    digits = any(map(str.isdigit, words))
    places = {
        TITLE: str(page.title),
        "named": f'<title data-mark="code">{words}' if digits else f"<title>{words}",
        DESCRIPTION: escape(page.description),
        CONTENT: str(page.body()),
        HEAD: str(page.head),
        "path": page.path,
    }
    return "".join(places[piece] if n % 2 else piece for n, piece in enumerate(mould))
