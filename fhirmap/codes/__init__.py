"""The terminology tables: one row of `fhirmap/codes/*.csv` is one concept, found by name, synonym or code.

Every code in them was verified (the row's `evidence`); a concept without a code is `text only`.
A lab test, drug, gene, site or unit is added as one row here: templates, checks and the unit
parser all read that row. Licences of the code systems: see NOTICE.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fhirmap.finding import nearest


@dataclass(frozen=True)
class Concept:
    """One row: `name` and `synonyms` are a clinician's words, `kind` says what it may be used for.

    `system`, `code` and `display` are empty where no code was verified; `unit` is the usual UCUM
    unit; `modality` the DICOM codes of an imaging concept; `also` the further codings of the same.
    """

    name: str
    kind: str
    synonyms: tuple[str, ...] = ()
    system: str = ""
    code: str = ""
    display: str = ""
    unit: str = ""
    modality: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    evidence: str = field(default="", compare=False)
    confidence: str = field(default="", compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The name and its synonyms."""
        return (self.name, *self.synonyms)

    @property
    def codings(self) -> tuple[Concept, ...]:
        """The concept and those of its `also` that have a code, in order."""
        rows = (self, *(lookup(name, self.kind) for name in self.also))
        return tuple(row for row in rows if row.code)


class UnknownConcept(ValueError):
    """No row of these kinds has this name or synonym."""


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept of the tables, in the tables' order."""
    rows: list[Concept] = []
    for table in sorted(Path(__file__).parent.glob("*.csv")):
        rows += map(_concept, csv.DictReader(table.read_text("utf-8").splitlines()))
    return tuple(rows)


def _concept(row: dict[str, str]) -> Concept:
    lists = {name: tuple(filter(None, row.pop(name).split(";"))) for name in ("synonyms", "modality", "also")}
    return Concept(**row, **lists)  # type: ignore[arg-type]  # the columns are the fields, a test holds that


@cache
def _index() -> dict[str, dict[str, Concept]]:
    """Kind -> word -> concept; words are folded, but those of units (case carries meaning: mg, Mg)."""
    index: dict[str, dict[str, Concept]] = {}
    for concept in concepts():
        words = index.setdefault(concept.kind, {})
        words.update((_fold(word, concept.kind), concept) for word in concept.words)
    return index


def _fold(word: str, kind: str) -> str:
    word = " ".join(word.split())
    return word if kind == "unit" else word.casefold()


def lookup(word: str, *kinds: str) -> Concept:
    """The concept that has this name or synonym in one of these kinds, the first kind that has it.

    Raises `UnknownConcept` with the nearest words.

    >>> lookup("GOT", "lab").code
    '1920-8'
    """
    for kind in kinds:
        if found := _index()[kind].get(_fold(word, kind)):
            return found
    elsewhere = sorted(kind for kind, words in _index().items() if kind not in kinds and _fold(word, kind) in words)
    hint = f"; it is known as {' and '.join(elsewhere)}" if elsewhere else nearest(word, _words(kinds))
    raise UnknownConcept(f"{word!r} is no {' or '.join(kinds)} of the tables{hint} (or give it as text: only)")


def _words(kinds: Iterable[str]) -> list[str]:
    return [word for concept in concepts() if concept.kind in kinds for word in concept.words]


def kinds() -> tuple[str, ...]:
    """The kinds of concept there are."""
    return tuple(_index())


def search(word: str) -> list[Concept]:
    """What people mean by a word: the concepts with that name, synonym or code; else those that contain it.

    >>> [concept.name for concept in search("KL-6")]
    ['KL-6']
    """
    folded = word.casefold()
    exact = [row for row in concepts() if row.code == word or folded in (w.casefold() for w in row.words)]
    return exact or [row for row in concepts() if folded in " ".join((*row.words, row.display)).casefold()]
