"""Compiles a template: a YAML tree whose leaves are Jinja becomes one sandboxed Jinja expression.

Why so: YAML is parsed before any value is in it, so no value can change the shape, and a lone
`{{ … }}` keeps its type. Text templates that make JSON or YAML failed on quotes, commas, newlines
and codes that look like numbers (ARCHITECTURE.md has the measurements).

    key: "{{ expression }}"      the value of the expression, with its type
    key: "text {{ expression }}" text
    - $each: place in places     the item once for each, spliced into its list
    $when: expression            the mapping only if it holds
null, "", [] and {} are pruned, upward.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fhirmap.errors import TemplateFault
from fhirmap.yamltext import Map, Text, typed

_LEAF = re.compile(r"\{\{(.*?)\}\}", re.S)
_EACH = re.compile(r"\s*([A-Za-z]\w*)\s+in\s+(.+)", re.S)
_OBJECT = re.compile(r"^'?[\w.]+\.(\w+) object'?")
_TEMPLATE_ERRORS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class _Generator(CodeGenerator):
    """Jinja's compiler, in which `a if b` without `else` is null, not an undefined value."""

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Any) -> None:
        node.expr2 = node.expr2 or nodes.Const(None)
        super().visit_CondExpr(node, frame)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja in which facts are data: their fields can be read, their methods cannot be called.

    It stops templates from reaching into Python. It does not bound their time or memory.
    """

    code_generator_class = _Generator

    def __init__(self, filters: Mapping[str, Callable[..., Any]], functions: Mapping[str, Any]) -> None:
        super().__init__(undefined=StrictUndefined)
        self.globals = dict(functions)
        self.filters = {
            name: self.filters[name]
            for name in ("default", "first", "join", "last", "length", "lower", "upper", "replace", "string", "trim")
        } | dict(filters)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Jinja's own rules, and no method but those of strings, lists and dicts."""
        plain = type(obj).__module__ == "builtins"
        return super().is_safe_attribute(obj, attr, value) and (plain or not callable(value))


@dataclass(frozen=True)
class Leaf:
    """One expression of a template: where it stands, which element it fills, what it says."""

    line: int
    element: str
    expression: str


