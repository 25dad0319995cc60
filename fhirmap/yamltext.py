"""YAML read as text: every scalar stays as it was written, and everything knows its line.

Case files must not lose `130.50` or turn `no` into false, and every error names a line; so the
events of PyYAML (libyaml) become `Map`, `Seq` and `Text`, which are dict, list and str with a
`line`. Hostile input is capped: nesting, size, and what aliases may expand to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from fhirmap.errors import InputError

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_JSON_WORDS = {"true": True, "false": False, "null": None, "~": None}


class Text(str):
    """A scalar as written; `plain` tells whether it stood without quotes."""

    file: str
    line: int
    plain: bool


class Map(dict[str, Any]):
    """A mapping; `key_lines` has the line of each key."""

    line: int
    key_lines: dict[str, int]


class Seq(list[Any]):
    """A sequence."""

    line: int


def parse(source: str | bytes, file: str = "") -> Any:
    """The one document of a YAML text as `Map`, `Seq` and `Text`.

    Raises `InputError` (file and line) for what is not UTF-8, not YAML, empty, repeated in a
    mapping, or beyond the caps.

    >>> parse("value: 130.50")["value"]
    '130.50'
    """
    if len(source) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES:,} bytes", file=file)
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8 (byte {error.start}); save the file as UTF-8", file=file) from None
    try:
        return _Reader(source, file).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(f"not YAML: {problem}", file=file, line=mark.line + 1 if mark else 0) from None


def line_of(node: Any, path: tuple[str | int, ...]) -> int:
    """The line of the deepest node that `path` reaches from `node` (a wrong or missing key: of its mapping)."""
    line = getattr(node, "line", 0)
    for step in path:
        if isinstance(node, Map) and step in node:
            line, node = node.key_lines.get(str(step), line), node[str(step)]
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
            node = node[step]
            line = getattr(node, "line", line)
    return line


def typed(node: Any) -> Any:
    """A tree with its plain scalars as JSON has them: true, false, null and numbers; quoted ones stay text.

    >>> typed(parse("{a: true, b: '1', c: 1}"))
    {'a': True, 'b': '1', 'c': 1}
    """
    if isinstance(node, dict):
        return {key: typed(value) for key, value in node.items()}
    if isinstance(node, list):
        return [typed(value) for value in node]
    if isinstance(node, Text) and node.plain:
        if node in _JSON_WORDS:
            return _JSON_WORDS[node]
        if _JSON_NUMBER.fullmatch(node):
            return float(node) if set(node) & set(".eE") else int(node)
    return str(node) if isinstance(node, Text) else node


class _Reader:
    """Builds the tree from the event stream, counting as it goes."""

    def __init__(self, source: str, file: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(source, Loader=_Loader))
        self.file, self.nodes, self.anchors = file, 0, dict[str | None, tuple[Any, int]]()

    def document(self) -> Any:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                node = self.node(next(self.events), 0)
                next(self.events)
                if not isinstance(next(self.events), yaml.StreamEndEvent):
                    self.fail("more than one YAML document; put each in a file of its own", event)
                return node
        raise InputError("the file is empty", file=self.file)

    def node(self, event: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels", event)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                self.fail(f"the alias *{event.anchor} has no anchor before it", event)
            node, size = self.anchors[event.anchor]
            self.count(size, event)
            return node
        before = self.nodes
        self.count(1, event)
        node = self.scalar(event) if isinstance(event, yaml.ScalarEvent) else self.collection(event, depth)
        node.line = event.start_mark.line + 1
        if event.anchor:
            self.anchors[event.anchor] = (node, self.nodes - before)
        return node

    def scalar(self, event: Any) -> Text:
        text = Text(event.value)
        text.file, text.plain = self.file, event.style is None or event.style == ""
        return text

    def collection(self, event: Any, depth: int) -> Map | Seq:
        if isinstance(event, yaml.SequenceStartEvent):
            sequence = Seq()
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                sequence.append(self.node(item, depth + 1))
            return sequence
        mapping = Map()
        mapping.key_lines = {}
        while not isinstance(item := next(self.events), yaml.MappingEndEvent):
            if not isinstance(item, yaml.ScalarEvent):
                self.fail("a key must be a plain word", item)
            if item.value in mapping:
                first = mapping.key_lines[item.value]
                self.fail(f"the key {item.value!r} stands twice in one mapping (first in line {first})", item)
            mapping.key_lines[item.value] = item.start_mark.line + 1
            mapping[item.value] = self.node(next(self.events), depth + 1)
        return mapping

    def count(self, nodes: int, event: Any) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self.fail(f"more than {MAX_NODES:,} values once its aliases are expanded", event)

    def fail(self, message: str, event: Any) -> None:
        raise InputError(message, file=self.file, line=event.start_mark.line + 1)
