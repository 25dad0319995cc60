from hypothesis import given
from hypothesis import strategies as st

from fhirmap.errors import InputError
from fhirmap.yamltext import line_of, parse, typed


@given(st.text(alphabet="ab:-[]{}&*'\"#\n \t|>?!%@,1", max_size=60))
def test_hostile_yaml_is_read_or_refused(text: str) -> None:
    try:
        typed(parse(text, "a.yaml"))
    except InputError as error:
        assert str(error).startswith("a.yaml")


def test_lines_of_keys_and_items() -> None:
    tree = parse("a:\n  - b: 1\n    c: 2\n")
    assert line_of(tree, ("a", 0, "c")) == 3
    assert line_of(tree, ("a", 0, "missing")) == 2
    assert line_of(tree, ("a", 7)) == 1


def test_only_plain_scalars_are_typed() -> None:
    assert typed(parse("[true, null, ~, 1, -1.5, 'true', no, 01, 2017-06]")) == [True, None, None, 1, -1.5, "true", "no", "01", "2017-06"]
