"""One fact in one line, as a clinician would say it."""

from __future__ import annotations

from fhirmap.case.fact import Fact
from fhirmap.case.findings import Age, Course, Diagnosis, Finding, Gene, Lab, Performance, Social, Stage, Vital
from fhirmap.case.treatment import Drug, Event, Procedure, Radiotherapy, Regimen


def say(fact: Fact) -> str:
    """The fact's words, how it is said, and what it measures.

    >>> say(Lab.model_validate({"key": "cea", "is": "CEA", "value": "84.6 ng/ml", "normal": "<5.0 ng/ml"}))
    'CEA 84.6 ng/ml (normal <5.0 ng/ml, high)'
    """
    said = "" if fact.said == "present" else fact.said
    details = ", ".join(filter(None, (said, *_details(fact))))
    words = _words(fact)
    return f"{words} ({details})" if details and words else words or details


def _words(fact: Fact) -> str:
    name = fact.term.text or fact.key
    match fact:
        case Age() | Vital():
            return f"{fact.value.text}" if isinstance(fact, Age) else f"{name} {fact.value.text}"
        case Lab():
            return " ".join(filter(None, (name, fact.value.text if fact.value else "", fact.result.text if fact.result else "")))
        case Social() | Course():
            return f"{fact.about}: {fact.term.text}"
        case Stage():
            return " ".join(filter(None, (fact.term.text, fact.tnm.text if fact.tnm else "")))
        case Performance():
            return f"{fact.scale or name} {fact.value}"
        case Radiotherapy():
            return " ".join(filter(None, ("radiotherapy", fact.text, fact.dose.text if fact.dose else "")))
    return name


def _details(fact: Fact) -> tuple[str, ...]:
    """What stands in parentheses after the words."""
    match fact:
        case Lab():
            return (f"normal {fact.normal.text}" if fact.normal else "", fact.interpretation, fact.trend or "")
        case Gene():
            return ("present" if fact.said == "present" else "", fact.method.text if fact.method else "", fact.kit.text if fact.kit else "")
        case Drug():
            return (fact.directions, "ongoing" if fact.ongoing else "", f"stopped: {fact.stopped}" if fact.stopped else fact.why)
        case Regimen():
            return ("ongoing" if fact.ongoing else "", f"stopped: {fact.stopped}" if fact.stopped else "")
        case Diagnosis():
            return (*(site.text for site in fact.site), fact.histology.text if fact.histology else "", fact.status)
        case Finding():
            return (fact.trend or "", fact.size.text if fact.size else "", f"SUV {fact.suv.text}" if fact.suv else "")
        case Event():
            return (
                f"grade {fact.grade}" if fact.grade else "",
                fact.severity.text if fact.severity else "",
                fact.outcome.text if fact.outcome else "",
            )
        case Vital():
            return (fact.on,)
        case Procedure():
            return (fact.why, fact.outcome)
        case _:
            return (getattr(fact, "onset", ""), getattr(fact, "why", ""))
