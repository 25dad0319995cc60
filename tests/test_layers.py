"""Imports point down the layers only, and the rooms that transform never import each other."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "fhirmap"

# Each room may import the rooms of the lines before its own, and itself. One line: they do not know each other.
LAYERS = [
    {"errors", "shipped"},
    {"finding"},
    {"yamltext", "settings", "codes"},
    {"case"},
    {"evidence"},
    {"uncited", "render", "bundle", "check"},
    {"pipeline"},
    {"cli"},
]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The rooms that a file imports while it runs (not those for the type checker alone)."""
    names = set()
    skipped: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(ast.walk(node))
        if node not in skipped and isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("fhirmap"):
            names.update([node.module.split(".")[1]] if "." in node.module else [])
    return names


def test_imports_point_down() -> None:
    level = {name: at for at, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        own = room(path)
        if own in ("__init__", "__main__"):
            continue
        wrong += [f"{path.relative_to(PACKAGE)} imports {name}" for name in imported(path) if name != own and level[name] >= level[own]]
    assert not wrong


def test_every_room_has_a_layer() -> None:
    rooms = {room(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms == set().union(*LAYERS)


def test_only_the_r4b_classes_are_imported() -> None:
    for path in PACKAGE.rglob("*.py"):
        for line in path.read_text().splitlines():
            assert "fhir.resources" not in line or "R4B" in line or "import" not in line, (path, line)
