"""What holds of every transaction: ids, references, labels, evidence, narrative."""

import json
from pathlib import Path
from typing import Any

import pytest

from fhirmap import build, load_case
from fhirmap.bundle import dumps
from fhirmap.case.printed import Number
from fhirmap.check.structure import references
from fhirmap.errors import InputError

ROOT = Path(__file__).parents[1]
GOLDENS = sorted((ROOT / "bundles").glob("*/transaction.json"))


@pytest.fixture(params=GOLDENS, ids=lambda path: path.parent.name)
def bundle(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(request.param.read_bytes())
    return loaded


def test_entries_put_resources_under_their_own_ids(bundle: dict[str, Any]) -> None:
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert entry["request"] == {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == len(bundle["entry"])


def test_references_resolve_inside(bundle: dict[str, Any]) -> None:
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    for entry in bundle["entry"]:
        for path, target in references(entry["resource"]):
            assert target in urls, (entry["fullUrl"], path)


def test_published_cases_never_pass_for_live_patients(bundle: dict[str, Any]) -> None:
    for entry in bundle["entry"]:
        meta = entry["resource"]["meta"]
        assert [label["code"] for label in meta["security"]] == ["HTEST"]
        assert meta["source"] and meta["tag"][0]["code"] == "fhirmap"


def test_everything_has_a_narrative_and_evidence(bundle: dict[str, Any]) -> None:
    report = bundle["entry"][0]["resource"]
    assert report["resourceType"] == "DocumentReference"
    assert "url" not in report["content"][0]["attachment"] and "data" not in report["content"][0]["attachment"]
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert resource["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">')
        pointers = [ext for ext in resource.get("extension", []) if ext["url"].endswith("/derivation-reference")]
        assert pointers or resource is report, resource["id"]


def test_a_document_begins_with_its_composition_and_reaches_everything() -> None:
    for golden in GOLDENS:
        document = json.loads(golden.with_name("document.json").read_bytes())
        composition, *others = [entry["resource"] for entry in document["entry"]]
        assert composition["resourceType"] == "Composition" and all("request" not in entry for entry in document["entry"])
        reached = {target for _, target in references(composition)}
        assert reached >= {f"urn:uuid:{one['id']}" for one in others}
        assert document["timestamp"].endswith("T00:00:00Z") and document["identifier"]["value"].endswith("/document")


def test_an_unknown_bundle_type_is_an_error() -> None:
    with pytest.raises(InputError, match="did you mean transaction"):
        build(load_case(ROOT / "cases" / "otoshi-2020.yaml"), bundle="transactoin")  # type: ignore[arg-type]


def test_decimals_keep_their_digits_and_other_writers_still_work() -> None:
    value = {"value": Number("130.50")}
    assert b"130.50" in dumps(value)
    assert json.loads(json.dumps(value)) == {"value": 130.5}


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        dumps({"value": {1}})
