"""`fhirmap build`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from fhirmap.bundle import BUNDLES, dumps
from fhirmap.case.load import load_case
from fhirmap.case.model import Case
from fhirmap.errors import FhirmapError
from fhirmap.evidence import cited, load_evidence
from fhirmap.pipeline import build_all, case_file, case_files, write
from fhirmap.settings import Settings, load_settings


@click.command(name="build")
@click.argument("cases", nargs=-1)
@click.option(
    "-o", "--output", default="bundles", metavar="DIR", show_default=True, help="Where to write <DIR>/<case>/<bundle>.json; - is stdout."
)
@click.option("--bundle", type=click.Choice([*BUNDLES, "all"]), help="Which bundles to write; default all, or transaction on stdout.")
@click.option("--pack", "packs", metavar="PACKS", help="Template packs: all (default), base for plain R4, or some of mcode,genomics,ips.")
@click.option("--templates", metavar="DIR", help="A folder of your own templates, laid over the others.")
def build(cases: tuple[str, ...], output: str, bundle: str | None, packs: str | None, templates: str | None) -> None:
    """Build FHIR bundles from Case files.

    CASES are paths or names, - is stdin; without any, every case in cases/ is built. A case with an
    error is refused and nothing of it is written; the others are.
    """
    if output == "-" and bundle == "all":
        raise click.UsageError("stdout takes one bundle: --bundle transaction, collection or document")
    settings = load_settings(packs=packs, templates=templates)
    chosen = tuple(BUNDLES) if bundle == "all" or (bundle is None and output != "-") else (bundle or "transaction",)
    worst = 0
    for file in [case_file(name) for name in cases] or case_files():
        try:
            _build(str(file), output, chosen, settings)
        except FhirmapError as error:
            click.echo(str(error), err=True)
            worst = max(worst, error.exit_code)
    raise SystemExit(worst)


def _build(file: str, output: str, chosen: tuple[str, ...], settings: Settings) -> None:
    case = load_case(file)
    bundles = build_all(case, chosen, settings=settings)
    for name, bundle in bundles.items():
        if output == "-":
            sys.stdout.buffer.write(dumps(bundle))
        else:
            write(Path(output, case.name, f"{name}.json"), dumps(bundle))
    if output != "-":
        click.echo(f"{case.name}: {_counts(bundles[chosen[0]])} -> {Path(output, case.name)}/{{{','.join(chosen)}}}.json", err=True)
        if without := _without_place(case):
            click.echo(f"{case.name}: {without} cited phrases have no place yet; run `fhirmap cite {file} --report TEXT`", err=True)


def _counts(bundle: dict[str, Any]) -> str:
    types = Counter(entry["resource"]["resourceType"] for entry in bundle["entry"])
    counts = ", ".join(f"{count} {name}" for name, count in types.most_common())
    return f"{len(bundle['entry'])} resources ({counts})"


def _without_place(case: Case) -> int:
    places = load_evidence(case.source.file).places
    return sum((phrase, nth) not in places for _, phrase, nth in cited(case))
