"""What each engine reads, in the words of its module: the page that says where posts come from."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from markupsafe import Markup, escape

import scraper.engines
from publisher.numbers import mark_digits
from publisher.templating import render
from scraper.sources import READABLE

_PIECES = re.compile(r"``(?P<code>[^`]+)``|\(?(?P<url>https://[^\s)]+)\)?")


def engines_html() -> Markup:
    """Every engine with what it reads and what a source may begin at, in alphabetical order."""
    folder = Path(scraper.engines.__path__[0])
    engines = {name: _said(folder / f"{name}.py") for name in READABLE}
    return render("engines.html", engines=engines)


def _said(module: Path) -> list[Markup]:
    """The paragraphs that *module* says of itself, of what it reads, and of where it begins."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    told = [ast.get_docstring(tree) or ""]
    told += [
        ast.get_docstring(functions[name]) or "" for name in ("read", "first") if name in functions
    ]
    whole = "\n\n".join(text.partition("Raises:")[0] for text in told)
    return [_marked(" ".join(part.split())) for part in re.split(r"\n\s*\n", whole) if part.strip()]


def _marked(text: str) -> Markup:
    """*text* with names as code, addresses as links, and its digits marked."""
    parts, last = [], 0
    for found in _PIECES.finditer(text):
        parts.append(mark_digits(text[last : found.start()]))
        shown = found["code"] or found["url"].removeprefix("https://").rstrip("/")
        piece = Markup('<code data-mark="code">{}</code>').format(shown)
        link = Markup('<a href="{}" data-mark="code">{}</a>').format(found["url"], shown)
        parts.append(piece if found["code"] else link)
        last = found.end()
    parts.append(mark_digits(text[last:]))
    return Markup("").join(map(escape, parts))
