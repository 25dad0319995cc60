"""What a case becomes: how a thing is said, ids, references, source map, packs, user templates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fhirmap.case.load import loads
from fhirmap.case.model import Case
from fhirmap.errors import InputError, InvalidResource, TemplateFault
from fhirmap.pipeline import build, check, render
from fhirmap.settings import PACKS, Settings
from tests.conftest import MINIMAL

Make = Callable[..., Case]


def resources(case: Case, key: str, **settings: Any) -> list[dict[str, Any]]:
    return [one.resource for one in render(case, settings=Settings(**settings)) if one.key == key]


def code_of(concept: dict[str, Any]) -> str:
    code: str = concept["coding"][0]["code"]
    return code


CANCER = "diagnosis: {key: cancer, is: adenocarcinoma of lung}\n"


@pytest.mark.parametrize(
    ("fact", "resource_type", "status", "value"),
    [
        ("diagnosis: {key: x, is: adenocarcinoma of lung}", "Condition", "verificationStatus", "confirmed"),
        ("diagnosis: {key: x, is: nodular fasciitis, said: withdrawn, why: revised}", "Condition", "verificationStatus", "refuted"),
        ("diagnosis: {key: x, is: adenocarcinoma of lung, said: suspected}", "Condition", "verificationStatus", "provisional"),
        ("metastasis: {key: x, is: metastasis to brain, of: cancer, said: absent}", "Observation", "valueCodeableConcept", "260415000"),
        ("metastasis: {key: x, is: metastasis to liver, of: cancer, said: suspected}", "Condition", "verificationStatus", "provisional"),
        ("symptom: {key: x, is: cough, said: absent}", "Observation", "valueCodeableConcept", "260415000"),
        ("problem: {key: x, is: neutropenia, said: past}", "Condition", "clinicalStatus", "inactive"),
        ("gene: {key: x, genes: EGFR, alteration: mutation, said: absent}", "Observation", "valueCodeableConcept", "LA9634-2"),
        ("gene: {key: x, genes: [YWHAE, ROS1], alteration: fusion}", "Observation", "valueCodeableConcept", "LA9633-4"),
        ("gene: {key: x, genes: EGFR, alteration: mutation, said: undetermined}", "Observation", "valueCodeableConcept", "LA11884-6"),
    ],
)
def test_how_it_is_said_has_one_honest_form(fact: str, resource_type: str, status: str, value: str, small_case: Make) -> None:
    (resource,) = resources(small_case(CANCER + fact), "x")
    assert resource["resourceType"] == resource_type
    assert code_of(resource[status]) == value


@pytest.mark.parametrize(
    ("fact", "status"),
    [
        ("drug: {key: x, is: cisplatin}", "unknown"),
        ("drug: {key: x, is: cisplatin, cycles: 4}", "completed"),
        ("drug: {key: x, is: cisplatin, status: completed}", "completed"),
        ("drug: {key: x, is: cisplatin, said: refused}", "not-taken"),
        ("drug: {key: x, is: cisplatin, said: not done}", "not-taken"),
        ("drug: {key: x, is: cisplatin, stopped: rash}", "stopped"),
        ("drug: {key: x, is: cisplatin, status: ongoing}", "active"),
        ("procedure: {key: x, is: biopsy, said: not done, why: high risk}", "not-done"),
        ("surgery: {key: x, is: lobectomy of lung, said: refused}", "not-done"),
        ("regimen: {key: x, is: chemotherapy, said: refused, drugs: [{key: y, is: cisplatin}]}", "not-done"),
    ],
)
def test_treatment_status(fact: str, status: str, small_case: Make) -> None:
    assert resources(small_case(fact), "x")[0]["status"] == status


def test_walk_one_lab_value(small_case: Make) -> None:
    timeline = "timeline:\n  - moment: visit\n    when: November 2018\n    facts:\n      - lab: {key: cea, is: CEA, value: 84.6 ng/ml, normal: <5.0 ng/ml}\n"
    (lab,) = resources(small_case("", timeline), "cea")
    assert code_of(lab["code"]) == "2039-6"
    assert lab["valueQuantity"] == {"value": 84.6, "unit": "ng/ml", "system": "http://unitsofmeasure.org", "code": "ng/mL"}
    assert lab["referenceRange"] == [
        {"high": {"value": 5.0, "unit": "ng/ml", "system": "http://unitsofmeasure.org", "code": "ng/mL"}, "text": "<5.0 ng/ml"}
    ]
    assert code_of(lab["interpretation"][0]) == "H"
    assert lab["effectivePeriod"] == {"start": "2018-11", "end": "2018-11"}
    assert lab["meta"]["profile"] == ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-marker-test"]


@pytest.mark.parametrize(
    ("when", "element"), [("5 May 2019", "effectiveDateTime"), ("May 2019", "effectivePeriod"), ("May to June 2019", "effectivePeriod")]
)
def test_dates_are_never_finer_than_printed(when: str, element: str, small_case: Make) -> None:
    timeline = f"timeline:\n  - moment: visit\n    when: {when}\n    facts:\n      - vital: {{key: x, is: oxygen saturation, value: 85%}}\n"
    (vital,) = resources(small_case("", timeline), "x")
    assert element in vital and "_effectiveDateTime" not in vital


def test_a_relative_time_is_an_extension_and_a_note(small_case: Make) -> None:
    timeline = (
        "timeline:\n  - moment: start\n    words: at first\n    facts:\n      - drug: {key: d, is: crizotinib}\n"
        "  - moment: later\n    after: {fact: d, by: 5 days}\n    facts:\n      - course: {key: x, about: condition, text: worse}\n"
    )
    case = small_case("", timeline)
    (course,) = resources(case, "x")
    (drug,) = resources(case, "d")
    absent, told, relative = course["_effectiveDateTime"]["extension"]
    parts = {part["url"]: part for part in relative["extension"]}
    assert (absent["valueCode"], told["valueString"]) == ("unknown", "5 days after d")
    assert parts["targetReference"]["valueReference"]["reference"] == f"urn:uuid:{drug['id']}"
    assert parts["offset"]["valueDuration"]["code"] == "d"
    assert course["note"] == [{"text": "Time in the report: 5 days after d"}]


def test_ids_do_not_depend_on_the_place_in_the_file(small_case: Make) -> None:
    one = small_case("lab: {key: a, is: CEA, value: 5 ng/ml}\nlab: {key: b, is: LDH, value: 5 U/l}")
    two = small_case("lab: {key: b, is: LDH, value: 5 U/l}\nlab: {key: a, is: CEA, value: 5 ng/ml}")
    assert resources(one, "a") == resources(two, "a")
    assert resources(one, "a")[0]["id"] != resources(one, "b")[0]["id"]


def test_base_is_plain_r4(small_case: Make) -> None:
    case = loads((Path(__file__).parents[2] / "cases" / "otoshi-2020.yaml").read_bytes())
    plain = build(case, settings=Settings(packs=()))
    text = str(plain)
    assert "mcode" not in text and "genomics-reporting" not in text and "/uv/ips" not in text
    assert len(plain["entry"]) == len(build(case)["entry"])


@pytest.mark.parametrize("packs", [(), ("mcode",), ("genomics",), ("ips",), PACKS], ids=lambda packs: "+".join(packs) or "base")
def test_every_choice_of_packs_builds(packs: tuple[str, ...]) -> None:
    case = loads((Path(__file__).parents[2] / "cases" / "otoshi-2020.yaml").read_bytes())
    assert build(case, settings=Settings(packs=packs))["entry"]


def test_a_users_folder_lies_on_top(tmp_path: Path, small_case: Make) -> None:
    (tmp_path / "lab.yaml").write_text("method: {text: mine}\ncategory: [{text: extra}]\ninterpretation: $remove\n")
    (lab,) = resources(small_case("lab: {key: x, is: CEA, value: 5 ng/ml, flag: high}"), "x", templates=str(tmp_path))
    assert lab["method"] == {"text": "mine"}
    assert lab["category"][1] == {"text": "extra"} and "interpretation" not in lab


def test_a_user_may_add_a_template_in_a_role(tmp_path: Path, small_case: Make) -> None:
    (tmp_path / "flag.yaml").write_text(
        "$fact: lab\n$role: flag\nresourceType: Flag\nstatus: active\ncode: {text: '{{ fact.term.text }}'}\nsubject: \"{{ ref('patient') }}\"\n"
    )
    made = resources(small_case("lab: {key: x, is: CEA, value: 5 ng/ml}"), "x", templates=str(tmp_path))
    assert [resource["resourceType"] for resource in made] == ["Observation", "Flag"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("method: '{{ fact.flagg }}'\n", "lab.yaml:1: at method: 'Lab' has no attribute 'flagg'"),
        ("method: '{{ 1 + }}'\n", "lab.yaml:1: at method"),
        ("method: [\n", "not YAML"),
        ("- a\n", "a template is a mapping"),
    ],
)
def test_template_faults_name_the_users_file(content: str, message: str, tmp_path: Path, small_case: Make) -> None:
    (tmp_path / "lab.yaml").write_text(content)
    with pytest.raises(InputError) as caught:
        resources(small_case("lab: {key: x, is: CEA, value: 5 ng/ml}"), "x", templates=str(tmp_path))
    assert message in str(caught.value) and str(tmp_path) in str(caught.value)


def test_two_main_templates_for_a_fact_are_a_fault(tmp_path: Path, small_case: Make) -> None:
    (tmp_path / "other.yaml").write_text("$fact: lab\nresourceType: Observation\n")
    with pytest.raises(TemplateFault, match="exactly one without"):
        resources(small_case("lab: {key: x, is: CEA, value: 5 ng/ml}"), "x", templates=str(tmp_path))


def test_no_such_folder_of_templates(small_case: Make) -> None:
    with pytest.raises(InputError, match="no such folder"):
        render(small_case(), settings=Settings(templates="/nowhere"))


def test_the_escape_hatch_is_merged_last(small_case: Make) -> None:
    (lab,) = resources(small_case("lab: {key: x, is: CEA, value: 5 ng/ml, fhir: {method: {text: ELISA}, status: amended}}"), "x")
    assert (lab["method"], lab["status"]) == ({"text": "ELISA"}, "amended")


def test_an_invalid_resource_is_refused_with_the_cases_own_line() -> None:
    text = MINIMAL + "background:\n  - lab:\n      key: cea\n      is: CEA\n      value: 5 ng/ml\n      fhir: {status: done, nonsense: 1}\n"
    with pytest.raises(InvalidResource) as caught:
        build(loads(text, "a.yaml"))
    lines = [str(finding) for finding in caught.value.findings]
    assert all(line.startswith("a.yaml:10: error: Observation.") for line in lines)
    assert "R4 has no such element" in lines[0] and "'done' is not one of" in lines[1]


def test_a_finding_names_the_field_behind_the_element() -> None:
    case = loads(MINIMAL + "background:\n  - lab:\n      key: cea\n      is: CEA\n      value: 5 ng/ml\n", "a.yaml")
    rendered = render(case)
    lab = next(one for one in rendered if one.key == "cea")
    lab.resource["valueQuantity"]["value"] = {"not": "a number"}
    (finding,) = check(case, rendered)
    assert (finding.file, finding.line) == ("a.yaml", 9)
    assert "templates/base/lab.yaml:" in finding.message


def test_hostile_text_is_text_in_the_narrative(small_case: Make) -> None:
    (course,) = resources(small_case("course: {key: x, about: '<script>alert(1)</script>', text: ']]> & \"'}"), "x")
    assert "<script" not in course["text"]["div"] and "]]>" not in course["text"]["div"]
    assert course["code"]["text"] == "<script>alert(1)</script>"
