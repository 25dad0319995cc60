"""`fhirmap templates`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import yaml

from fhirmap.check.elements import check_elements
from fhirmap.errors import InvalidResource
from fhirmap.render.library import Library
from fhirmap.render.renderer import Renderer
from fhirmap.settings import load_settings


def _with_library(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose the templates; the command gets the `Library` they make."""

    def run(packs: str | None, templates: str | None, **arguments: Any) -> Any:
        return command(Renderer(load_settings(packs=packs, templates=templates)).library, **arguments)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run = click.option("--templates", metavar="DIR", help="A folder of your own templates, laid over the others.")(run)
    return click.option("--pack", "packs", metavar="PACKS", help="Template packs, as in build.")(run)


@click.group(name="templates")
def templates() -> None:
    """List, show or check the templates."""


@templates.command(name="list")
@_with_library
def list_templates(library: Library) -> None:
    """List the templates: name, what each renders, and the layers it is made of."""
    for name in library.names:
        template = library.compile(name)
        layers = ", ".join(path.parent.name for path in library.files(name))
        click.echo(f"{name:<24} {' '.join(template.facts):<38} {template.resource_type:<20} {layers}")


@templates.command(name="show")
@click.argument("name")
@_with_library
def show_template(library: Library, name: str) -> None:
    """Show a template with all its layers merged."""
    click.echo(yaml.safe_dump(_plain(library.tree(name)), sort_keys=False, allow_unicode=True, width=120), nl=False)


@templates.command(name="check")
@_with_library
def check_templates(library: Library) -> None:
    """Check every template: its syntax, and that R4 has the elements it fills. Exit 1 on findings, 3 on a syntax error."""
    findings = [
        finding for name in library.names for finding in check_elements(library.own_trees(name), library.compile(name).resource_type)
    ]
    if findings:
        raise InvalidResource(findings)
    click.echo(f"{len(library.names)} templates are good", err=True)


def _plain(node: object) -> object:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    return [_plain(item) for item in node] if isinstance(node, list) else str(node)
