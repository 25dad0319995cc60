"""fhirmap maps published case reports to FHIR R4, with the words of the report as evidence.

    import fhirmap
    case = fhirmap.load_case("cases/otoshi-2020.yaml")
    bundle = fhirmap.build(case)

The names below are the whole of the public API; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhirmap.bundle import dumps
    from fhirmap.case.load import load_case
    from fhirmap.case.model import Case
    from fhirmap.codes import Concept, lookup
    from fhirmap.errors import FhirmapError
    from fhirmap.evidence import Evidence, load_evidence
    from fhirmap.finding import Finding
    from fhirmap.pipeline import build
    from fhirmap.settings import Settings, load_settings

__version__ = "0.1.0"

_WHERE = {
    "Case": "case.model",
    "Concept": "codes",
    "Evidence": "evidence",
    "FhirmapError": "errors",
    "Finding": "finding",
    "Settings": "settings",
    "build": "pipeline",
    "dumps": "bundle",
    "load_case": "case.load",
    "load_evidence": "evidence",
    "load_settings": "settings",
    "lookup": "codes",
}

__all__ = [
    "Case", "Concept", "Evidence", "FhirmapError", "Finding", "Settings",
    "build", "dumps", "load_case", "load_evidence", "load_settings", "lookup",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
