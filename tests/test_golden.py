"""The bundles in bundles/ are what the cases build, to the byte. Renew them with --update and read the diff as a clinical document."""

import json
from pathlib import Path

import pytest

from fhirmap import dumps, load_case, load_evidence
from fhirmap.bundle import BUNDLES
from fhirmap.evidence import cited, locate
from fhirmap.pipeline import build_all
from fhirmap.uncited import uncited

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "cases").glob("*.yaml"))


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_golden(case_file: Path, request: pytest.FixtureRequest) -> None:
    for bundle, made in build_all(load_case(case_file), tuple(BUNDLES)).items():
        golden = ROOT / "bundles" / case_file.stem / f"{bundle}.json"
        if request.config.getoption("--update"):
            golden.parent.mkdir(exist_ok=True, parents=True)
            golden.write_bytes(dumps(made))
        assert dumps(made) == golden.read_bytes(), bundle


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_a_resource_has_the_same_bytes_in_all_three_bundles(case_file: Path) -> None:
    seen: dict[str, bytes] = {}
    for bundle in BUNDLES:
        for entry in json.loads((ROOT / "bundles" / case_file.stem / f"{bundle}.json").read_bytes(), parse_float=str)["entry"]:
            assert seen.setdefault(entry["fullUrl"], dumps(entry["resource"])) == dumps(entry["resource"])


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_every_fact_points_to_its_words(case_file: Path) -> None:
    case = load_case(case_file)
    without = [fact.key for fact in case.facts if not fact.cite]
    places = load_evidence(case_file).places
    assert not without
    assert not [(key, phrase) for key, phrase, nth in cited(case) if (phrase, nth) not in places]


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_the_evidence_is_that_of_the_report(case_file: Path, shared: Path) -> None:
    text = (shared / "reports" / f"{case_file.stem}.txt").read_bytes().decode()
    case = load_case(case_file)
    evidence, findings = locate(case, text)
    assert not findings
    assert evidence == load_evidence(case_file)
    assert not uncited(case, text)


def test_every_golden_has_a_case() -> None:
    assert [path.parent.name for path in sorted((ROOT / "bundles").glob("*/transaction.json"))] == [path.stem for path in CASES]
