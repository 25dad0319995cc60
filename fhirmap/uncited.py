"""What a report prints and no fact of its case cites: the curator's list of what may be missing.

Figures and dates must lie in a cited phrase. A gene, drug or test (by the project's own tables)
must be named by a fact or lie in a cited phrase, once. What `not_mapped` explains is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fhirmap.case.model import Case
from fhirmap.codes import Concept, concepts
from fhirmap.errors import InputError
from fhirmap.evidence import Place, cited, find

_KINDS = frozenset(
    {"gene", "drug", "lab", "tumour marker", "biomarker", "imaging", "surgery", "procedure", "metastasis", "cancer", "vital sign"}
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_FIGURE = re.compile(rf"(?<![\w.,])(?<![A-Za-z]-)(?:(?:{_MONTHS}) )?(?:\d[\d.,]*\d|\d)%?(?!\w)")
_NOT_FACTS = re.compile(
    r"<sup>[^<]*</sup>|\((?:\d{1,3}[,\u2013-]? ?)+\)|\[(?:\d{1,3}[,\u2013-]? ?)+\]|\b(?:Fig(?:ure|s)?|Table)\.? ?\d+[A-Za-z]?", re.I
)


_REFERENCES = re.compile(r"^\W*(?:references|bibliography|literature)\W*$", re.I | re.M)


@dataclass(frozen=True)
class Uncited:
    """One thing nobody cites: the report's line, the words, what they are (`figure`, or a concept's kind), and what stands around them."""

    line: int
    words: str
    kind: str
    around: str


def uncited(case: Case, text: str) -> list[Uncited]:
    """Everything of that sort, in the text's order, up to its references.

    Raises `InputError` for a `not_mapped` that is not in the text.
    """
    references = _REFERENCES.search(text)
    text = text[: references.start()] if references else text
    explained = [place for item in case.not_mapped for place in _region(item.phrase, item.from_, item.to, text, case.source.file)]
    covered = [place for _, phrase, nth in cited(case) for place in find(text, phrase)[nth - 1 : nth]]
    ignored = [Place(match.start(), match.end() - match.start()) for match in _NOT_FACTS.finditer(text)]
    figures = (
        (match.start(), match[0], "figure")
        for match in _FIGURE.finditer(text)
        if not _lies_in(match.start(), [*explained, *covered, *ignored])
    )
    rows = sorted([*figures, *_names(case, text, explained, covered)])
    return [Uncited(text.count("\n", 0, at) + 1, words, kind, _around(text, at, len(words))) for at, words, kind in rows]


def _around(text: str, at: int, length: int) -> str:
    return " ".join(text[max(at - 30, 0) : at + length + 30].split())


def _names(case: Case, text: str, explained: list[Place], covered: list[Place]) -> Iterator[tuple[int, str, str]]:
    """The first place of each concept that no fact names and no cited phrase holds."""
    index = _index()
    places: dict[Concept, list[re.Match[str]]] = {}
    for match in _pattern().finditer(text):
        if not _lies_in(match.start(), explained):
            places.setdefault(index[" ".join(match[0].split()).casefold()], []).append(match)
    named = {term.concept for fact in case.facts if fact.evidence for term in fact.terms}
    for concept, matches in places.items():
        if concept not in named and not any(_lies_in(match.start(), covered) for match in matches):
            yield matches[0].start(), matches[0][0], concept.kind


def _lies_in(offset: int, places: list[Place]) -> bool:
    return any(place.offset <= offset < place.offset + place.length for place in places)


def _region(phrase: str, start: str, end: str, text: str, file: str) -> list[Place]:
    found = find(text, phrase or start)
    if not found:
        raise InputError(f"not_mapped: {phrase or start!r} is not in the report", file=file)
    if phrase:
        return found
    ends = [place.offset for place in find(text, end) if place.offset > found[0].offset] if end else [len(text)]
    if not ends:
        raise InputError(f"not_mapped: {end!r} does not follow {start!r} in the report (before its references)", file=file)
    return [Place(found[0].offset, ends[0] - found[0].offset)]


@cache
def _index() -> dict[str, Concept]:
    rows = (row for row in concepts() if row.kind in _KINDS)
    return {word.casefold(): row for row in rows for word in row.words if len(word) > 2 or word.isupper()}


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_index(), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) + r")\b", re.I)
