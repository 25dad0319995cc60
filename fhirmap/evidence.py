"""Cited phrases and their places in the report.

A case cites short literal phrases. With the report at hand each is found again and becomes offset
and length (code points of the text as it is), kept in a sidecar file beside the case, so that
building needs no report. Matching sees through line ends, hyphenation and runs of spaces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from fhirmap.case.model import Case
from fhirmap.errors import InputError
from fhirmap.finding import Finding

MAX_SHARE = 0.40
"""The most of a report's case section that a case may cite: reports are copyrighted."""

_BREAK = r"(?:[-\u2010\u00ad]?[ \t]*\r?\n\s*)?"
_LOOSE = {"'": "['\u2018\u2019]", '"': '["\u201c\u201d]', "-": r"[-\u2010-\u2015\u2212]\s*", "\u00d7": "[x\u00d7]"}
_CASE = re.compile(r"^\W*(?:case (?:report|presentation|description)s?|case)\W*$", re.I | re.M)
_DISCUSSION = re.compile(r"^\W*discussion\W*$", re.I | re.M)


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
        rows = [
            {"phrase": phrase, "nth": nth, "offset": place.offset, "length": place.length}
            for (phrase, nth), place in sorted(self.places.items())
        ]
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


def locate(case: Case, text: str) -> tuple[Evidence, list[Finding]]:
    """The places of all the phrases that a case cites, and a finding for each that has none or more than one."""
    places: dict[tuple[str, int], Place] = {}
    findings: list[Finding] = []
    for key, phrase, nth in cited(case):
        found = find(text, phrase)
        if len(found) >= nth and (len(found) == 1 or _says_nth(case, phrase)):
            places[phrase, nth] = found[nth - 1]
        else:
            lines = [text.count("\n", 0, place.offset) + 1 for place in found]
            findings.append(_misplaced(case, key, phrase, nth, lines))
    share = covered(places.values(), text)
    if share > MAX_SHARE:
        findings.append(
            Finding(
                "cited-too-much",
                "error",
                "",
                f"{share:.0%} of the case section is cited, at most {MAX_SHARE:.0%} may be; cite fewer words",
                case.source.file,
            )
        )
    return Evidence(hashlib.sha256(text.encode()).hexdigest(), places), findings


def _misplaced(case: Case, key: str, phrase: str, nth: int, lines: list[int]) -> Finding:
    line = case.source.line(key, "cite")
    where = f"stands {len(lines)} times (in the report's lines {', '.join(map(str, lines))})"
    if len(lines) >= nth:
        message = f"{phrase!r} {where}; say which with {{phrase: …, nth: 2}}, or cite more words"
        return Finding("phrase-repeated", "error", key, message, case.source.file, line)
    how = f"{where}, not {nth}" if lines else "is not in the report; cite its words literally"
    return Finding("phrase-not-found", "error", key, f"{phrase!r} {how}", case.source.file, line)


def cited(case: Case) -> Iterator[tuple[str, str, int]]:
    """Every citation: the key of the section or fact, the phrase, and which of its places."""
    for part in case.parts:
        for cite in part.evidence:
            yield part.key, cite.phrase, cite.nth


def _says_nth(case: Case, phrase: str) -> bool:
    """Whether the case file says `nth` for a phrase (1 is the default, and must then be written)."""

    def walk(node: Any) -> bool:
        if isinstance(node, dict):
            return (node.get("phrase") == phrase and "nth" in node) or any(map(walk, node.values()))
        return isinstance(node, list) and any(map(walk, node))

    return walk(case.source.tree)


def covered(places: Iterable[Place], text: str) -> float:
    """The share of the report's case section that lies in the places."""
    start, end = _case_section(text)
    positions = {at for place in places for at in range(place.offset, place.offset + place.length) if start <= at < end}
    return len(positions) / max(end - start, 1)


def _case_section(text: str) -> tuple[int, int]:
    """From the last heading like `Case report` before the discussion to the discussion; the whole text if it has neither."""
    discussion = _DISCUSSION.search(text)
    end = discussion.start() if discussion else len(text)
    headings = [match.end() for match in _CASE.finditer(text, 0, end)] if discussion else []
    return (headings[-1], end) if headings else (0, len(text))
