"""The official HL7 validator (offline, with mCODE, Genomics Reporting, IPS and US Core) finds no error in what fhirmap makes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fhirmap import dumps, load_case
from fhirmap.bundle import BUNDLES
from fhirmap.pipeline import build_all
from fhirmap.settings import PACKS, Settings

pytestmark = pytest.mark.oracle
ROOT = Path(__file__).parents[1]
CASES = [*sorted((ROOT / "cases").glob("*.yaml")), *sorted((ROOT / "tests" / "data").glob("*.yaml"))]
CHOICES = [(), *((pack,) for pack in PACKS), PACKS]


@pytest.fixture(scope="module")
def verdicts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Every message of the validator, by file: one run over every case in every choice of packs."""
    assert shutil.which("java") and shutil.which("mvn") and shutil.which("npm"), "the official validator needs Java 17, Maven and npm"
    folder = tmp_path_factory.mktemp("bundles")
    for case_file in CASES:
        for packs in CHOICES:
            for bundle, made in build_all(load_case(case_file), tuple(BUNDLES), settings=Settings(packs=packs)).items():
                (folder / f"{case_file.stem}-{'+'.join(packs) or 'base'}-{bundle}.json").write_bytes(dumps(made))
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


@pytest.mark.parametrize("packs", CHOICES, ids=lambda packs: "+".join(packs) or "base")
@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.stem)
def test_no_errors(case_file: Path, packs: tuple[str, ...], verdicts: dict[str, list[dict[str, Any]]]) -> None:
    for bundle in BUNDLES:
        messages = verdicts[f"{case_file.stem}-{'+'.join(packs) or 'base'}-{bundle}.json"]
        assert any(message.get("summary") for message in messages)
        assert errors(messages) == [], bundle
