"""A finding: one thing that is wrong or worth saying, as data.

Every check of fhirmap returns findings and raises nothing, so that one run tells all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "error", "warning", "information"]


@dataclass(frozen=True)
class Finding:
    """What was found: `rule` (its stable name), `path` (the element), and the file and line to open.

    >>> str(Finding("unknown-field", "error", "timeline[0].facts[2].lab.vlaue", "unknown field", file="a.yaml", line=7))
    'a.yaml:7: error: timeline[0].facts[2].lab.vlaue: unknown field [unknown-field]'
    """

    rule: str
    severity: Severity
    path: str
    message: str
    file: str = ""
    line: int = 0
    spec: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        element = f"{self.path}: " if self.path else ""
        return f"{place}{self.severity}: {element}{self.message} [{self.rule}]"


def nearest(word: str, words: Iterable[str], count: int = 3) -> str:
    """The phrase that ends an error message: the right words nearest to a wrong one.

    >>> nearest("crizotinb", ["cisplatin", "crizotinib"])
    '; did you mean crizotinib?'
    >>> nearest("zzz", ["cisplatin"])
    ''
    """
    import difflib  # only errors need it

    by_folded = {candidate.casefold(): candidate for candidate in words}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=count, cutoff=0.6)
    return f"; did you mean {' or '.join(by_folded[folded] for folded in close)}?" if close else ""


def dotted(path: Iterable[str | int]) -> str:
    """A path of keys and indexes as people write it.

    >>> dotted(["timeline", 0, "facts", 2, "lab"])
    'timeline[0].facts[2].lab'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
