"""The filters of the templates: a case's values as FHIR datatypes. Each returns None for nothing.

Datatypes: https://hl7.org/fhir/R4/datatypes.html
"""

from __future__ import annotations

import re
from typing import Any

from fhirmap.case.fact import Fact
from fhirmap.case.fields import Term
from fhirmap.case.history import Performance
from fhirmap.case.printed import Amount, Dose, Duration, Normal, Span
from fhirmap.case.treatment import Drug
from fhirmap.case.when import When
from fhirmap.codes import Concept, lookup
from fhirmap.render.narrative import paragraph

UCUM = "http://unitsofmeasure.org"
_EXTENSION = "http://hl7.org/fhir/StructureDefinition"


def empty_reason(reason: str) -> dict[str, Any]:
    """Why a section is empty. https://terminology.hl7.org/CodeSystem-list-empty-reason.html"""
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": reason}]}


def coding(concept: Concept | None) -> dict[str, Any] | None:
    """A Coding of a concept that has a code."""
    if concept is None or not concept.code:
        return None
    return {"system": concept.system, "code": concept.code, "display": concept.display}


def concept(term: Term | Concept | str | None) -> dict[str, Any] | None:
    """A CodeableConcept: the codings of the tables and the printed words; words alone are text only."""
    if not term:
        return None
    if isinstance(term, str):
        return {"text": term}
    found = term if isinstance(term, Concept) else term.concept
    text = term.name if isinstance(term, Concept) else term.text
    return {"coding": [coding(row) for row in found.codings] if found else [], "text": text}


def code(kind: str, name: str) -> dict[str, Any] | None:
    """The CodeableConcept of a fixed code of the tables: `code('observation category', 'laboratory')`."""
    return concept(lookup(name, kind))


def bare(kind: str, name: str) -> dict[str, Any]:
    """The same without text, where a profile wants exactly the coding."""
    return {"coding": [coding(lookup(name, kind))]}


def body_sites(fact: Any) -> list[dict[str, Any]]:
    """The body sites of a fact; a stated side joins the words (mCODE's templates code it)."""
    side = fact.laterality.text if getattr(fact, "laterality", None) else ""
    sites = fact.site if isinstance(fact.site, tuple) else filter(None, (fact.site,))
    return [
        {**(concept(site) or {}), "text": f"{site.text}, {side}" if side and not _says_side(site.text, side) else site.text}
        for site in sites
    ]


def _says_side(words: str, side: str) -> bool:
    return side in words or (side == "bilateral" and "both" in words)


def body_site(fact: Any) -> dict[str, Any] | None:
    """The same where FHIR has room for one: several sites become their words."""
    sites = body_sites(fact)
    return sites[0] if len(sites) == 1 else {"text": "; ".join(site["text"] for site in sites)} if sites else None


def quantity(amount: Amount | Duration | None, usual: str = "") -> dict[str, Any] | None:
    """A Quantity in the printed unit, coded in UCUM; without one, in the `usual` unit that is never printed, or in none."""
    if amount is None:
        return None
    value = amount.amount if isinstance(amount, Duration) else amount
    coded = {"system": UCUM, "code": value.ucum or usual} if value.ucum or usual else {}
    return {"value": value.value, "comparator": value.comparator, "unit": value.unit, **coded}


def on_scale(status: Performance) -> dict[str, Any]:
    """What a performance status is measured on: the scale if it is printed, in the report's words."""
    named = code("observation", f"{status.scale} performance status") if status.scale else {"text": "performance status"}
    return {**(named or {}), **({"text": status.text} if status.text else {})}


def span_of(printed: Span | None) -> dict[str, Any] | None:
    """A Range of two printed values; without a unit they are pure numbers."""
    return {"low": quantity(printed.low, "1"), "high": quantity(printed.high, "1")} if printed else None


def centigray(dose: Amount) -> dict[str, Any]:
    """A radiotherapy dose in cGy, the one unit that mCODE takes (`20 Gy` is 2000 cGy)."""
    factor = {"cGy": 1, "Gy": 100}[dose.ucum]
    return {"value": dose.value * factor, "unit": "cGy", "system": UCUM, "code": lookup("cGy", "unit").code}


def reference_range(normal: Normal | None) -> list[dict[str, Any]]:
    """Observation.referenceRange: the limits (a Quantity of it has no comparator) and the printed words."""
    if normal is None:
        return []
    low, high = (quantity(limit) for limit in (normal.low, normal.high))
    for limit in filter(None, (low, high)):
        del limit["comparator"]
    return [{"low": low, "high": high, "text": normal.text}]


