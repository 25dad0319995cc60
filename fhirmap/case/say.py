"""One fact in one line, as a clinician would say it."""

from __future__ import annotations

from collections.abc import Iterator

from fhirmap.case.disease import Diagnosis, Stage
from fhirmap.case.fact import Fact
from fhirmap.case.history import Course, Performance, Social
from fhirmap.case.tests import Gene, Lab, Stain
from fhirmap.case.treatment import Drug, Event, Radiotherapy, Regimen

_IN_WORDS = ("histology", "method", "size", "severity", "on", "amount", "outcome", "why", "onset", "trend", "origin")


def say(fact: Fact) -> str:
    """The fact's words, how it is said, and what else is said of it.

    >>> say(Lab.model_validate({"key": "cea", "is": "CEA", "value": "84.6 ng/ml", "normal": "<5.0 ng/ml"}))
    'CEA 84.6 ng/ml (normal <5.0 ng/ml, high)'
    """
    details = ", ".join(dict.fromkeys(filter(None, _details(fact))))
    words = _words(fact)
    return f"{words} ({details})" if details and words else words or details or fact.key


def _words(fact: Fact) -> str:
    """What stands before the parentheses: the name, and the value if there is one."""
    name = fact.term.text
    match fact:
        case Social() | Course():
            return f"{fact.about}: {name}"
        case Performance():
            return f"{fact.scale or name or 'performance status'} {fact.value}"
        case Stage():
            return " ".join(filter(None, (name, fact.tnm.text if fact.tnm else "")))
        case Radiotherapy():
            return fact.words
        case Event():
            return name + (f", grade {fact.grade}" if fact.grade else "")
    shown = (getattr(getattr(fact, field, None), "text", "") for field in ("value", "result"))
    return " ".join(filter(None, (name, *shown)))


def _details(fact: Fact) -> Iterator[str]:
    """What stands in parentheses, in order."""
    yield "" if (fact.said == "present" and not isinstance(fact, Gene)) or fact.term.text.startswith("no ") else fact.said
    match fact:
        case Lab():
            yield f"normal {fact.normal.text}" if fact.normal else ""
            yield fact.interpretation.text if fact.interpretation else ""
        case Stain():
            yield fact.flag.text if fact.flag else ""
        case Drug():
            yield fact.directions
        case Diagnosis():
            yield "" if fact.status == "active" else fact.status
        case Event():
            yield fact.scale
        case _:
            pass
    if isinstance(fact, (Drug, Regimen)):
        yield f"stopped: {fact.stopped}" if fact.stopped else "" if fact.state in (fact.said, "unknown") else fact.state
    for field in ("site", "laterality", *_IN_WORDS):
        value = getattr(fact, field, "")
        for item in value if isinstance(value, tuple) else (value,):
            text = item if isinstance(item, str) else getattr(item, "text", "")
            yield "" if text in fact.term.text else text
