"""Where a case was read from: its file and tree, so that anything said of it can name a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fhirmap.yamltext import Map, line_of

RESERVED = ("report", "hospital", "patient", "study", "document")
"""The keys of the case's own sections: facts refer to them, no fact may take them."""


@dataclass(frozen=True)
class Source:
    """A Case file: its name, the tree of its YAML, and the path of each fact (by key) in it."""

    file: str = ""
    tree: Any = field(default_factory=Map)
    paths: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)

    def line(self, key: str, *fields: str) -> int:
        """The line of the first of a fact's `fields` that stands in the file, else of the fact."""
        path = (key,) if key in RESERVED else self._path(key)
        node = self.tree
        for step in path:
            node = node[step] if step in node or isinstance(step, int) else Map()
        return next((line_of(self.tree, (*path, name)) for name in fields if name in node), line_of(self.tree, path))

    def _path(self, key: str) -> tuple[str | int, ...]:
        """The path of a key; of one that fhirmap made (a cell's `age-mipc`) that of the key it was made of."""
        while key and key not in self.paths:
            key = key.rpartition("-")[0]
        return self.paths.get(key, ())
