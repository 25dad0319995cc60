"""Renders a case: which templates apply to which fact, ids, references, evidence, narrative, source map."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhirmap.case.fact import Fact
from fhirmap.case.kinds import kinds
from fhirmap.case.model import Case, Section
from fhirmap.errors import TemplateFault
from fhirmap.evidence import Evidence, Place
from fhirmap.render.datatypes import FILTERS, FUNCTIONS, date_absent, quantity
from fhirmap.render.library import Library
from fhirmap.render.merge import merge
from fhirmap.render.narrative import narrate
from fhirmap.render.template import Sandbox, Template
from fhirmap.settings import Settings
from fhirmap.yamltext import typed

_FIELD = re.compile(r"\bfact\.(\w+)")
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Rendered:
    """A resource and where it comes from: its fact's key, its role beside the main one, its template."""

    resource: dict[str, Any]
    key: str
    role: str
    template: Template

    @property
    def id(self) -> str:
        """The resource's id, a UUID."""
        return str(self.resource["id"])

    def sources(self, element: str) -> tuple[str, tuple[str, ...]]:
        """The template's place (`templates/base/lab.yaml:9`) and the fact's fields behind an element (`component[0].valueQuantity`).

        The source map: the nearest leaf of the template at, below or above the element.
        """
        path = _INDEX.sub("", element)
        leaves = [(_INDEX.sub("", leaf.element), leaf) for leaf in self.template.leaves]
        near = [leaf for at, leaf in leaves if at == path] or [leaf for at, leaf in leaves if at.startswith(path) or path.startswith(at)]
        fields = dict.fromkeys(field for leaf in near for field in _FIELD.findall(leaf.expression))
        return (f"{near[0].file}:{near[0].line}" if near else self.template.name), tuple(
            {"term": ("text", "is"), "for_": ("for",)}.get(field, (field,))[0] for field in fields
        )


@dataclass(frozen=True)
class _Planned:
    """A resource to be: its fact, its template, its id."""

    fact: Fact | Section
    template: Template
    id: str


