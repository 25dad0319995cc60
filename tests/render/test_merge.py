from fhirmap.render.merge import merge
from fhirmap.yamltext import line_of, parse


def test_maps_merge_and_lists_are_replaced() -> None:
    assert merge({"a": {"x": 1, "y": 2}, "l": [1]}, {"a": {"y": 3}, "l": [2]}) == {"a": {"x": 1, "y": 3}, "l": [2]}


def test_profile_category_and_extension_append() -> None:
    base = {"meta": {"profile": ["a"]}, "category": [1], "extension": [{"url": "x"}]}
    over = {"meta": {"profile": ["b", "a"]}, "category": [2], "extension": [{"url": "y"}]}
    assert merge(base, over) == {"meta": {"profile": ["a", "b"]}, "category": [1, 2], "extension": [{"url": "x"}, {"url": "y"}]}


def test_remove() -> None:
    assert merge({"a": 1, "b": 2}, {"a": "$remove", "c": "$remove"}) == {"b": 2}


def test_neither_is_changed() -> None:
    base, over = {"a": {"x": 1}}, {"a": {"y": 2}}
    merge(base, over)["a"]["z"] = 3
    assert (base, over) == ({"a": {"x": 1}}, {"a": {"y": 2}})


def test_lines_stay_known() -> None:
    merged = merge(parse("a: 1\nb: 2\n"), parse("\n\n\nb: 3\n"))
    assert (line_of(merged, ("a",)), line_of(merged, ("b",))) == (1, 4)