def date_time(when: When | None) -> str | None:
    """A dateTime of the printed precision; none for a span."""
    return when.start if when and not when.is_span else None


def day(when: When | None) -> str | None:
    """A dateTime only if the day is printed: what US Core and the vital signs ask of `effectiveDateTime`."""
    return when.start if when and when.to_the_day else None


def span(when: When | None) -> dict[str, str] | None:
    """A Period for a printed span."""
    return {"start": when.start, "end": when.end} if when and when.is_span else None


def dates(when: When | None) -> dict[str, str] | None:
    """A Period for any date: from its start to its end."""
    return {"start": when.start, "end": when.end} if when else None


def period(when: When | None) -> dict[str, str] | None:
    """A Period for every date that is not to the day: a month is the span that the report prints."""
    return {"start": when.start, "end": when.end} if when and not when.to_the_day else None


def date_absent(reason: str = "unknown") -> dict[str, Any]:
    """The extension that says why a date is missing."""
    return {"url": f"{_EXTENSION}/data-absent-reason", "valueCode": lookup(reason, "data absent reason").code}


def dosage(drug: Drug) -> dict[str, Any]:
    """A Dosage: the printed directions, the route, and the amounts as far as they are stated.

    A dose with a rhythm is a dose; a total per day without one is `maxDosePerPeriod`.
    """
    return {"text": drug.directions, "route": concept(drug.route), **(_amounts(drug.dose) if drug.dose else {})}


def _amounts(dose: Dose) -> dict[str, Any]:
    if dose.per_day:
        one_day = {"value": 1, "unit": "day", "system": UCUM, "code": lookup("d", "unit").code}
        return {"maxDosePerPeriod": {"numerator": quantity(dose.amount), "denominator": one_day}}
    timing = {"repeat": {"frequency": dose.times, "period": 1, "periodUnit": "d"}} if dose.times else None
    return {"timing": timing, "doseAndRate": [{"doseQuantity": quantity(dose.amount)}]}


def status_reason(drug: Drug) -> dict[str, Any] | None:
    """Why a drug was stopped or not taken: the coded reason if there is one, in the report's words."""
    words = drug.stopped or (drug.why or drug.said if drug.said in ("refused", "not done") else "")
    coded = concept(drug.stop_reason)
    return {**coded, "text": words or coded["text"]} if coded else concept(words)


def modalities(term: Term) -> list[dict[str, Any] | None]:
    """The DICOM codings of an imaging concept."""
    return [coding(lookup(name, "modality")) for name in term.concept.modality] if term.concept else []


def mcode_sites(fact: Any) -> list[dict[str, Any]]:
    """Body sites with the side as mCODE's extension.

    http://hl7.org/fhir/us/mcode/STU4/StructureDefinition-mcode-laterality-qualifier.html
    """
    if not fact.laterality:
        return body_sites(fact)
    side = {
        "url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier",
        "valueCodeableConcept": concept(fact.laterality),
    }
    return [{"extension": [side], **site} for site in body_sites(fact)]


def mcode_site(fact: Any) -> dict[str, Any] | None:
    """The same where FHIR has room for one."""
    sites = mcode_sites(fact)
    return sites[0] if len(sites) == 1 else body_site(fact)


def tnm_category(part: str) -> str:
    """The name of the observation that a printed TNM part answers: `cT4a` that of `cT category`."""
    prefix, letter = re.match(r"([a-z]*)([TNM])", part).groups()  # type: ignore[union-attr]  # Tnm.parse made it
    return f"{prefix if prefix in ('c', 'p') else ''}{letter} category"


def of_letter(categories: tuple[tuple[str, Term], ...], letter: str) -> Term:
    """One of a stage's categories."""
    return dict(categories)[letter]


def select_words(words: tuple[str, ...]) -> list[str]:
    """Those that are not empty."""
    return list(filter(None, words))


def notes(fact: Fact, *more: str) -> list[dict[str, str]]:
    """Annotations: the fact's note, where its time stands if no date is printed, and what else is given."""
    timing = f"Time in the report: {fact.timing}" if fact.timing else ""
    return [{"text": text} for text in (fact.note, timing, *more) if text]


_ALL = (
    centigray, dates, empty_reason, span_of,
    body_site, body_sites, concept, date_time, day, dosage, mcode_site, mcode_sites, modalities, notes, of_letter, on_scale, period,
    quantity, reference_range, select_words, span, status_reason, tnm_category,
)  # fmt: skip
FILTERS = {function.__name__: function for function in _ALL} | {"narrative": paragraph}
FUNCTIONS = {"bare": bare, "code": code}
