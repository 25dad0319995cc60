"""`fhirmap codes`."""

from __future__ import annotations

import click

from fhirmap.codes import Concept, concepts, search
from fhirmap.finding import nearest


@click.command(name="codes")
@click.argument("word")
@click.option("--kind", help="Only concepts of this kind (drug, lab, gene, site, …).")
def codes(word: str, kind: str | None) -> None:
    """Look a concept up by name, synonym or code.

    Prints code, system, usual unit, where the code was verified, or "text only". Exit 1 if there
    is no such concept.
    """
    found = [row for row in search(word) if kind in (None, row.kind)]
    if not found:
        words = (name for row in concepts() if kind in (None, row.kind) for name in row.words)
        click.echo(f"fhirmap: no concept {word!r}{nearest(word, words)}", err=True)
        raise SystemExit(1)
    click.echo("\n\n".join(map(_describe, found)))


def _describe(row: Concept) -> str:
    code = f"{row.code} {row.display}".strip() if row.code else "text only"
    fields = {
        "code": code,
        "system": row.system,
        "also": "; ".join(f"{more.code} {more.system}" for more in row.codings[1:]),
        "unit": row.unit,
        "modality": ", ".join(row.modality),
        "synonyms": ", ".join(row.synonyms),
        "verified": f"{row.evidence} ({row.confidence})",
    }
    return "\n".join([f"{row.name} [{row.kind}]", *(f"  {name:<9} {value}" for name, value in fields.items() if value)])
