"""Three coders that know less than the rules: what any other has to be better than.

Each codes every column that it can and says of a whole page whether it holds a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from pipeline.codebook import Code, Codebook, CodeList, Column
from pipeline.coding.learned import REPORTS
from pipeline.coding.numerals import plain_number
from pipeline.coding.phrases import Phrases, folded, masked
from pipeline.coding.quantities import plain
from pipeline.coding.telling import Coder, Telling, Value
from pipeline.platforms import Platform

PLATFORM, SCREEN = "platform", "screen"
_TITLE = -1
_NUMBER = re.compile(r"[$€£¥₹]?(?P<n>\d+(?:[.,]\d{3})*(?:\.\d+)?)(?:\s?%)?")


class Baseline(Coder, Protocol):
    """A coder that also says whether a page holds a report."""

    @property
    def name(self) -> str:
        """What it is called in results."""
        ...

    def report(self, telling: Telling) -> bool:
        """Whether the page whose first author's posts are *telling* holds a report."""
        ...


class Majority:
    """The same for every telling: of each column the value that says something most often."""

    name = "majority"

    def __init__(self, common: Mapping[str, str], *, reports: bool) -> None:
        """Take the value of each column from *common*; *reports*: most pages hold one."""
        self.columns = tuple(common)
        self._reports = reports
        self._values = [
            Value(column, value, 0, 0, 0, f"majority.{column}") for column, value in common.items()
        ]

    def code(self, telling: Telling) -> list[Value]:
        """The values of ``columns``, whatever *telling* says."""
        return self._values

    def report(self, telling: Telling) -> bool:
        """What most pages are."""
        return self._reports


class Keywords:
    """The codebook's phrases as a plain list: found anywhere, whoever says it, denied or not.

    A column of one code takes the one that is found most often, others take all. A platform's
    phrases are its names. A number is the first that stands in digits in a phrase of its
    column.
    """

    name = "keywords"

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        lists = _lists(codebook, platforms)
        self._several = {c.name for c in codebook.columns.values() if c.kind == "codes"}
        self._lists = {name: Phrases(codes) for name, codes in lists.items()}
        self._of_column = _coded_columns(codebook)
        numbers = codebook.lists["quantities"]
        self._numbers = {
            code.code: Phrases(numbers.model_copy(update={"code": (code,)}))
            for code in numbers.code
        }
        self.columns = (*self._of_column, *self._numbers)

    def code(self, telling: Telling) -> list[Value]:
        """The values of ``columns`` whose words stand in *telling*."""
        found = {name: self._found(name, telling) for name in self._lists}
        values: list[Value] = []
        for column, name in self._of_column.items():
            counts = Counter(value.value for value in found[name])
            codes = list(counts) if column in self._several else _commonest(counts)
            values += [_of(column, code, found[name]) for code in codes]
        return values + self._quantities(telling)

    def report(self, telling: Telling) -> bool:
        """Whether a phrase of a report stands anywhere."""
        return any(value.value in REPORTS for value in self._found(SCREEN, telling))

    def _found(self, name: str, telling: Telling) -> list[Value]:
        return [
            _value(name, match.code, post, (match.start, match.end), match.rule)
            for post, text, lang in _texts(telling)
            for match in self._lists[name].find(text, lang)
        ]

    def _quantities(self, telling: Telling) -> list[Value]:
        values: dict[str, Value] = {}
        for post, text, lang in _texts(telling):
            digits = list(_NUMBER.finditer(text))
            blank = masked(text, [hit.span() for hit in digits])
            for column, phrases in self._numbers.items():
                for match in phrases.find(blank, lang):
                    inside = [hit for hit in digits if match.start <= hit.start() < match.end]
                    for hit in inside:
                        number = plain(plain_number(hit["n"]))
                        value = _value(column, number, post, hit.span(), match.rule)
                        values.setdefault(column, value)
        return list(values.values())