class Renderer:
    """Renders cases with the templates that `settings` choose. Made once, used for any number of cases."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sandbox = Sandbox(FILTERS, FUNCTIONS)
        self.library = Library(self.sandbox, kinds(), settings.packs, settings.templates)

    def render(self, case: Case, evidence: Evidence | None = None) -> list[Rendered]:
        """The resources of a case, in the order of its facts. Raises `TemplateFault`."""
        run = _Run(self, case, evidence or Evidence())
        return [run.render(planned) for planned in run.plan]


class _Run:
    """The rendering of one case."""

    def __init__(self, renderer: Renderer, case: Case, evidence: Evidence) -> None:
        self.renderer, self.case, self.evidence = renderer, case, evidence
        self.namespace = uuid.UUID(renderer.settings.namespace)
        self._ids: dict[tuple[str, str], str] = {}
        self._entered: set[str] = set()
        self.context: dict[str, Any] = {
            "case": case,
            "settings": renderer.settings,
            "sha256": evidence.sha256,
            "ref": self.ref,
            "refs": self.refs,
            "evidence": self.evidence_of,
            "undated": self.undated,
            "in_words": self.in_words,
            "undated_period": self.undated_period,
            "find": {fact.key: fact for fact in case.facts}.__getitem__,
            "facts": case.of_kind,
            "entries": self.entries,
            "the_rest": self.the_rest,
        }
        self.plan = [planned for fact in case.parts for planned in self._plan(fact)]
        self.main = {planned.fact.key: planned for planned in self.plan if not planned.template.role}

    def _plan(self, fact: Fact | Section) -> Iterator[_Planned]:
        templates = self.renderer.library.for_kind(fact.kind)
        applying = [template for template in templates if template.applies({**self.context, "fact": fact})]
        mains = [template for template in applying if not template.role]
        if len(mains) != 1:
            which = " and ".join(template.name for template in mains) or "no template"
            raise TemplateFault(f"{which} renders the {fact.kind} {fact.key!r}; exactly one without $role must ($when says which)")
        for template in applying:
            yield _Planned(fact, template, self.make_id(fact.key, template.role))

    def make_id(self, key: str, role: str = "") -> str:
        """The UUIDv5 of case, key and role: the same in every run, whatever stands before it in the file."""
        if (key, role) not in self._ids:
            self._ids[key, role] = str(uuid.uuid5(self.namespace, "/".join(filter(None, (self.case.name, key, role)))))
        return self._ids[key, role]

    def render(self, planned: _Planned) -> Rendered:
        fact, template = planned.fact, planned.template
        name = "/".join(filter(None, (self.case.name, fact.key, template.role)))
        resource = template.render({**self.context, "fact": fact, "id": planned.id, "name": name})
        overlay = getattr(fact, "fhir", None)
        if overlay and not template.role:
            resource = merge(resource, typed(overlay))
        first: dict[str, Any] = {key: resource[key] for key in ("resourceType", "id", "meta") if key in resource}
        return Rendered({**first, "text": narrate(resource), **resource}, fact.key, template.role, template)

    # What templates call.

    def ref(self, key: str | None, role: str = "") -> dict[str, str] | None:
        """A Reference to the resource of a fact, or to its resource in a role; none if it has none."""
        planned = self.main.get(str(key)) if key else None
        if planned is None:
            return None
        reference = {"reference": f"urn:uuid:{self.make_id(planned.fact.key, role)}"}
        return reference if role else {**reference, "display": _display(planned.fact)}

    def refs(self, keys: tuple[str, ...], *types: str) -> list[dict[str, str]]:
        """References to several facts; with `types`, only to those that become such resources."""
        chosen = (key for key in keys if not types or self.main[key].template.resource_type in types)
        return [reference for key in chosen if (reference := self.ref(key))]

    def entries(self, resource_type: str, *kinds: str) -> list[dict[str, str]]:
        """References to every resource of a type, of facts of some kinds: the entries of a document's section."""
        chosen = [one for one in self.plan if one.template.resource_type == resource_type and (not kinds or one.fact.kind in kinds)]
        self._entered.update(one.id for one in chosen)
        return [{"reference": f"urn:uuid:{one.id}"} for one in chosen]

    def the_rest(self) -> list[dict[str, str]]:
        """References to every resource that no section has entered, but the patient and the document itself."""
        rest = (one for one in self.plan if one.id not in self._entered and one.fact.kind not in ("patient", "document"))
        return [{"reference": f"urn:uuid:{one.id}"} for one in rest]

    def evidence_of(self, fact: Fact | Section) -> list[dict[str, Any]]:
        """HL7's derivation-reference for each cited phrase: offset and length in the report, if they were looked for.

        http://hl7.org/fhir/StructureDefinition/derivation-reference
        """
        places = [self.evidence.places.get((cite.phrase, cite.nth)) for cite in fact.evidence]
        return [self._derived_from(place) for place in filter(None, places)] or ([self._derived_from()] if places else [])

    def _derived_from(self, place: Place | None = None) -> dict[str, Any]:
        parts: list[dict[str, Any]] = [{"url": "reference", "valueReference": {"reference": f"urn:uuid:{self.make_id('report')}"}}]
        if place:
            parts += [{"url": "offset", "valueInteger": place.offset}, {"url": "length", "valueInteger": place.length}]
        return {"url": "http://hl7.org/fhir/StructureDefinition/derivation-reference", "extension": parts}

    def undated(self, fact: Fact) -> dict[str, Any] | None:
        """What stands at the date of a fact without a printed one: that it is unknown, how the report tells
        the time and, with a printed amount, before or after what."""
        return None if fact.when else {"extension": [date_absent(), _told(fact), self._relative_date(fact)]}

    def in_words(self, fact: Fact) -> dict[str, Any] | None:
        """A Timing that says a fact's time in words, where there is neither a printed date nor an amount."""
        relative = fact.moment.relative if fact.moment else None
        return {"code": {"text": fact.timing}} if fact.timing and not (relative and relative.by) else None

    def undated_period(self, fact: Fact) -> dict[str, Any] | None:
        """The same where a Period is wanted."""
        return None if fact.when else {"extension": [date_absent(), _told(fact)], "_start": {"extension": [self._relative_date(fact)]}}

    def _relative_date(self, fact: Fact) -> dict[str, Any] | None:
        """http://hl7.org/fhir/StructureDefinition/relative-date, which needs a target and an amount."""
        relative = fact.moment.relative if fact.moment else None
        target = self.ref(relative.fact) if relative else None
        if not (fact.moment and relative and relative.by and target):
            return None
        parts: list[dict[str, Any]] = [
            {"url": "targetReference", "valueReference": target},
            {"url": "targetCode", "valueCodeableConcept": {"text": f"start of {target['display']}"}},
            {"url": "relationship", "valueCode": "after-start" if fact.moment.after else "before-start"},
            {"url": "offset", "valueDuration": quantity(relative.by)},
        ]
        return {"url": "http://hl7.org/fhir/StructureDefinition/relative-date", "extension": parts}


def _told(fact: Fact) -> dict[str, str] | None:
    """The words for a time, where no date is printed. http://hl7.org/fhir/StructureDefinition/originalText"""
    return {"url": "http://hl7.org/fhir/StructureDefinition/originalText", "valueString": fact.timing} if fact.timing else None


def _display(fact: Fact | Section) -> str:
    if isinstance(fact, Fact):
        return fact.term.text or fact.key
    return str(getattr(fact, "title", "") or getattr(fact, "name", "") or "Patient of the case report")
