"""The documents say what is so: generated pages are current, the README's blocks are real."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fhirmap.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.S)


def generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("docs", ROOT / "scripts" / "docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {file: make().rstrip() + "\n" for file, make in module.PAGES.items()}


def test_the_generated_pages_are_current() -> None:
    for file, text in generated().items():
        assert (ROOT / "docs" / file).read_text() == text, f"docs/{file}: run scripts/docs"


def test_every_command_is_documented() -> None:
    reference = (ROOT / "docs" / "cli.md").read_text()
    for command in COMMANDS:
        assert f"fhirmap {command}" in README, command
        assert f"## fhirmap {command}\n" in reference, command


def test_the_readme_is_short_and_has_real_output_first() -> None:
    assert len(README.splitlines()) <= 150
    assert README.index("```console") < README.index("```yaml")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_the_readmes_output_is_real(block: str) -> None:
    assert_real(block, ROOT)


def assert_real(block: str, folder: Path) -> None:
    """What a console block shows is what its command prints."""
    command, _, output = block.removeprefix("$ ").partition("\n")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(["bash", "-c", f"({command}) 2>&1"], cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path})
    assert run.stdout == output


def test_the_tutorial_is_real(tutorial: list[tuple[str, str]], shared: Path, tmp_path: Path) -> None:
    shutil.copy(shared / "reports" / "satoh-2021.txt", tmp_path / "satoh.txt")
    for kind, block in tutorial:
        if kind == "yaml":
            with (tmp_path / "tutorial.yaml").open("a") as file:
                file.write(block)
        else:
            assert_real(block, tmp_path)


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), (page, target)
