"""Prints what the bundles of a folder hold, as a table.  usage: scripts/cases.py DIR"""

import json
import sys
from collections import Counter
from pathlib import Path

TYPES = ("Condition", "Observation", "MedicationStatement", "ImagingStudy", "Procedure", "Group")


def table(folder: Path) -> str:
    """A row for each case: how many phrases of the report it cites, its resources, and those of the main types."""
    rows = [("case", "cited", "resources", *TYPES, "others"), *map(_row, sorted(folder.glob("*/transaction.json")))]
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(rows[0]))]
    lines = ([f"{cell:{side}{width}}" for cell, side, width in zip(row, "<" + ">" * len(row), widths, strict=False)] for row in rows)
    return "\n".join("  ".join(line) for line in lines)


def _row(path: Path) -> tuple[str | int, ...]:
    case = path.parent.name
    types = Counter(entry["resource"]["resourceType"] for entry in json.loads(path.read_bytes())["entry"])
    evidence = json.loads((Path(__file__).parents[1] / "cases" / f"{case}.evidence.json").read_bytes())
    main = [types[name] for name in TYPES]
    return case, len(evidence["phrases"]), types.total(), *main, types.total() - sum(main)


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