class Template:
    """One compiled template. `name` is how messages call it (`templates/base/lab.yaml`).

    `tree` is the resource's tree without the `$fact`, `$role` and `$when` at its root, which are
    `facts` (the kinds it renders), `role` and a compiled condition. Raises `TemplateFault`.
    """

    def __init__(self, tree: Map, name: str, sandbox: Sandbox) -> None:
        self.name, self.sandbox = name, sandbox
        self.leaves: list[Leaf] = []  # all of them: the source map's
        self._unit: list[Leaf] = []  # those of the expression that is being built: for messages
        self._loops: dict[str, Any] = {}
        body = {key: value for key, value in tree.items() if key not in ("$fact", "$role", "$when")}
        self.facts = tuple(str(tree.get("$fact", "")).replace(",", " ").split())
        self.role = str(tree.get("$role", ""))
        self.resource_type = str(body.get("resourceType", ""))
        when = tree.get("$when")
        self._when = self._compile(self._note(when, "$when", str(when))) if when is not None else None
        self._body = self._compile(self._mapping(body, ""))
        self._own = tuple(self._unit)

    def applies(self, context: Mapping[str, Any]) -> bool:
        """Whether the template's `$when` holds."""
        return self._when is None or bool(self._run(self._when, context))

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The resource, pruned. Raises `TemplateFault` naming line and element."""
        resource: dict[str, Any] = self._run(self._body, context)
        return resource

    def _run(self, expression: Callable[..., Any], context: Mapping[str, Any]) -> Any:
        try:
            return prune(expression({**self._loops, **context}))
        except _TEMPLATE_ERRORS as error:
            raise self._locate({**self._loops, **context}, error, self._own) from error

    def _compile(self, expression: str) -> Callable[..., Any]:
        return self.sandbox.compile_expression(expression, undefined_to_none=False)

    # From tree to expression: each method gives the text of a Jinja expression.

    def _node(self, node: Any, element: str) -> str:
        if isinstance(node, dict):
            return self._mapping(node, element)
        if isinstance(node, list):
            return self._sequence(node, element)
        return self._scalar(node, element)

    def _mapping(self, node: Mapping[str, Any], element: str) -> str:
        pairs = (
            f"{_quoted(key)}: {self._node(value, f'{element}.{key}'.lstrip('.'))}" for key, value in node.items() if not key.startswith("$")
        )
        body = "{" + ", ".join(pairs) + "}"
        if (when := node.get("$when")) is not None:
            body = f"({body} if ({self._note(when, element, str(when))}) else none)"
        return body

    def _sequence(self, node: list[Any], element: str) -> str:
        parts, plain = [], list[str]()
        for at, item in enumerate(node):
            place = f"{element}[{at}]"
            if isinstance(item, dict) and "$each" in item:
                parts += [f"[{', '.join(plain)}]", self._loop(item, place)]
                plain = []
            else:
                plain.append(self._node(item, place))
        return " + ".join([*parts, f"[{', '.join(plain)}]"]) if parts else f"[{', '.join(plain)}]"

    def _loop(self, item: dict[str, Any], element: str) -> str:
        match = _EACH.fullmatch(str(item["$each"]))
        if not match:
            raise TemplateFault(f"at {element}: $each must say: name in expression", file=self.name, line=_line(item["$each"]))
        variable, items = match.groups()
        self._note(item["$each"], element, items)
        outer_unit, self._unit = self._unit, []
        body = self._compile(self._mapping({key: value for key, value in item.items() if key != "$each"}, element))
        own, self._unit = tuple(self._unit), outer_unit

        @pass_context
        def loop(context: Context, values: Any) -> list[Any]:
            return [self._turn(body, {**context.get_all(), variable: value}, own) for value in values]

        name = f"loop{len(self._loops)}"
        self._loops[name] = loop
        return f"{name}({items})"

    def _turn(self, body: Callable[..., Any], context: dict[str, Any], own: tuple[Leaf, ...]) -> Any:
        try:
            return prune(body(context))
        except _TEMPLATE_ERRORS as error:
            raise self._locate(context, error, own) from error

    def _scalar(self, node: Any, element: str) -> str:
        bits = _LEAF.split(str(node))
        if len(bits) == 1:
            value = typed(node)
            return _quoted(value) if isinstance(value, str) else {True: "true", False: "false", None: "none"}.get(value, str(value))
        parts = [_quoted(bit) if at % 2 == 0 else f"({bit.strip()})" for at, bit in enumerate(bits) if bit or at % 2]
        return self._note(node, element, " ~ ".join(parts))

    def _note(self, node: Any, element: str, expression: str) -> str:
        """Remembers a leaf for messages and the source map, after a check of its syntax by itself."""
        try:
            self.sandbox.parse("{{ " + expression + " }}")
        except TemplateSyntaxError as error:
            raise TemplateFault(f"at {element}: {error.message}  in {{{{ {expression} }}}}", file=self.name, line=_line(node)) from None
        leaf = Leaf(_line(node), element, expression)
        self.leaves.append(leaf)
        self._unit.append(leaf)
        return expression

    def _locate(self, context: Mapping[str, Any], error: Exception, leaves: tuple[Leaf, ...]) -> TemplateFault:
        """After a failure: which leaf fails by itself, and in which words."""
        for leaf in leaves:
            try:
                prune(self._compile(leaf.expression)(context))
            except _TEMPLATE_ERRORS as cause:
                why = _OBJECT.sub(r"'\1'", str(cause))
                return TemplateFault(f"at {leaf.element}: {why}  in {{{{ {leaf.expression} }}}}", file=self.name, line=leaf.line)
        return TemplateFault(str(error), file=self.name)


def prune(value: Any) -> Any:
    """A tree without what FHIR does not have: null, "", [] and {}, upward. An undefined value in it raises.

    >>> prune({"a": [{"b": None}], "c": 0})
    {'c': 0}
    """
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := prune(item)) is not None} or None
    if isinstance(value, (list, tuple)):
        return [kept for item in value if (kept := prune(item)) is not None] or None
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    return None if value == "" else value


def _line(node: Any) -> int:
    return int(getattr(node, "line", 0))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


__all__ = ["Leaf", "Sandbox", "Template", "Text", "prune"]
