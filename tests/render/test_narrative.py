import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from fhirmap.render.narrative import narrate


@given(st.text())
def test_any_text_comes_out_as_text(text: str) -> None:
    div = narrate({"resourceType": "Observation", "code": {"text": text or "x"}})["div"]
    root = ET.fromstring(div)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {"div", "p", "ul", "li"}


def test_scripts_and_cdata_ends_are_text() -> None:
    div = narrate({"resourceType": "Condition", "code": {"text": "<script>alert(1)</script> ]]> & \x00"}})["div"]
    assert "<script" not in div and "]]>" not in div
    assert "".join(ET.fromstring(div).itertext()).endswith("<script>alert(1)</script> ]]> & \ufffd")


def test_elements_in_words() -> None:
    resource = {
        "resourceType": "MedicationStatement",
        "valueQuantity": {"value": 84.6, "unit": "ng/ml", "system": "x", "comparator": "<"},
        "effectivePeriod": {"start": "2018-11", "end": "2018-11"},
        "deceasedBoolean": True,
        "subject": {"reference": "urn:uuid:1", "display": "Patient"},
        "meta": {"source": "hidden"},
    }
    div = narrate(resource)["div"]
    for words in (
        "MedicationStatement",
        "value quantity: &lt;84.6 ng/ml",
        "effective period: 2018-11",
        "deceased boolean: yes",
        "subject: Patient",
    ):
        assert words in div or words.replace("MedicationStatement", "Medication Statement") in div
    assert "hidden" not in div
