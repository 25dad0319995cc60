"""How a thing is said is never lost: every kind of fact, in every way it may be said, differs from its plain form in what is coded."""

from typing import Any, get_args

import pytest

from fhirmap.case.fact import Fact
from fhirmap.case.load import loads
from fhirmap.case.model import Entry
from fhirmap.pipeline import render
from tests.conftest import MINIMAL

FIELDS = {
    "age": "value: 50 years", "smoking": "is: smoker", "social": "about: alcohol, text: alcohol", "family": "of: mother, is: lung cancer",
    "diagnosis": "is: adenocarcinoma of lung", "metastasis": "is: metastasis to lung, of: cancer", "recurrence": "text: recurrence, of: cancer",
    "stage": "is: IV, of: cancer", "symptom": "is: cough", "problem": "is: hepatitis B", "sign": "is: cough", "course": "about: condition, text: worse",
    "performance": "value: 2", "vital": "is: FiO2, value: 90%", "lab": "is: CEA, value: 5 ng/ml", "specimen": "is: tissue", "pathology": "is: adenocarcinoma",
    "stain": "is: PD-L1, value: 10%", "gene": "genes: EGFR, alteration: mutation", "kit": "text: kit", "panel": "text: panel", "imaging": "is: CT",
    "lesion": "to: cancer, site: lung", "response": "is: improved, of: cancer", "visit": "text: visit", "procedure": "is: biopsy",
    "surgery": "is: lobectomy of lung", "radiotherapy": "dose: 20 Gy", "drug": "is: cisplatin", "regimen": "text: a, drugs: [{key: d, is: cisplatin}]",
    "event": "is: neutropenia", "death": "text: died",
}  # fmt: skip


def model_of(kind: str) -> type[Fact]:
    return next(part for part in get_args(Entry.model_fields[kind].annotation) if isinstance(part, type) and issubclass(part, Fact))


def coded(kind: str, said: str) -> Any:
    """What a consumer that reads no prose sees: types, statuses, codes, booleans."""
    text = (
        MINIMAL
        + f"background:\n  - diagnosis: {{key: cancer, is: adenocarcinoma of lung}}\n  - {kind}: {{key: x, said: {said}, {FIELDS[kind]}}}\n"
    )

    def codes(node: Any) -> Any:
        if isinstance(node, dict):
            kept = {name: codes(value) for name, value in node.items() if name not in ("text", "display", "note", "id", "extension")}
            return {name: value for name, value in kept.items() if value not in ("", None, {}, [])}
        return [codes(item) for item in node] if isinstance(node, list) else node

    return [codes(one.resource) for one in render(loads(text)) if one.key == "x"]


WAYS = [(kind, said) for kind in Entry.model_fields for said in get_args(model_of(kind).model_fields["said"].annotation)]


def test_every_kind_is_here() -> None:
    assert set(FIELDS) == set(Entry.model_fields)


@pytest.mark.parametrize(("kind", "said"), [way for way in WAYS if way[1] != "present" and way != ("event", "undetermined")])
def test_how_it_is_said_is_coded(kind: str, said: str) -> None:
    assert coded(kind, said) != coded(kind, "present")


def test_an_undetermined_event_says_so_of_its_suspect() -> None:
    facts = "background:\n  - drug: {key: d, is: crizotinib}\n  - event: {key: x, text: worse, said: undetermined, suspect: d, causes: [{key: a, text: A}, {key: b, text: B}]}\n"
    event = next(one.resource for one in render(loads(MINIMAL + facts)) if one.key == "x")
    assert event["suspectEntity"][0]["causality"] == [{"assessment": {"text": "undetermined: A or B"}}]
