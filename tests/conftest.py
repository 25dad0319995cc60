"""What all tests share: the shipped cases, the reports and judges outside the project, `--update` and `--all`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fhirmap.case.load import loads
from fhirmap.case.model import Case

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FHIRMAP_SHARED", ROOT.parent / "shared")).resolve()
CI = os.environ.get("CI") == "true"

MINIMAL = """\
case: small
report: {title: A small report}
curated: {date: 2026-01-01, by: nobody}
patient: {sex: female}
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the goldens anew")
    parser.addoption("--all", action="store_true", help="run the tests that need Java too (as CI does)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CI or config.getoption("--all"):
        return
    for item in items:
        for mark in ("oracle", "server", "wheel"):
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=f"{mark}: slow or needs Java; runs in CI and with --all"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with reports and judges; CI must have it."""
    if not SHARED.is_dir():
        assert not CI, f"CI needs {SHARED} (FHIRMAP_SHARED)"
        pytest.skip("no reports and judges here (FHIRMAP_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def tutorial() -> list[tuple[str, str]]:
    """The blocks of docs/tutorial.md in order: `yaml` is added to the case file, `console` is run beside it."""
    return re.findall(r"```(yaml|console)\n(.*?)```", (ROOT / "docs" / "tutorial.md").read_text(), re.S)


@pytest.fixture
def small_case() -> Callable[[str], Case]:
    """A case of the given background facts (YAML list items) and further text."""

    def make(facts: str = "", more: str = "") -> Case:
        background = "".join(f"  - {line}\n" for line in facts.strip().splitlines() if line)
        return loads(MINIMAL + ("background:\n" + background if background else "") + more)

    return make
