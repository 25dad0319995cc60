"""Cited phrases and their places in the report.

A case cites short literal phrases. With the report at hand each is found again and becomes offset
and length (code points of the text as it is), kept in a sidecar file beside the case, so that
building needs no report. Matching sees through line ends, hyphenation and runs of spaces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from fhirmap.case.load import Loaded
from fhirmap.case.model import Case
from fhirmap.codes import concepts
from fhirmap.errors import InputError
from fhirmap.finding import Finding

MAX_SHARE = 0.40
"""The most of a report's case section that a case may cite: reports are copyrighted."""

_BREAK = r"(?:[-\u2010\u00ad]?[ \t]*\r?\n\s*)?"
_LOOSE = {"'": "['\u2018\u2019]", '"': '["\u201c\u201d]', "-": r"[-\u2010-\u2015\u2212]\s*", "\u00d7": "[x\u00d7]"}
_SECTION = re.compile(r"^\W*(?:case (?:report|presentation|description)s?|case)\W*$(?P<body>.*?)^\W*discussion\W*$", re.I | re.S | re.M)


@dataclass(frozen=True)
class Place:
    """Where a phrase stands: `offset` and `length` in code points."""

    offset: int
    length: int


@dataclass(frozen=True)
class Evidence:
    """The places of a case's phrases in one text, whose SHA-256 says which."""

    sha256: str = ""
    places: Mapping[tuple[str, int], Place] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The sidecar file's bytes."""
        rows = [{"phrase": phrase, "nth": nth, "offset": place.offset, "length": place.length} for (phrase, nth), place in sorted(self.places.items())]
        return orjson.dumps({"sha256": self.sha256, "phrases": rows}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_json(cls, data: bytes, file: str = "") -> Evidence:
        """Reads a sidecar file. Raises `InputError` if it is none."""
        try:
            content = orjson.loads(data)
            places = {(row["phrase"], row["nth"]): Place(row["offset"], row["length"]) for row in content["phrases"]}
            return cls(content["sha256"], places)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise InputError("no evidence file; make it anew with `fhirmap cite`", file=file) from None


def sidecar(case_file: str | Path) -> Path:
    """The path of the evidence file that belongs to a Case file."""
    return Path(case_file).with_suffix(".evidence.json")


def load_evidence(case_file: str | Path) -> Evidence:
    """The evidence beside a Case file, or none if there is no such file."""
    path = sidecar(case_file)
    return Evidence.from_json(path.read_bytes(), str(path)) if path.is_file() else Evidence()


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    words = ([_LOOSE.get(letter, re.escape(letter)) for letter in word] for word in phrase.split())
    return re.compile(r"\s+".join(_BREAK.join(letters) for letters in words))


def find(text: str, phrase: str) -> list[Place]:
    """Every place of a phrase in a text.

    >>> find("a cough, thoracodyn-\\nia and", "thoracodynia")
    [Place(offset=9, length=14)]
    """
    return [Place(match.start(), match.end() - match.start()) for match in _pattern(phrase).finditer(text)]


def locate(loaded: Loaded, text: str) -> tuple[Evidence, list[Finding]]:
    """The places of all the phrases that a case cites, and a finding for each that has none or more than one."""
    places: dict[tuple[str, int], Place] = {}
    findings: list[Finding] = []
    for key, phrase, nth in cited(loaded.case):
        found = find(text, phrase)
        where = {"path": key, "file": loaded.file, "line": loaded.line(key, "cite")}
        if len(found) < nth:
            times = f"stands {len(found)} times, not {nth}" if found else "is not in the report; cite its words literally"
            findings.append(Finding("phrase-not-found", "error", message=f"{phrase!r} {times}", **where))
        elif len(found) > 1 and not _says_nth(loaded, phrase):
            findings.append(Finding("phrase-repeated", "error", message=f"{phrase!r} stands {len(found)} times; say which with nth, or cite more words", **where))
        else:
            places[phrase, nth] = found[nth - 1]
    share = covered(places.values(), text)
    if share > MAX_SHARE:
        findings.append(Finding("cited-too-much", "error", "", f"{share:.0%} of the case section is cited, at most {MAX_SHARE:.0%} may be; cite fewer words", loaded.file))
    return Evidence(hashlib.sha256(text.encode()).hexdigest(), places), findings


def cited(case: Case) -> Iterator[tuple[str, str, int]]:
    """Every citation: the key of the section or fact, the phrase, and which of its places."""
    for fact in (*case.sections, *case.facts):
        for cite in fact.evidence:
            yield fact.key, cite.phrase, cite.nth


def _says_nth(loaded: Loaded, phrase: str) -> bool:
    """Whether the case file says `nth` for a phrase (1 is the default, and must then be written)."""

    def walk(node: Any) -> bool:
        if isinstance(node, dict):
            return (node.get("phrase") == phrase and "nth" in node) or any(map(walk, node.values()))
        return isinstance(node, list) and any(map(walk, node))

    return walk(loaded.tree)


def covered(places: Any, text: str) -> float:
    """The share of the report's case section (the whole text if it has no such heading) that lies in the places."""
    section = _SECTION.search(text)
    start, end = section.span("body") if section else (0, len(text))
    positions = {at for place in places for at in range(place.offset, place.offset + place.length) if start <= at < end}
    return len(positions) / max(end - start, 1)


def uncited(case: Case, text: str) -> list[tuple[int, str, str]]:
    """What the report prints and no fact cites: (line, words, the line's text) of figures, dates, genes, drugs and tests.

    Looked for with fhirmap's own tables, from the start of the text to its references; what
    `not_mapped` names is explained and not listed.
    """
    spans = [place for _, phrase, _ in cited(case) for place in find(text, phrase)]
    spans += [place for item in case.not_mapped for place in find(text, item.phrase)]
    end = next((match.start() for match in re.finditer(r"^\W*references\W*$", text, re.I | re.M)), len(text))
    rows = []
    for match in _worth_citing().finditer(text, 0, end):
        if not any(place.offset <= match.start() < place.offset + place.length for place in spans):
            line = text.count("\n", 0, match.start())
            rows.append((line + 1, match[0], text.split("\n")[line].strip()))
    return rows


@cache
def _worth_citing() -> re.Pattern[str]:
    kinds = {"gene", "drug", "lab", "tumour marker", "biomarker", "imaging", "surgery", "procedure", "metastasis", "cancer"}
    words = {word for concept in concepts() if concept.kind in kinds for word in concept.words if len(word) > 2 or word.isupper()}
    months = "January February March April May June July August September October November December".split()
    names = "|".join(map(re.escape, sorted({*words, *months}, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.,])(?:\d[\d.,]*\d|\d)%?(?!\w)|\b(?:{names})\b", re.I)
