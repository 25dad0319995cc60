"""`fhirmap new`."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import click

from fhirmap.errors import InputError
from fhirmap.pipeline import write


@click.command(name="new")
@click.argument("name")
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write it; default cases/NAME.yaml, or NAME.yaml where there is no cases/; - is stdout."
)
def new(name: str, output: str | None) -> None:
    """Start a case: a commented skeleton that builds as it stands.

    NAME becomes part of ids, files and folders: lower case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        raise InputError(f"{name!r} cannot name a case; use lower case letters, digits and hyphens, like smith-2024")
    skeleton = resources.files("fhirmap.case").joinpath("skeleton.yaml").read_text("utf-8").replace("my-case", name)
    if output == "-":
        click.echo(skeleton, nl=False)
        return
    path = Path(output or ("cases" if Path("cases").is_dir() else ".")) / ("" if output else f"{name}.yaml")
    if path.exists():
        raise InputError("is there already; it is not overwritten", file=str(path))
    write(path, skeleton.encode())
    click.echo(f"{path}: edit it, then run `fhirmap build {path}`", err=True)