class Definitions:
    """Of each list the code whose definition is most like the whole telling.

    A definition goes with its labels in all languages, a platform's is its names. Likeness is
    the cosine between TF-IDF vectors of character n-grams inside words (two to five
    characters, logarithmic counts, smoothed inverse document frequency over all
    definitions), by scikit-learn. A telling like none has no value. Numbers and dates have no
    definitions.
    """

    name = "definitions"

    def __init__(self, codebook: Codebook, platforms: Mapping[str, Platform]) -> None:
        # half a second to load, and only the comparison needs it
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            TfidfVectorizer,
        )

        lists = _lists(codebook, platforms)
        self._of_column = _coded_columns(codebook)
        self.columns = tuple(self._of_column)
        self._vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._vectors.fit([_defined(code) for codes in lists.values() for code in codes.code])
        self._codes = {
            name: (codes.codes, self._vectors.transform(map(_defined, codes.code)))
            for name, codes in lists.items()
        }

    def code(self, telling: Telling) -> list[Value]:
        """The value of each of ``columns`` that is nearest to *telling*."""
        nearest = self._nearest(telling)
        return [
            Value(column, nearest[name], 0, 0, 0, f"definition.{name}.{nearest[name]}")
            for column, name in self._of_column.items()
            if nearest[name]
        ]

    def report(self, telling: Telling) -> bool:
        """Whether the definition of a report is nearer than that of any other page."""
        return self._nearest(telling)[SCREEN] in REPORTS

    def _nearest(self, telling: Telling) -> dict[str, str]:
        whole = "\n".join(text for _, text, _ in _texts(telling))
        vector = self._vectors.transform([whole])
        nearest: dict[str, str] = {}
        for name, (codes, matrix) in self._codes.items():
            alike = (matrix @ vector.T).toarray().ravel()
            nearest[name] = codes[alike.argmax()] if alike.max() > 0 else ""
        return nearest


def _lists(codebook: Codebook, platforms: Mapping[str, Platform]) -> dict[str, CodeList]:
    """The lists that columns take their codes from, that of the screen, and the platforms."""
    names = {*_coded_columns(codebook).values(), SCREEN} - {PLATFORM}
    lists = {name: codebook.lists[name] for name in sorted(names)}
    codes = tuple(
        Code(code=code, label={"en": code}, definition="", phrases={"en": platform.names})
        for code, platform in platforms.items()
    )
    names_of = "The marketplaces by their names."
    lists[PLATFORM] = CodeList(list=PLATFORM, label={"en": ""}, definition=names_of, code=codes)
    return lists


def _coded_columns(codebook: Codebook) -> dict[str, str]:
    """The columns that a coder fills with codes, and the list of each.

    What kind of place and which engine a page is follows from its source.
    """
    columns = [c for c in codebook.columns.values() if c.name not in ("source_kind", "engine")]
    return {c.name: _list(c) for c in columns if c.kind in ("code", "codes", "platform")}


def _list(column: Column) -> str:
    return PLATFORM if column.kind == "platform" else column.list


def _texts(telling: Telling) -> Iterable[tuple[int, str, str]]:
    """The title, as ``_TITLE``, then each post: index, text (folded) and language."""
    first = telling.posts[0]
    yield _TITLE, folded(str(first["title"])), str(first["lang"])
    for index, post in enumerate(telling.posts):
        yield index, folded(str(post["text"])), str(post["lang"])


def _value(column: str, value: str, post: int, span: tuple[int, int], rule: str) -> Value:
    if post == _TITLE:  # stands in no post's text
        return Value(column, value, 0, 0, 0, f"{rule}:title")
    return Value(column, value, post, *span, rule)


def _commonest(counts: Counter[str]) -> list[str]:
    return [code for code, _ in counts.most_common(1)]


def _of(column: str, code: str, found: Iterable[Value]) -> Value:
    first = next(value for value in found if value.value == code)
    return Value(column, code, first.post, first.start, first.end, first.rule)


def _defined(code: Code) -> str:
    phrases = code.phrases.get("en", ()) if not code.definition else ()
    return " ".join((*code.label.values(), code.definition, *phrases))
