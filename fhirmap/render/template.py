"""Compiles a template: a YAML tree whose leaves are Jinja becomes one sandboxed Jinja expression.

Why so: YAML is parsed before any value is in it, so no value can change the shape, and a lone
`{{ … }}` keeps its type. Text templates that make JSON or YAML failed on quotes, commas, newlines
and codes that look like numbers (ARCHITECTURE.md has the measurements).

    key: "{{ expression }}"      the value of the expression, with its type
    key: "text {{ expression }}" text
    - $each: place in places     the item once for each, spliced into its list
    - $all: expression           the items of a list, spliced into this one
    $when: expression            the mapping only if it holds
null, "", [] and {} are pruned, upward; `a if b` without `else` is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from fhirmap.case.fields import Term
from fhirmap.case.printed import Printed
from fhirmap.codes import Concept
from fhirmap.errors import TemplateFault
from fhirmap.finding import nearest
from fhirmap.yamltext import Map, typed

_LEAF = re.compile(r"\{\{(.*?)\}\}", re.S)
_EACH = re.compile(r"\s*([A-Za-z]\w*)\s+in\s+(.+)", re.S)
_OBJECT = re.compile(r"^'?[\w.]+\.(\w+) object'?")
_DATA = (BaseModel, Printed, Term, Concept)
_FILTERS = ("default", "first", "join", "last", "length", "lower", "upper", "replace", "string", "trim")
_TEMPLATE_ERRORS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja in which facts are data: their fields can be read, their methods cannot be called.

    It stops templates from reaching into Python. It does not bound their time or memory.
    """

    def __init__(self, filters: Mapping[str, Callable[..., Any]], functions: Mapping[str, Any]) -> None:
        super().__init__(undefined=StrictUndefined, optimized=False)
        self._expressions: dict[str, nodes.Expr] = {}
        self.globals = dict(functions)
        self.filters = {name: self.filters[name] for name in _FILTERS} | dict(filters)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a fact; of anything else what Jinja's own rules allow."""
        if isinstance(obj, _DATA):
            value = getattr(obj, attribute, self) if attribute[0] != "_" else self
            return self.undefined(obj=obj, name=attribute) if value is self or callable(value) else value
        return super().getattr(obj, attribute)

    def expression(self, source: str) -> nodes.Expr:
        """The tree of a Jinja expression. Raises `TemplateSyntaxError`.

        One tree for all that say the same: a third of the leaves are some template's `ref('patient')`.
        """
        if source not in self._expressions:
            self._expressions[source] = self._parse_expression(source)
        return self._expressions[source]

    def _parse_expression(self, source: str) -> nodes.Expr:
        parser = Parser(self, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("something follows the expression", parser.stream.current.lineno)
        for node in (tree, *tree.find_all((nodes.CondExpr, nodes.Filter))):
            if isinstance(node, nodes.CondExpr):
                node.expr2 = node.expr2 or nodes.Const(None)
            elif isinstance(node, nodes.Filter) and node.name not in self.filters:
                raise TemplateSyntaxError(f"there is no filter {node.name!r}{nearest(node.name, self.filters)}", node.lineno)
        return tree

    def compiled(self, tree: nodes.Expr) -> Callable[..., Any]:
        """A function of a context that gives the expression's value."""
        body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)]
        return TemplateExpression(self.from_string(nodes.Template(body, lineno=1)), undefined_to_none=False)


