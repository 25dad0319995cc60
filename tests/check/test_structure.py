"""Both sides of each rule of the structural check."""

from typing import Any

import pytest

from fhirmap.check.bindings import REQUIRED
from fhirmap.check.elements import check_elements
from fhirmap.check.structure import check_structure, references
from fhirmap.yamltext import parse

PATIENT = {"resourceType": "Patient", "id": "p"}


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"}, **elements}


def rules(*resources: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for _, finding in check_structure(resources)]


def test_a_good_resource_has_no_finding() -> None:
    assert (
        rules(
            PATIENT,
            observation(
                subject={"reference": "urn:uuid:p"}, _effectiveDateTime={"extension": [{"url": "http://x", "valueCode": "unknown"}]}
            ),
        )
        == []
    )


@pytest.mark.parametrize(
    ("elements", "rule", "path"),
    [
        ({"valueQuantiy": {"value": 1}}, "structure", "valueQuantiy"),
        ({"code": None}, "structure", "code"),
        ({"valueQuantity": {"value": "much"}}, "structure", "valueQuantity.value"),
        ({"valueString": "a", "valueInteger": 1}, "structure", ""),
        ({"status": "done"}, "required-binding", "status"),
        ({"subject": {"reference": "urn:uuid:nobody"}}, "reference", "subject"),
        ({"specimen": {"reference": "urn:uuid:p"}}, "reference-type", "specimen"),
        ({"component": [{"code": {"text": "x"}, "valueQuantity": {"valu": 1}}]}, "structure", "component[0].valueQuantity.valu"),
        ({"effectiveDateTime": "2017-13"}, "structure", "effectiveDateTime"),
    ],
)
def test_each_fault_is_found(elements: dict[str, Any], rule: str, path: str) -> None:
    resource = {name: value for name, value in observation(**elements).items() if value is not None}
    found = rules(PATIENT, resource)
    assert len(found) == 1, found
    assert found[0][0] == rule and found[0][1].startswith(path)


def test_a_fault_is_found_again_after_good_ones_like_it() -> None:
    good, bad = observation(valueQuantity={"value": 5, "unit": "x"}), observation(valueQuantity={"value": 5, "unit": 7})
    assert rules(good) == []
    assert rules(bad) == rules(bad) == [("structure", "valueQuantity.unit")]


def test_unknown_types_and_repeated_ids() -> None:
    assert rules({"resourceType": "Nonsense", "id": "n"}) == [("resource-type", "resourceType")]
    assert rules(PATIENT, PATIENT) == [("repeated-id", "id")]


@pytest.mark.parametrize("path", sorted(REQUIRED))
def test_required_bindings_are_of_elements_that_r4_has(path: str) -> None:
    resource_type, _, element = path.partition(".")
    assert not list(check_elements([("x", parse(f"{element}: x"))], resource_type))


def test_required_bindings_are_those_of_r4(shared: object) -> None:
    """The codes are the whole value sets of the specification, where its package is at hand."""
    import json
    from pathlib import Path

    package = Path.home() / ".cache/fhir-oracle/validator/.fhir/packages/hl7.fhir.r4.core#4.0.1/package"
    if not package.is_dir():
        pytest.skip("the official validator's packages are not set up")
    for path, codes in REQUIRED.items():
        resource_type = path.partition(".")[0]
        definition = json.loads((package / f"StructureDefinition-{resource_type}.json").read_text())
        binding = next(element["binding"] for element in definition["snapshot"]["element"] if element["path"] == path)
        value_set = json.loads((package / f"ValueSet-{binding['valueSet'].partition('|')[0].rpartition('/')[2]}.json").read_text())
        (include,) = value_set["compose"]["include"]
        if "concept" in include:
            known = {concept["code"] for concept in include["concept"]}
        else:
            name = include["system"].rpartition("/")[2]
            known = _codes(json.loads((package / f"CodeSystem-{name}.json").read_text())["concept"])
        assert binding["strength"] == "required" and codes == known, path


def _codes(concepts: list[dict[str, Any]]) -> set[str]:
    return {concept["code"] for concept in concepts} | {code for concept in concepts for code in _codes(concept.get("concept", []))}


def test_references_have_their_paths() -> None:
    assert references({"a": [{"reference": "x"}], "b": {"c": {"reference": "y"}}}) == [(("a", 0), "x"), (("b", "c"), "y")]


def test_unknown_elements_of_a_template_are_found_with_their_line() -> None:
    tree = parse("$fact: lab\nresourceType: Observation\nstatus: final\nvalueQuantiy: 1\ncomponent:\n  - code: {txt: x}\n")
    found = [str(finding) for finding in check_elements([("t.yaml", tree)], "Observation")]
    assert found[0].startswith("t.yaml:4: error: Observation.valueQuantiy: R4 has no such element; did you mean valueQuantity")
    assert found[1].startswith("t.yaml:6: error: Observation.component.code.txt")
