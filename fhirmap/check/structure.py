"""The quick check of build: FHIR R4 structure by `fhir.resources` (its R4B classes, the nearest it
has), required bindings, and that every reference resolves to a resource of an allowed type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, get_args

import orjson
from pydantic import BaseModel, ValidationError

from fhirmap.check.bindings import REQUIRED
from fhirmap.finding import Finding, dotted

_SPEC = "https://hl7.org/fhir/R4"
_URN = "urn:uuid:"


def check_structure(resources: Iterable[dict[str, Any]]) -> list[tuple[int, Finding]]:
    """What is wrong with resources that belong together, each finding with the resource's index.

    Shapes: resources as JSON objects; a reference inside the set is `urn:uuid:<id>`.
    """
    resources = list(resources)
    types = {f"{_URN}{resource.get('id')}": str(resource.get("resourceType")) for resource in resources}
    found = [(at, finding) for at, resource in enumerate(resources) for finding in _check(resource, types)]
    if len(types) < len(resources):
        found.append((0, Finding("repeated-id", "error", "id", "two resources have the same id", spec=f"{_SPEC}/bundle.html#bdl-7")))
    return found


def _check(resource: dict[str, Any], types: dict[str, str]) -> Iterator[Finding]:
    name = str(resource.get("resourceType"))
    spec = f"{_SPEC}/{name.lower()}.html"
    try:
        _validate(model_class(name), resource)
    except ImportError:
        yield Finding("resource-type", "error", "resourceType", f"{name!r} is no resource of FHIR R4", spec=f"{_SPEC}/resourcelist.html")
        return
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            yield Finding("structure", "error", dotted(detail["loc"]), _message(detail), spec=spec)
    for element, allowed in _bindings(name):
        for value in _codes(resource.get(element)):
            if value not in allowed:
                yield Finding("required-binding", "error", element, f"{value!r} is not one of {', '.join(sorted(allowed))}", spec=spec)
    yield from _check_references(resource, name, types, spec)


_MAX_VALID = 20_000
_WHOLE = re.compile(rb":[1-9]\d{0,8}(?=[,}])")
_valid: dict[tuple[type[BaseModel], str, bytes], Any] = {}


def _validate(model: type[BaseModel], resource: dict[str, Any]) -> None:
    """Validates a resource; an element like one that was valid before is passed as the object it became.

    Alike are elements of the same bytes but for positive whole numbers, which no rule here tells
    apart. The resources of a case share most of their elements, and pydantic does not look into
    objects again: measured, that is three quarters of the time. Raises `ValidationError`.
    """
    keys = {name: (model, name, _alike(value)) for name, value in resource.items() if isinstance(value, (dict, list))}
    validated = model.model_validate({**resource, **{name: _valid[key] for name, key in keys.items() if key in _valid}})
    if len(_valid) > _MAX_VALID:
        _valid.clear()
    attributes = _attributes(model)
    for name, key in keys.items():
        _valid[key] = getattr(validated, attributes[name])


def _alike(value: Any) -> bytes:
    return _WHOLE.sub(b":1", orjson.dumps(value, default=repr))


@cache
def _attributes(model: type[BaseModel]) -> dict[str, str]:
    return {field.alias or name: name for name, field in model.model_fields.items()}


def _message(detail: Any) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return "R4 has no such element"
        case "missing" | "model_field_validation.required":
            return "the element is missing"
    return str(detail["msg"]).removeprefix("Value error, ")


@cache
def model_class(name: str) -> type[BaseModel]:
    """The R4B class of a resource type. Raises `ImportError` if there is none."""
    try:
        found: type[BaseModel] = getattr(import_module(f"fhir.resources.R4B.{name.lower()}"), name)
    except AttributeError:
        raise ImportError(name) from None
    return found


@cache
def _bindings(name: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((path.partition(".")[2], allowed) for path, allowed in REQUIRED.items() if path.startswith(f"{name}."))


def _codes(value: Any) -> Iterator[str]:
    """The codes of a `code`, or of the codings of a CodeableConcept."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (coding["code"] for coding in value.get("coding", []) if "code" in coding)


def _check_references(resource: dict[str, Any], name: str, types: dict[str, str], spec: str) -> Iterator[Finding]:
    for path, target in references(resource):
        if not target.startswith(_URN):
            continue
        if target not in types:
            yield Finding("reference", "error", dotted(path), f"{target} is not in the bundle", spec=f"{_SPEC}/references.html")
        allowed = _targets(name, tuple(step for step in path if isinstance(step, str)))
        if target in types and allowed and types[target] not in allowed:
            yield Finding(
                "reference-type", "error", dotted(path), f"refers to a {types[target]}; allowed are {', '.join(allowed)}", spec=spec
            )


def references(node: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Every literal reference in a resource: the path of its Reference, and what it says."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), node)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, dict):
            if isinstance(item.get("reference"), str):
                found.append((path, item["reference"]))
            stack += [((*path, name), value) for name, value in item.items() if isinstance(value, (dict, list))]
        else:
            stack += [((*path, at), value) for at, value in enumerate(item) if isinstance(value, (dict, list))]
    return found[::-1]


@cache
def _targets(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """The resource types that a Reference at a path may point to; none where the definition names none."""
    model = model_class(name)
    for at, step in enumerate(path):
        field = next((field for key, field in model.model_fields.items() if (field.alias or key) == step), None)
        if field is None or step == "extension":
            return ()
        if at == len(path) - 1:
            extra: Any = field.json_schema_extra
            return tuple(kind for kind in extra.get("enum_reference_types", ()) if kind != "Resource")
        model = class_of(field.annotation)
    return ()


def class_of(annotation: Any) -> type[BaseModel]:
    """The class behind the annotation of one of `fhir.resources`' fields: `Optional[List[X]]`, `X | None`."""
    types = import_module("fhir.resources.R4B")
    parts = [annotation]
    while inner := [part for one in parts for part in get_args(one) if part is not type(None)]:
        parts = inner
    found: type[BaseModel] = types.get_fhir_model_class(parts[0].__name__.removesuffix("Type"))
    return found
