"""Whether a template fills elements that FHIR R4 has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fhirmap.check.structure import class_of, model_class
from fhirmap.finding import Finding, nearest


def check_elements(trees: Iterable[tuple[str, Any]], resource_type: str) -> Iterator[Finding]:
    """A finding for each key of the trees (file name and tree) that the resource type does not have."""
    for file, tree in trees:
        yield from _check(tree, model_class(resource_type), resource_type, file)


def _check(tree: Any, model: Any, path: str, file: str) -> Iterator[Finding]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, value in tree.items():
        if key.startswith("$") or key in ("resourceType", "id"):
            continue
        if key not in fields:
            line = tree.key_lines.get(key, 0)
            yield Finding("unknown-element", "error", f"{path}.{key}", f"R4 has no such element{nearest(key, fields)}", file, line)
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and not key.startswith("_"):
                yield from _check(item, class_of(fields[key].annotation), f"{path}.{key}", file)
