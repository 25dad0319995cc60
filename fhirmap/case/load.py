"""Reads a Case file. All its errors come at once, each with its line and the nearest right word."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from fhirmap.case.cohort import CohortCase
from fhirmap.case.model import Case, Entry, PatientCase
from fhirmap.case.source import RESERVED, Source
from fhirmap.errors import CaseError, InputError
from fhirmap.finding import Finding, dotted, nearest
from fhirmap.yamltext import Map, Seq, Text, line_of, parse


def load_case(source: str | Path) -> Case:
    """The case in a file (`-` reads standard input).

    Raises `InputError` if it cannot be read and `CaseError` with every error in it.

    >>> from fhirmap.shipped import shipped
    >>> load_case(shipped("cases") / "otoshi-2020.yaml").patient.sex
    'female'
    """
    file = str(source)
    if file == "-":
        return loads(sys.stdin.buffer.read(), "<stdin>")
    try:
        return loads(Path(source).read_bytes(), file)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=file) from None


def loads(source: str | bytes, file: str = "<text>") -> Case:
    """The case in a YAML text. Raises as `load_case` does."""
    tree = parse(source, file)
    if not isinstance(tree, Map):
        raise InputError("a Case file is a mapping (case:, report:, patient:, timeline:)", file=file, line=getattr(tree, "line", 0))
    model = CohortCase if tree.get("kind") == "cohort" else PatientCase
    keys = _name_facts(tree)
    problems = [*_repeated(tree, file), *_circles(tree, file)]
    context = {"keys": keys.keys() | set(RESERVED) | {str(moment.get("moment")) for _, moment in _moments(tree)}}
    try:
        case = model.model_validate(tree, context=context)
    except ValidationError as error:
        problems += [_finding(detail, model, tree, file) for detail in error.errors(include_url=False)]
    if problems:
        raise CaseError(sorted(problems, key=lambda finding: finding.line))
    case._source = Source(file, tree, keys)
    return case


def _moments(tree: Map) -> Iterator[tuple[int, Map]]:
    timeline = tree.get("timeline")
    return ((at, moment) for at, moment in enumerate(timeline if isinstance(timeline, list) else []) if isinstance(moment, Map))


def _entries(tree: Map) -> Iterator[tuple[tuple[str | int, ...], Map]]:
    """Where each top-level fact stands in the tree: (path, the fact's own mapping)."""
    lists = [
        (("background",), tree.get("background")),
        *((("timeline", at, "facts"), moment.get("facts")) for at, moment in _moments(tree)),
    ]
    for path, entries in lists:
        for at, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, Map) and len(entry) == 1:
                kind, fact = next(iter(entry.items()))
                if isinstance(fact, Map):
                    yield (*path, at, kind), fact


def _keyed(tree: Map) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every key of a fact, parts, groups and rows included, with the path of its mapping."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), tree)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, Map):
            if path and "key" in node and "fhir" not in path:
                yield str(node["key"]), path
            stack += [((*path, name), value) for name, value in reversed(node.items())]
        elif isinstance(node, Seq):
            stack += [((*path, at), item) for at, item in reversed(list(enumerate(node)))]


def _name_facts(tree: Map) -> dict[str, tuple[str | int, ...]]:
    """Gives each fact without a key its kind as key, and returns the keys there are."""
    for path, fact in _entries(tree):
        if "key" not in fact:
            fact["key"] = str(path[-1])
    return dict(_keyed(tree))


def _repeated(tree: Map, file: str) -> Iterator[Finding]:
    seen: dict[str, int] = dict.fromkeys(RESERVED, 1)
    for key, path in _keyed(tree):
        line = line_of(tree, (*path, "key"))
        if key in seen:
            message = f"the key {key!r} is taken (line {seen[key]}); give this fact a `key` of its own"
            yield Finding("repeated-key", "error", dotted(path), message, file, line)
        seen.setdefault(key, line)
    names: set[str] = set()
    for at, moment in _moments(tree):
        name = str(moment.get("moment", ""))
        if name in names:
            yield Finding("repeated-key", "error", f"timeline[{at}].moment", f"there is a moment {name!r} already", file, moment.line)
        names.add(name)


def _circles(tree: Map, file: str) -> Iterator[Finding]:
    """Moments that hang on themselves, directly or around a corner."""
    moment_of = {key: str(tree["timeline"][path[1]].get("moment")) for key, path in _keyed(tree) if path[0] == "timeline"}
    anchors = {str(moment.get("moment")): _anchor(moment, moment_of) for _, moment in _moments(tree)}
    for at, moment in _moments(tree):
        name, seen = str(moment.get("moment")), set[str]()
        step = anchors[name]
        while step and step not in seen and step != name:
            seen.add(step)
            step = anchors.get(step, "")
        if step == name:
            yield Finding(
                "moment-circle", "error", f"timeline[{at}]", f"the moment {name!r} hangs on itself; anchor it on another", file, moment.line
            )


def _anchor(moment: Map, moment_of: dict[str, str]) -> str:
    relative = moment.get("after") or moment.get("before")
    if not isinstance(relative, Map):
        return ""
    return str(relative.get("moment") or moment_of.get(str(relative.get("fact")), ""))


def _finding(detail: Any, model: type[Case], tree: Map, file: str) -> Finding:
    """One of pydantic's errors in our words."""
    path, given = tuple(detail["loc"]), detail["input"]
    message = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            fields = _fields_at(model, path[:-1])
            message = f"unknown field{nearest(str(path[-1]), fields)} (fields: {', '.join(fields)})"
        case "missing":
            message = f"the field {path[-1]!r} is missing"
        case "literal_error":
            message = f"{str(given)!r} is not one of {detail['ctx']['expected']}{nearest(str(given), _quoted(detail['ctx']['expected']))}"
        case "string_pattern_mismatch" | "string_too_long" | "string_too_short":
            message = f"{str(given)!r}: {message[0].lower()}{message[1:]}"
        case kind if kind.endswith(("_type", "_parsing")) and isinstance(given, Text):
            message = f"{str(given)!r}: {message[0].lower()}{message[1:]}"
    return Finding(detail["type"].replace("_", "-"), "error", dotted(path), message, file, line_of(tree, path))


def _quoted(expected: str) -> list[str]:
    return [word for word in expected.split("'")[1::2] if word]


def _fields_at(model: Any, path: tuple[str | int, ...]) -> list[str]:
    """The fields of the model that a path of pydantic's leads to."""
    for step in path:
        if isinstance(step, str) and isinstance(model, type) and issubclass(model, BaseModel):
            fields = {field.alias or name: field for name, field in model.model_fields.items()}
            model = _model_in(fields[step].annotation) if step in fields else model
    return [field.alias or name for name, field in model.model_fields.items()] if model is not Entry else list(Entry.model_fields)


def _model_in(annotation: Any) -> Any:
    """The model inside `tuple[X, ...]`, `X | None` or `Annotated[X, …]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
