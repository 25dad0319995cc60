"""`fhirmap schema`."""

from __future__ import annotations

import click
import orjson
from pydantic import TypeAdapter

from fhirmap.case.cohort import CohortCase
from fhirmap.case.model import PatientCase


@click.command(name="schema")
def schema() -> None:
    """Print the JSON Schema of a Case file, for editors.

    With the YAML language server: a first line `# yaml-language-server: $schema=case.schema.json`.
    """
    adapter: TypeAdapter[PatientCase | CohortCase] = TypeAdapter(PatientCase | CohortCase)
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter.json_schema(by_alias=True)}
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
