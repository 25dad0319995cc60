"""Resources -> Bundle. https://hl7.org/fhir/R4/bundle.html

One set of resources, three bundles; a resource's bytes are the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import orjson

from fhirmap.case.printed import Number

BundleType = Literal["transaction", "collection", "document"]
Resource = dict[str, Any]


def transaction(resources: Sequence[Resource], **_: Any) -> Resource:
    """What a server takes: every resource put under its own id, so that sending it twice changes nothing.

    The Composition stays out: it belongs to the document.
    """
    entries = [
        {**_entry(one), "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}} for one in _no_composition(resources)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def collection(resources: Sequence[Resource], *, date: str, identifier: dict[str, str], packs: Sequence[str]) -> Resource:
    """What a reader takes: the resources as they are; in mCODE's patient bundle, if that pack is used.

    http://hl7.org/fhir/us/mcode/STU4/StructureDefinition-mcode-patient-bundle.html
    """
    profile = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle" if "mcode" in packs else ""
    return {**_head("collection", date, identifier, profile), "entry": list(map(_entry, _no_composition(resources)))}


def document(resources: Sequence[Resource], *, date: str, identifier: dict[str, str], packs: Sequence[str]) -> Resource:
    """What a person reads: the Composition first; an International Patient Summary, if that pack is used.

    https://hl7.org/fhir/uv/ips/STU2/StructureDefinition-Bundle-uv-ips.html
    """
    profile = "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips" if "ips" in packs else ""
    compositions = [one for one in resources if one["resourceType"] == "Composition"]
    return {**_head("document", date, identifier, profile), "entry": [_entry(one) for one in (*compositions, *_no_composition(resources))]}


BUNDLES: dict[str, Callable[..., Resource]] = {"transaction": transaction, "collection": collection, "document": document}


def _head(kind: str, date: str, identifier: dict[str, str], profile: str) -> Resource:
    meta = {"meta": {"profile": [profile]}} if profile else {}
    return {"resourceType": "Bundle", **meta, "identifier": identifier, "type": kind, "timestamp": f"{date}T00:00:00Z"}


def _entry(resource: Resource) -> dict[str, Any]:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _no_composition(resources: Sequence[Resource]) -> list[Resource]:
    return [one for one in resources if one["resourceType"] != "Composition"]


def dumps(resource: Resource) -> bytes:
    """A resource as the bytes fhirmap writes: two-space JSON in UTF-8, numbers with their printed digits.

    >>> dumps({"value": Number("130.50")})
    b'{\\n  "value": 130.50\\n}\\n'
    """
    return orjson.dumps(resource, default=_number, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _number(value: Any) -> Any:
    if isinstance(value, Number):
        return orjson.Fragment(value.printed)
    raise TypeError(f"{type(value).__name__} is no JSON")
