"""How one layer is laid over another: a pack over base, a user's folder over both, `fhir:` over a resource.

Mappings merge key by key. The lists `profile`, `category` and `extension` append what is new;
everything else is replaced. A value of `$remove` takes the element away.
"""

from __future__ import annotations

from typing import Any

from fhirmap.yamltext import Map

APPENDED = frozenset({"profile", "category", "extension"})
REMOVE = "$remove"


def merge(base: Any, over: Any, name: str = "") -> Any:
    """A new tree: `over` laid upon `base`, neither of them changed.

    >>> merge({"a": 1, "category": ["x"]}, {"a": "$remove", "category": ["y"], "b": 2})
    {'category': ['x', 'y'], 'b': 2}
    """
    if isinstance(base, dict) and isinstance(over, dict):
        return _merge_maps(base, over)
    if name in APPENDED and isinstance(base, list) and isinstance(over, list):
        return [*base, *(item for item in over if item not in base)]
    return over


def _merge_maps(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = Map(base) if isinstance(base, Map) else dict(base)
    for key, value in over.items():
        if value == REMOVE:
            merged.pop(key, None)
        else:
            merged[key] = merge(base[key], value, key) if key in base else value
    if isinstance(merged, Map):
        merged.line = getattr(base, "line", 0)
        merged.key_lines = {**getattr(base, "key_lines", {}), **getattr(over, "key_lines", {})}
    return merged
