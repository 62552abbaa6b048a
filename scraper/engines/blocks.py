"""The posts on a page of unknown forum software, found by what posts have in common.

Each is a text whose element is called a body, a message or the like on all of them, near a
name that leads to a member and near a time. The text comes first: around it the smallest
element is looked for that names an author and tells a time and holds no other text of the
kind. Nothing here knows any one program.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from scraper.engines import marks
from scraper.engines.html import words

CARRIERS = frozenset(("article", "blockquote", "dd", "div", "li", "section", "span", "td"))
"""Elements that hold what people wrote."""

MOST_NAMES = 4
"""A text that stands alone has no more names around it, if it is a post."""

FEWEST_WORDS = 5
"""Where nothing is called a text, texts have so many words on average."""

_ELEMENTS = etree.XPath("//body//*")


@dataclass(frozen=True)
class Block:
    """One post on the page.

    Attributes:
        body: the element of its text.
        root: the smallest element around it that names its author and tells its time.
        top: the largest element that holds this post alone.
        author: the element that names its author, where there is one.
        time: the element that tells its time, where there is one.
    """

    body: etree._Element
    root: etree._Element
    top: etree._Element
    author: etree._Element | None
    time: etree._Element | None

    @property
    def whole(self) -> bool:
        """Whether both author and time are known."""
        return self.author is not None and self.time is not None


def blocks(tree: HtmlElement) -> list[Block]:
    """The posts on the page, in its order; none on a page that shows none."""
    page = _Page(tree)
    chosen: list[Block] = []
    for kinds in page.candidates():
        found = sorted(filter(None, map(page.around, kinds)), key=_worth, reverse=True)
        while found:
            best = _finest(found)
            chosen += best
            found = [group for group in found if not page.overlap(group, chosen)]
        if chosen:
            break
    return sorted(chosen, key=lambda block: page.start[block.body])


def _says(group: list[etree._Element]) -> bool:
    """Whether what *group* holds are sentences, and no labels."""
    return sum(len(words(node).split()) for node in group) >= FEWEST_WORDS * len(group)


def _worth(group: list[Block]) -> tuple[int, int]:
    return sum(block.whole for block in group), sum(len(words(block.body)) for block in group)


def _finest(groups: list[list[Block]]) -> list[Block]:
    """The first of *groups*, or the one within it that still holds most of its text."""
    best = groups[0]
    for group in groups[1:]:
        within = len(group) == len(best) and all(
            outer.body in inner.body.iterancestors()
            for inner, outer in zip(group, best, strict=True)
        )
        if within and _worth(group)[1] * 2 >= _worth(best)[1]:
            best = group
    return best


class _Page:
    """A page's elements, numbered so that what holds what is a comparison of numbers."""

    def __init__(self, tree: HtmlElement) -> None:
        self.elements = [node for node in _ELEMENTS(tree) if isinstance(node.tag, str)]
        self.start = {node: place for place, node in enumerate(self.elements)}
        self.end: dict[etree._Element, int] = {}
        for node in reversed(self.elements):
            last = next((child for child in reversed(node) if child in self.end), None)
            self.end[node] = self.start[node] if last is None else self.end[last]
        outside = self._below(lambda node: marks.is_aside(node, len(self.elements)))
        noise = self._below(marks.is_noise)  # who edited a post did not write it
        self.shown = [node for node in self.elements if node not in outside]
        self.names = [node for node in self.shown if node not in noise and marks.name(node)]
        self.times = [node for node in self.shown if marks.told(node)]
        self._places = {
            id(self.names): [self.start[node] for node in self.names],
            id(self.times): [self.start[node] for node in self.times],
        }

    def _below(self, wanted: Callable[[etree._Element], bool]) -> set[etree._Element]:
        """The elements that *wanted* names, and all below them."""
        found: set[etree._Element] = set()
        for node in self.elements:
            if node.getparent() in found or wanted(node):
                found.add(node)
        return found

    def holds(self, outer: etree._Element, inner: etree._Element) -> bool:
        """Whether *inner* is *outer* or below it."""
        return self.start[outer] <= self.start[inner] <= self.end[outer]

    def overlap(self, group: list[Block], chosen: list[Block]) -> bool:
        """Whether a post of *group* holds one of *chosen*, or stands in one."""
        return any(
            self.holds(one.body, other.root) or self.holds(other.top, one.body)
            for one in group
            for other in chosen
        )

    def candidates(self) -> Iterator[list[list[etree._Element]]]:
        """Elements that may be texts, by kind: first those called so, then all that repeat."""
        called: dict[tuple[str, ...], list[etree._Element]] = defaultdict(list)
        other: dict[tuple[str, ...], list[etree._Element]] = defaultdict(list)
        for node in self.shown:
            if node.tag in CARRIERS and (is_body := marks.may_be_body(node)) is not False:
                (called if is_body else other)[marks.kind(node)].append(node)
        yield [self._outermost(group) for group in called.values()]
        groups = [self._outermost(group) for group in other.values() if len(group) > 1]
        yield [group for group in groups if _says(group)]

    def _outermost(self, group: list[etree._Element]) -> list[etree._Element]:
        kept: list[etree._Element] = []
        for node in group:
            if words(node) and not (kept and self.holds(kept[-1], node)):
                kept.append(node)
        return kept

    def within(
        self, listed: list[etree._Element], outer: etree._Element, but: etree._Element
    ) -> list[etree._Element]:
        """Those of *listed* that *outer* holds and *but* does not."""
        places = self._places[id(listed)]
        found = listed[
            bisect_left(places, self.start[outer]) : bisect_left(places, self.end[outer] + 1)
        ]
        return [node for node in found if not self.holds(but, node)]

    def around(self, bodies: list[etree._Element]) -> list[Block]:
        """The posts whose texts are *bodies*; none where they are no posts."""
        clean = [body for body in bodies if not self._tells(body)]
        if len(clean) * 2 <= len(bodies):
            return []
        found = [self._block(body, bodies, place) for place, body in enumerate(bodies)]
        if sum(block.whole for block in found) * 2 <= len(found):
            return []
        return found if len(found) > 1 or self._stands_alone(found[0]) else []

    def _tells(self, body: etree._Element) -> bool:
        """Whether *body* holds what stands beside a text."""
        inside = (self.start[body], self.end[body] + 1)
        for listed, is_told in ((self.names, _is_named), (self.times, marks.is_heading_time)):
            places = self._places[id(listed)]
            for node in listed[bisect_left(places, inside[0]) : bisect_left(places, inside[1])]:
                if is_told(node):
                    return True
        return False

    def _block(self, body: etree._Element, bodies: list[etree._Element], place: int) -> Block:
        after = self.start[bodies[place + 1]] if place + 1 < len(bodies) else len(self.elements)
        before = self.start[bodies[place - 1]] if place else -1
        author = time = None
        root = top = body
        for above in body.iterancestors():
            if above not in self.start or above.tag == "main":
                break
            if self.start[above] <= before or self.end[above] >= after:
                break
            top = above
            if author is None or time is None:
                root = above
                if author is None:
                    author = next(iter(self.within(self.names, above, body)), None)
                if time is None:
                    time = next(iter(self.within(self.times, above, body)), None)
        return Block(body, root, top, author, time)

    def _stands_alone(self, block: Block) -> bool:
        """Whether a text that nothing on the page is like is a post, by its surroundings."""
        if len(self.within(self.names, block.root, block.body)) > MOST_NAMES:
            return False
        near = [block.body, *block.body.iterancestors()]
        upto = near.index(block.root) + 3
        return any(marks.is_post(node) for node in near[:upto])


def _is_named(node: etree._Element) -> bool:
    return not marks.is_mention(node)
