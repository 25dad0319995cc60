"""Resources -> Bundle. https://hl7.org/fhir/R4/bundle.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import orjson

from fhirmap.case.printed import Number

BundleType = Literal["transaction"]


def transaction(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A transaction that puts every resource under its own id, so that sending it twice changes nothing."""
    entries = [
        {
            "fullUrl": f"urn:uuid:{resource['id']}",
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def dumps(resource: dict[str, Any]) -> bytes:
    """A resource as the bytes fhirmap writes: two-space JSON in UTF-8, numbers with their printed digits.

    >>> dumps({"value": Number("130.50")})
    b'{\\n  "value": 130.50\\n}\\n'
    """
    return orjson.dumps(resource, default=_number, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _number(value: Any) -> Any:
    if isinstance(value, Number):
        return orjson.Fragment(value.printed)
    raise TypeError(f"{type(value).__name__} is no JSON")
