"""Posts of any number for measuring only, as they lie about in the web: one page in fifty tells.

The words are those of ``data/training/``, page by page and over and over, each with a number
of its own. Nothing of it is ever published.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from pipeline.codebook import load_codebook
from pipeline.coding.sentence_model import telling
from pipeline.coding.training import Example, load_training
from pipeline.posts import Post, from_text
from pipeline.workspace import record

TELLS = 50
"""One page in so many tells of an action."""
ANSWERS = (0, 0, 1, 2, 4)
"""How many posts answer the first."""
PART = 2_000
"""Posts in one file."""


def wild(seed: int = 1) -> Iterator[list[Post]]:
    """Pages of posts without end."""
    rules = record().rules
    examples = load_training(rules / "training", load_codebook(rules / "codebook"))
    tells, others = ([e for e in examples if e.kind == kind] for kind in ("telling", "page"))
    draw = random.Random(seed)
    for number in count():
        first = draw.choice(others if number % TELLS else tells)
        same = [e for e in others if e.lang == first.lang] or others
        answers = draw.choices(same, k=draw.choice(ANSWERS))
        yield [_post(e, number, n) for n, e in enumerate((first, *answers), 1)]


def _post(example: Example, number: int, position: int) -> Post:
    own = telling(example).posts[0]
    url = f"https://forum{number % 40}.example/t/{number}"
    return {
        **from_text(f"{own['text']}\n\nNo. {number}", url, "", position),
        "post_id": f"wild:{number}-{position}",
        "engine": "discourse",
        "author_key": f"{number}-{position}",
        "published": f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}",
        "captured_at": "2026-03-04T05:06:07Z",
        "lang": example.lang,
    }


def write(folder: Path, posts: int, seed: int = 1) -> None:
    """Write *posts* posts or a few more below *folder*, in files of ``PART`` each or so."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = wild(seed)
    for part in range(-(-posts // PART)):
        name, left = f"wild{part:04}", min(PART, posts - part * PART)
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", compresslevel=1) as file:
            while left > 0:
                page = next(pages)
                left -= len(page)
                file.writelines(json.dumps({**post, "source": name}) + "\n" for post in page)
