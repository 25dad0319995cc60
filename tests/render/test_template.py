"""The template compiler: values keep their type and can never change the shape."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhirmap.case.tests import Lab
from fhirmap.errors import TemplateFault
from fhirmap.render.template import Sandbox, Template
from fhirmap.yamltext import parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def template(text: str, **functions: Any) -> Template:
    return Template(parse(text, "t.yaml"), "t.yaml", Sandbox({"double": lambda value: value * 2}, functions))


def render(text: str, **context: Any) -> dict[str, Any]:
    return template(text).render(context)


@given(st.text(min_size=1))
def test_a_value_is_what_it_was(value: str) -> None:
    assert render('a: "{{ x }}"', x=value) == {"a": value}
    assert render('a: "<{{ x }}>"', x=value) == {"a": f"<{value}>"}


@given(JSON.filter(lambda value: value not in (None, "", [], {})))
def test_a_lone_expression_keeps_its_type(value: Any) -> None:
    made = render('a: "{{ x }}"\nb: 1', x=value)
    assert "a" not in made or type(made["a"]) is type(value)


def test_codes_that_look_like_numbers_stay_text() -> None:
    assert render("a: '{{ x }}'\nb: '007'\nc: 007\nd: 7", x="254837009") == {"a": "254837009", "b": "007", "c": "007", "d": 7}


def test_nothing_is_pruned_upward() -> None:
    assert render("a: {b: ['{{ none }}', {c: ''}]}\nd: 0\ne: false") == {"d": 0, "e": False}


def test_if_without_else_is_nothing() -> None:
    assert render("a: \"{{ 'x' if false }}\"\nb: 1") == {"b": 1}


def test_when_each_and_all() -> None:
    text = "list:\n  - first\n  - $each: x in xs\n    $when: x > 1\n    value: '{{ x | double }}'\n  - $all: more\n  - last\n"
    assert render(text, xs=[1, 2, 3], more=["p", "q"])["list"] == ["first", {"value": 4}, {"value": 6}, "p", "q", "last"]


def test_each_inside_each() -> None:
    text = "rows:\n  - $each: row in rows\n    cells:\n      - $each: cell in row\n        value: '{{ cell }}{{ tail }}'\n"
    assert render(text, rows=[[1], [2, 3]], tail="!")["rows"][1]["cells"] == [{"value": "2!"}, {"value": "3!"}]


def test_the_root_condition_and_names() -> None:
    made = template("$fact: lab, vital\n$role: size\n$when: x == 1\nresourceType: Observation")
    assert (made.facts, made.role, made.resource_type) == (("lab", "vital"), "size", "Observation")
    assert made.applies({"x": 1}) and not made.applies({"x": 2})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb:\n  - c: '{{ fact.flagg }}'", "t.yaml:3: at b[0].c: 'Lab' has no attribute 'flagg'"),
        ("a: '{{ nothing }}'", "t.yaml:1: at a: 'nothing' is undefined"),
        ("a: '{{ 1 / 0 }}'", "t.yaml:1: at a: division by zero"),
        ("a: '{{ fact.is_ + 1 }}'", "t.yaml:1: at a: unsupported operand"),
        ("a:\n  - $each: x in [1, 2]\n    b:\n      c: '{{ x.y }}'", "t.yaml:4: at a[0].b.c: "),
        ("$when: fact.flagg\na: 1", "t.yaml:1: at $when"),
    ],
)
def test_faults_name_file_line_and_element(text: str, message: str) -> None:
    lab = Lab.model_validate({"key": "a", "is": "CEA", "value": "5 ng/ml"})
    with pytest.raises(TemplateFault) as caught:
        made = template(text)
        made.applies({"fact": lab})
        made.render({"fact": lab})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: '{{ 1 + }}'", "t.yaml:2: at b: "),
        ("a: '{{ 1 1 }}'", "something follows the expression"),
        ("a: '{{ x | nofilter }}'", "there is no filter 'nofilter'"),
        ("a:\n  - $each: xs\n    b: 1", "t.yaml:2: at a[0]: $each must say: name in expression"),
    ],
)
def test_syntax_errors_name_file_line_and_element(text: str, message: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        template(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "fact.__class__.__mro__",
        "fact.model_dump()",
        "fact.parse_file('/etc/passwd')",
        "''.__class__",
        "lookup.__globals__",
        "fact.model_validate",
        "(1).real.__class__",
        "fact.model_fields_set.__class__",
        "cycler",
        "[].append(1)",
        "xs | map(attribute='__class__') | list",
        "'{0.__class__}'.format(fact)",
    ],
)
def test_templates_cannot_reach_into_python(expression: str) -> None:
    def lookup() -> None: ...

    lab = Lab.model_validate({"key": "a", "is": "CEA", "value": "5 ng/ml"})
    with pytest.raises(TemplateFault):
        made = template(f'a: "{{{{ {expression} }}}}"', lookup=lookup)
        made.render({"fact": lab, "xs": [1]})


def test_rendering_does_not_share_state() -> None:
    made: Callable[..., Any] = template("a: {b: [{c: 1}]}\nd: '{{ x }}'").render
    first = made({"x": 1})
    first["a"]["b"].append(2)
    assert made({"x": 1})["a"]["b"] == [{"c": 1}]
