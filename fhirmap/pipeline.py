"""The composition: Case -> resources -> check -> Bundle. What the Python API and the command line both call."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fhirmap.bundle import BUNDLES, BundleType
from fhirmap.case.model import Case
from fhirmap.check.structure import check_structure
from fhirmap.errors import InputError, InvalidResource
from fhirmap.evidence import Evidence, load_evidence
from fhirmap.finding import Finding, nearest
from fhirmap.render.renderer import Rendered, Renderer
from fhirmap.settings import Settings, load_settings
from fhirmap.shipped import shipped


def build(
    case: Case, bundle: BundleType = "transaction", *, settings: Settings | None = None, evidence: Evidence | None = None
) -> dict[str, Any]:
    """A case as a FHIR R4 Bundle, a JSON object.

    Numbers with decimals are floats that remember their digits; `dumps` writes them as printed.
    `settings` default to `load_settings()`, `evidence` to the sidecar beside the case's file.
    Raises `TemplateFault` (a template is wrong) and `InvalidResource` (the case would make a
    resource that R4 does not allow; each finding names the case's line).
    Source: https://hl7.org/fhir/R4/bundle.html

    >>> from fhirmap import load_case
    >>> bundle = build(load_case(shipped("cases") / "otoshi-2020.yaml"))
    >>> bundle["type"], bundle["entry"][0]["resource"]["resourceType"]
    ('transaction', 'DocumentReference')
    """
    return build_all(case, (bundle,), settings=settings, evidence=evidence)[bundle]


def build_all(
    case: Case, bundles: Sequence[str], *, settings: Settings | None = None, evidence: Evidence | None = None
) -> dict[str, dict[str, Any]]:
    """Several bundles of a case, by type, of one rendering and one check. Raises as `build`."""
    for bundle in bundles:
        if bundle not in BUNDLES:
            raise InputError(f"there is no bundle type {bundle!r}{nearest(bundle, BUNDLES)} (types: {', '.join(BUNDLES)})")
    settings = settings_for(case, settings)
    rendered = render(case, settings=settings, evidence=evidence)
    if findings := check(case, rendered):
        raise InvalidResource(findings)
    resources = [one.resource for one in rendered]
    return {bundle: BUNDLES[bundle](resources, **_head_of(case, bundle, settings)) for bundle in bundles}


def _head_of(case: Case, bundle: str, settings: Settings) -> dict[str, Any]:
    identifier = {"system": settings.identifier_system, "value": f"{case.name}/{bundle}"}
    return {"date": case.curated.date, "identifier": identifier, "packs": settings.packs}


def settings_for(case: Case, settings: Settings | None = None) -> Settings:
    """The settings for a case. mCODE, Genomics Reporting and IPS profile patients: a cohort is plain R4."""
    settings = settings or load_settings()
    return dataclasses.replace(settings, packs=()) if case.kind == "cohort" else settings


def render(case: Case, *, settings: Settings | None = None, evidence: Evidence | None = None) -> list[Rendered]:
    """The resources of a case with their source maps, unchecked."""
    return _renderer(settings_for(case, settings)).render(case, load_evidence(case.source.file) if evidence is None else evidence)


@cache
def _renderer(settings: Settings) -> Renderer:
    return Renderer(settings)


def check(case: Case, rendered: list[Rendered]) -> list[Finding]:
    """The structural findings of a case's resources, each with the line of the case that it comes from."""
    return [_in_case(case, rendered[at], finding) for at, finding in check_structure(one.resource for one in rendered)]


def _in_case(case: Case, rendered: Rendered, finding: Finding) -> Finding:
    place, fields = rendered.sources(finding.path)
    fact = next((fact for fact in case.facts if fact.key == rendered.key), None)
    if fact and finding.path.partition(".")[0].partition("[")[0] in fact.fhir:
        fields = ("fhir",)
    resource_type = rendered.resource["resourceType"]
    message = f"{finding.message} (the {resource_type} of {rendered.key!r}, from {place})"
    return dataclasses.replace(
        finding,
        path=f"{resource_type}.{finding.path}".rstrip("."),
        message=message,
        file=case.source.file,
        line=case.source.line(rendered.key, *fields),
    )


def case_file(name: str) -> Path:
    """The file of a case given by path or by name: here, in `cases/`, or among the shipped ones.

    Raises `InputError` with the nearest names.
    """
    candidates = (Path(name), Path(f"{name}.yaml"), Path("cases", f"{name}.yaml"), shipped("cases") / f"{name}.yaml")
    for path in candidates:
        if path.is_file() or name == "-":
            return path
    raise InputError(f"no such case{nearest(name, [path.stem for path in case_files()])}", file=name)


def case_files() -> list[Path]:
    """Every case in `cases/`, or the shipped ones where there is no such folder."""
    folder = Path("cases") if Path("cases").is_dir() else shipped("cases")
    return sorted(folder.glob("*.yaml"))


def write(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: under a temporary name first, then renamed.

    Raises `InputError` where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(path)) from None
