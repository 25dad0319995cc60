"""An installed wheel, not only a checkout, builds the shipped cases."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.wheel
def test_an_installed_wheel_builds_the_case(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("fhirmap-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"fhirmap/py.typed", "fhirmap/templates/base/lab.yaml", "fhirmap/cases/otoshi-2020.yaml", "fhirmap/codes/units.csv"} <= names
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "bundles"))]

    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True
    ).stdout.strip()
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": sysconfig.get_path("purelib")}
    subprocess.run([python, "-m", "fhirmap", "build"], cwd=empty, env=environment, check=True, capture_output=True)
    where = subprocess.run(
        [python, "-c", "import fhirmap; print(fhirmap.__file__)"], cwd=empty, env=environment, capture_output=True, text=True, check=True
    )
    assert where.stdout.startswith(site)
    for golden in sorted((ROOT / "bundles").glob("*/transaction.json")):
        assert (empty / "bundles" / golden.parent.name / "transaction.json").read_bytes() == golden.read_bytes()
