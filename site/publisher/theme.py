"""What the theme's templates (``site/theme``) use beside what MkDocs gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment
from mkdocs.structure.files import File, Files

from publisher.languages import versions
from publisher.policy import policy
from publisher.wording import Wording

FIRST_SCRIPT = Path(__file__).with_name("first.js")
_UNUSED = re.compile(
    r"assets/(.*\.map|javascripts/bundle\..*|stylesheets/palette\..*|images/favicon.*"
    r"|javascripts/lunr/(tinyseg|wordcut|min/lunr\.(?!es\.|ru\.|multi\.|stemmer\.).*)\.?.*)$"
)
"""Files of Material that no page of ours loads."""


def prepare(env: Environment, files: Files, wordings: Mapping[str, Wording]) -> None:
    """Give the templates of *env* their functions, and whitespace that costs no bytes."""
    for file in files.documentation_pages():
        # The heading's title takes its place when the page is rendered, before others link to it.
        file.page.nav_title = file.page.title  # type: ignore[union-attr]
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        policy=policy,
        theme_words={name: wording.patterns for name, wording in wordings.items()},
        first_script=FIRST_SCRIPT.read_text(encoding="utf-8"),
        material_css=_named(files, r".*/main\.\w+\.min\.css"),
        search_worker=_named(files, r".*/workers/search\.\w+\.min\.js"),
        parts=_parts(files),
        translated=lambda uri, language: versions(uri, files, wordings).get(language),
    )


def unused(file: File) -> bool:
    """Whether *file* is one of Material's that no page loads."""
    return bool(_UNUSED.fullmatch(file.src_uri))


def _named(files: Files, pattern: str) -> str:
    """Where the one file lies whose name changes with its content."""
    return next(file.url for file in files if re.fullmatch(pattern, file.src_uri))


def _parts(files: Files) -> list[str]:
    """The first folders of the site's addresses, and those that are made past MkDocs."""
    folders = {file.url.partition("/")[0] for file in files if "/" in file.url}
    return sorted((folders | {"charts", "data", "releases"}) - {"."})