@dataclass(frozen=True)
class Leaf:
    """One expression of a template: the file and line it stands in, which element it fills, what it says."""

    file: str
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
        self.facts, self.role = facts_of(tree), str(tree.get("$role", ""))
        self.resource_type = str(tree.get("resourceType", ""))
        when = tree.get("$when")
        self._when = sandbox.compiled(self._leaf(when, "$when", str(when))) if when is not None else None
        self._tree = self._pairs(tree, "")
        self._own = tuple(self._unit)

    @cached_property
    def _body(self) -> Callable[..., Any]:
        return self.sandbox.compiled(self._tree)

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

    # From YAML tree to expression tree.

    def _node(self, node: Any, element: str) -> nodes.Expr:
        if isinstance(node, dict):
            when = node.get("$when")
            if when is None:
                return self._pairs(node, element)
            return nodes.CondExpr(self._leaf(when, element, str(when)), self._pairs(node, element), nodes.Const(None))
        return self._sequence(node, element) if isinstance(node, list) else self._scalar(node, element)

    def _pairs(self, node: Mapping[str, Any], element: str) -> nodes.Expr:
        values = {key: self._node(value, f"{element}.{key}".lstrip(".")) for key, value in node.items() if key[0] != "$"}
        if all(isinstance(value, nodes.Const) for value in values.values()):
            return nodes.Const({key: value.as_const() for key, value in values.items()})
        return nodes.Dict([nodes.Pair(nodes.Const(key), value) for key, value in values.items()])

    def _sequence(self, node: list[Any], element: str) -> nodes.Expr:
        """A list; items that are spliced (`$each`, `$all`) split it into a sum of lists."""
        parts: list[nodes.Expr] = []
        for at, item in enumerate(node):
            place = f"{element}[{at}]"
            if isinstance(item, dict) and "$each" in item:
                parts.append(self._loop(item, place))
            elif isinstance(item, dict) and "$all" in item:
                parts.append(self._leaf(item["$all"], place, str(item["$all"])))
            elif parts and isinstance(parts[-1], nodes.List):
                parts[-1].items.append(self._node(item, place))
            else:
                parts.append(nodes.List([self._node(item, place)]))
        return reduce(nodes.Add, parts) if parts else nodes.Const([])

    def _loop(self, item: dict[str, Any], element: str) -> nodes.Expr:
        match = _EACH.fullmatch(str(item["$each"]))
        if not match:
            raise TemplateFault(
                f"at {element}: $each must say: name in expression",
                file=getattr(item["$each"], "file", self.name),
                line=_line(item["$each"]),
            )
        variable, source = match.groups()
        items = self._leaf(item["$each"], element, source)
        outer_unit, self._unit = self._unit, []
        body = self.sandbox.compiled(self._node({key: value for key, value in item.items() if key != "$each"}, element))
        own, self._unit = tuple(self._unit), outer_unit

        @pass_context
        def loop(context: Context, values: Any) -> list[Any]:
            return [self._turn(body, {**context.get_all(), variable: value}, own) for value in values]

        name = f"loop{len(self._loops)}"
        self._loops[name] = loop
        return nodes.Call(nodes.Name(name, "load"), [items], [], None, None)

    def _turn(self, body: Callable[..., Any], context: dict[str, Any], own: tuple[Leaf, ...]) -> Any:
        try:
            return prune(body(context))
        except _TEMPLATE_ERRORS as error:
            raise self._locate(context, error, own) from error

    def _scalar(self, node: Any, element: str) -> nodes.Expr:
        bits = _LEAF.split(str(node))
        if len(bits) == 1:
            return nodes.Const(typed(node))
        parts = [nodes.Const(bit) if at % 2 == 0 else self._leaf(node, element, bit) for at, bit in enumerate(bits) if bit or at % 2]
        return parts[0] if len(parts) == 1 else nodes.Concat(parts)

    def _leaf(self, node: Any, element: str, source: str) -> nodes.Expr:
        """Parses a leaf and remembers it, for messages and the source map."""
        leaf = Leaf(getattr(node, "file", "") or self.name, _line(node), element, source.strip())
        try:
            tree = self.sandbox.expression(leaf.expression)
        except TemplateSyntaxError as error:
            raise self._fault(leaf, str(error.message)) from None
        self.leaves.append(leaf)
        self._unit.append(leaf)
        return tree

    def _locate(self, context: Mapping[str, Any], error: Exception, leaves: tuple[Leaf, ...]) -> TemplateFault:
        """After a failure: which leaf fails by itself, and in which words."""
        for leaf in leaves:
            try:
                prune(self.sandbox.compiled(self.sandbox.expression(leaf.expression))(context))
            except _TEMPLATE_ERRORS as cause:
                return self._fault(leaf, _OBJECT.sub(r"'\1'", str(cause)))
        return TemplateFault(str(error), file=self.name)

    def _fault(self, leaf: Leaf, why: str) -> TemplateFault:
        return TemplateFault(f"at {leaf.element}: {why}  in {{{{ {leaf.expression} }}}}", file=leaf.file, line=leaf.line)


def prune(value: Any) -> Any:
    """A tree without what FHIR does not have: null, "", [] and {}, upward. An undefined value in it raises.

    >>> prune({"a": [{"b": None}], "c": 0})
    {'c': 0}
    """
    kind = type(value)
    if kind is dict:
        return {key: kept for key, item in value.items() if (kept := prune(item)) is not None} or None
    if kind is list or kind is tuple:
        return [kept for item in value if (kept := prune(item)) is not None] or None
    if kind is StrictUndefined:
        value._fail_with_undefined_error()
    return None if value == "" else value


def facts_of(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of fact that a template renders: its `$fact`."""
    return tuple(str(tree.get("$fact", "")).replace(",", " ").split())


def _line(node: Any) -> int:
    return int(getattr(node, "line", 0))


__all__ = ["Leaf", "Sandbox", "Template", "facts_of", "prune"]
