"""The official HL7 validator (offline, with mCODE, Genomics Reporting, IPS and US Core) finds no error in what fhirmap makes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fhirmap import build, dumps, load_case
from fhirmap.bundle import BUNDLES
from fhirmap.case.load import loads
from fhirmap.pipeline import build_all
from fhirmap.settings import PACKS, Settings

pytestmark = pytest.mark.oracle
ROOT = Path(__file__).parents[1]
CASES = [*sorted((ROOT / "cases").glob("*.yaml")), *sorted((ROOT / "tests" / "data").glob("*.yaml"))]
CHOICES = {PACKS: tuple(BUNDLES), **dict.fromkeys([(), *((pack,) for pack in PACKS)], ("transaction",))}
"""The choices of packs, and which bundles of each are asked of: a resource has the same bytes in all three."""


@pytest.fixture(scope="module")
def verdicts(shared: Path, tutorial: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Every message of the validator, by file: one run over every case in every choice of packs."""
    assert shutil.which("java") and shutil.which("mvn") and shutil.which("npm"), "the official validator needs Java 17, Maven and npm"
    folder = tmp_path_factory.mktemp("bundles")
    for case_file in CASES:
        for packs, bundles in CHOICES.items():
            for bundle, made in build_all(load_case(case_file), bundles, settings=Settings(packs=packs)).items():
                (folder / f"{case_file.stem}-{'+'.join(packs) or 'base'}-{bundle}.json").write_bytes(dumps(made))
    case = loads("".join(block for kind, block in tutorial if kind == "yaml"))
    (folder / "tutorial.json").write_bytes(dumps(build(case)))
    (folder / "broken.json").write_text('{"resourceType": "Observation", "status": "done"}')
    run = subprocess.run([shared / "oracle" / "validator" / "run.sh", folder], capture_output=True, text=True, check=True)
    messages: dict[str, list[dict[str, Any]]] = {}
    for line in run.stdout.splitlines():
        message = json.loads(line)
        messages.setdefault(Path(message["file"]).name, []).append(message)
    return messages


def errors(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["location"], one["message"]) for one in messages if one.get("severity") in ("error", "fatal")]


def test_the_validator_is_awake(verdicts: dict[str, list[dict[str, Any]]]) -> None:
    assert len(errors(verdicts["broken.json"])) >= 2


def test_the_tutorial_has_no_errors(verdicts: dict[str, list[dict[str, Any]]]) -> None:
    assert errors(verdicts["tutorial.json"]) == []


@pytest.mark.parametrize("packs", CHOICES, ids=lambda packs: "+".join(packs) or "base")
@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_no_errors(case_file: Path, packs: tuple[str, ...], verdicts: dict[str, list[dict[str, Any]]]) -> None:
    for bundle in CHOICES[packs]:
        messages = verdicts[f"{case_file.stem}-{'+'.join(packs) or 'base'}-{bundle}.json"]
        assert any(message.get("summary") for message in messages)
        assert errors(messages) == [], bundle
