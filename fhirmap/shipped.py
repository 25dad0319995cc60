"""The folders that fhirmap ships beside its code."""

from __future__ import annotations

from pathlib import Path


def shipped(folder: str) -> Path:
    """`templates` or `cases`: inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / folder
    return inside if inside.is_dir() else Path(__file__).parents[1] / folder
